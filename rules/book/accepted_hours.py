"""The hours that a consent accepted: outside them it is no consent, whichever rule asks for one."""

from __future__ import annotations

from datetime import timedelta

from rules.facts import Consent, Facts
from rules.rule import PASS, Outcome, Text, Verdict
from rules.situation import Situation
from rules.windows import EVERY_DAY, is_open, next_opening

OUTSIDE = "outside-accepted-hours"
OUTSIDE_REASON = {
    OUTSIDE: Text(
        "il est {local} chez le consommateur ({zone}) : hors des heures acceptées dans son consentement ({hours})",
        "it is {local} where the consumer lives ({zone}): outside the hours that the consent accepted ({hours})",
    )
}


def within_accepted_hours(facts: Facts, situation: Situation) -> Outcome:
    """A call outside the hours accepted is not covered by the consent (R.223-1 II); asked while it is valid.

    The hours must be open on every candidate clock and close early by the ring guard. `until` is the next
    instant inside them, if the consent still runs then.
    """
    hours = facts.consent_hours
    guard = timedelta(seconds=situation.ring_guard_seconds)
    outside = [moment for moment in situation.local if hours and not is_open(moment, EVERY_DAY, hours, guard)]
    if not outside:
        return PASS
    local, zones = outside[0], situation.zones
    until = next_opening(situation.at, zones, EVERY_DAY, hours, guard)
    if until and facts.consent_on(max(until.astimezone(zone).date() for zone in zones)) is not Consent.VALID:
        until = None
    values = {
        "local": local.time().isoformat("seconds"),
        "zone": str(local.tzinfo),
        "hours": ", ".join(f"{opens:%H:%M}-{ends:%H:%M}" for opens, ends in hours),
    }
    return Outcome(Verdict.DEFER, OUTSIDE, values, until)
