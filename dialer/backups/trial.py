"""The database of a backup, brought to life somewhere: for good, or only to see that it holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from dialer.audit import chain_id
from dialer.backups.cipher import Header
from dialer.backups.errors import not_usable
from dialer.backups.staging import DATABASE, TABLES, unsound
from dialer.backups.tables import load_tables
from dialer.migrations import upgrade
from dialer.store import Store
from dialer.verification import verify


@contextmanager
def tried(staged: Path, header: Header, url: str, source: Path) -> Iterator[Session]:
    """The backup's database, whole and verified, in a place that goes away afterwards. Raises `BackupRefused`.

    On PostgreSQL this is a schema that nobody else ever sees: the transaction is rolled back.
    """
    if header.database == "sqlite":
        store = Store(f"sqlite:///{staged / DATABASE}")
        try:
            with store.reading() as session:
                require_as_backed_up(session, header, source)
                yield session
        finally:
            store.close()
        return
    store = Store(url)
    try:
        with store.engine.execution_options(reading=True).connect() as connection:
            schema = f"dialer_trial_{secrets.token_hex(6)}"
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")
            upgrade(connection, header.revision)
            load_tables(connection, staged / TABLES)
            with Session(connection) as session:
                require_as_backed_up(session, header, source)
                yield session
            connection.rollback()
            connection.invalidate()
    finally:
        store.close()


def require_as_backed_up(session: Session, header: Header, source: Path) -> None:
    """Raises `BackupRefused` when the database is unsound, its chain broken, or not the one the header names."""
    if why := unsound(session):
        raise not_usable(source, why, why)
    found = verify(session)
    if not found.whole:
        where = f"row {found.broken_at}: {found.why}", f"ligne {found.broken_at} : {found.why_fr}"
        raise not_usable(source, *where)
    if (found.rows, found.head, chain_id(session)) != (header.head_seq, header.head, header.chain):
        raise not_usable(source, "it ends with another row of the log", "elle finit par une autre ligne du journal")
