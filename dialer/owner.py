"""One engine for one ledger: whoever works it holds a lock, beside the SQLite file or, for a server, in its folder.

Two engines on one SQLite file starve each other, and what one has under way the other would take for left behind. The
kernel frees the lock when its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import make_url

from dialer.errors import NotPossible
from dialer.settings import Settings
from dialer.store import Store

_ENGINE_LOCK = 0x656E67696E65
"""Any number that all engines agree on (« engine » in ASCII)."""


@contextmanager
def sole_owner(settings: Settings) -> Iterator[None]:
    """Hold the ledger while the block runs. Raises `NotPossible` when another process holds it, and names it."""
    lock = _lock_of(settings)
    with lock.open("a+", encoding="utf-8") as file:
        _take(file, lock)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def only_engine(store: Store) -> Iterator[None]:
    """Keep every other engine, on whatever machine, off a PostgreSQL ledger while the block runs; SQLite has its file.

    An engine settles at its start what is live, so that a second one would settle the calls of the first. The server
    forgets the lock when it is restarted: start no second engine then. Raises `NotPossible`.
    """
    if store.engine.dialect.name == "sqlite":
        yield
        return
    connection = store.engine.execution_options(reading=True, isolation_level="AUTOCOMMIT").connect()
    try:
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_ENGINE_LOCK})").scalar_one():
            raise NotPossible(
                f"another engine works on {store.shown}; stop it first (the two would settle each other's calls)",
                f"un autre moteur travaille sur {store.shown} ; l'arrêter d'abord (chacun solderait les appels de "
                "l'autre)",
            )
        yield
    finally:
        connection.invalidate()
        connection.close()


def _lock_of(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(f"{Path(url.database).resolve()}.owner")
    return settings.folder / "run.owner"


def _take(file: TextIO, lock: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        who, owned = file.read().strip() or "?", lock.with_suffix("")
        raise NotPossible(
            f"process {who} works on {owned} already; stop it first (two engines would double the carrier's limits)",
            f"le processus {who} travaille déjà sur {owned} ; l'arrêter d'abord (à deux, les moteurs doubleraient les "
            "limites de l'opérateur)",
        ) from None
