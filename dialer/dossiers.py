"""Rows about people, read for many at a time: everything on record that can bear on a call."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from dialer.driver import Driver, Rows, Statement, shape_of
from dialer.schema import (
    AgreedSlot,
    Attempt,
    CallbackRequest,
    ConsentRow,
    Contact,
    ContractRow,
    ListedNumber,
    ListMember,
    Opposition,
    PastCall,
    Phone,
    Scrub,
    Wish,
)

_CHUNK = 500
"""Ids in one query; databases bound the number of parameters."""


class ScrubbedNumber(NamedTuple):
    """A number of somebody on a list that came back from Bloctel; `returned_on` is None if the list did not hold it.

    The register was one of numbers, not of people: that one of them came back clears no other.
    """

    number: int
    sha256: str
    returned_on: date | None
    rows_in: int
    rows_removed: int


@dataclass
class Dossier:
    """What is on record about one contact: what permits, by person; what limits, by person and by each number."""

    contact: Contact
    phones: list[Phone] = field(default_factory=list)
    consents: list[ConsentRow] = field(default_factory=list)
    contracts: list[ContractRow] = field(default_factory=list)
    requests: list[CallbackRequest] = field(default_factory=list)
    slots: list[AgreedSlot] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    oppositions: list[Opposition] = field(default_factory=list)
    past_calls: list[PastCall] = field(default_factory=list)
    scrubs: list[ScrubbedNumber] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    called_until: datetime | None = None
    """When the call that is under way to them is over at the latest; looked up only when one more is to leave."""


_BY_PERSON: dict[str, type[Any]] = {
    "phones": Phone,
    "consents": ConsentRow,
    "contracts": ContractRow,
    "requests": CallbackRequest,
    "slots": AgreedSlot,
    "wishes": Wish,
    "attempts": Attempt,
}
_BY_NUMBER: dict[str, type[Any]] = {"oppositions": Opposition, "past_calls": PastCall}
_TABLES: dict[str, type[SQLModel]] = {"contact": Contact} | _BY_PERSON | _BY_NUMBER
_PARTS = len(_TABLES) + 1
"""Of a dossier: one for each of these tables, and the scrubs."""


def digits_of(phone: Any) -> ColumnElement[int]:
    """The number of a phone (`Phone` or an alias of it) as limits are kept: E.164 without its plus."""
    return cast(func.substr(phone.number, 2), BigInteger)


def came_back() -> ColumnElement[Any]:
    """The day on which a scrubbed list came back with the number on it, else null: see `numbers_of_scrubbed`."""
    known_before = exists().where(
        col(ListedNumber.number) == digits_of(Phone), col(ListedNumber.list_id) == col(Scrub.contacts_id)
    )
    return case((or_(col(Phone.list_id) == col(Scrub.contacts_id), known_before), col(Scrub.returned_on)))


def numbers_of_scrubbed(*columns: Any) -> Select[Any]:
    """contact_id and `columns`, for each number of each person on a scrubbed list, and each scrub of it."""
    return (
        select_columns(col(Phone.contact_id), *columns)
        .join(ListMember, col(ListMember.contact_id) == col(Phone.contact_id))
        .join(Scrub, col(Scrub.contacts_id) == col(ListMember.list_id))
    )


def read_dossiers(session: Session, contact_ids: Sequence[int]) -> list[Dossier]:
    """The dossiers of these contacts, in their order; a handful of queries for every 500 of them."""
    found: dict[int, Dossier] = {}
    for start in range(0, len(contact_ids), _CHUNK):
        chunk = contact_ids[start : start + _CHUNK]
        contacts = session.exec(select(Contact).where(col(Contact.id).in_(chunk)))
        dossiers = {contact.id: Dossier(contact) for contact in contacts}
        for name, contact_id, row in _rows_about(session, chunk):
            getattr(dossiers[contact_id], name).append(row)
        found |= dossiers
    return [found[contact_id] for contact_id in contact_ids]


def read_dossier(driver: Driver, contact_id: int) -> Dossier:
    """The same of one contact: its rows bear the names of the columns, and are no part of the session."""
    return dossier_from(driver, driver.all(dossier_question(driver, contact_id))[0])


def dossier_question(driver: Driver, contact_id: int) -> Statement:
    """To be asked with whatever else is read, and the answer given to `dossier_from`.

    One statement: to pass eleven on takes longer than to obey them, and most of the tables have nothing to tell.
    """
    return _statement(driver.postgresql), (contact_id,) * _PARTS


def dossier_from(driver: Driver, answer: Rows) -> Dossier:
    read, parts = _readers(driver.postgresql), defaultdict[str, Any](list)
    for (name, _), row in zip(answer, json.loads(f"[{','.join([row for _, row in answer])}]"), strict=True):
        parts[name].append(read[name](row))
    (contact,) = parts.pop("contact")
    return Dossier(contact, **parts)


@lru_cache(maxsize=2)
def _readers(postgresql: bool) -> dict[str, Callable[[list[Any]], Any]]:
    """What makes a row of each part of a dossier of what is told of it."""
    return {name: shape_of(table, postgresql).read_told for name, table in _TABLES.items()} | {"scrubs": _scrubbed}


_SCRUBBED = """
SELECT 'scrubs', {to_json}(CAST(substr(phone.number, 2) AS BIGINT), scrub.sha256,
    CASE WHEN phone.list_id = scrub.contacts_id OR EXISTS (
        SELECT 1 FROM listed_number
        WHERE listed_number.number = CAST(substr(phone.number, 2) AS BIGINT)
            AND listed_number.list_id = scrub.contacts_id
    ) THEN scrub.returned_on END,
    scrub.rows_in, scrub.rows_removed){as_text}
