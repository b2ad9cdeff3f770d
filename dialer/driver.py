"""Statements through the database driver itself, inside a session's own transaction.

For the gate alone, which is asked a thousand times a second: SQLAlchemy takes longer to pass a statement on than the
database to obey it. What is read and written so is what the ORM reads and writes.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from itertools import count
from typing import Any, Self

from sqlalchemy import JSON, Boolean, Column, Date, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from dialer.schema.columns import UtcInstant, Word
from dialer.store import canonical_plain

Statement = tuple[str, Sequence[object]]
"""SQL with a `?` for each value, and the values."""
Rows = list[tuple[Any, ...]]
Convert = Callable[[Any], Any]
_STREAMS = count(1)
"""The server knows each stream by a name."""
_ROWS_AT_ONCE = 10_000
_WITHOUT_ZONE = len("2026-11-24 09:02:00.000000")


class Driver:
    """A session's open transaction, by the driver: one for each. What the session has pending is written first."""

    def __new__(cls, session: Session) -> Self:
        session.flush()
        known: Self | None = session.info.get(cls)
        if known is None or known._transaction is not session.get_transaction():
            known = session.info[cls] = super().__new__(cls)
            known._open(session)
        return known

    def _open(self, session: Session) -> None:
        connection = session.connection()
        self.session, self._transaction = session, session.get_transaction()
        self._dialect: Dialect = connection.dialect
        raw: Any = connection.connection.driver_connection
        self._raw, self._cursor = raw, raw.cursor()
        self._error: type[Exception] = self._dialect.loaded_dbapi.Error
        self.postgresql = self._dialect.name == "postgresql"

    def all(self, *statements: Statement) -> list[Rows]:
        """The rows of each; PostgreSQL is asked for all of them in one round trip."""
        try:
            if not self.postgresql:
                execute = self._cursor.execute
                return [execute(sql, values).fetchall() for sql, values in statements]
            with self._raw.pipeline():
                cursors = [self._raw.execute(_percent(sql), values) for sql, values in statements]
            return [cursor.fetchall() for cursor in cursors]
        except self._error as error:
            raise self._told(error) from error

    def rows(self, sql: str, *values: object) -> Rows:
        try:
            return list(self._cursor.execute(_percent(sql) if self.postgresql else sql, values).fetchall())
        except self._error as error:
            raise self._told(error) from error

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows one after the other, however many there are; several streams may be open at once."""
        try:
            if self.postgresql:
                with self._raw.cursor(name=f"stream_{next(_STREAMS)}") as cursor:
                    cursor.itersize = _ROWS_AT_ONCE
                    yield from cursor.execute(sql)
            else:
                yield from self._raw.execute(sql)
        except self._error as error:
            raise self._told(error) from error

    def do(self, *statements: Statement) -> None:
        """Obey each, in this order; in one round trip."""
        try:
            with self._raw.pipeline() if self.postgresql else nullcontext():
                for sql, values in statements:
                    self._cursor.execute(_percent(sql) if self.postgresql else sql, values)
        except self._error as error:
            raise self._told(error) from error

    def change(self, table: type[SQLModel], values: Mapping[str, object], where: str, *conditions: object) -> int:
        """Set columns of the rows for which `where` (a `?` for each condition) holds; how many there were."""
        sql, written = shape_of(table, self.postgresql).update(values, where)
        try:
            cursor = self._cursor.execute(_percent(sql) if self.postgresql else sql, (*written, *conditions))
        except self._error as error:
            raise self._told(error) from error
        return int(cursor.rowcount)

    def changed(
        self, table: type[SQLModel], values: Mapping[str, object], where: str, *conditions: object, tell: str
    ) -> Rows:
        """The same; what these columns hold now, of each of the rows."""
        sql, written = shape_of(table, self.postgresql).update(values, where)
        return self.rows(f"{sql} RETURNING {tell}", *written, *conditions)

    def insert(self, table: type[SQLModel], **values: object) -> Statement:
        """One row; a column left out gets the table's default, or nothing."""
        return shape_of(table, self.postgresql).insert(values)

    def value(self, value: object) -> object:
        """An instant as a parameter of a condition."""
        return value if self.postgresql or not isinstance(value, datetime) else _instant_to_text(value)

    def instant(self, value: Any) -> datetime | None:
        """An instant of a row that was read without its shape."""
        return instant_of(value, self.postgresql)

    def _told(self, error: Exception) -> DBAPIError:
        """What the driver raised, as if SQLAlchemy had passed it on."""
        return DBAPIError.instance("", None, error, self._error, dialect=self._dialect)  # type: ignore[return-value]


