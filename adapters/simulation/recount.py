"""Counts the calls again after a simulation, and holds them against the law: an answer that is not the engine's own.

It reads what calls left and nothing that was decided about them, with SQL of its own, and shares no line and no table
with `rules/` or `dialer/`. Only what it can see is judged: hours, days, four attempts in thirty days, one call at a
time, rest after « never again », numbers that are nobody's. Written for the rules in force since 2023-03-01; of
agreements about hours it knows appointments only.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path

from adapters.simulation.calendar_of_the_recount import is_holiday, zone_of

_MOST_ATTEMPTS, _DAYS = 4, 30
_OPEN = ((time(10), time(13)), (time(14), time(20)))
_AROUND_AN_APPOINTMENT = timedelta(minutes=15)


class Breach(StrEnum):
    """What a call can be found to have broken."""

    TOO_OFTEN = "too-often"
    """A fifth attempt within thirty days for one advertiser."""
    OUT_OF_HOURS = "out-of-hours"
    WEEKEND_OR_HOLIDAY = "weekend-or-holiday"
    TWICE_AT_ONCE = "twice-at-once"
    AFTER_AN_OBJECTION = "after-an-objection"
    """To somebody who had said « never again » to this advertiser in an earlier call."""
    UNASSIGNED = "unassigned"
    """To a number that the carrier had said to be nobody's."""


@dataclass(frozen=True, slots=True)
class Recount:
    """`broken` counts calls by what they broke; `examples` holds the first attempt of each."""

    calls: int
    people: int
    most_attempts: int
    """Of one person for one advertiser within thirty days."""
    earliest: time | None
    latest: time | None
    """By the clocks of the consumers who were called without an appointment."""
    broken: dict[Breach, int]
    examples: dict[Breach, str]

    @property
    def clean(self) -> bool:
        return not any(self.broken.values())


@dataclass(frozen=True, slots=True)
class _Call:
    attempt: str
    person: int
    advertiser: int
    number: str
    postcode: str
    free: bool
    """Days, hours and the cap do not hold for it: a professional, or a poll."""
    at: datetime
    ended_at: datetime
    local: datetime
    outcome: str
    by_appointment: bool


def recount(database: Path) -> Recount:
    """Every call on record in a SQLite file, also those from before the simulation."""
    with closing(sqlite3.connect(database)) as connection:
        calls = list(_calls(connection))
    found: Counter[Breach] = Counter()
    examples: dict[Breach, str] = {}
    for breach, call in _broken(calls):
        found[breach] += 1
        examples.setdefault(breach, call.attempt)
    times = [call.local.time() for call in calls if not call.free and not call.by_appointment]
    return Recount(
        calls=len(calls),
        people=len({call.person for call in calls}),
        most_attempts=max((_most_in_a_window(days) for days in _days_of(calls)), default=0),
        earliest=min(times, default=None),
        latest=max(times, default=None),
        broken={breach: found[breach] for breach in Breach},
        examples=examples,
    )


def _calls(connection: sqlite3.Connection) -> Iterator[_Call]:
    """By person, in the order in which they left."""
    plans = {campaign: json.loads(plan) for campaign, plan in connection.execute("SELECT id, plan FROM campaign")}
    polls = {campaign for campaign, plan in plans.items() if plan.get("sector") == "survey"}
    for_business = {campaign for campaign, plan in plans.items() if plan.get("concerns_business")}
    agreed: dict[int, list[datetime]] = {}
    for person, at in connection.execute("SELECT contact_id, at FROM agreed_slot"):
        agreed.setdefault(person, []).append(_instant(at))
    rows = connection.execute(
        "SELECT a.id, a.contact_id, a.advertiser_id, a.campaign_id, a.number, c.postcode, c.siret, a.dialed_at,"
        " a.ended_at, a.disposition FROM attempt a JOIN contact c ON c.id = a.contact_id"
        " WHERE a.dialed_at IS NOT NULL AND a.state <> 'cancelled' ORDER BY a.contact_id, a.dialed_at, a.id"
    )
    for attempt, person, advertiser, campaign, number, postcode, siret, dialed_at, ended_at, outcome in rows:
        at = _instant(dialed_at)
        yield _Call(
            attempt,
            person,
            advertiser,
            number,
            postcode or "",
            campaign in polls or bool(siret and campaign in for_business),
            at,
            _instant(ended_at) if ended_at else at,
            at.astimezone(zone_of(postcode or "", number)),
            outcome or "",
            any(slot <= at <= slot + _AROUND_AN_APPOINTMENT for slot in agreed.get(person, ())),
        )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _broken(calls: list[_Call]) -> Iterator[tuple[Breach, _Call]]:
    nobodys = _unassigned_since(calls)
    for _, group in groupby(calls, key=attrgetter("person")):
        theirs = list(group)
        yield from _too_often(theirs)
        yield from _against_one_person(theirs)
    for call in calls:
        if call.number in nobodys and call.at > nobodys[call.number]:
            yield Breach.UNASSIGNED, call
        if call.free or call.by_appointment:
            continue
        if call.local.isoweekday() > 5 or is_holiday(call.local.date(), call.postcode):
            yield Breach.WEEKEND_OR_HOLIDAY, call
        elif not any(begin <= call.local.time() < end for begin, end in _OPEN):
            yield Breach.OUT_OF_HOURS, call


def _too_often(theirs: list[_Call]) -> Iterator[tuple[Breach, _Call]]:
    for advertiser in {call.advertiser for call in theirs}:
        bound = [call for call in theirs if call.advertiser == advertiser and not call.free]
        for earlier, call in zip(bound, bound[_MOST_ATTEMPTS:], strict=False):
            if (call.local.date() - earlier.local.date()).days < _DAYS:
                yield Breach.TOO_OFTEN, call


def _against_one_person(theirs: list[_Call]) -> Iterator[tuple[Breach, _Call]]:
    objected = set()
    for before, call in pairwise(theirs):
        if before.outcome == "opted-out":
            objected.add(before.advertiser)
        if call.advertiser in objected:
            yield Breach.AFTER_AN_OBJECTION, call
        if call.at < before.ended_at:
            yield Breach.TWICE_AT_ONCE, call


def _unassigned_since(calls: Iterable[_Call]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for call in calls:
        if call.outcome == "unassigned":
            first[call.number] = min(call.ended_at, first.get(call.number, call.ended_at))
    return first


def _days_of(calls: Iterable[_Call]) -> list[list[date]]:
    days: dict[tuple[int, int], list[date]] = {}
    for call in calls:
        if call.free:
            continue
        days.setdefault((call.person, call.advertiser), []).append(call.local.date())
    return list(days.values())


def _most_in_a_window(days: list[date]) -> int:
    """The most of these days, in order, that lie within thirty in a row."""
    most, oldest = 0, 0
    for newest, day in enumerate(days):
        while (day - days[oldest]).days >= _DAYS:
            oldest += 1
        most = max(most, newest - oldest + 1)
    return most
