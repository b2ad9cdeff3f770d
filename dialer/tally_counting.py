"""Counts the rows of tallied tables: each as a text, each text as a number, all numbers added up list by list.

Kept apart from what is tallied because it loads polars. A row that is written and one that is read back must come to
the same text, on SQLite as on PostgreSQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import JSON, Boolean, Column, Date, Integer, Select, String, Text, cast, func, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from dialer.driver import Driver
from dialer.schema.columns import UtcInstant
from dialer.tallied import Tallied, Tallies, merge
from dialer.tallies import BYTES, Tally, TallyKey

_AT_ONCE = 100_000
"""Rows that are counted together: as texts they take many times the room."""
_NAMED_AT_ONCE = 500
"""Databases bound the number of parameters of one query."""
_LANE = np.dtype("<u4")
"""A sum is taken in lanes of 32 bits, in each of which there is room for 2^32 rows."""


def count(tallied: Tallied, key: TallyKey, rows: pl.DataFrame) -> Tallies:
    """By list; `rows` as they are written (`dialer.bulk`) or as they are read here."""
    found: Tallies = {}
    for part in rows.iter_slices(_AT_ONCE):
        numbers = _numbers(key, texts(tallied, part))
        lists = part[tallied.of_list].fill_null(0) if tallied.of_list else pl.zeros(len(part), pl.Int64, eager=True)
        for each in lists.unique():
            merge(found, {(tallied.table.name, each): _total(numbers[(lists == each).to_numpy()])})
    return found


def count_where(session: Session, tallied: Tallied, key: TallyKey, condition: Any = None) -> Tallies:
    """The stored rows for which it holds; all without one."""
    found: Tallies = {}
    for rows in _read(session, tallied, condition):
        merge(found, count(tallied, key, rows))
    return found


def count_named(session: Session, tallied: Tallied, key: TallyKey, keys: Collection[Any]) -> Tallies:
    """The stored rows that have one of these values in `Tallied.key`."""
    found: Tallies = {}
    named = sorted(keys)
    for start in range(0, len(named), _NAMED_AT_ONCE):
        chunk = tallied.key.in_(named[start : start + _NAMED_AT_ONCE])
        merge(found, count_where(session, tallied, key, chunk))
    return found


def read_all(driver: Driver, tallied: Tallied) -> Iterator[pl.DataFrame]:
    """The whole table, so many rows at once, for whoever has no session."""
    dialect = postgresql.dialect() if driver.postgresql else sqlite.dialect()  # type: ignore[no-untyped-call]
    query = _query(tallied, driver.postgresql).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    stream = driver.stream(str(query))
    while rows := list(islice(stream, _AT_ONCE)):
        yield _frame(tallied, rows)


def texts(tallied: Tallied, rows: pl.DataFrame) -> pl.Series:
    """One for each row. A number cannot hold a bar, and before a text stands its length in bytes, so that no two rows
    have the same."""
    parts = (_part(column, rows) for column in tallied.columns)
    return rows.select(text=pl.concat_str(pl.lit(tallied.table.name), *parts, separator="|"))["text"]


def _numbers(key: TallyKey, of: pl.Series) -> np.ndarray[Any, Any]:
    """What each text adds: one row of lanes for each."""
    keyed = hashlib.blake2b(key=key.secret, digest_size=BYTES)

    def digest(text: bytes) -> bytes:
        begun = keyed.copy()
        begun.update(text)
        return begun.digest()

    joined = b"".join(map(digest, of.cast(pl.Binary).to_list()))
    return np.frombuffer(joined, _LANE).reshape(-1, BYTES // _LANE.itemsize)


def _total(numbers: np.ndarray[Any, Any]) -> Tally:
    lanes: Iterable[int] = numbers.sum(axis=0, dtype=np.uint64).tolist()
    return Tally(len(numbers)) + Tally(0, sum(lane << (8 * _LANE.itemsize * at) for at, lane in enumerate(lanes)))


def _read(session: Session, tallied: Tallied, condition: Any) -> Iterator[pl.DataFrame]:
    query = _query(tallied, session.get_bind().dialect.name == "postgresql")
    if condition is not None:
        query = query.where(condition)
    with closing(session.connection().execute(query, execution_options={"yield_per": _AT_ONCE})) as result:
        for rows in result.partitions():
            yield _frame(tallied, [tuple(row) for row in rows])


def _query(tallied: Tallied, on_server: bool) -> Select[Any]:
    return select(*(_told(column, on_server) for column in tallied.columns))


def _frame(tallied: Tallied, rows: Sequence[Any]) -> pl.DataFrame:
    schema = {column.name: pl.Int64 if _is_number(column) else pl.String for column in tallied.columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer | Boolean)


def _told(column: Column[Any], on_server: bool) -> Any:
    """A column as a number or a text that every database gives alike."""
    if isinstance(column.type, Boolean):
        return cast(column, Integer)
    if isinstance(column.type, Date):
        return cast(column, String)
    if isinstance(column.type, UtcInstant) and on_server:
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return column if _is_number(column) else type_coerce(column, Text)


def _part(column: Column[Any], rows: pl.DataFrame) -> pl.Expr:
    """What a row's text says of one column: a hyphen where there is nothing."""
    if column.name not in rows.columns:
        return pl.lit("-")
    value, held = pl.col(column.name), rows.schema[column.name]
    if _is_number(column):
        return value.cast(pl.Int64).cast(pl.String).fill_null("-")
    if isinstance(held, pl.Datetime):
        value = value.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
    elif isinstance(held, pl.Date):
        value = value.dt.to_string("%Y-%m-%d")
    value = value.cast(pl.String)
    return pl.concat_str(value.str.len_bytes(), pl.lit(":"), value).fill_null("-")
