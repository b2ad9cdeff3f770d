"""When the legal day closes where one person lives, everybody who is due there waits for the same opening.

Without it each of a hundred thousand people would be asked about twice a day, to write down a hundred thousand
times that it is lunch time. Nobody is called because of it, and nobody later than the gate itself would allow.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from dialer import audit
from dialer.audit import AuditKind
from dialer.driver import Driver
from dialer.schema import AgreedSlot, Campaign, Candidate, CandidateState, ConsentRow, Contact
from rules.decide import Decision
from rules.places import representative

BY_THE_CALENDAR = frozenset({"FR-HOURS", "FR-HOLIDAY", "FR-HOLIDAY-REGIONAL"})
"""Rules that look at the place and the instant only."""
_AT_ONCE = 5_000
"""Candidates looked at for one answer; those that are left learn it from the next."""


def put_off_likewise(session: Session, campaign: Campaign, contact_id: int, decision: Decision, now: datetime) -> int:
    """How many more candidates of the campaign now wait until the calendar lets go of the one who was asked about,
    whose decision stands on record for all of them.

    Left alone are those to whom other hours may apply: professionals, who agreed to a slot or to any hour, and
    whose place is only guessed from a number.
    """
    closed = [finding for finding in decision.blocking if finding.rule.id in BY_THE_CALENDAR]
    until = max((finding.outcome.until for finding in closed if finding.outcome.until), default=None)
    if until is None:
        return 0
    place = _place(session.get_one(Contact, contact_id).postcode)
    if place is None:
        return 0
    due = session.execute(
        select(col(Candidate.contact_id), col(Contact.postcode))
        .join(Contact, col(Contact.id) == col(Candidate.contact_id))
        .where(
            col(Candidate.campaign_id) == campaign.id,
            col(Candidate.state) == CandidateState.WAITING,
            col(Candidate.due_at) <= now,
            col(Contact.siret).is_(None),
            ~exists().where(col(ConsentRow.contact_id) == col(Candidate.contact_id), col(ConsentRow.any_hour)),
            ~exists().where(col(AgreedSlot.contact_id) == col(Candidate.contact_id)),
        )
        .order_by(col(Candidate.due_at))
        .limit(_AT_ONCE)
    )
    likewise = [other for other, postcode in due if _place(postcode) == place]
    if likewise:
        session.execute(
            update(Candidate)
            .where(col(Candidate.campaign_id) == campaign.id, col(Candidate.contact_id).in_(likewise))
            .values(due_at=until, note=";".join(sorted({finding.rule.id for finding in closed})))
            .execution_options(synchronize_session=False)
        )
        told = {"campaign": campaign.name, "people": len(likewise), "until": until.isoformat()}
        audit.append(session, AuditKind.PUT_OFF, told | {"decision": _decision_on(session, contact_id)}, now)
    return len(likewise)


def _decision_on(session: Session, contact_id: int) -> int:
    """The newest decision on record about a person."""
    ((newest,),) = Driver(session).rows("SELECT max(id) FROM decision WHERE contact_id = ?", contact_id)
    return int(newest)


def _place(postcode: str | None) -> str | None:
    """What stands for everybody of the same place; None where the postcode does not tell."""
    return representative(postcode, "")[0] if postcode else None
