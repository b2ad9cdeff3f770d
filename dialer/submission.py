"""What is handed to an authority about a person, a campaign or a period, read from the records a few rows at a time.

Apart from the folder that is made of it (`adapters.submission`): here is what belongs to it, there how it looks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, func, select

from dialer.audit import Pseudonyms
from dialer.schema import (
    AgreedSlot,
    Attempt,
    CallbackRequest,
    Campaign,
    ConsentRow,
    Contact,
    ContractRow,
    DecisionRow,
    ImportedList,
    Phone,
    Wish,
)
from dialer.vault import Erased, Vault, read_decision

_AT_ONCE = 500
"""Rows, or ids in one question; databases bound the number of parameters."""
_EVIDENCE: Mapping[str, type[Any]] = {
    "consent": ConsentRow,
    "contract": ContractRow,
    "callback": CallbackRequest,
    "slot": AgreedSlot,
    "wish": Wish,
}
_WHOSE = {"id", "contact_id", "list_id", "proof"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which decisions belong to it; what is None does not narrow it."""

    contact_id: int | None = None
    campaign_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        asked: list[ColumnElement[bool]] = []
        if self.contact_id is not None:
            asked.append(col(DecisionRow.contact_id) == self.contact_id)
        if self.campaign_id is not None:
            asked.append(col(DecisionRow.campaign_id) == self.campaign_id)
        if self.since is not None:
            asked.append(col(DecisionRow.at) >= self.since)
        if self.until is not None:
            asked.append(col(DecisionRow.at) < self.until)
        return asked


@dataclass(frozen=True, slots=True)
class Case:
    """One decision; `body` is None when the person's key was destroyed."""

    row: DecisionRow
    campaign: str
    body: Mapping[str, Any] | None

    @property
    def number(self) -> str:
        """In clear, or its pseudonym."""
        return str(self.body["facts"]["number"]) if self.body else self.row.number

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(self.row.rule_ids.split(";")) if self.row.rule_ids else ()

    def to_dict(self) -> dict[str, object]:
        """Complete enough to be judged again by somebody else."""
        row = self.row
        return {
            "id": row.id, "at": row.at.isoformat(), "campaign": self.campaign, "contact": row.contact_id,
            "verdict": row.verdict, "rules": list(self.rules), "next": row.next_at, "sha256": row.sha256,
            "erased": self.body is None, **(self.body or {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody about whom something was decided; of an erased one only the pseudonym is left."""

    contact_id: int
    pseudonym: str
    name: str
    postcode: str
    numbers: tuple[str, ...]
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record that permits or limits calls to a person, with where it came from. `proof` is as it was noted."""

    kind: str
    id: int
    contact_id: int
    said: Mapping[str, Any]
    proof: str
    list_name: str

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind, "id": self.id, "contact": self.contact_id, **self.said, "proof": self.proof,
            "list": self.list_name,
        }  # fmt: skip


def count_cases(session: Session, scope: Scope) -> int:
    return session.exec(select(func.count()).select_from(DecisionRow).where(*scope.conditions)).one()


def cases(session: Session, vault: Vault, scope: Scope) -> Iterator[Case]:
    """The decisions, in their order."""
    names = {campaign.id: campaign.name for campaign in session.exec(select(Campaign))}
    rows = select(DecisionRow).where(*scope.conditions).order_by(col(DecisionRow.id))
    for row in session.exec(rows.execution_options(yield_per=_AT_ONCE)):
        session.expunge(row)
        try:
            body = read_decision(session, vault, row)
        except Erased:
            body = None
        yield Case(row, names[row.campaign_id], body if body is None or "facts" in body else None)


def calls(session: Session, scope: Scope) -> Iterator[Attempt]:
    """The attempts that rest on them, also those that never left."""
    rows = select(Attempt).join(DecisionRow).where(*scope.conditions).order_by(col(Attempt.decision_id))
    for row in session.exec(rows.execution_options(yield_per=_AT_ONCE)):
        session.expunge(row)
        yield row


def people_of(session: Session, pseudonyms: Pseudonyms, scope: Scope) -> dict[int, Person]:
    """Everybody about whom there is a decision, and the person asked for even without one."""
    contact_ids = set(session.exec(select(DecisionRow.contact_id).where(*scope.conditions).distinct()))
    contact_ids |= {scope.contact_id} if scope.contact_id is not None else set()
    numbers: dict[int, list[str]] = {}
    for each in _of_people(session, Phone, contact_ids):
        numbers.setdefault(each.contact_id, []).append(each.number)
    return {
        row.id: Person(
            row.id,
            pseudonyms.of(row.id),
            " ".join(part for part in (row.first_name, row.last_name) if part) or row.external_id or "",
            row.postcode or "",
            tuple(numbers.get(row.id, ())),
            row.erased_at,
        )
        for row in _of_people(session, Contact, contact_ids)
    }


def evidence(session: Session, contact_ids: Collection[int]) -> Iterator[Evidence]:
    """Everything that these people are on record with, kind by kind."""
    lists = {stored.id: stored.name for stored in session.exec(select(ImportedList))}
    for kind, table in _EVIDENCE.items():
        for row in _of_people(session, table, contact_ids):
            plain = json.loads(row.model_dump_json(exclude=_WHOSE))
            said = {name: value for name, value in plain.items() if value not in (None, "", False)}
            brought = lists.get(getattr(row, "list_id", None) or 0, "")
            yield Evidence(kind, row.id, row.contact_id, said, getattr(row, "proof", ""), brought)


def _of_people(session: Session, table: type[Any], contact_ids: Collection[int]) -> Iterator[Any]:
    """A table's rows about these people, in the order of its ids."""
    whose = table.id if table is Contact else table.contact_id
    ids = sorted(contact_ids)
    for start in range(0, len(ids), _AT_ONCE):
        asked = select(table).where(whose.in_(ids[start : start + _AT_ONCE])).order_by(col(table.id))
        rows: list[SQLModel] = list(session.exec(asked))
        yield from rows
