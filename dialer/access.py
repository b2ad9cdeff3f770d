"""Who looked at whose data: one line for each look, kept as long as the retention table says (CNIL 2021-122)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dialer.audit import Pseudonyms
from dialer.schema import AccessLog
from dialer.standing import Standing
from dialer.store import Store
from dialer.wishes import holder_of


def note_access(session: Session, verb: str, person: str, detail: str, at: datetime) -> None:
    """In the caller's transaction. `person` is a pseudonym, empty where it was about more than one."""
    standing: Standing | None = session.info.get(Standing)
    actor = standing.actor if standing else ""
    session.add(AccessLog(at=at, actor=actor, verb=verb, person=person, detail=detail))


def note_look(store: Store, verb: str, person: str, at: datetime, detail: str = "") -> None:
    """The same in a transaction of its own, before anything is shown: who reads needs no write lock but for this."""
    with store.transaction() as session:
        note_access(session, verb, person, detail, at)


def note_look_at_number(session: Session, pseudonyms: Pseudonyms, verb: str, number: str, at: datetime) -> None:
    """In the caller's transaction, about whoever has the number; about the number where nobody has it."""
    contact_id = holder_of(session, number)
    person = pseudonyms.of_number(number) if contact_id is None else pseudonyms.of(contact_id)
    note_access(session, verb, person, "", at)


def looks_at(session: Session, person: str) -> Sequence[AccessLog]:
    """Who looked at the data of the one with this pseudonym, oldest first."""
    return session.exec(select(AccessLog).where(AccessLog.person == person).order_by(col(AccessLog.id))).all()
