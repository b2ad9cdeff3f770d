"""Rows about everybody on some lists, read as columns: what `dossiers` does for a few people, for a million.

Whatever bears on a call is read as text, so that equal rows are found without making objects of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import CursorResult, Text, case, cast, func, literal, type_coerce
from sqlmodel import Session, col, select

from dialer.ledger import GIVEN_BACK
from dialer.schema import Attempt, Contact, ListMember, Phone, PhoneState, Wish, WishKind

_FETCHED = 100_000
"""Rows made into columns at once: as objects of Python they take many times the room."""
_FEW = 8
"""Fewer than one in so many of all contacts are looked up one by one; for more, tables are read through."""
_COUNTRY_CODE = 4
"""Characters of a number that tell its country: all that places are found by."""

TEXTS = {"contact_id": pl.Int64, "text": pl.String}


@dataclass(frozen=True)
class Crowd:
    """The members of some lists. `few`: a small part of all contacts."""

    list_ids: tuple[int, ...]
    few: bool

    @classmethod
    def of(cls, session: Session, list_ids: Sequence[int]) -> Crowd:
        members = select(func.count()).select_from(ListMember).where(col(ListMember.list_id).in_(list_ids))
        everybody = select(func.count()).select_from(Contact)
        return cls(tuple(list_ids), session.exec(members).one() * _FEW < session.exec(everybody).one())

    def ids(self) -> Any:
        return select(ListMember.contact_id).where(col(ListMember.list_id).in_(self.list_ids))

    def only(self, query: Any, contact_id: Any) -> Any:
        """The query for these people. Others may come along, whom a join with `people` leaves out."""
        return query.where(contact_id.in_(self.ids())) if self.few else query

    def people(self, session: Session) -> pl.DataFrame:
        """`contact_id`, `postcode`, and `firm`: has a SIRET or SIREN."""
        firm = case((func.coalesce(Contact.siret, "") != "", 1), else_=0)
        wanted = select(Contact.id, Contact.postcode, firm).where(col(Contact.id).in_(self.ids()))
        return fetch(session, wanted, {"contact_id": pl.Int64, "postcode": pl.String, "firm": pl.Boolean})

    def odd_phones(self, session: Session, advertiser_id: int) -> pl.DataFrame:
        """`contact_id` and as `text` each phone of those who have others than live ones of +33, or none at all.

        Told are its place among theirs, country code, state, rank, and how often this advertiser tried it.
        """
        odd = select(Phone.contact_id).where((col(Phone.state) != PhoneState.LIVE) | ~col(Phone.number).like("+33%"))
        tries = (
            select(func.count())
            .where(Attempt.contact_id == Phone.contact_id, Attempt.number == Phone.number)
            .where(Attempt.advertiser_id == advertiser_id)
            .scalar_subquery()
        )
        place = func.row_number().over(partition_by=col(Phone.contact_id), order_by=col(Phone.id))
        code = func.substr(Phone.number, 1, _COUNTRY_CODE)
        told = json_text(session, [place, code, Phone.state, Phone.rank, tries])
        phones = self.only(select(Phone.contact_id, told).where(col(Phone.contact_id).in_(odd)), col(Phone.contact_id))
        theirs = select(Phone.id).where(Phone.contact_id == ListMember.contact_id)
        nobodys = select(ListMember.contact_id, literal("")).where(
            col(ListMember.list_id).in_(self.list_ids), ~theirs.exists()
        )
        return pl.concat([fetch(session, phones, TEXTS), fetch(session, nobodys.distinct(), TEXTS)])

    def wishes(self, session: Session) -> pl.DataFrame:
        """Of each wish that stands `contact_id`, `at` when it was said, and as `text` its advertiser and kind."""
        told = json_text(session, [Wish.advertiser_id, Wish.kind])
        taken_back = select(Wish.corrects).where(col(Wish.corrects).is_not(None))
        query = select(Wish.contact_id, told, type_coerce(Wish.said_at, Text)).where(
            Wish.kind != WishKind.CORRECTION, col(Wish.id).not_in(taken_back)
        )
        return _timed(session, self.only(query, col(Wish.contact_id)))

    def attempts(self, session: Session, advertiser_id: int) -> pl.DataFrame:
        """`contact_id` and `at` of each attempt for this advertiser that was not given back; `text` is empty."""
        at = func.coalesce(Attempt.dialed_at, Attempt.approved_at)
        query = select(Attempt.contact_id, literal(""), type_coerce(at, Text)).where(
            Attempt.advertiser_id == advertiser_id, col(Attempt.state).not_in(GIVEN_BACK)
        )
        return _timed(session, self.only(query, col(Attempt.contact_id)))


def json_text(session: Session, columns: Sequence[Any]) -> Any:
    """A JSON list of columns, as text of one line."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.json_build_array(*columns), Text)
    return func.json_array(*columns, type_=Text)


def fetch(session: Session, query: Any, schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query, straight from the driver."""
    result = session.connection().execute(query)
    assert isinstance(result, CursorResult)
    parts = [pl.DataFrame(schema=schema)]
    while rows := result.cursor.fetchmany(_FETCHED):
        parts.append(pl.DataFrame(rows, schema=schema, orient="row"))
    result.close()
    return pl.concat(parts)


def _timed(session: Session, query: Any) -> pl.DataFrame:
    """As `fetch`, with `at` as an instant: PostgreSQL gives one, SQLite its text."""
    instant = pl.Datetime("us", "UTC")
    if session.get_bind().dialect.name == "postgresql":
        return fetch(session, query, TEXTS | {"at": instant})
    rows = fetch(session, query, TEXTS | {"at": pl.String})
    return rows.with_columns(pl.col("at").str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_zone="UTC").cast(instant))
