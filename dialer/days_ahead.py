"""The coming days of a forecast: on each, who is callable, who is later, who never, and whom which rules hold back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dialer.groups import Groups
from dialer.outlook import OFFICE_ZONE, DayCount, DayRule, Opening
from dialer.past_calls import alike
from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.facts import Facts
from rules.places import possible_places
from rules.rule import Finding, Layer, Profile, Verdict
from rules.windows import midnight_after

NextTimes = Counter[datetime | None]
"""How many contacts are next callable when; None: never again."""
_MORNING = time(10)
"""When what holds back a whole day is asked about: every working day is open by then."""
_TOLD = 5


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the rules say about a group on one day: its first instant, if there is one, and the hours at whose start
    it is callable; else the rules."""

    at: datetime | None
    hours: tuple[int, ...] = ()
    held_back_by: tuple[tuple[str, Layer, Verdict], ...] = ()


def end_of(day: date) -> datetime:
    """The first instant of the next day on the office's clock."""
    return midnight_after(day, OFFICE_ZONE)


def first_instants(groups: Groups, since: datetime, until: datetime, profile: Profile) -> list[datetime | None]:
    """For each group the first instant in this span at which it is callable."""
    reduced, places = groups.within(since, until).joined()
    found = [_first_instant(facts, since, until, profile) for facts in reduced.facts()]
    return [found[place] for place in places]


def days_ahead(
    groups: Groups, at: datetime, days: Sequence[date], beyond: Sequence[NextTimes], profile: Profile, hourly: bool
) -> tuple[tuple[DayCount, ...], tuple[tuple[int, int], ...]]:
    """The days, the first of which is that of `at`, and on how many of them how many contacts are callable.

    `beyond` says for each group how many of its contacts are next callable when, after the last day. The hours of each
    day are told if `hourly`: they cost as much again as everything else.
    """
    answers = [_answers(groups, day, max(at, end_of(day - timedelta(days=1))), profile, hourly) for day in days]
    contacts, following = groups.contacts, [*beyond]
    counts: list[DayCount] = []
    first_days = _first_days(answers, contacts)
    for day, answered, first in reversed(list(zip(days, answers, first_days, strict=True))):
        counts.append(_day_count(day, answered, contacts, following, first))
        for place, answer in enumerate(answered):
            if answer.at:
                following[place] = Counter({answer.at: contacts[place]})
    frequent = Counter[int]()
    for place, number in enumerate(contacts):
        frequent[sum(answered[place].at is not None for answered in answers)] += number
    return tuple(reversed(counts)), tuple(sorted(frequent.items()))


def _answers(groups: Groups, day: date, since: datetime, profile: Profile, hourly: bool) -> list[_Answer]:
    reduced, places = alike(groups.within(since, end_of(day)), since, end_of(day), profile).joined()
    found = [_answer(facts, day, since, profile, hourly) for facts in reduced.facts()]
    return [found[place] for place in places]


def _answer(facts: Facts, day: date, since: datetime, profile: Profile, hourly: bool) -> _Answer:
    first = _first_instant(facts, since, end_of(day), profile)
    if first is None:
        decision = decide(facts, max(since, _own_morning(facts, day)), profile=profile)
        return _Answer(None, held_back_by=tuple({_named(finding): None for finding in decision.blocking}))
    if not hourly:
        return _Answer(first)
    starts = ((hour, max(since, datetime.combine(day, time(hour), OFFICE_ZONE))) for hour in range(24))
    hours = (
        hour
        for hour, start in starts
        if first <= start < datetime.combine(day, time(hour), OFFICE_ZONE).astimezone(UTC) + timedelta(hours=1)
        and decide(facts, start, profile=profile).verdict is Verdict.ALLOW
    )
    return _Answer(first, tuple(hours))


def _first_instant(facts: Facts, since: datetime, until: datetime, profile: Profile) -> datetime | None:
    found = next_eligible_at(facts, since, profile=profile, horizon=until - since)
    return found.at if found.at and found.at < until else None


def _own_morning(facts: Facts, day: date) -> datetime:
    """The morning of the day on the person's own clock; of several, the last to get there."""
    zones = [place.zone for place in possible_places(facts.postcode, facts.number) if place.zone]
    return max(datetime.combine(day, _MORNING, zone).astimezone(UTC) for zone in zones or [UTC])


def _named(finding: Finding) -> tuple[str, Layer, Verdict]:
    return finding.rule.id, finding.layer, finding.verdict


def _first_days(answers: Iterable[Sequence[_Answer]], contacts: Sequence[int]) -> list[int]:
    """How many contacts are callable on each day for the first time."""
    waiting, counts = set(range(len(contacts))), []
    for answered in answers:
        opened = {place for place in waiting if answered[place].at}
        waiting -= opened
        counts.append(sum(contacts[place] for place in opened))
    return counts


def _day_count(
    day: date, answered: Sequence[_Answer], contacts: Sequence[int], following: Sequence[NextTimes], first: int
) -> DayCount:
    hours, rules = Counter[int](), Counter[tuple[str, Layer, Verdict]]()
    later: NextTimes = Counter()
    for answer, number, next_times in zip(answered, contacts, following, strict=True):
        if answer.at:
            hours.update(dict.fromkeys(answer.hours, number))
        else:
            rules.update(dict.fromkeys(answer.held_back_by, number))
            later.update(next_times)
    never = later.pop(None, 0)
    return DayCount(
        day,
        first,
        tuple(sorted(hours.items())),
        callable=sum(contacts) - later.total() - never,
        deferred=later.total(),
        never=never,
        until=_most(later),
        rules=tuple(DayRule(*named, number) for named, number in rules.most_common()),
    )


def _most(later: NextTimes) -> tuple[Opening, ...]:
    told = [Opening(at, contacts) for at, contacts in later.most_common(_TOLD) if at]
    return tuple(sorted(told, key=lambda opening: opening.at))
