"""Holds a campaign of which too many answered calls were abandoned, over any 24 hours, until the share is low enough.

Apart from the carrier's terms: no contract asks for this, but whoever answers and finds nobody there was disturbed for
nothing (C. conso. L.121-7; dossier FR-HARASS: at most 3 % of a campaign's day, by our own choice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from dialer.dispositions import Disposition
from dialer.driver import Driver
from dialer.facts import plan_of
from dialer.schema import Campaign
from dialer.wake import Wait, Why
from rules.facts import SystemKind

PERIOD = timedelta(hours=24)
"""Every day of a campaign is in some such period, whenever it begins."""
_ABANDONED = "SELECT DISTINCT campaign_id FROM attempt WHERE approved_at > ? AND disposition = ?"
_ANSWERED = (
    "SELECT campaign_id, approved_at, disposition FROM attempt WHERE approved_at > ? AND answered_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that was answered and has ended; what became of it is known."""

    at: datetime
    """When it was approved."""
    abandoned: bool


@dataclass(frozen=True, slots=True)
class AbandonedHold:
    """Why no call of a campaign may be approved before `until`."""

    answered: int
    abandoned: int
    percent_max: int
    until: datetime

    def as_wait(self) -> Wait:
        return Wait(
            Why.ABANDONED,
            self.until,
            f"{self.abandoned} of {self.answered} answered calls in 24 h, at most {self.percent_max} %",
            f"{self.abandoned} sur {self.answered} appels décrochés en 24 h, au plus {self.percent_max} %",
        )


def abandoned_holds(session: Session, campaigns: Sequence[Campaign], now: datetime) -> dict[str, AbandonedHold]:
    """Those of these campaigns, by name, that are held now; only where people take the calls is any abandoned."""
    with_people = {each.id: each for each in campaigns if plan_of(each).system is SystemKind.AUTOMATED}
    if not with_people:
        return {}
    driver = Driver(session)
    since = driver.value(now - PERIOD)
    suspects = {each for (each,) in driver.rows(_ABANDONED, since, str(Disposition.ABANDONED))} & with_people.keys()
    if not suspects:
        return {}
    ended: dict[int, list[Answered]] = {each: [] for each in suspects}
    for campaign_id, approved_at, disposition in driver.rows(_ANSWERED, since):
        at = driver.instant(approved_at)
        if campaign_id in suspects and disposition and Disposition(disposition).answered and at:
            ended[campaign_id].append(Answered(at, disposition == Disposition.ABANDONED))
    plans = {each: plan_of(with_people[each]) for each in suspects}
    holds = {plans[each].name: hold_of(calls, plans[each].abandoned_percent_max) for each, calls in ended.items()}
    return {name: hold for name, hold in holds.items() if hold}


def hold_of(calls: Sequence[Answered], percent_max: int) -> AbandonedHold | None:
    """None while the calls of a period keep the limit. Else it ends when enough of the abandoned are older than it."""
    answered, abandoned = len(calls), sum(call.abandoned for call in calls)
    if not _too_many(abandoned, answered, percent_max):
        return None
    left, among = abandoned, answered
    for at, group in groupby(sorted(calls, key=_at), _at):
        gone = list(group)
        left, among = left - sum(call.abandoned for call in gone), among - len(gone)
        if not _too_many(left, among, percent_max):
            return AbandonedHold(answered, abandoned, percent_max, at + PERIOD)
    raise AssertionError("without calls none is abandoned")


def _at(call: Answered) -> datetime:
    return call.at


def _too_many(abandoned: int, answered: int, percent_max: int) -> bool:
    """One alone is more than `percent_max` of few calls, whoever placed them: a share is asked of no fewer than can
    keep it with one (34 at 3 %). With 0 % one is too many."""
    fewest = -(-100 // percent_max) if percent_max else 0
    return 100 * abandoned > percent_max * max(answered, fewest)
