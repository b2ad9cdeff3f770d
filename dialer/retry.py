"""Whether and when to try again after an outcome: pure, from the policy, what was tried, and when the law allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from dialer.day_parts import next_start, part_of, within
from dialer.dispositions import Disposition
from dialer.retry_policy import RetryPolicy
from rules.windows import Windows

WAIT_FOR_A_PART = timedelta(days=14)
"""Whoever may be called in a part of the day at all, may be within two weeks; longer nobody waits for a wish."""
Lawful = Callable[[datetime], datetime | None]
"""The first instant from a given one on at which the law allows the call; None when it never will."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What was tried with a person by now, the call that has just ended included."""

    count: int
    """Calls of this campaign."""
    first_at: datetime
    """When the first of them was dialed."""
    unreached: tuple[datetime, ...]
    """When each call of this advertiser was dialed that reached nobody, in order."""


def plan_retry(
    policy: RetryPolicy, disposition: Disposition, tries: Tries, ended_at: datetime, zone: tzinfo, lawful: Lawful
) -> datetime | None:
    """When to call again; None: it is over for this person.

    Never before the policy's delay, outside the law, or after the policy gives up. The few calls that the law
    allows are spread: of the lawful instants of two weeks it is the first one in a part of the day that the policy
    wishes, and where there is none, the first of all.
    """
    delay, last = policy.delay(disposition, tries.count), tries.first_at + policy.give_up_after
    earliest = lawful(ended_at + delay) if delay else None
    if earliest is None or earliest > last:
        return None
    soon = min(last, earliest + WAIT_FOR_A_PART)
    tried = [part_of(at.astimezone(zone), policy.parts) for at in tries.unreached]
    for hours in policy.wished_parts(disposition, tried):
        if at := _first_within(hours, earliest, soon, zone, lawful):
            return at
    return earliest


def _first_within(hours: Windows, earliest: datetime, last: datetime, zone: tzinfo, lawful: Lawful) -> datetime | None:
    """From one lawful instant to the next, each looked for from the hours' next beginning on."""
    at: datetime | None = earliest
    while at is not None and at <= last:
        if within(at.astimezone(zone), hours):
            return at
        opening = next_start(at, zone, hours)
        at = lawful(opening) if opening else None
    return None
