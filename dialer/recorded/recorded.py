"""Leads what follows the chain: each row to the kind of record that it tells of, and all of them to their verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.audit import AuditKind, Pseudonyms
from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.master_keys import MasterKeys
from dialer.recorded.attempts import Attempts
from dialer.recorded.candidates import Candidates
from dialer.recorded.decisions import Decisions
from dialer.recorded.holds import Holds
from dialer.recorded.keys import PersonKeys
from dialer.recorded.people import Campaigns, People
from dialer.recorded.recordings import Recordings
from dialer.recorded.requests import Requests
from dialer.recorded.untold import Untold
from dialer.recorded.wishes import Wishes
from dialer.recorded.words import Words
from dialer.tally_check import Progress, TallyCheck

_K = AuditKind
FOLLOWED = frozenset(
    map(
        str,
        (
            _K.DECISION, _K.ATTEMPT, _K.RECOVERY, _K.WISH, _K.ERASED, _K.RETENTION, _K.HOLD, _K.RELEASED, _K.REQUEST,
            _K.TALLIED, _K.KEY_REPLACED, _K.RESTORED, _K.VERIFIED, _K.RECORDED,
            _K.PUT_OFF,
        ),
    )
)  # fmt: skip
"""Kinds of rows that tell of records."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies beside the database: the keys by which people are named and their facts closed, and the folder of
    recordings. Of what is not at hand (None) nothing is compared, and that is told."""

    pseudonyms: Pseudonyms | None
    masters: MasterKeys | None
    recordings: Path | None


class Recorded:
    """`instant` tells an instant of a table as the chain does."""

    def __init__(self, driver: Driver, outside: Outside, instant: Callable[[object], str]) -> None:
        pseudonyms = outside.pseudonyms
        self._driver, self._instant = driver, instant
        self._people, campaigns = People(driver, pseudonyms), Campaigns(driver)
        self._decisions = Decisions(driver, self._people, campaigns, instant)
        self._attempts = Attempts(self._people, campaigns)
        self._candidates = Candidates(campaigns)
        self._wishes, self._keys = Wishes(self._people), PersonKeys(self._people, outside.masters)
        self._holds, self._requests = Holds(self._people, campaigns), Requests(self._people)
        self._tallies, self._untold = TallyCheck(pseudonyms), Untold()
        self._recordings = Recordings(outside.recordings)

    def follow(self, seq: int, at: str, kind: str, told: dict[str, Any]) -> Fault | None:
        """Gather what this row says of the tables; a decision is compared at once. `at` as in the chain."""
        match kind:
            case AuditKind.ATTEMPT:  # first, as most rows are
                return self._attempts.take(seq, at, told, self._decisions.latest)
            case AuditKind.DECISION:
                return self._decided(seq, told)
            case AuditKind.RECORDED:
                self._recordings.take(seq, told)
            case AuditKind.PUT_OFF:
                self._candidates.put_off(told)
            case AuditKind.RECOVERY:
                return self._attempts.recover(seq, at, told)
            case AuditKind.WISH:
                self._wishes.take(seq, at, told)
            case AuditKind.ERASED | AuditKind.RETENTION:
                self._forget(seq, kind, told)
            case AuditKind.HOLD:
                self._holds.place(seq, at, told)
            case AuditKind.RELEASED:
                self._holds.lift(at, told)
            case AuditKind.REQUEST:
                self._requests.take(seq, at, told)
            case AuditKind.TALLIED:
                self._tallies.take(seq, told)
            case AuditKind.KEY_REPLACED:
                self._tallies.replace(told)
            case AuditKind.RESTORED:
                self._untold.restored(seq, told)
            case AuditKind.VERIFIED:
                self._untold.verified(seq, at, told)
        return None

    def _decided(self, seq: int, told: dict[str, Any]) -> Fault | None:
        fault = self._decisions.check(seq, told)
        if self._decisions.latest:
            self._keys.need(seq, told["person"], self._decisions.latest)
        return fault

    def _forget(self, seq: int, kind: str, told: dict[str, Any]) -> None:
        self._wishes.forget(told)
        self._recordings.forget(told)
        self._keys.forget(seq, kind, told)
        if kind == AuditKind.RETENTION:
            self._wishes.blank(seq)

    def check(self, end: int, progress: Progress | None = None) -> Fault | None:
        """The first fault of what the tables hold; `end` is the row after the last."""
        driver, instant = self._driver, self._instant
        words = Words(driver)
        return (
            self._decisions.left_over(end)
            or self._attempts.check(driver, end, instant)
            or self._wishes.check(driver, end, words, instant)
            or self._keys.check(driver, end)
            or self._holds.check(driver, end, words, instant)
            or self._requests.check(driver, end, words, instant)
            or words.check(end)
            or self._tallies.check(driver, end, progress)
            or self._candidates.check(driver, end)
            or self._recordings.check(progress)
        )

    def reservations(self) -> Iterator[Reservation]:
        """What could not be compared, once everything else was, and what the chain itself says is missing."""
        for each in (
            self._untold, self._tallies, self._people, self._decisions, self._attempts, self._wishes, self._keys,
            self._recordings,
        ):  # fmt: skip
            yield from each.reservations()
