"""Taking the one write lock of the database, and how long to wait for it.

Kept apart because the two engines wait in ways that have nothing in common: SQLite asks again and again, PostgreSQL
stands in line.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

_WRITER_LOCK = 0x6469616C
"""Any number that all programs of this dialer agree on (« dial » in ASCII)."""
ASK_AGAIN = timedelta(milliseconds=200)
"""SQLite sleeps inside the library while it waits: no longer than this, so that Ctrl-C is heard."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a transaction waits for the lock; `waiting` is called once, when it has to."""

    longest: timedelta
    waiting: Callable[[], None] = lambda: None


def take_on_sqlite(connection: Connection, patience: Patience) -> None:
    """BEGIN IMMEDIATE. Raises `OperationalError` (« locked ») when patience is over."""
    raw: Any = connection.connection.dbapi_connection
    deadline, told = monotonic() + patience.longest.total_seconds(), False
    while True:
        left = max(deadline - monotonic(), 0)
        if left < ASK_AGAIN.total_seconds():
            raw.execute(f"PRAGMA busy_timeout={int(1000 * left)}")
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not left:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        finally:
            if left < ASK_AGAIN.total_seconds():
                raw.execute(f"PRAGMA busy_timeout={int(1000 * ASK_AGAIN.total_seconds())}")
        if not told:
            patience.waiting()
            told = True


def take_on_postgresql(connection: Connection, patience: Patience) -> None:
    """An advisory lock till the transaction ends. Raises `OperationalError` (« timeout ») when patience is over."""
    if connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_WRITER_LOCK})").scalar_one():
        return
    patience.waiting()
    milliseconds = max(int(1000 * patience.longest.total_seconds()), 1)
    connection.exec_driver_sql(
        f"SELECT set_config('lock_timeout', '{milliseconds}', true), pg_advisory_xact_lock({_WRITER_LOCK})"
    )
