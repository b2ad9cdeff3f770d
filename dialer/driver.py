"""Statements through the database driver itself, inside a session's own transaction.

For the gate alone, which is asked a thousand times a second: SQLAlchemy takes longer to pass a statement on than the
database to obey it. What is read and written so is what the ORM reads and writes.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from dialer.schema.columns import UtcInstant, Word
from dialer.store import canonical

Statement = tuple[str, Sequence[object]]
"""SQL with a `?` for each value, and the values."""
Rows = list[tuple[Any, ...]]
Convert = Callable[[Any], Any]
_STREAMS = count(1)
"""The server knows each stream by a name."""
_ROWS_AT_ONCE = 10_000


class Driver:
    """A session's open transaction, by the driver. What the session has pending is written first."""

    def __init__(self, session: Session) -> None:
        session.flush()
        known: Any = session.info.get(Driver)
        if known is None or known[0] is not session.get_transaction():
            connection = session.connection()
            raw: Any = connection.connection.driver_connection
            known = session.info[Driver] = session.get_transaction(), connection.dialect, raw, raw.cursor()
        self._dialect: Dialect = known[1]
        self._raw, self._cursor = known[2:]
        self.postgresql = self._dialect.name == "postgresql"

    def all(self, *statements: Statement) -> list[Rows]:
        """The rows of each; PostgreSQL is asked for all of them in one round trip."""
        with self._explained():
            if not self.postgresql:
                return [self._cursor.execute(sql, values).fetchall() for sql, values in statements]
            with self._raw.pipeline():
                cursors = [self._raw.execute(_percent(sql), values) for sql, values in statements]
            return [cursor.fetchall() for cursor in cursors]

    def rows(self, sql: str, *values: object) -> Rows:
        with self._explained():
            return list(self._cursor.execute(_percent(sql) if self.postgresql else sql, values).fetchall())

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows one after the other, however many there are; several streams may be open at once."""
        with self._explained():
            if self.postgresql:
                with self._raw.cursor(name=f"stream_{next(_STREAMS)}") as cursor:
                    cursor.itersize = _ROWS_AT_ONCE
                    yield from cursor.execute(sql)
            else:
                yield from self._raw.execute(sql)

    def do(self, *statements: Statement) -> None:
        """Obey each, in this order; in one round trip."""
        with self._explained(), self._raw.pipeline() if self.postgresql else nullcontext():
            for sql, values in statements:
                self._cursor.execute(_percent(sql) if self.postgresql else sql, values)

    def change(self, table: type[SQLModel], values: Mapping[str, object], where: str, *conditions: object) -> int:
        """Set columns of the rows for which `where` (a `?` for each condition) holds; how many there were."""
        assignments, written = shape_of(table, self.postgresql).assignments(values)
        sql = f'UPDATE "{table.__tablename__}" SET {assignments} WHERE {where}'
        with self._explained():
            cursor = self._cursor.execute(_percent(sql) if self.postgresql else sql, (*written, *conditions))
        return int(cursor.rowcount)

    def insert(self, table: type[SQLModel], **values: object) -> Statement:
        """One row; a column left out gets the table's default, or nothing."""
        return shape_of(table, self.postgresql).insert(values)

    def value(self, value: object) -> object:
        """An instant as a parameter of a condition."""
        return value if self.postgresql or not isinstance(value, datetime) else _instant_to_text(value)

    def instant(self, value: Any) -> datetime | None:
        """An instant of a row that was read without its shape."""
        if value is None:
            return None
        return _instant_from_server(value) if self.postgresql else _instant_from_text(value)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the driver raises is told as if SQLAlchemy had passed it on."""
        driver_error = self._dialect.loaded_dbapi.Error
        try:
            yield
        except driver_error as error:
            raise DBAPIError.instance("", None, error, driver_error, dialect=self._dialect) from error


class Shape:
    """How the rows of a table are read and written by the driver: as tuples that bear the names of its columns."""

    def __init__(self, table: Table, postgresql: bool) -> None:
        read = [column for column in table.columns if not isinstance(column.type, JSON)]
        self.columns = ", ".join(f'{{0}}"{column.name}"' for column in read)
        """To be formatted with the table's alias and a dot. JSON is left out: no rule looks at it."""
        self._row = namedtuple(table.name, [column.name for column in read])  # type: ignore[misc]
        readers = [_reader(column, postgresql) for column in read]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        self._insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" for _ in table.columns)})'
        self._insert_without_id = self._insert.replace('("id", ', "(").replace("(?, ", "(", 1)
        self._columns = [(column.name, _default(column), _writer(column, postgresql)) for column in table.columns]
        self._writers = {name: writer for name, _, writer in self._columns}

    def read(self, plain: Sequence[Any]) -> Any:
        values = list(plain)
        for place, reader in self._readers:
            if values[place] is not None:
                values[place] = reader(values[place])
        return self._row(*values)

    def assignments(self, values: Mapping[str, object]) -> Statement:
        """What follows SET, and the values."""
        written = [_written(value, self._writers[name]) for name, value in values.items()]
        return ", ".join(f'"{name}" = ?' for name in values), written

    def insert(self, values: Mapping[str, object]) -> Statement:
        row = []
        for name, default, writer in self._columns:
            if name in values:
                value = values[name]
            elif name == "id":
                continue
            else:
                value = default()
            row.append(_written(value, writer))
        return (self._insert if len(row) == len(self._columns) else self._insert_without_id), row


@lru_cache(maxsize=64)
def shape_of(table: type[SQLModel], postgresql: bool) -> Shape:
    return Shape(table.__table__, postgresql)  # type: ignore[attr-defined]


@lru_cache(maxsize=256)
def _percent(sql: str) -> str:
    return sql.replace("?", "%s")


def _reader(column: Column[Any], postgresql: bool) -> Convert | None:
    kind = column.type
    if isinstance(kind, UtcInstant):
        return _instant_from_server if postgresql else _instant_from_text
    if isinstance(kind, Word):
        return {str(word): word for word in kind.words}.__getitem__
    if isinstance(kind, Date):
        return None if postgresql else date.fromisoformat
    return bool if isinstance(kind, Boolean) and not postgresql else None


def _writer(column: Column[Any], postgresql: bool) -> Convert | None:
    kind = column.type
    if isinstance(kind, UtcInstant):
        return None if postgresql else _instant_to_text
    if isinstance(kind, Word):
        return str
    if isinstance(kind, JSON):
        return canonical
    return None if postgresql or not isinstance(kind, Date) else date.isoformat


def _written(value: object, writer: Convert | None) -> object:
    return writer(value) if writer and value is not None else value


def _default(column: Column[Any]) -> Callable[[], object]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else lambda: default.arg


def _instant_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _instant_from_server(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _instant_to_text(instant: datetime) -> str:
    """As SQLAlchemy writes an instant into SQLite; one without a time zone is refused as there."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a time zone cannot be stored: {instant.isoformat()}")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
