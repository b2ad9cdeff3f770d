"""The officer's freezes, each against the rows that place and lift it: one that vanishes lets evidence be erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dialer.driver import Driver
from dialer.faults import Fault
from dialer.recorded.people import Campaigns, People
from dialer.recorded.words import Words

_HOLDS = (
    "SELECT id, contact_id, campaign_id, reason, placed_at, placed_by, lifted_at, lifted_by FROM legal_hold ORDER BY id"
)


@dataclass(slots=True)
class _Told:
    seq: int
    at: str
    person: str | None
    campaign: str | None
    reason: str
    by: str
    lifted_at: str | None = None
    lifted_by: str = ""


class Holds:
    """By their ids; one that was lifted stays on record."""

    def __init__(self, people: People, campaigns: Campaigns) -> None:
        self._people, self._campaigns = people, campaigns
        self._told: dict[int, _Told] = {}

    def place(self, seq: int, at: str, told: dict[str, Any]) -> None:
        told_of = told["person"], told["campaign"], told["reason_sha256"]
        self._told[told["hold"]] = _Told(seq, at, *told_of, told.get("by", ""))

    def lift(self, at: str, told: dict[str, Any]) -> None:
        hold = self._told[told["hold"]]
        hold.lifted_at, hold.lifted_by = at, told.get("by", "")

    def check(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Fault | None:
        """The fault that lies first in the chain."""
        return min(self._faults(driver, end, words, instant), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int, words: Words, instant: Callable[[object], str]) -> Iterator[Fault]:
        for hold, contact_id, campaign_id, reason, placed_at, placed_by, lifted_at, lifted_by in driver.stream(_HOLDS):
            known = self._told.pop(hold, None)
            if known is None:
                yield _hold(end, hold, "is stored, but no row tells of it", "est stocké, mais aucune ligne n'en parle")
            elif not (
                self._people.is_person(known.seq, contact_id, known.person)
                and self._campaigns.named(campaign_id) == known.campaign
                and (not reason or words.are(known.reason, reason))
                and (instant(placed_at), placed_by) == (known.at, known.by)
                and (lifted_at and instant(lifted_at), lifted_by) == (known.lifted_at, known.lifted_by)
            ):
                yield _hold(known.seq, hold, "was altered", "a été altéré")
        for hold, known in self._told.items():
            yield _hold(known.seq, hold, "is missing", "manque")


def _hold(seq: int, hold: int, english: str, french: str) -> Fault:
    return Fault(seq, f"the stored hold {hold} {english}", f"le gel stocké {hold} {french}")
