"""Rows about people, read for many at a time: everything on record that can bear on a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from dialer.schema import Attempt, ConsentRow, Contact, ContractRow, PastCall, Phone, Wish

_CHUNK = 500
"""Ids in one query; databases bound the number of parameters."""


@dataclass
class Dossier:
    """What is on record about one contact."""

    contact: Contact
    phones: list[Phone] = field(default_factory=list)
    consents: list[ConsentRow] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    contracts: list[ContractRow] = field(default_factory=list)
    past_calls: list[PastCall] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def read_dossiers(session: Session, contact_ids: Sequence[int]) -> list[Dossier]:
    """The dossiers of these contacts, in their order; a handful of queries whatever their number."""
    contacts = {contact.id: contact for contact in _rows(session, Contact, "id", contact_ids)}
    phones, consents = _grouped(session, Phone, contact_ids), _grouped(session, ConsentRow, contact_ids)
    wishes, contracts = _grouped(session, Wish, contact_ids), _grouped(session, ContractRow, contact_ids)
    past_calls, attempts = _grouped(session, PastCall, contact_ids), _grouped(session, Attempt, contact_ids)
    return [
        Dossier(contacts[at], phones[at], consents[at], wishes[at], contracts[at], past_calls[at], attempts[at])
        for at in contact_ids
    ]


R = TypeVar("R", bound=SQLModel)


def _grouped(session: Session, table: type[R], ids: Sequence[int]) -> dict[int, list[R]]:
    grouped: dict[int, list[R]] = defaultdict(list)
    for row in _rows(session, table, "contact_id", ids):
        grouped[getattr(row, "contact_id")].append(row)  # noqa: B009 - every table asked for has it
    return grouped


def _rows(session: Session, table: type[R], column: str, ids: Sequence[int]) -> list[R]:
    rows: list[R] = []
    for start in range(0, len(ids), _CHUNK):
        rows += session.exec(select(table).where(col(getattr(table, column)).in_(ids[start : start + _CHUNK])))
    return rows
