"""The stored attempts, each against the last word of the chain about it and the decision that allowed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dialer.dispositions import Disposition
from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.recorded.decisions import Stored
from dialer.recorded.people import Campaigns, People
from dialer.reported import REPORTED, report_digest
from dialer.schema import AttemptState

_S = AttemptState
_MAY_BE = {
    str(_S.APPROVED): {str(_S.APPROVED), str(_S.CLAIMED)},
    str(_S.DIALING): {str(_S.DIALING), str(_S.RINGING), str(_S.ANSWERED)},
}
"""States between two rows of the chain, which has no row for a phone that begins to ring."""
_COMPARED = (
    "decision", "contact_id", "campaign_id", "advertiser_id", "trunk", "caller_id", "disposition", "sip", "talk_ms",
    "approved_at", "dialed_at", "ended_at",
)  # fmt: skip
"""What is known of an attempt, in the order of the query below."""
_ATTEMPTS = (
    "SELECT id, state, number, decision_id, contact_id, campaign_id, advertiser_id, trunk, caller_id, disposition, "
    f"sip_code, talk_ms, approved_at, dialed_at, ended_at, {REPORTED} FROM attempt"
)
_NOT_YET: dict[str, object] = {"disposition": None, "sip": 0, "talk_ms": 0, "dialed_at": None, "ended_at": None}
"""What the table says of an attempt as long as no row of the chain says more."""
_ALTERED = "was altered", "a été altérée"


@dataclass(slots=True)
class Told:
    """What the chain says of one attempt by its last word; `number` is that of its decision."""

    approved_at: int
    seq: int
    state: str
    number: str
    said: dict[str, object]


class Attempts:
    """Gathers what the chain says of each attempt; the table is held against it at the end."""

    def __init__(self, people: People, campaigns: Campaigns) -> None:
        self._people, self._campaigns = people, campaigns
        self._told: dict[str, Told] = {}
        self._less_told = 0
        """Attempts that were over before the chain told what was reported of them."""

    def take(self, seq: int, at: str, told: dict[str, Any], decision: Stored | None) -> Fault | None:
        """`at` is the row's own instant, `decision` the one that the chain named just before."""
        state, attempt = told["state"], told["attempt"]
        if state == AttemptState.APPROVED:
            return self._approved(seq, at, told, decision)
        if state == AttemptState.DIALING:
            return self._move(seq, attempt, state, {"dialed_at": at})
        if "late" not in told:  # of one that was over, whose person said something then
            told["ended_at"] = at
        return self._move(seq, attempt, state, told)

    def recover(self, seq: int, at: str, told: dict[str, Any]) -> Fault | None:
        reports = told.get("reported", {})
        for state, attempts, disposition in (
            (_S.EXPIRED, told["given_back"], None),
            (_S.UNKNOWN, told["unknown"], str(Disposition.UNKNOWN)),
        ):
            for each in attempts:
                said = {"ended_at": at, "disposition": disposition}
                if each in reports:
                    said["reported"] = reports[each]
                if fault := self._move(seq, each, str(state), said):
                    return fault
        return None

    def _approved(self, seq: int, at: str, told: dict[str, Any], decision: Stored | None) -> Fault | None:
        if decision is None or decision.id != told["decision"]:
            english, french = "was approved without its decision", "a été approuvée sans sa décision"
            return _attempt(seq, told["attempt"], english, french)
        said = {
            **_NOT_YET,
            **told,
            "approved_at": at,
            "contact_id": decision.contact_id,
            "campaign_id": decision.campaign_id,
            "advertiser_id": self._campaigns.advertiser(decision.campaign_id),
        }
        self._told[told["attempt"]] = Told(seq, seq, told["state"], decision.number, said)
        return None

    def _move(self, seq: int, attempt: str, state: str, said: dict[str, Any]) -> Fault | None:
        known = self._told.get(attempt)
        if known is None:
            return _attempt(seq, attempt, "was never approved", "n'a jamais été approuvée")
        known.seq, known.state = seq, state
        known.said |= said
        return None

    def check(self, driver: Driver, end: int, instant: Callable[[object], str]) -> Fault | None:
        """The fault that lies first in the chain; `instant` tells one of a table as the chain does."""
        return min(self._faults(driver, end, instant), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int, instant: Callable[[object], str]) -> Iterator[Fault]:
        for attempt, state, number, *values in driver.stream(_ATTEMPTS):
            known = self._told.pop(attempt, None)
            if known is None:
                english, french = "is stored, but no row approved it", "est stockée, mais aucune ligne ne l'approuve"
                yield _attempt(end, attempt, english, french)
            elif state not in _MAY_BE.get(known.state, {known.state}):
                english, french = f"is stored as {state}, told as {known.state}", f"est {state}, dite {known.state}"
                yield _attempt(known.seq, attempt, english, french)
            elif not (
                self._people.is_number(known.approved_at, number, known.number)
                and _same(known.said, values, instant)
                and self._same_report(known, values[len(_COMPARED) :], instant)
            ):
                yield _attempt(known.seq, attempt, *_ALTERED)
        for attempt, known in self._told.items():
            yield _attempt(known.approved_at, attempt, "is missing", "manque")

    def reservations(self) -> Iterator[Reservation]:
        if self._less_told:
            yield Reservation(
                f"not compared: the events of {self._less_told} calls of an earlier version",
                f"non comparé : les événements de {self._less_told} appels d'une version antérieure",
            )

    def _same_report(self, known: Told, values: list[Any], instant: Callable[[object], str]) -> bool:
        """Nothing is told of it while the call is under way."""
        if "reported" not in known.said:
            self._less_told += known.state not in _MAY_BE
            return True
        answered_at, *others = values
        return report_digest(instant(answered_at) if answered_at else "", *others) == known.said["reported"]


def _same(said: dict[str, Any], values: list[Any], instant: Callable[[object], str]) -> bool:
    """Whether the columns of `_COMPARED`, the last three of which are instants, are as they were told."""
    approved_at, dialed_at, ended_at = values[9:12]
    values[9:12] = (
        instant(approved_at),
        dialed_at and instant(dialed_at),
        ended_at and instant(ended_at),
    )
    compared = values[: len(_COMPARED)]
    return list(map(said.get, _COMPARED, compared)) == compared


def _attempt(seq: int, attempt: str, english: str, french: str) -> Fault:
    return Fault(seq, f"the attempt {attempt} {english}", f"la tentative {attempt} {french}")