class Shape:
    """How the rows of a table are read and written by the driver: as tuples that bear the names of its columns."""

    def __init__(self, table: Table, postgresql: bool) -> None:
        read = [column for column in table.columns if not isinstance(column.type, JSON)]
        self.columns = ", ".join(f'{{0}}"{column.name}"' for column in read)
        """To be formatted with the table's alias and a dot. JSON is left out: no rule looks at it."""
        row: Any = namedtuple(table.name, [column.name for column in read])  # type: ignore[misc]
        self._row = row._make
        readers = [_reader(column, postgresql) for column in read]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]
        self.told = f"{'json_build_array' if postgresql else 'json_array'}({self.columns})"
        """The same as one text, a JSON array, so that rows of several tables can be asked for together."""
        readers = [_reader_of_told(column, reader) for column, reader in zip(read, readers, strict=True)]
        self._readers_of_told = [(place, reader) for place, reader in enumerate(readers) if reader]
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        self._insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" for _ in table.columns)})'
        self._insert_without_id = self._insert.replace('("id", ', "(").replace("(?, ", "(", 1)
        self._made = {column.name: make for column in table.columns if (make := _made_anew(column))}
        self._columns = [(each.name, _constant(each), _writer(each, postgresql)) for each in table.columns]
        self._numbered = "id" in table.columns
        self._writers = {name: writer for name, _, writer in self._columns}
        self._update = lru_cache(maxsize=64)(partial(_update, table.name))

    def read(self, plain: Sequence[Any]) -> Any:
        return self._made_of(list(plain), self._readers)

    def read_told(self, told: list[Any]) -> Any:
        """Of what `told` asks for, as `json.loads` gives it."""
        return self._made_of(told, self._readers_of_told)

    def _made_of(self, values: list[Any], readers: Sequence[tuple[int, Convert]]) -> Any:
        for place, reader in readers:
            if values[place] is not None:
                values[place] = reader(values[place])
        return self._row(values)

    def update(self, values: Mapping[str, object], where: str) -> Statement:
        """With the values that are set; those of the condition follow them."""
        written = [
            value if (writer := self._writers[name]) is None or value is None else writer(value)
            for name, value in values.items()
        ]
        return self._update(tuple(values), where), written

    def insert(self, values: dict[str, object]) -> Statement:
        if self._made:
            values = {name: make() for name, make in self._made.items() if name not in values} | values
        by_itself = self._numbered and "id" not in values
        row = []
        for name, default, writer in self._columns[1:] if by_itself else self._columns:
            value = values.get(name, default)
            row.append(value if writer is None or value is None else writer(value))
        return (self._insert_without_id if by_itself else self._insert), row


def _update(table: str, names: Sequence[str], where: str) -> str:
    assignments = ", ".join(f'"{name}" = ?' for name in names)
    return f'UPDATE "{table}" SET {assignments} WHERE {where}'


@lru_cache(maxsize=64)
def shape_of(table: type[SQLModel], postgresql: bool) -> Shape:
    return Shape(table.__table__, postgresql)  # type: ignore[attr-defined]


def instant_of(value: Any, postgresql: bool) -> datetime | None:
    """An instant as the one driver or the other hands it over."""
    if value is None:
        return None
    return _instant_from_server(value) if postgresql else _instant_from_text(value)


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


def _reader_of_told(column: Column[Any], reader: Convert | None) -> Convert | None:
    """In JSON a server tells instants and days as texts; SQLite has no other form of them."""
    if reader is _instant_from_server:
        return lambda text: datetime.fromisoformat(text).astimezone(UTC)
    return reader or (date.fromisoformat if isinstance(column.type, Date) else None)


def _writer(column: Column[Any], postgresql: bool) -> Convert | None:
    kind = column.type
    if isinstance(kind, UtcInstant):
        return None if postgresql else _instant_to_text
    if isinstance(kind, Word):
        return str
    if isinstance(kind, JSON):
        return canonical_plain
    return None if postgresql or not isinstance(kind, Date) else date.isoformat


def _constant(column: Column[Any]) -> object:
    """What a column holds when nothing is said, if that is always the same."""
    default: Any = column.default
    return None if default is None or default.is_callable else default.arg


def _made_anew(column: Column[Any]) -> Callable[[], object] | None:
    """What makes it, if every row gets its own."""
    default: Any = column.default
    return (lambda: default.arg(None)) if default is not None and default.is_callable else None


def _instant_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


def _instant_from_server(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _instant_to_text(instant: datetime) -> str:
    """As SQLAlchemy writes an instant into SQLite; one without a time zone is refused as there."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a time zone cannot be stored: {instant.isoformat()}")
    return _utc_to_text(instant.astimezone(UTC))


@lru_cache(maxsize=1024)
def _utc_to_text(instant: datetime) -> str:
    """Remembered, because one instant stands in many rows; in UTC no two instants are equal, as they are on a clock
    that is set back."""
    return instant.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]
