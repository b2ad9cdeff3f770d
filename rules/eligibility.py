"""When a call becomes possible: the exact first instant, found by jumping from obstacle to obstacle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rules.decide import Decision, decide
from rules.facts import Facts
from rules.rule import STRICT, Exemption, Finding, Profile
from rules.rulebook import Edition, Rulebook, french_rulebook
from rules.situation import Situation
from rules.windows import midnight_after

HORIZON = timedelta(days=400)
"""Longer than a consent lives: what is not possible by then needs a new fact anyway."""


class Outlook(StrEnum):
    NOW = "now"
    LATER = "later"
    NEVER = "never"
    """Time alone does not remove the obstacle."""
    BEYOND_HORIZON = "beyond-horizon"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`at` is the first instant (UTC) at which the call is allowed; None unless NOW or LATER."""

    outlook: Outlook
    at: datetime | None = None


def next_eligible_at(
    facts: Facts,
    at: datetime,
    *,
    profile: Profile = STRICT,
    rulebook: Rulebook | None = None,
    horizon: timedelta = HORIZON,
    decision: Decision | None = None,
) -> Eligibility:
    """The first instant from `at` on at which `decide` allows, if facts stay as they are.

    Each obstacle holds without a gap until its own end, so the latest of the ends is the earliest
    instant worth looking at; there the case is judged again. Past the horizon only changes of the law
    are followed, to tell what they will lift from what they will not (`NEVER`). `decision` spares the
    first judgement when the caller already has it.
    """
    book = rulebook or french_rulebook()
    decision = decision or decide(facts, at, profile=profile, rulebook=book)
    moment, outlook = decision.at, Outlook.NOW
    while blocking := decision.blocking:
        following = _next_candidate(facts, decision, blocking, book, profile)
        if following is None:
            return Eligibility(Outlook.NEVER)
        moment, outlook = following.astimezone(UTC), Outlook.LATER
        edition = book.on(decision.law_day)
        decision = decide(facts, moment, profile=profile, rulebook=book)
        if moment - at > horizon and book.on(decision.law_day) is edition:
            return Eligibility(Outlook.BEYOND_HORIZON)
    return Eligibility(Outlook.BEYOND_HORIZON) if moment - at > horizon else Eligibility(outlook, moment)


def _next_candidate(
    facts: Facts, decision: Decision, blocking: tuple[Finding, ...], book: Rulebook, profile: Profile
) -> datetime | None:
    """The latest end among the blocking findings; None when one of them has no end."""
    situation = Situation.of(facts, decision.at, profile.ring_guard_seconds)
    edition = book.on(decision.law_day)
    change = _next_edition(edition, situation)
    ends = [_end_of(finding, facts, situation, edition, change) for finding in blocking]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _end_of(
    finding: Finding, facts: Facts, situation: Situation, edition: Edition, change: datetime | None
) -> datetime | None:
    """Whichever ends the obstacle first: its own time, an exemption that opens, or a change of the law."""
    opens = (_opens(exemption, facts, situation, edition) for exemption in edition.discharging[finding.rule.id])
    return min((end for end in (finding.outcome.until, change, *opens) if end is not None), default=None)


def _next_edition(edition: Edition, situation: Situation) -> datetime | None:
    """The instant at which the next edition begins for this consumer: in the first zone to reach its day."""
    if edition.last is None:
        return None
    zones = [place.zone for place in situation.places if place.zone]
    return min((midnight_after(edition.last, zone) for zone in zones), default=None)


def _opens(exemption: Exemption, facts: Facts, situation: Situation, edition: Edition) -> datetime | None:
    """When an exemption will apply; one that cannot say opens nothing (`decide` denies and says why)."""
    try:
        return exemption.opens(facts, situation, edition.numbers)
    except Exception:  # noqa: BLE001 - facts that cannot be read must never bring a call nearer
        return None
