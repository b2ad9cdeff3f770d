"""What a legal hold stands over, as the gate, the start of a campaign and every deletion ask before they act.

Apart from placing one, which stops campaigns: the gate must not import what imports the gate.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from dialer.driver import Rows, Statement
from dialer.errors import NotPossible
from dialer.schema import Attempt, Campaign, CampaignList, Candidate, LegalHold, ListMember

_STANDING = "lifted_at IS NULL"
HELD_PEOPLE = f"SELECT contact_id FROM legal_hold WHERE {_STANDING} AND contact_id IS NOT NULL"
"""Whom nobody calls; a held campaign is paused as well."""


class Held(NotPossible):
    """A legal hold stands over the person, the campaign, or everything."""


def hold_question(campaign_id: int, contact_id: int) -> Statement:
    """To be asked with whatever else the gate reads, and its answer given to `require_not_held`."""
    who = "((contact_id IS NULL AND campaign_id IS NULL) OR contact_id = ? OR campaign_id = ?)"
    return f"SELECT id FROM legal_hold WHERE {_STANDING} AND {who} LIMIT 1", (contact_id, campaign_id)


def require_not_held(answer: Rows) -> None:
    """Raises `Held` when the answer to `hold_question` names a hold."""
    if answer:
        raise _held([answer[0][0]])


def require_erasable(session: Session, contact_id: int) -> None:
    """Raises `Held` when something that stands keeps what is on record of this person."""
    if standing := holds_over(session, contact_id):
        raise _held([hold.id for hold in standing])


def require_startable(session: Session, campaign: Campaign) -> None:
    """Raises `Held` when a hold stands over the campaign or over everything."""
    over = col(LegalHold.campaign_id) == campaign.id
    if standing := session.exec(standing_holds().where(or_(_on_everything(), over))).all():
        raise _held([hold.id for hold in standing])


def require_undoable(session: Session, list_id: int) -> None:
    """Raises `Held` when a hold stands over everything, a campaign of the list, or somebody on it."""
    campaigns = select(CampaignList.campaign_id).where(CampaignList.list_id == list_id)
    people = select(ListMember.contact_id).where(ListMember.list_id == list_id)
    over = or_(_on_everything(), col(LegalHold.campaign_id).in_(campaigns), col(LegalHold.contact_id).in_(people))
    if standing := session.exec(standing_holds().where(over)).all():
        raise _held([hold.id for hold in standing])


def holds_over(session: Session, contact_id: int) -> Sequence[LegalHold]:
    """What keeps a person's data: holds on them, on everything, and on campaigns that they are or were in."""
    theirs = or_(
        exists().where(col(Candidate.campaign_id) == LegalHold.campaign_id, col(Candidate.contact_id) == contact_id),
        exists().where(col(Attempt.campaign_id) == LegalHold.campaign_id, col(Attempt.contact_id) == contact_id),
    )
    return session.exec(
        standing_holds().where(or_(_on_everything(), col(LegalHold.contact_id) == contact_id, theirs))
    ).all()


def standing_holds() -> SelectOfScalar[LegalHold]:
    return select(LegalHold).where(col(LegalHold.lifted_at).is_(None))


def _on_everything() -> ColumnElement[bool]:
    return col(LegalHold.contact_id).is_(None) & col(LegalHold.campaign_id).is_(None)


def _held(ids: Sequence[int]) -> Held:
    named = ", ".join(map(str, ids))
    return Held(
        f"legal hold {named} stands over this: nothing of it is erased, and nobody in it is called; `dialer hold list` "
        "tells why, and the officer lifts it with `dialer hold lift`",
        f"gel juridique {named} en vigueur : rien n'y est effacé et personne n'y est appelé ; `dialer hold list` dit "
        "pourquoi, et le responsable le lève avec `dialer hold lift`",
    )