FROM phone JOIN list_member ON list_member.contact_id = phone.contact_id
    JOIN scrub ON scrub.contacts_id = list_member.list_id
WHERE phone.contact_id = ?"""
"""What `numbers_of_scrubbed` and `came_back` tell of one contact."""


def _scrubbed(told: list[Any]) -> ScrubbedNumber:
    number, sha256, returned_on, rows_in, rows_removed = told
    return ScrubbedNumber(
        number, sha256, date.fromisoformat(returned_on) if returned_on else None, rows_in, rows_removed
    )


@lru_cache(maxsize=2)
def _statement(postgresql: bool) -> str:
    """Asks for each row of a dossier: the part that it belongs to, and its columns as a JSON array."""
    as_text, to_json = ("::text", "json_build_array") if postgresql else ("", "json_array")

    def select_from(name: str, source: str) -> str:
        table = _TABLES[name]
        return f"SELECT '{name}', {shape_of(table, postgresql).told.format('it.')}{as_text} FROM {source} = ?"

    of_their_number = "phone JOIN {} it ON it.number = CAST(substr(phone.number, 2) AS BIGINT) WHERE phone.contact_id"
    parts = [
        select_from("contact", "contact it WHERE it.id"),
        *(select_from(name, f"{_name(table)} it WHERE it.contact_id") for name, table in _BY_PERSON.items()),
        *(select_from(name, of_their_number.format(_name(table))) for name, table in _BY_NUMBER.items()),
        _SCRUBBED.format(as_text=as_text, to_json=to_json),
    ]
    return " UNION ALL ".join(parts)


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def _rows_about(session: Session, ids: Sequence[int]) -> Iterator[tuple[str, int, SQLModel | ScrubbedNumber]]:
    """Each row with the part of the dossier that it belongs to, and whose it is."""
    for name, table in _BY_PERSON.items():
        for row in session.exec(select(table).where(table.contact_id.in_(ids))):
            yield name, row.contact_id, row
    for name, table in _BY_NUMBER.items():
        of_their_numbers = select(Phone.contact_id, table).join(table, table.number == digits_of(Phone))
        for contact_id, row in session.exec(of_their_numbers.where(col(Phone.contact_id).in_(ids))):
            yield name, contact_id, row
    scrubs = numbers_of_scrubbed(digits_of(Phone), Scrub.sha256, came_back(), Scrub.rows_in, Scrub.rows_removed)
    for contact_id, *scrub in session.execute(scrubs.where(col(Phone.contact_id).in_(ids))):
        yield "scrubs", contact_id, ScrubbedNumber(*scrub)
