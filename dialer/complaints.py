"""Complaints about calls, as carriers charge for them: written into the audit chain, so that none can vanish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dialer import audit, remarks
from dialer.audit import AuditKind
from dialer.errors import NotFound
from dialer.ledger import NOT_COUNTED
from dialer.schema import Attempt, AuditRow


@dataclass(frozen=True, slots=True)
class Complaint:
    """About one attempt; `reference` is the file number under which the complaint is kept."""

    attempt_id: str
    said_at: datetime
    reference: str


def record_complaint(session: Session, complaint: Complaint, now: datetime) -> None:
    """Write it down; the chain has the reference by its hash. Raises `NotFound`."""
    attempt = session.get(Attempt, complaint.attempt_id)
    if attempt is None or attempt.state in NOT_COUNTED:
        raise NotFound(
            f"no call {complaint.attempt_id!r} has left the platform; give the id of an attempt, as reports show it",
            f"aucun appel {complaint.attempt_id!r} n'est parti ; donner l'identifiant d'une tentative, vu aux rapports",
        )
    reference = remarks.note(session, complaint.reference, attempt.contact_id)
    said = {"said_at": complaint.said_at.isoformat(), "reference_sha256": reference}
    audit.append(session, AuditKind.COMPLAINT, {"attempt": complaint.attempt_id, **said}, now)


def complaints(session: Session) -> list[Complaint]:
    """Every complaint on record, oldest record first."""
    rows = session.exec(
        select(AuditRow.body).where(AuditRow.kind == str(AuditKind.COMPLAINT)).order_by(col(AuditRow.seq))
    )
    bodies = [json.loads(body) for body in rows]
    return [
        Complaint(body["attempt"], datetime.fromisoformat(body["said_at"]), _reference(session, body))
        for body in bodies
    ]


def _reference(session: Session, body: Mapping[str, str]) -> str:
    """In the chain itself before version 0009 of the tables."""
    return remarks.words(session, body["reference_sha256"]) if "reference_sha256" in body else body["reference"]
