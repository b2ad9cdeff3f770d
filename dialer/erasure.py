"""A person erased at their request (GDPR art. 17): the key of their decisions destroyed, their clear data gone.

What stays is told beforehand, with the article that keeps it: the objection by number (art. 21), proofs of consent
and recordings within their period (art. 17(3)(b), C. conso. R.223-2, C. assur. L.112-2-2), and the chain, which names
pseudonyms only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from dialer import audit, ledger, remarks
from dialer.audit import AuditKind, Pseudonyms, chain_id
from dialer.chain_rows import rows_naming
from dialer.deliveries import Delivery, backups_made, deliveries_of
from dialer.erased_register import ErasedPerson, erased_register
from dialer.errors import NotPossible
from dialer.held import require_erasable
from dialer.kept_recordings import kept_for_contract
from dialer.outlook import OFFICE_ZONE
from dialer.recording_digests import attempts_recorded, told_recordings
from dialer.recordings import recordings_of
from dialer.schema import (
    Attempt,
    CallbackRequest,
    ConsentRow,
    Contact,
    DecisionRow,
    ImportedList,
    ListMember,
    Remark,
    RequestKind,
)
from dialer.stopping import ask_again
from dialer.subject_requests import answer_all
from dialer.taking_out import GOES, TakenOut, numbers_of, take_out, under_way
from dialer.traces import Traces, traces_of
from dialer.vault import Vault
from dialer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom an erasure would concern, what goes and what stays. `goes` counts rows by table."""

    contact_id: int
    pseudonym: str
    name: str
    numbers: tuple[str, ...]
    lists: tuple[str, ...]
    namesakes: int
    """Other people of the same first and last name, who are not touched."""
    goes: dict[str, int]
    decisions: int
    """Their facts become unreadable; verdict, day and rules stay."""
    in_clear: int
    """Decisions from before version 0009, sealed as they are: their facts stay readable."""
    attempts: int
    proofs: int
    """Consents and requests whose proof is kept within its period."""
    recordings: tuple[Path, ...]
    recordings_kept: tuple[Path, ...]
    """Of insurance calls that a contract followed: the law has them kept for two years (`dialer recording keep`)."""
    files: Traces
    """Files of the folder that name a number of theirs, to be deleted by hand, and those that could not be searched."""
    delivered: tuple[Delivery, ...]
    backups: tuple[datetime, ...]
    """When each was made: the clear data in it are erased again when it is restored, its files are not."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `recordings` are deleted."""

    preview: Preview
    taken: TakenOut
    closed: tuple[int, ...]
    """Requests of theirs that are answered by it."""


def preview(session: Session, workspace: Workspace, contact_id: int) -> Preview:
    """Raises `Held`, or `NotPossible` while a call to them is under way."""
    contact = session.get_one(Contact, contact_id)
    require_erasable(session, contact_id)
    if under_way(session, contact_id):
        raise NotPossible(
            "a call to this person is under way; erase them when it has ended",
            "un appel à cette personne est en cours ; l'effacer quand il sera terminé",
        )
    numbers, folder = numbers_of(session, contact_id), workspace.settings.folder
    recordings = recordings_of(session, folder, [contact_id])
    kept = kept_for_contract(session, recordings)
    lists = select(ImportedList.name).join(ListMember).where(ListMember.contact_id == contact_id)
    counted = {str(table.__tablename__): _count(session, table, contact_id) for table in GOES}
    return Preview(
        contact_id=contact_id,
        pseudonym=workspace.pseudonyms.of(contact_id),
        name=" ".join(part for part in (contact.first_name, contact.last_name) if part) or contact.external_id or "",
        numbers=tuple(numbers),
        lists=tuple(session.exec(lists.order_by(ImportedList.name))),
        namesakes=_namesakes(session, contact),
        goes={name: count for name, count in counted.items() if count},
        decisions=_count(session, DecisionRow, contact_id),
        in_clear=_in_clear(session, contact_id),
        attempts=_count(session, Attempt, contact_id),
        proofs=_count(session, ConsentRow, contact_id) + _count(session, CallbackRequest, contact_id),
        recordings=tuple(path for path in recordings if path not in kept),
        recordings_kept=kept,
        files=traces_of(folder, numbers),
        delivered=tuple(deliveries_of(session, contact_id, workspace.pseudonyms.of(contact_id))),
        backups=backups_made(session),
    )


