"""Counts stored rows of tallied tables: each as a text, each text as a number, all numbers added up list by list.

Kept apart from the counting of frames, which loads polars: who notes one look, or one number that is nobody's, has no
need of it. A row that is written and one that is read back must come to the same text, on SQLite as on PostgreSQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Integer, Select, String, Text, cast, func, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from dialer.driver import Driver
from dialer.schema.columns import UtcInstant
from dialer.tallied import Tallied, Tallies, merge
from dialer.tallies import BYTES, Tally, TallyKey

AT_ONCE = 100_000
"""Rows that are counted together: as texts they take many times the room."""
_FEW = 2_000
"""Rows that are counted here, one after the other; more are counted sooner as a frame."""
_NAMED_AT_ONCE = 500
"""Databases bound the number of parameters of one query."""
Row = Sequence[Any]
"""The values of `Tallied.columns`, each a number, a text, or nothing."""


def count_where(session: Session, tallied: Tallied, key: TallyKey, condition: Any = None) -> Tallies:
    """The stored rows for which it holds; all without one."""
    found: Tallies = {}
    for rows in _read(session, tallied, condition):
        merge(found, count_rows(tallied, key, rows))
    return found


def count_named(session: Session, tallied: Tallied, key: TallyKey, keys: Collection[Any]) -> Tallies:
    """The stored rows that have one of these values in `Tallied.key`."""
    found: Tallies = {}
    named = sorted(keys)
    for start in range(0, len(named), _NAMED_AT_ONCE):
        chunk = tallied.key.in_(named[start : start + _NAMED_AT_ONCE])
        merge(found, count_where(session, tallied, key, chunk))
    return found


def read_all(driver: Driver, tallied: Tallied) -> Iterator[Sequence[Row]]:
    """The whole table, so many rows at once, for whoever has no session."""
    dialect = postgresql.dialect() if driver.postgresql else sqlite.dialect()  # type: ignore[no-untyped-call]
    query = _query(tallied, driver.postgresql).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    stream = driver.stream(str(query))
    while rows := list(islice(stream, AT_ONCE)):
        yield rows


def count_rows(tallied: Tallied, key: TallyKey, rows: Sequence[Row]) -> Tallies:
    """By list; list 0 for rows of none."""
    if len(rows) > _FEW:
        from dialer.tally_counting import count, frame_of  # brings along what reads files

        with suppress(TypeError):  # what somebody wrote for a number is none, which SQLite takes
            return count(tallied, key, frame_of(tallied, rows))
    found: Tallies = {}
    at = next((at for at, column in enumerate(tallied.columns) if column.name == tallied.of_list), None)
    numbers = map(int_of, digests(key, (text_of(tallied, row).encode() for row in rows)))
    for row, number in zip(rows, numbers, strict=True):
        list_id = row[at] if at is not None and isinstance(row[at], int) else 0
        merge(found, {(tallied.table.name, list_id): Tally(1, number)})
    return found


def text_of(tallied: Tallied, row: Row) -> str:
    """A number cannot hold a bar, and before a text stands its length in bytes: no two rows have the same text."""
    return "|".join((tallied.table.name, *map(_part, tallied.columns, row)))


def digests(key: TallyKey, texts: Iterable[bytes]) -> Iterator[bytes]:
    """What each text adds, as bytes."""
    keyed = hashlib.blake2b(key=key.secret, digest_size=BYTES)
    begin: Callable[[], Any] = keyed.copy
    for text in texts:
        begun = begin()
        begun.update(text)
        yield begun.digest()


def int_of(digest: bytes) -> int:
    return int.from_bytes(digest, "little")


def is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer | Boolean)


def _part(column: Column[Any], value: Any) -> str:
    """A hyphen where there is nothing."""
    if value is None:
        return "-"
    if is_number(column) and isinstance(value, int):
        return str(int(value))
    return f"{len(str(value).encode())}:{value}"


def _read(session: Session, tallied: Tallied, condition: Any) -> Iterator[Sequence[Row]]:
    query = _query(tallied, session.get_bind().dialect.name == "postgresql")
    if condition is not None:
        query = query.where(condition)
    with closing(session.connection().execute(query, execution_options={"yield_per": AT_ONCE})) as result:
        for rows in result.partitions():
            yield [tuple(row) for row in rows]


def _query(tallied: Tallied, on_server: bool) -> Select[Any]:
    return select(*(_told(column, on_server) for column in tallied.columns))


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
    return column if is_number(column) else type_coerce(column, Text)
