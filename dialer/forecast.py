"""Before launch: who can be called when, and why the rest cannot, by the very rules of the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from dialer.facts import read_facts
from dialer.schema import Campaign, ListMember
from dialer.settings import Settings
from rules.decide import Decision, decide
from rules.eligibility import Outlook, next_eligible_at
from rules.facts import Facts
from rules.places import METROPOLE
from rules.rule import Layer, Profile, Verdict
from rules.screening import classes

OFFICE_ZONE = METROPOLE.zone or ZoneInfo("Europe/Paris")
"""The campaign manager's clock: hours of the calendar are shown in it."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many contacts one rule holds back at the instant of the forecast, alone or with others."""

    rule_id: str
    title_fr: str
    title_en: str
    layer: Layer
    verdict: Verdict
    citations: tuple[str, ...]
    contacts: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """One coming day: contacts first callable on it, and contacts callable at the start of each hour."""

    day: date
    first_callable: int
    by_hour: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    at: datetime
    contacts: int
    now: int
    later: int
    never: int
    rules: tuple[RuleCount, ...]
    days: tuple[DayCount, ...]


def forecast(
    session: Session, settings: Settings, campaign: Campaign, list_ids: Iterable[int], at: datetime, days: int
) -> Forecast:
    """Judge every member of the lists at `at`, and look `days` days ahead."""
    found = read_facts(session, settings, campaign, members_of(session, list_ids), at)
    profile = Profile("strict", ring_guard_seconds=settings.ring_guard_seconds)
    return _assemble(classes(asked.facts for asked in found.values()), at, days, profile)


def members_of(session: Session, list_ids: Iterable[int]) -> Sequence[int]:
    """Contact ids on these lists, each once."""
    on_lists = select(ListMember.contact_id).where(col(ListMember.list_id).in_(list(list_ids)))
    return session.exec(on_lists.distinct()).all()


def _assemble(groups: Counter[Facts], at: datetime, days: int, profile: Profile) -> Forecast:
    outlooks: Counter[Outlook] = Counter()
    first_days: Counter[date] = Counter()
    blocked: Counter[str] = Counter()
    seen: dict[str, RuleCount] = {}
    for facts, count in groups.items():
        decision = decide(facts, at, profile=profile)
        eligibility = next_eligible_at(facts, at, profile=profile, decision=decision)
        outlooks[eligibility.outlook] += count
        if eligibility.at:
            first_days[eligibility.at.astimezone(OFFICE_ZONE).date()] += count
        for rule_count in _held_back_by(decision):
            blocked[rule_count.rule_id] += count
            seen[rule_count.rule_id] = rule_count
    never = outlooks[Outlook.NEVER] + outlooks[Outlook.BEYOND_HORIZON]
    rules = tuple(_with_count(seen[rule_id], count) for rule_id, count in blocked.most_common())
    today = at.astimezone(OFFICE_ZONE).date()
    coming = [today + timedelta(days=ahead) for ahead in range(days)]
    return Forecast(
        at=at,
        contacts=groups.total(),
        now=outlooks[Outlook.NOW],
        later=outlooks[Outlook.LATER],
        never=never,
        rules=rules,
        days=tuple(DayCount(day, first_days[day], _hours(groups, day, at, profile)) for day in coming),
    )


def _held_back_by(decision: Decision) -> Iterable[RuleCount]:
    for finding in decision.blocking:
        rule = finding.rule
        citations = tuple(map(str, rule.citations))
        yield RuleCount(rule.id, rule.title.fr, rule.title.en, finding.layer, finding.verdict, citations, 0)


def _with_count(rule: RuleCount, contacts: int) -> RuleCount:
    return RuleCount(rule.rule_id, rule.title_fr, rule.title_en, rule.layer, rule.verdict, rule.citations, contacts)


def _hours(groups: Counter[Facts], day: date, at: datetime, profile: Profile) -> tuple[tuple[int, int], ...]:
    """(hour of the office's clock, contacts callable at its start) for the hours in which anybody is."""
    counts = []
    for hour in range(24):
        moment = datetime.combine(day, time(hour), OFFICE_ZONE)
        if moment >= at - timedelta(hours=1):
            open_to = sum(
                count
                for facts, count in groups.items()
                if decide(facts, moment, profile=profile).verdict is Verdict.ALLOW
            )
            counts.append((hour, open_to))
    return tuple((hour, count) for hour, count in counts if count)
