"""Histories of calls that come to the same: told apart by what the rules make of them, not by when the calls were."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from dialer.groups import Groups
from rules.decide import Decision, decide
from rules.facts import Facts
from rules.places import METROPOLE
from rules.rule import Profile
from rules.rulebook import french_rulebook
from rules.windows import midnight_after


def alike(groups: Groups, since: datetime, until: datetime, profile: Profile) -> Groups:
    """The same groups, with one history for all of which the rules say the same from one instant to another.

    Calls made only fall out of the days that are counted, so an obstacle that they make holds until its own end, and
    none begins while the law stays as it is: what is said at the start, and when the law changes, is all.
    """
    asked_at = [since, *_changes(since, until)]

    def told(facts: Facts) -> Hashable:
        if any(attempt > since for attempt in facts.attempts):
            return facts
        obstacles = (_obstacles(decide(facts, at, profile=profile), until) for at in asked_at)
        return replace(facts, attempts=()), tuple(obstacles)

    return groups.merged("attempts", told)


def alike_under(groups: Groups, at: datetime, laws: Iterable[date | None], profile: Profile) -> Groups:
    """The same groups, with one history for all of which the rules of these days say the same at one instant."""
    wanted = tuple(laws)

    def told(facts: Facts) -> Hashable:
        obstacles = (_obstacles(decide(facts, at, profile=profile, law_of=law), at) for law in wanted)
        return replace(facts, attempts=()), tuple(obstacles)

    return groups.merged("attempts", told)


def _obstacles(decision: Decision, until: datetime) -> Hashable:
    """Everything that stands against the call, whether lifted or not; all ends after the last instant are one."""
    found = (finding for finding in decision.findings if finding.outcome.verdict)
    return tuple((each.rule.id, each.layer, each.verdict, _end(each.outcome.until, until)) for each in found)


def _end(end: datetime | None, until: datetime) -> datetime | None:
    return min(end, until) if end else None


def _changes(since: datetime, until: datetime) -> list[datetime]:
    """When another edition of the law has begun everywhere."""
    zone = METROPOLE.zone
    assert zone is not None
    begun = (midnight_after(edition.first, zone) for edition in french_rulebook().editions)
    return [at for at in begun if since < at + timedelta(days=1) < until]