def erase(workspace: Workspace, contact_id: int, reason: str, now: datetime) -> Erased:
    """All in one transaction; the register of the erased is on disk before it commits, so that no backup undoes it.

    Recordings are deleted just before the commit: what is left of a crash there is erased when it is asked again.
    Raises as `preview`, and `OSError`.
    """
    with workspace.store.transaction() as session:
        _give_back_unsent(session, contact_id, now)
        found = preview(session, workspace, contact_id)
        closed = answer_all(session, contact_id, (RequestKind.ERASURE, RequestKind.OBJECTION), "erased", now)
        taken = _erased(session, workspace.pseudonyms, found, reason, now)
        chain = chain_id(session)
        session.flush()
        person = ErasedPerson(contact_id, found.pseudonym, chain, now.isoformat())
        erased_register(workspace.settings.keys_folder).add(person)
        for path in found.recordings:
            path.unlink(missing_ok=True)
    return Erased(found, taken, tuple(closed))


def _erased(session: Session, pseudonyms: Pseudonyms, found: Preview, reason: str, now: datetime) -> TakenOut:
    contact = session.get_one(Contact, found.contact_id)
    _forget_words(session, pseudonyms, found.numbers)
    taken = take_out(session, pseudonyms, contact, now, objects_on=now.astimezone(OFFICE_ZONE).date())
    Vault.destroy(session, found.contact_id)
    told = {
        "person": found.pseudonym,
        "wishes": list(taken.wishes),
        "recordings": len(found.recordings),
        "recordings_kept": attempts_recorded(found.recordings_kept),
        "recorded": sorted({*attempts_recorded(found.recordings), *_left_of_a_crash(session, found)}),
        "reason_sha256": remarks.note(session, reason) if reason else None,
    }
    audit.append(session, AuditKind.ERASED, told, now)
    return taken


def _left_of_a_crash(session: Session, found: Preview) -> list[str]:
    """Recordings of theirs that may be gone already: whoever began to erase them was killed before the commit."""
    kept = {path.stem for path in found.recordings_kept}
    theirs = set(session.exec(select(Attempt.id).where(Attempt.contact_id == found.contact_id))) - kept
    return [each.attempt for each in told_recordings(session, theirs).values() if each.deleted_by is None]


def _give_back_unsent(session: Session, contact_id: int, now: datetime) -> None:
    unsent = select(Attempt.id).where(Attempt.contact_id == contact_id, col(Attempt.state).in_(ledger.UNSENT))
    if session.exec(unsent).first():
        ask_again(session, [contact_id], now)


def _forget_words(session: Session, pseudonyms: Pseudonyms, numbers: Sequence[str]) -> None:
    """What was written when their number was nobody's yet, which no row of theirs leads to."""
    for number in numbers:
        for row in rows_naming(session, "number", pseudonyms.of_number(number)):
            if word := session.get(Remark, json.loads(row.body).get("source_sha256", "")):
                session.delete(word)
    session.flush()


def _in_clear(session: Session, contact_id: int) -> int:
    clear = col(DecisionRow.body).startswith("{")
    return session.exec(
        select(func.count()).select_from(DecisionRow).where(DecisionRow.contact_id == contact_id, clear)
    ).one()


def _namesakes(session: Session, contact: Contact) -> int:
    if not contact.last_name:
        return 0
    same = func.lower(col(Contact.last_name)) == contact.last_name.lower()
    first = func.lower(func.coalesce(col(Contact.first_name), "")) == (contact.first_name or "").lower()
    others = select(func.count()).select_from(Contact).where(same, first, col(Contact.id) != contact.id)
    return session.exec(others).one()


def _count(session: Session, table: type[Any], contact_id: int) -> int:
    return session.exec(select(func.count()).select_from(table).where(table.contact_id == contact_id)).one()
