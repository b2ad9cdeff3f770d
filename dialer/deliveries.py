"""Files and backups that left our hands with a person in them, as the chain tells: no erasure reaches those."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dialer.access import was_in
from dialer.audit import AuditKind
from dialer.chain_rows import rows_of_kind


@dataclass(frozen=True, slots=True)
class Delivery:
    """One folder that was handed over. `manifest`: its digest; empty for what the person themselves got."""

    seq: int
    at: datetime
    manifest: str

    def to_dict(self) -> dict[str, object]:
        return {"row": self.seq, "at": self.at.isoformat(), "manifest": self.manifest or None}


def deliveries_of(session: Session, contact_id: int, pseudonym: str) -> list[Delivery]:
    """Every file about them, and every file about a campaign or a period that they were in; the oldest first."""
    found = []
    for row in rows_of_kind(session, AuditKind.EXPORTED):
        body = json.loads(row.body)
        asked = {name: body[name] for name in ("campaign", "since", "until") if body.get(name)}
        person = body.get("person")
        if person == pseudonym or (not person and was_in(session, contact_id, asked, row.at)):
            found.append(Delivery(row.seq, row.at, body.get("manifest") or ""))
    return found


def backups_made(session: Session) -> tuple[datetime, ...]:
    """When; each may hold the person, and files of the folder that name them."""
    return tuple(row.at for row in rows_of_kind(session, AuditKind.BACKUP))
