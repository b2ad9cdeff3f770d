"""Frames into tables and back, by the million, in the session's own transaction.

Kept apart because here alone the ORM is passed by: it is forty times too slow for a list. What is written so reads
back through the ORM as if it had been added there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from io import BytesIO
from typing import Any

import polars as pl
from sqlalchemy import Connection, Integer, Select, Table, func
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, select

from dialer.tallying import note_inserted
from lists.progress import Progress, Step, silent

_CHUNK = 20_000
"""Rows between two words of progress."""
_MANY_ROWS = 50_000
"""Fewer rows are not worth building indexes anew."""
_KEYS_AT_ONCE = 500
"""Databases bound the number of parameters of one query."""
_FEW_KEYS = 50_000
"""Beyond so many keys the whole table is read faster than the rows that are asked for."""


def insert_rows(session: Session, table: type[SQLModel], rows: pl.DataFrame, progress: Progress = silent) -> None:
    """Write a frame whose columns bear the names of the table's; a column left out gets the table's default.

    Days are `Date`, instants aware `Datetime`, JSON is text, words (`StrEnum`) are text. Constraints hold: what they
    refuse raises as it does from the ORM, and the transaction is to be rolled back.
    """
    session.flush()
    target = _table(table)
    plain = _with_defaults(rows, target)
    note_inserted(session, table, plain)
    if _on_sqlite(session):
        _execute_many(session, target, plain, progress)
    else:
        _copy(session, target, plain, progress)


def first_free_id(session: Session, table: type[SQLModel]) -> int:
    """The id from which on a frame may number its rows, under the write lock that every transaction holds."""
    session.flush()
    highest = session.execute(select(func.max(_table(table).c.id))).scalar_one()
    return (highest or 0) + 1


def read_rows(session: Session, query: Select[*tuple[Any, ...]], schema: pl.Schema) -> pl.DataFrame:
    """A query's rows as a frame whose columns are named and typed by `schema`, in the query's order.

    The driver's own values are taken: texts and whole numbers, which every engine gives as they are.
    """
    session.flush()
    parts = [pl.DataFrame(schema=schema)]
    with closing(session.connection().execute(query)) as result:
        while rows := result.cursor.fetchmany(_CHUNK):
            parts.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(parts)


def read_rows_of(
    session: Session, query: Select[*tuple[Any, ...]], key: Any, keys: pl.Series, schema: pl.Schema
) -> pl.DataFrame:
    """The rows of a query whose column `key` (first in `schema`) is one of `keys`, whatever their number."""
    wanted = keys.drop_nulls().unique()
    if len(wanted) > _FEW_KEYS:
        rows = read_rows(session, query, schema)
        return rows.join(pl.DataFrame({"_": wanted}), left_on=rows.columns[0], right_on="_", how="semi")
    chunks = [wanted[at : at + _KEYS_AT_ONCE].to_list() for at in range(0, len(wanted), _KEYS_AT_ONCE)]
    parts = [read_rows(session, query.where(key.in_(chunk)), schema) for chunk in chunks]
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def _table(table: type[SQLModel]) -> Table:
    described: Table = table.__table__  # type: ignore[attr-defined]
    return described


def _on_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def _with_defaults(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    left_out = [column for column in table.columns if column.name not in rows.columns and column.default is not None]
    return rows.with_columns(pl.lit(column.default.arg).alias(column.name) for column in left_out)  # type: ignore[union-attr]


def _execute_many(session: Session, table: Table, rows: pl.DataFrame, progress: Progress) -> None:
    """SQLite has no days, instants or booleans: they are written as SQLAlchemy writes them."""
    names, places = ", ".join(f'"{name}"' for name in rows.columns), ", ".join("?" for _ in rows.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'
    connection = session.connection()
    as_text = (
        pl.col(pl.Boolean).cast(pl.Int8),
        pl.col(pl.Date).dt.to_string("%Y-%m-%d"),
        _utc(rows).dt.to_string("%Y-%m-%d %H:%M:%S%.6f"),
    )
    with _indexes_built_after(connection, table, len(rows)):
        for done, chunk in _chunks(rows):
            connection.exec_driver_sql(statement, chunk.with_columns(as_text).rows())
            progress(Step.STORE, done, len(rows))


@contextmanager
def _indexes_built_after(connection: Connection, table: Table, coming: int) -> Iterator[None]:
    """Where more rows come than there are, an index is built sooner at the end than kept up row by row.

    It is the same transaction: what a unique index refuses is refused then, and a rollback brings all of them back.
    """
    there = connection.exec_driver_sql(f'SELECT COUNT(*) FROM "{table.name}"').scalar_one()
    if coming < max(_MANY_ROWS, there):
        yield
        return
    written = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    indexes = connection.exec_driver_sql(written, (table.name,)).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)


def _copy(session: Session, table: Table, rows: pl.DataFrame, progress: Progress) -> None:
    """PostgreSQL takes its own CSV: an unquoted `\\N` is nothing, and text is always quoted."""
    raw: Any = session.connection().connection.dbapi_connection
    names = ", ".join(f'"{name}"' for name in rows.columns)
    with _as_from_sqlalchemy(session), raw.cursor() as cursor:
        with cursor.copy(f"COPY \"{table.name}\" ({names}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
            for done, chunk in _chunks(rows.with_columns(_utc(rows))):
                buffer = BytesIO()
                chunk.write_csv(buffer, include_header=False, quote_style="non_numeric", null_value="\\N")
                copy.write(buffer.getvalue())
                progress(Step.STORE, done, len(rows))
        if "id" in rows.columns and len(rows) and isinstance(table.c.id.type, Integer):
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            cursor.execute(f'SELECT setval({sequence}, (SELECT max(id) FROM "{table.name}"))')


@contextmanager
def _as_from_sqlalchemy(session: Session) -> Iterator[None]:
    """What the driver raises is told as if SQLAlchemy had passed it on."""
    dialect = session.connection().dialect
    driver_error = dialect.loaded_dbapi.Error
    try:
        yield
    except driver_error as error:
        raise DBAPIError.instance("COPY", None, error, driver_error, dialect=dialect) from error


def _utc(rows: pl.DataFrame) -> pl.Expr:
    instants = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    return pl.col(instants).dt.convert_time_zone(str(UTC))


def _chunks(rows: pl.DataFrame) -> Iterable[tuple[int, pl.DataFrame]]:
    for start in range(0, len(rows), _CHUNK):
        chunk = rows.slice(start, _CHUNK)
        yield start + len(chunk), chunk
