"""Who looked at whose data: one line for each look, kept as long as the retention table says (CNIL 2021-122)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from dialer.schema import AccessLog
from dialer.standing import Standing


def note_access(session: Session, verb: str, person: str, detail: str, at: datetime) -> None:
    """In the caller's transaction. `person` is a pseudonym, empty where it was about more than one."""
    standing: Standing | None = session.info.get(Standing)
    actor = standing.actor if standing else ""
    session.add(AccessLog(at=at, actor=actor, verb=verb, person=person, detail=detail))
