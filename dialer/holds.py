"""The officer's freeze: what is held is neither erased nor deleted in time, and nobody held is called.

Over a person, a campaign, or everything. `held` is asked before anything is approved, started or deleted;
here a hold is placed and lifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dialer import audit, ledger, remarks
from dialer.audit import AuditKind, Pseudonyms
from dialer.campaigns import set_state
from dialer.errors import NotFound, NotPossible
from dialer.held import standing_holds
from dialer.schema import Attempt, Campaign, CampaignState, LegalHold
from dialer.settings import Settings
from dialer.standing import Standing
from dialer.stopping import ask_again


def holds(session: Session, *, lifted: bool = False) -> Sequence[LegalHold]:
    """Those that stand; with `lifted` all there ever were."""
    return session.exec((select(LegalHold) if lifted else standing_holds()).order_by(col(LegalHold.id))).all()


def place_hold(
    session: Session,
    settings: Settings,
    pseudonyms: Pseudonyms,
    reason: str,
    now: datetime,
    *,
    contact_id: int | None = None,
    campaign: Campaign | None = None,
) -> LegalHold:
    """Freeze a person or a campaign; neither given: everything. Campaigns pause at once, unsent calls are cancelled.

    Calls under way end by themselves. Raises `NotPossible` without a reason.
    """
    if not reason.strip():
        raise NotPossible(
            "a hold needs a reason: say why with --reason", "un gel demande un motif : le dire avec --reason"
        )
    hold = LegalHold(
        contact_id=contact_id,
        campaign_id=campaign.id if campaign else None,
        reason=reason.strip(),
        placed_at=now,
        placed_by=_actor(session),
    )
    session.add(hold)
    session.flush()
    told = {
        "hold": hold.id,
        "person": pseudonyms.of(contact_id) if contact_id is not None else None,
        "campaign": campaign.name if campaign else None,
        "reason_sha256": remarks.note(session, hold.reason, contact_id),
    }
    audit.append(session, AuditKind.HOLD, told, now)
    if contact_id is None:
        _pause(session, settings, campaign, now)
    elif _has_unsent(session, contact_id):
        ask_again(session, [contact_id], now)
    return hold


def lift_hold(session: Session, hold_id: int, now: datetime) -> LegalHold:
    """End a hold; campaigns that it paused are started again by hand. Raises `NotFound`, `NotPossible`."""
    hold = session.get(LegalHold, hold_id)
    if hold is None:
        known = ", ".join(str(each.id) for each in holds(session)) or "—"
        raise NotFound(f"no hold {hold_id}; standing: {known}", f"pas de gel {hold_id} ; en vigueur : {known}")
    if hold.lifted_at:
        raise NotPossible(
            f"hold {hold_id} was lifted already, on {hold.lifted_at:%Y-%m-%d}",
            f"le gel {hold_id} est déjà levé, depuis le {hold.lifted_at:%Y-%m-%d}",
        )
    hold.lifted_at, hold.lifted_by = now, _actor(session)
    session.add(hold)
    audit.append(session, AuditKind.RELEASED, {"hold": hold_id}, now)
    return hold


def _pause(session: Session, settings: Settings, campaign: Campaign | None, now: datetime) -> None:
    running = select(Campaign).where(Campaign.state == CampaignState.RUNNING)
    if campaign:
        running = running.where(Campaign.id == campaign.id)
    for each in session.exec(running).all():
        set_state(session, settings, each.name, CampaignState.PAUSED, now)


def _has_unsent(session: Session, contact_id: int) -> bool:
    unsent = select(Attempt.id).where(Attempt.contact_id == contact_id, col(Attempt.state).in_(ledger.UNSENT))
    return session.exec(unsent).first() is not None


def _actor(session: Session) -> str:
    standing: Standing | None = session.info.get(Standing)
    return standing.actor if standing else ""
