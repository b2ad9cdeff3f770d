"""Evidence without a time of day, as lines of JSON: the same line gives the same rows, whoever they are about."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
from sqlalchemy import Boolean, Date, String, case, cast, func
from sqlmodel import Session, SQLModel, col, select

from dialer.columns import TEXTS, Crowd, fetch, json_text
from dialer.dossiers import came_back, digits_of, numbers_of_scrubbed
from dialer.schema import (
    AgreedSlot,
    CallbackRequest,
    ConsentRow,
    ContractRow,
    Opposition,
    PastCall,
    Phone,
    Scrub,
)
from dialer.schema.columns import UtcInstant, Word

_ONE_DAY_EVERYWHERE = ("04", "19")
"""Hours of UTC in which it is one day wherever the law caps calls: from Martinique to Réunion no midnight is struck."""


@dataclass(frozen=True)
class Sheet:
    """A table of evidence and the columns that bear on a call."""

    table: Any
    columns: tuple[str, ...]
    flags: tuple[str, ...] = ()
    """Columns of which only matters whether they are filled."""
    ranks: tuple[str, ...] = ()
    """Instants of which only matters what is alike on one day: told as places among the person's own of that day, with
    the hour where the day depends on where the person is."""
    by_number: bool = False

    def read(self, session: Session, crowd: Crowd) -> pl.DataFrame:
        """`contact_id` and `text`: a row for each person with such evidence, all of it in one order for all."""
        if session.exec(select(1).select_from(self.table).limit(1)).first() is None:
            return pl.DataFrame(schema=TEXTS)
        return one_each(fetch(session, self._query(session, crowd), TEXTS))

    def rows(self, text: str | None) -> list[Any]:
        """What the lines stand for, with the attributes that the table's own rows have."""
        return [_row(self, line) for line in text.split("\n")] if text else []

    @property
    def names(self) -> tuple[str, ...]:
        """A number is told as its place among the person's own."""
        return ("number", *self.columns) if self.by_number else (*self.columns, *self.flags)

    def _query(self, session: Session, crowd: Crowd) -> Any:
        told = [self._told(name) for name in self.columns]
        place = func.dense_rank().over(partition_by=col(Phone.contact_id), order_by=col(Phone.number))
        if self.table is Scrub:
            return crowd.only(numbers_of_scrubbed(json_text(session, [place, *told])), col(Phone.contact_id))
        if self.by_number:
            found = select(Phone.contact_id, json_text(session, [place, *told]))
            return crowd.only(found.join(self.table, self.table.number == digits_of(Phone)), col(Phone.contact_id))
        filled = [case((getattr(self.table, name) != "", name), else_="") for name in self.flags]
        text = json_text(session, [*told, *filled])
        return crowd.only(select(self.table.contact_id, text), self.table.contact_id)

    def _told(self, name: str) -> Any:
        column = getattr(self.table, name)
        if column is Scrub.returned_on:
            return came_back()
        if name not in self.ranks:
            return column
        of_the_day = [col(Phone.contact_id), self.table.made_on]
        place = func.dense_rank().over(partition_by=of_the_day, order_by=column)
        in_its_hour = func.substr(column, 1, 13, type_=String) + ":00:00." + cast(100_000 + place, String) + "Z"
        near_midnight = ~func.substr(column, 12, 2, type_=String).between(*_ONE_DAY_EVERYWHERE)
        return case((column == "", ""), (column.like("%Z") & near_midnight, in_its_hour), else_=cast(place, String))


SHEETS = {
    "consents": Sheet(
        ConsentRow,
        tuple(name for name in ConsentRow.model_fields if name not in {"id", "contact_id", "list_id", "proof"}),
        flags=("proof",),
    ),
    "contracts": Sheet(ContractRow, ("list_id", "advertiser_id", "object", "since", "until"), flags=("proof",)),
    "requests": Sheet(CallbackRequest, ("advertiser_id", "object", "requested_on"), flags=("proof",)),
    "slots": Sheet(AgreedSlot, ("advertiser_id", "at"), flags=("proof",)),
    "oppositions": Sheet(Opposition, ("list_id", "kind", "advertiser_id", "said_on"), by_number=True),
    "past_calls": Sheet(
        PastCall,
        ("list_id", "source", "advertiser_id", "made_on", "made_at", "telling"),
        ranks=("made_at",),
        by_number=True,
    ),
    "scrubs": Sheet(Scrub, ("sha256", "returned_on", "rows_in", "rows_removed"), by_number=True),
}
"""By the names that a dossier gives them. Wishes and attempts have instants of their own: see `columns`."""


def one_each(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each person: their lines in order, joined by line breaks."""
    several = pl.col("contact_id").is_duplicated()
    lines = rows.filter(several).group_by("contact_id").agg(pl.col("text").sort().str.join("\n"))
    return pl.concat([rows.filter(~several), lines])


@lru_cache(maxsize=20_000)
def _row(sheet: Sheet, line: str) -> Any:
    values = json.loads(line)
    return _maker(sheet)(*(_value(sheet.table, name, value) for name, value in zip(sheet.names, values, strict=True)))


@lru_cache
def _maker(sheet: Sheet) -> Any:
    return namedtuple(sheet.table.__name__, sheet.names)


def _value(table: type[SQLModel], name: str, value: Any) -> Any:
    """As the table's own column would give it back."""
    column = SQLModel.metadata.tables[str(table.__tablename__)].columns.get(name)
    if value is None or column is None:
        return value
    kind = column.type
    if isinstance(kind, Word):
        return kind.words(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, UtcInstant):
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return bool(value) if isinstance(kind, Boolean) else value
