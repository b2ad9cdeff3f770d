"""The life of a campaign: created from a file and lists, started when nothing is missing, paused, shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy
from sqlalchemy import insert, literal
from sqlmodel import Session, col, select

from dialer import audit
from dialer.advertisers import advertiser_row
from dialer.appointments import wait_for_slots
from dialer.audit import AuditKind
from dialer.candidates import give_back
from dialer.contacts import list_named
from dialer.driver import Driver
from dialer.duties import require_duties
from dialer.errors import NotFound, NotPossible
from dialer.facts import plan_of
from dialer.held import require_startable
from dialer.ledger import UNSENT
from dialer.plan import CampaignPlan
from dialer.readiness import check_plan
from dialer.schema import Attempt, Campaign, CampaignList, CampaignState, Candidate, CandidateState, ListMember
from dialer.schema.columns import UtcInstant, Word
from dialer.settings import Settings
from dialer.stopping import cancel

_MAY_BECOME = {
    CampaignState.RUNNING: {CampaignState.DRAFT, CampaignState.PAUSED},
    CampaignState.PAUSED: {CampaignState.RUNNING},
}
_STATES_FR = {
    CampaignState.DRAFT: "en préparation",
    CampaignState.RUNNING: "en cours",
    CampaignState.PAUSED: "en pause",
    CampaignState.FINISHED: "terminée",
}
_BECOMES_FR = {CampaignState.RUNNING: "lancée", CampaignState.PAUSED: "mise en pause"}


def create_campaign(
    session: Session, settings: Settings, plan: CampaignPlan, list_names: Sequence[str], now: datetime
) -> Campaign:
    """Store a checked plan with its lists as candidates. Raises before anything is written by half."""
    if session.exec(select(Campaign).where(Campaign.name == plan.name)).first():
        raise NotPossible(
            f"a campaign named {plan.name!r} exists; choose another name in its file",
            f"une campagne nommée {plan.name!r} existe ; choisir un autre nom dans son fichier",
        )
    check_plan(settings, plan, now)
    campaign = Campaign(
        name=plan.name,
        advertiser_id=advertiser_row(session, settings, plan.advertiser).id,
        trunk=plan.trunk,
        plan=plan.model_dump(mode="json"),
        created_at=now,
    )
    session.add(campaign)
    session.flush()
    for name in list_names:
        _add_list(session, campaign, list_named(session, name).id, now)
    wait_for_slots(session, col(Candidate.campaign_id) == campaign.id, now)
    audit.append(
        session,
        AuditKind.CAMPAIGN_CREATED,
        {"campaign": plan.name, "lists": list(list_names), "plan": plan.on_record()},
        now,
    )
    return campaign


def campaign_named(session: Session, name: str) -> Campaign:
    found = session.exec(select(Campaign).where(Campaign.name == name)).first()
    if found is None:
        known = ", ".join(session.exec(select(Campaign.name).order_by(Campaign.name))) or "—"
        raise NotFound(f"no campaign {name!r}; campaigns: {known}", f"pas de campagne {name!r} ; campagnes : {known}")
    return found


def set_state(session: Session, settings: Settings, name: str, to: CampaignState, now: datetime) -> Campaign:
    """Start or pause. Starting checks the plan again. Raises `NotPossible` from a state that forbids it, `Held`."""
    campaign = campaign_named(session, name)
    if campaign.state not in _MAY_BECOME[to]:
        raise NotPossible(
            f"campaign {name!r} is {campaign.state} and cannot become {to}; `dialer campaign status` tells where it "
            "stands",
            f"la campagne {name!r} est {_STATES_FR[campaign.state]} et ne peut pas être {_BECOMES_FR[to]} ; "
            "`dialer campaign status` dit où elle en est",
        )
    if to is CampaignState.RUNNING:
        require_startable(session, campaign)
        check_plan(settings, plan_of(campaign), now)
        require_duties(settings, plan_of(campaign), now.date())
    if to is CampaignState.PAUSED:
        _give_back_unsent(session, campaign, now)
    campaign.state = to
    session.add(campaign)
    audit.append(session, AuditKind.CAMPAIGN_STATE, {"campaign": name, "state": str(to)}, now)
    return campaign


def _give_back_unsent(session: Session, campaign: Campaign, now: datetime) -> None:
    """Calls approved a moment ahead of their start do not leave any more; these people wait again."""
    approved = select(Attempt).where(Attempt.campaign_id == campaign.id, col(Attempt.state).in_(UNSENT))
    for attempt in session.exec(approved).all():
        cancel(session, [attempt.id], now)
        give_back(Driver(session), attempt, now)


def _add_list(session: Session, campaign: Campaign, list_id: int, now: datetime) -> None:
    """Every member becomes a candidate, due at once; who is one already stays as is."""
    session.add(CampaignList(campaign_id=campaign.id, list_id=list_id))
    session.flush()
    already = sqlalchemy.select(col(Candidate.contact_id)).where(col(Candidate.campaign_id) == campaign.id)
    newcomers = sqlalchemy.select(
        literal(campaign.id),
        col(ListMember.contact_id),
        literal(CandidateState.WAITING, Word(CandidateState)),
        literal(now, UtcInstant()),
        literal(0),
        literal(""),
    ).where(col(ListMember.list_id) == list_id, col(ListMember.contact_id).not_in(already))
    columns = ["campaign_id", "contact_id", "state", "due_at", "tries", "note"]
    session.execute(insert(Candidate).from_select(columns, newcomers))
