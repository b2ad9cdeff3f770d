"""Loads a clean frame into people, numbers and evidence, in one transaction with its audit row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.errors import NotFound, NotPossible
from dialer.schema import (
    ConsentRow,
    Contact,
    ContactList,
    ContractRow,
    ListMember,
    PastCall,
    Phone,
    Wish,
    WishKind,
)
from lists import ContactList as ReadList

_NOON = time(12, tzinfo=UTC)


def import_list(session: Session, read: ReadList, name: str, now: datetime) -> ContactList:
    """Store a list with everybody on it. Raises `NotPossible` when this file or name is there already."""
    report = read.report
    same = session.exec(
        select(ContactList).where((ContactList.sha256 == report.sha256) | (ContactList.name == name))
    ).first()
    if same:
        when = f"{same.imported_at:%Y-%m-%d %H:%M} UTC"
        if same.sha256 == report.sha256:
            raise NotPossible(
                f"this very file was already imported on {when} as {same.name!r}; use that list",
                f"ce même fichier a déjà été importé le {when} sous le nom {same.name!r} ; utiliser cette liste",
            )
        raise NotPossible(
            f"a list named {name!r} was imported on {when}; choose another name with --name",
            f"une liste nommée {name!r} a été importée le {when} ; choisir un autre nom avec --name",
        )
    if not report.accepted:
        raise NotPossible(
            f"{report.file}: none of its {report.rows_read} rows can be used, so nothing was imported; first problem: "
            f"line {report.problems[0].line}, {report.problems[0].message_en}",
            f"{report.file} : aucune de ses {report.rows_read} lignes n'est utilisable, rien n'a été importé ; premier "
            f"problème : ligne {report.problems[0].line}, {report.problems[0].message_fr}",
        )
    stored = ContactList(
        name=name, file_name=report.file, sha256=report.sha256, imported_at=now, report=report.to_dict()
    )
    session.add(stored)
    session.flush()
    for row in read.frame.to_dict("records"):
        _store_person(session, stored, {str(key): _or_none(value) for key, value in row.items()}, now)
    audit.append(
        session,
        AuditKind.LIST_IMPORTED,
        {"list": name, "sha256": report.sha256, "accepted": report.accepted, "rejected": report.rejected},
        now,
    )
    return stored


def list_named(session: Session, name: str) -> ContactList:
    found = session.exec(select(ContactList).where(ContactList.name == name)).first()
    if found is None:
        known = ", ".join(session.exec(select(ContactList.name).order_by(ContactList.name))) or "—"
        raise NotFound(f"no list {name!r}; imported lists: {known}", f"pas de liste {name!r} ; importées : {known}")
    return found


def _store_person(session: Session, stored: ContactList, row: dict[str, Any], now: datetime) -> None:
    """One row: who is known already by one of the numbers keeps their place, and learns what the row says.

    When the numbers belong to several people already, each of them gets what limits calls.
    """
    numbers = row["numbers"].split(";")
    known = _known_people(session, numbers)
    contact_id = known[0] if known else _new_person(session, row)
    _add_numbers(session, contact_id, numbers)
    session.merge(ListMember(list_id=stored.id, contact_id=contact_id))
    session.add_all(_permissions(stored, contact_id, row))
    for person in known or [contact_id]:
        session.add_all(_limits(stored, person, row, now))


def _new_person(session: Session, row: dict[str, Any]) -> int:
    contact = Contact(
        external_id=row["external_id"],
        last_name=row["last_name"],
        first_name=row["first_name"],
        siret=row["siret"],
        postcode=row["postcode"],
        city=row["city"],
        attributes=json.loads(row["attributes"] or "{}"),
    )
    session.add(contact)
    session.flush()
    return contact.id


def _known_people(session: Session, numbers: list[str]) -> list[int]:
    found = session.exec(select(Phone.contact_id).where(col(Phone.number).in_(numbers)).distinct())
    return sorted(found)


def _add_numbers(session: Session, contact_id: int, numbers: list[str]) -> None:
    known = set(session.exec(select(Phone.number).where(col(Phone.number).in_(numbers))))
    for rank, number in enumerate(numbers):
        if number not in known:
            session.add(Phone(contact_id=contact_id, number=number, rank=rank))


def _permissions(stored: ContactList, contact_id: int, row: dict[str, Any]) -> Iterable[object]:
    """What the row brings in favour of calling: a consent, a contract."""
    if row["consent_stated"]:
        yield ConsentRow(
            contact_id=contact_id,
            list_id=stored.id,
            collected_on=row["consent_on"],
            notice=row["consent_notice"] or "",
            proof=row["consent_proof"] or "",
            systems=row["consent_systems"] or "",
        )
    if row["contract_stated"]:
        yield ContractRow(
            contact_id=contact_id, list_id=stored.id, object=row["contract_object"] or "", until=row["contract_until"]
        )


def _limits(stored: ContactList, contact_id: int, row: dict[str, Any], now: datetime) -> Iterable[object]:
    """What the row brings against it: a refusal, an objection, calls made before."""
    for kind, stated, said_on in (
        (WishKind.REFUSAL, row["refused"], row["refused_on"]),
        (WishKind.OBJECTION, row["objected"], row["objected_on"]),
    ):
        if stated:
            said_at = datetime.combine(said_on, _NOON) if said_on else None
            yield Wish(contact_id=contact_id, kind=kind, said_at=said_at, source=f"list {stored.name}", noted_at=now)
    for day in (row["past_calls"] or "").split(";"):
        if day:
            yield PastCall(contact_id=contact_id, list_id=stored.id, made_on=date.fromisoformat(day))


def _or_none(value: object) -> object:
    """Pandas has several ways to say nothing; the database has one."""
    if isinstance(value, str | bool | int | date):
        return value
    return None if pd.isna(value) else value  # type: ignore[call-overload]
