"""Takes a person who was erased after a backup out of the restored database once more.

Apart from the erasure that somebody asks for: nothing is decided here, it was decided then.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, func, select

from dialer import ledger
from dialer.audit import AuditKind, append
from dialer.backups.names import Names
from dialer.dispositions import Disposition
from dialer.erased_register import ErasedPerson
from dialer.kept_recordings import kept_for_contract
from dialer.outlook import OFFICE_ZONE
from dialer.recording_digests import attempts_recorded
from dialer.recordings import recordings_of
from dialer.reported import reported
from dialer.schema import Attempt, AttemptState, Contact, ImportedList, ListMember
from dialer.stopping import ask_again
from dialer.taking_out import take_out
from dialer.vault import Vault


def erase_again(session: Session, person: ErasedPerson, now: datetime, files: Path, names: Names) -> bool:
    """Destroy the key and empty what names them; False when the database does not know them, or erased them.

    Recordings among the `files` that are about to come back are deleted in any case, but not those that the law has
    kept because a contract followed. Raises `KeyLost`, `OSError`.
    """
    contact = session.get(Contact, person.contact_id)
    if contact is None or _came_later(session, contact, person):
        return False
    theirs = recordings_of(session, files, [contact.id])
    recordings = sorted({*theirs} - {*kept_for_contract(session, theirs)})
    for path in recordings:
        path.unlink()
    if contact.erased_at:
        return False
    _settle(session, contact.id, now)
    objected = datetime.fromisoformat(person.at).astimezone(OFFICE_ZONE).date()
    taken = take_out(session, names.pseudonyms, contact, now, objects_on=objected)
    Vault.destroy(session, contact.id)
    told = {"person": person.pseudonym, "wishes": list(taken.wishes), "at": person.at, "again": True}
    told["recorded"] = attempts_recorded(recordings)
    append(session, AuditKind.ERASED, told, now)
    return True


def _settle(session: Session, contact_id: int, now: datetime) -> None:
    """What the backup caught half-way is over by now: given back if it had not left, else unknown, which counts."""
    ask_again(session, [contact_id], now)
    live = select(Attempt.id).where(Attempt.contact_id == contact_id, col(Attempt.state).in_(ledger.ON_THE_LINE))
    for attempt_id in session.exec(live).all():
        ledger.move(session, attempt_id, AttemptState.UNKNOWN, ended_at=now, disposition=Disposition.UNKNOWN)
        told = {
            "attempt": attempt_id,
            "state": str(AttemptState.UNKNOWN),
            "disposition": str(Disposition.UNKNOWN),
            "reported": reported(session, attempt_id),
        }
        append(session, AuditKind.ATTEMPT, told, now)
    session.expire_all()


def _came_later(session: Session, contact: Contact, person: ErasedPerson) -> bool:
    """Whether it is somebody else: a backup from before both had come gave the id away a second time."""
    theirs = select(ListMember.list_id).where(ListMember.contact_id == contact.id)
    lists = col(ImportedList.id).in_(theirs) | (col(ImportedList.id) == contact.list_id)
    first = session.exec(select(func.min(ImportedList.imported_at)).where(lists)).one()
    return first is not None and first > datetime.fromisoformat(person.at)
