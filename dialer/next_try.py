"""What comes next for a person after a call: the agreed hour, another number, the policy's retry, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dialer import appointments
from dialer.day_parts import zone_of
from dialer.dispositions import Disposition
from dialer.dossiers import Dossier, read_dossier
from dialer.driver import Driver
from dialer.facts import Weigher, plan_of
from dialer.gate import Gate
from dialer.retry import Tries, plan_retry
from dialer.retry_policy import RETRYABLE
from dialer.schema import Attempt, Campaign
from dialer.sources import sources_until
from rules.eligibility import next_eligible_at

_FINAL = frozenset({Disposition.OPTED_OUT, Disposition.REFUSED})
"""After these not even an agreed hour is kept: the person has said no."""


def next_call_at(
    session: Session,
    gate: Gate,
    campaign: Campaign,
    attempt: Attempt,
    disposition: Disposition,
    tries: int,
    now: datetime,
) -> datetime | None:
    """When this campaign asks about the person again; None: it is over for them.

    `tries` counts its calls to them, `attempt` included, which has just ended so.
    """
    if disposition in _FINAL:
        return None
    plan, driver = plan_of(campaign), Driver(session)
    slots = appointments.slots_of(driver, attempt.contact_id, attempt.advertiser_id, now)
    unassigned = disposition is Disposition.UNASSIGNED
    if not slots and not unassigned and plan.retry.delay(disposition, tries) is None:
        return None
    dossier = read_dossier(driver, attempt.contact_id)
    fresh_until = sources_until(session, gate.settings, plan.advertiser, now.date())
    facts = Weigher(gate.settings, plan, campaign.advertiser_id, now, fresh_until, None).facts(dossier)
    calls = _calls(dossier, campaign)

    def lawful(at: datetime) -> datetime | None:
        return next_eligible_at(facts, at, profile=gate.profile).at

    slot = appointments.slot_of(slots, attempt.dialed_at or now)
    if slot:
        appointments.let_go(session, attempt.contact_id, slot, campaign.id)
    again = plan.retry.delay(disposition, 1) is not None
    kept = appointments.next_call(slots, [each.dialed_at for each in calls if each.dialed_at], now, again=again)
    if unassigned and not facts.number_unassigned and (slot or not kept):
        return lawful(now)
    if kept:
        return lawful(kept)
    passed = slot + appointments.tolerance(slot) if slot else now
    return plan_retry(
        plan.retry,
        disposition,
        _tries(calls, campaign, tries, now),
        now,
        zone_of(facts.postcode, facts.number),
        lambda at: lawful(max(at, passed)),
    )


def _calls(dossier: Dossier, campaign: Campaign) -> list[Attempt]:
    """This advertiser's calls to the person that left, in order."""
    left = [each for each in dossier.attempts if each.dialed_at and each.advertiser_id == campaign.advertiser_id]
    return sorted(left, key=lambda each: each.dialed_at or each.approved_at)


def _tries(calls: Sequence[Attempt], campaign: Campaign, count: int, now: datetime) -> Tries:
    ours = [each.dialed_at for each in calls if each.campaign_id == campaign.id and each.dialed_at]
    unreached = tuple(each.dialed_at for each in calls if each.disposition in RETRYABLE and each.dialed_at)
    return Tries(count, min(ours, default=now), unreached)
