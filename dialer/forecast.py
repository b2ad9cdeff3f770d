"""Before launch: who can be called when, and why the rest cannot, by the very rules of the gate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import polars as pl
from sqlmodel import Session

from dialer.cliff import Cliff, cliff
from dialer.days_ahead import NextTimes, days_ahead, end_of, first_instants
from dialer.grouping import grouped
from dialer.groups import Groups
from dialer.outlook import OFFICE_ZONE, DayCount, Forecast, Opening, RuleCount
from dialer.past_calls import alike
from dialer.schema import Campaign
from dialer.settings import Settings
from rules.decide import Decision, decide
from rules.eligibility import HORIZON, next_eligible_at
from rules.rule import Finding, Layer, Profile, Verdict

__all__ = ["OFFICE_ZONE", "DayCount", "Forecast", "Opening", "RuleCount", "forecast"]

_NEAR = timedelta(days=92)
"""Longer than what time alone removes: the rest after a refusal is of 60 days."""
_MARGIN = timedelta(days=3)
"""Facts reduced to a span are not exact beyond it, and the person's days begin and end before or after the office's."""
_AFTER = timedelta(days=14)
"""After the last day: whoever waits for nothing but an ordinary day finds one."""
_INSTANTS = 20


def forecast(
    session: Session,
    settings: Settings,
    campaign: Campaign,
    list_ids: Iterable[int],
    at: datetime,
    days: int,
    *,
    hourly: bool = True,
) -> Forecast:
    """Judge every member of the lists at `at`, and look `days` days ahead; hour by hour if `hourly`."""
    profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
    return _Forecaster(grouped(session, settings, campaign, list_ids, at), at, days, profile, hourly).forecast()


class _Forecaster:
    """`far` holds everybody with facts that are exact as long as anything is looked for, `near` those groups made
    fewer for three months."""

    def __init__(self, everybody: Groups, at: datetime, days: int, profile: Profile, hourly: bool) -> None:
        self._at, self._profile, self._hourly = at, profile, hourly
        far_end = at + HORIZON + _MARGIN
        self._far, _ = alike(everybody.within(at, far_end), at, far_end, profile).joined()
        today = at.astimezone(OFFICE_ZONE).date()
        self._days = [today + timedelta(days=ahead) for ahead in range(days)]
        self._end = end_of(self._days[-1])
        self._near_end = max(at + _NEAR, self._end + _AFTER)
        self._near, self._near_of_far = self._far.within(at, self._near_end + _MARGIN).joined()
        self._facts = list(self._near.facts())
        self._decisions = [decide(facts, at, profile=profile) for facts in self._facts]

    def forecast(self) -> Forecast:
        next_times = self._next_times()
        total: NextTimes = Counter()
        for times in next_times:
            total.update(times)
        contacts, never, now = total.total(), total.pop(None, 0), total[self._at]
        days, callable_days = self._day_counts(next_times)
        return Forecast(
            at=self._at,
            contacts=contacts,
            now=now,
            later=contacts - never - now,
            never=never,
            rules=_rules(self._decisions, self._near.contacts),
            days=days,
            next_instants=_soonest(total),
            callable_days=callable_days,
            cliff=self._cliff(),
        )

    def _next_times(self) -> list[NextTimes]:
        """For each near group how many contacts are callable when for the first time."""
        next_times: list[NextTimes] = []
        unsettled = []
        judged = zip(self._facts, self._decisions, self._near.contacts, strict=True)
        for place, (facts, decision, contacts) in enumerate(judged):
            found = next_eligible_at(facts, self._at, profile=self._profile, decision=decision).at
            settled = found is not None and found <= self._near_end
            next_times.append(Counter({found: contacts} if settled else {}))
            unsettled += [] if settled else [place]
        for place, times in self._long_waits(unsettled).items():
            next_times[place] = times
        return next_times

    def _long_waits(self, unsettled: Sequence[int]) -> dict[int, NextTimes]:
        """The same for near groups that may have to wait longer, asked about facts that are exact for so long."""
        counts = self._far.counts.with_columns(pl.Series("near", self._near_of_far, pl.UInt32))
        waiting = Groups(self._far.parts, counts.filter(pl.col("near").is_in(unsettled)))
        times: dict[int, NextTimes] = defaultdict(Counter)
        for near, contacts, facts in zip(waiting.counts["near"], waiting.contacts, waiting.facts(), strict=True):
            times[near][next_eligible_at(facts, self._at, profile=self._profile).at] += contacts
        return times

    def _day_counts(self, next_times: Sequence[NextTimes]) -> tuple[tuple[DayCount, ...], tuple[tuple[int, int], ...]]:
        groups, places = self._near.within(self._at, self._end + _AFTER).joined()
        after = first_instants(groups, self._end, self._end + _AFTER, self._profile)
        known = zip(after, groups.contacts, strict=True)
        beyond: list[NextTimes] = [Counter({at: contacts} if at else {}) for at, contacts in known]
        for near, place in enumerate(places):
            if after[place] is None:
                beyond[place].update(self._after_the_days(near, next_times[near]))
        return days_ahead(groups, self._at, self._days, beyond, self._profile, self._hourly)

    def _after_the_days(self, near: int, times: NextTimes) -> NextTimes:
        """Who was callable on one of the days is asked about again at their end."""
        waiting: NextTimes = Counter({at: contacts for at, contacts in times.items() if at is None or at >= self._end})
        if again := times.total() - waiting.total():
            waiting[next_eligible_at(self._facts[near], self._end, profile=self._profile).at] += again
        return waiting

    def _cliff(self) -> Cliff:
        """Counted over all grounds for calling: their last days are exact for as long as drops are told."""
        ground = self._far.counts.group_by("ground").agg(pl.col("contacts").sum())
        counted = ((self._far.parts["ground"][place], contacts) for place, contacts in ground.iter_rows())
        return cliff(counted, self._days[0])


def _rules(decisions: Iterable[Decision], contacts: Iterable[int]) -> tuple[RuleCount, ...]:
    """Each rule once for every layer and verdict with which it holds anybody back."""
    held: Counter[tuple[str, Layer, Verdict]] = Counter()
    shown: dict[tuple[str, Layer, Verdict], Finding] = {}
    ends: dict[tuple[str, Layer, Verdict], set[datetime]] = defaultdict(set)
    for decision, number in zip(decisions, contacts, strict=True):
        for finding in decision.blocking:
            key = finding.rule.id, finding.layer, finding.verdict
            held[key] += number
            shown.setdefault(key, finding)
            if until := finding.outcome.until:
                ends[key].add(until)
    return tuple(_rule_count(shown[key], number, ends[key]) for key, number in held.most_common())


def _rule_count(finding: Finding, contacts: int, ends: set[datetime]) -> RuleCount:
    rule = finding.rule
    return RuleCount(
        rule.id,
        rule.title.fr,
        rule.title.en,
        finding.layer,
        finding.verdict,
        tuple(map(str, rule.citations)),
        contacts,
        min(ends, default=None),
        max(ends, default=None),
    )


def _soonest(total: NextTimes) -> tuple[Opening, ...]:
    instants = sorted(at for at in total if at)
    return tuple(Opening(at, total[at]) for at in instants[:_INSTANTS])
