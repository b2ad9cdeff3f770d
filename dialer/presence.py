"""Which engines are alive: on a server each holds a lock of its own for as long as it lives, and others see that.

What a living engine has under way is nobody else's; what a dead one left is settled by whoever sees it first.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from threading import Event, Thread
from time import monotonic

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from dialer.driver import Driver
from dialer.errors import NotPossible
from dialer.live import LIVE_STATES
from dialer.store import Store

_ENGINES = 0x656E67
"""Any number that all engines agree on (« eng » in ASCII)."""
_LOOK = 1.0
"""Seconds between two looks whether the server still has our lock."""
_SETTLED = 10.0
"""Seconds after a server forgot every lock in which it is not believed that engines are gone: they come back."""
_ALIVE = (
    f"SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {_ENGINES} AND objsubid = 2 "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_HERE = f"""
WITH alive AS ({_ALIVE})
SELECT DISTINCT engine FROM attempt
WHERE engine IS NOT NULL AND state IN ({", ".join("?" for _ in LIVE_STATES)})
    AND (? OR ? NOT IN (SELECT * FROM alive) OR engine IN (SELECT * FROM alive))"""
"""Of whom nobody can say that they are gone: of no one, to a server that has forgotten whoever asks."""
_AGE = "SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8"
_log = structlog.get_logger("dialer.presence")


@dataclass(eq=False, slots=True)
class Presence:
    """One engine among those of its database; `engine` is its number, None where there can be only one."""

    engine: int | None
    remembered_since: float = -inf
    """How far back the server's memory of locks goes, in seconds of `monotonic`: it forgets them all when it starts,
    when one of its processes is killed, and when another server takes over."""

    def others(self, session: Session) -> frozenset[int]:
        """The other engines that have calls in hand and are alive, or may be."""
        if self.engine is None:
            return frozenset()
        lately = monotonic() - self.remembered_since < _SETTLED
        here = Driver(session).rows(_HERE, *LIVE_STATES, lately, self.engine)
        return frozenset(engine for (engine,) in here if engine != self.engine)


ALONE = Presence(None)


def require_no_engine(store: Store) -> None:
    """Raises `NotPossible` while an engine works on this server's database. On SQLite `owner` tells."""
    if store.engine.dialect.name == "sqlite":
        return
    with store.reading() as session:
        alive = Driver(session).rows(_ALIVE)
    if alive:
        raise NotPossible(
            "a run works on this database: stop it first, everywhere",
            "un passage travaille sur cette base : l'arrêter d'abord, partout",
        )


@contextmanager
def present(store: Store) -> Iterator[Presence]:
    """Be known as alive while the block runs. SQLite has one engine, which holds its file (`owner`).

    A lost connection is made anew: a server that was restarted has forgotten us.
    """
    if store.engine.dialect.name == "sqlite":
        yield ALONE
        return
    presence, leaving = Presence(1 + secrets.randbelow(2**31 - 1)), Event()
    connection = _announced(store, presence)
    presence.remembered_since = monotonic() - float(connection.exec_driver_sql(_AGE).scalar_one())
    keeper = Thread(target=_keep, args=(store, presence, connection, leaving), daemon=True)
    keeper.start()
    try:
        yield presence
    finally:
        leaving.set()
        keeper.join()


def _keep(store: Store, presence: Presence, connection: Connection | None, leaving: Event) -> None:
    while not leaving.wait(_LOOK):
        try:
            if connection is None:
                presence.remembered_since = monotonic()
                connection = _announced(store, presence)
                _log.info("known to the other engines again")
            _hold(connection, presence)
        except DBAPIError as trouble:
            if connection is not None:
                _log.warning("not known to the other engines", said=str(trouble.orig))
                _end(connection)
                connection = None
    if connection is not None:
        _end(connection)


def _announced(store: Store, presence: Presence) -> Connection:
    """A connection whose session holds our lock."""
    connection = store.engine.execution_options(reading=True, isolation_level="AUTOCOMMIT").connect()
    _hold(connection, presence)
    return connection


def _hold(connection: Connection, presence: Presence) -> None:
    """Take our lock, or have it already: the server only counts how often it was asked."""
    connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_ENGINES}, {presence.engine})")


def _end(connection: Connection) -> None:
    """For good: the pool would keep the session, and the lock with it."""
    connection.invalidate()
    connection.close()
