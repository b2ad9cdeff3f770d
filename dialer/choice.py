"""Whom to ask the gate about next on a trunk, over all running campaigns; or why nobody, and until when.

Read under the write lock, in the transaction of the question itself. What is left out here (a held campaign,
somebody whose time has not come) is asked about later; what is chosen is still judged by the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from dialer.agents import with_free_agent
from dialer.appointments import slots_question
from dialer.campaigns_at_hand import campaigns_running, running_from, running_question
from dialer.candidates import due_now, next_due
from dialer.driver import Driver, Rows
from dialer.facts import plan_of
from dialer.gate import Gate
from dialer.governor import Hold, hold_of, is_thin
from dialer.likely import likely_first
from dialer.pacing import AHEAD
from dialer.plan import CampaignPlan
from dialer.schema import Campaign
from dialer.trunks_at_hand import Seen
from dialer.wake import Wait, Why, held
from rules.facts import SystemKind
from rules.line import CarrierTerms, Line

_COMING = "SELECT min(due_at) FROM candidate WHERE campaign_id = ? AND state = 'waiting' AND due_at > ?"
_CHOOSY_AMONG = 300
"""Due candidates that are compared when few failures are left: enough to choose from, few enough for one question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The person to ask about, and the campaign for which; `seen` when that rests on a look at the trunk."""

    campaign: Campaign
    contact_id: int
    seen: Seen | None = None


def running_campaigns(session: Session, trunk: str) -> list[Campaign]:
    """The campaigns that a run dials for, oldest first. A human agent's calls wait for a human command each."""
    return [each for each in campaigns_running(Driver(session), trunk) if not _is_commanded(each)]


def choose(
    session: Session,
    gate: Gate,
    trunk_name: str,
    now: datetime,
    wanted: Callable[[CampaignPlan], bool] = lambda plan: True,
) -> Choice | Wait:
    """The next candidate of the first campaign that is `wanted`, has one due and is not held by the carrier's terms."""
    driver = Driver(session)
    rows, slots = driver.all(running_question(driver, trunk_name), slots_question(driver, trunk_name, now))
    found = [(each, first) for each, first in running_from(driver, rows) if not _is_commanded(each)]
    if not slots and (wait := _without_anybody([first for _, first in found], now)):
        return wait
    terms = gate.terms(gate.settings.trunk(trunk_name))
    seen = gate.see(session, trunk_name)
    if wait := _without_room(seen.line, now):
        return wait
    running = [each for each, _ in found if wanted(plan_of(each))]
    campaigns = with_free_agent(session, running)
    if running and not campaigns:
        return Wait(Why.AGENTS)
    return _at_their_slot(slots, campaigns, seen, now) or _among(session, campaigns, seen, terms, now)


def _is_commanded(campaign: Campaign) -> bool:
    return plan_of(campaign).system is SystemKind.HUMAN_AGENT


def _without_anybody(due: Sequence[datetime | None], now: datetime) -> Wait | None:
    """In no campaign has anybody's time come: so it is after most calls, and then nothing else need be looked at.

    `due`: when the first of each campaign is.
    """
    coming = min((at for at in due if at is not None), default=None)
    return Wait(Why.NOBODY_DUE, coming) if due and (coming is None or coming > now) else None


def _without_room(line: Line, now: datetime) -> Wait | None:
    """Why no call may start on the line, whoever it is for. Holds are told campaign by campaign."""
    if line.in_use >= line.channels:
        return Wait(Why.CHANNELS, line.room_at)
    if line.next_start and line.next_start > now + AHEAD:
        return Wait(Why.PACE, line.next_start - AHEAD)
    return None


def _at_their_slot(slots: Rows, campaigns: Sequence[Campaign], seen: Seen, now: datetime) -> Choice | None:
    """Who agreed to be called now comes before everybody else, in whichever campaign."""
    by_id = {campaign.id: campaign for campaign in campaigns}
    for campaign_id, contact_id in slots:
        campaign = by_id.get(campaign_id)
        if campaign and not hold_of(seen.line, plan_of(campaign).caller_ids, now):
            return Choice(campaign, contact_id, seen)
    return None


def _among(
    session: Session, campaigns: Sequence[Campaign], seen: Seen, terms: CarrierTerms, now: datetime
) -> Choice | Wait:
    holds: list[Hold] = []
    for campaign in campaigns:
        hold = hold_of(seen.line, plan_of(campaign).caller_ids, now)
        # of a campaign that is held it only matters whether anybody is due
        contact_id = next_due(session, campaign, now) if hold else _next_of(session, campaign, seen.line, terms, now)
        if contact_id is None:
            continue
        if not hold:
            return Choice(campaign, contact_id, seen)
        holds.append(hold)
    if not campaigns:
        return Wait(Why.NO_CAMPAIGN)
    coming = first_due(session, campaigns, now)
    first = min(holds, key=_until, default=None)
    if first and (coming is None or first.breach.until <= coming):
        return held(first)
    return Wait(Why.NOBODY_DUE, coming)


def first_due(session: Session, campaigns: Sequence[Campaign], now: datetime) -> datetime | None:
    """When somebody of these campaigns is due next, after `now`; None when nobody ever is."""
    driver = Driver(session)
    answers = driver.all(*((_COMING, (campaign.id, driver.value(now))) for campaign in campaigns))
    coming = [driver.instant(at) for ((at,),) in answers]
    return min((at for at in coming if at is not None), default=None)


def _next_of(session: Session, campaign: Campaign, line: Line, terms: CarrierTerms, now: datetime) -> int | None:
    """Usually who is due longest. With few failures left, of the first who are due the likeliest to answer."""
    if not is_thin(line):
        return next_due(session, campaign, now)
    due = due_now(session, campaign, now, _CHOOSY_AMONG)
    if not due:
        return None
    short_call = timedelta(seconds=terms.short_call_seconds)
    return likely_first(session, campaign.advertiser_id, due, short_call, now)[0]


def _until(hold: Hold) -> datetime:
    return hold.breach.until
