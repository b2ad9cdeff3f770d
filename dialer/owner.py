"""One engine for one SQLite file: whoever works it holds a lock beside it. On a server several may work at once.

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


@contextmanager
def sole_owner(settings: Settings) -> Iterator[None]:
    """Hold the SQLite file while the block runs. Raises `NotPossible` when another process holds it, and names it."""
    lock = _lock_of(settings)
    if lock is None:
        yield
        return
    with lock.open("a+", encoding="utf-8") as file:
        _take(file, lock)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _lock_of(settings: Settings) -> Path | None:
    """The lock's file; None for a server."""
    url = make_url(settings.database_url)
    database = url.database if url.get_backend_name() == "sqlite" else None
    return Path(f"{Path(database).resolve()}.owner") if database else None


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
