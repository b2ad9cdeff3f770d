"""What goes into a backup, laid out in a folder: a consistent copy of the database, and all files but the keys."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlmodel import Session

from dialer.audit import GENESIS, chain_id
from dialer.backups.errors import BackupRefused
from dialer.backups.tables import dump_tables
from dialer.chain_rows import chain_rows
from dialer.driver import Driver
from dialer.migrations import version_of
from dialer.settings import Settings
from dialer.store import Store

DATABASE, TABLES, FILES = "database.sqlite", "tables", "files"
WORK = ".backup"
_LEFT_OUT = ("keys", WORK, ".restoring")
"""Of the folder's own entries: keys are kept apart, or whoever finds the backup has both."""
_BESIDE_DATABASE = ("", "-wal", "-shm", "-journal", ".owner")


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """A folder for parts that are not whole yet; what a killed backup left there goes."""
    work = folder / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sqlite_file(settings: Settings) -> Path | None:
    """The database's file; None for a server's database."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy of a database is a copy of: its kind, the version of its tables, its chain and how far that goes."""

    database: str
    revision: str
    chain: str
    head_seq: int
    head: str


def stage_database(store: Store, settings: Settings, staged: Path) -> Copied:
    """A copy as of one instant; nobody who writes is held up. Raises `BackupRefused`."""
    file = sqlite_file(settings)
    if file is None:
        with store.reading() as session:
            dump_tables(session.connection(), staged / TABLES)
            return _copied(session)
    _copy_sqlite(file, staged / DATABASE)
    copy = Store(f"sqlite:///{staged / DATABASE}")
    try:
        with copy.reading() as session:
            return _copied(session)
    finally:
        copy.close()


def _copied(session: Session) -> Copied:
    connection = session.connection()
    newest = Driver(session).rows("SELECT coalesce(max(seq), 0) FROM audit")[0][0]
    head = next((row.sha256 for row in chain_rows(session, newest, newest)), GENESIS)
    return Copied(connection.dialect.name, version_of(connection) or "", chain_id(session), newest, head)


def stage_files(settings: Settings, staged: Path, but: Path) -> None:
    """The folder's files, except the keys, the database and `but`, the backup itself. Raises `OSError`."""
    for path in sorted(_files(settings)):
        if path.resolve() != but.resolve() and path.suffix != ".part":
            target = staged / FILES / path.relative_to(settings.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _files(settings: Settings) -> Iterator[Path]:
    database = sqlite_file(settings)
    beside = {f"{database}{ending}" for ending in _BESIDE_DATABASE} if database else set()
    beside |= {str(settings.folder / "run.owner"), str(settings.folder / "seals" / ".lock")}
    for entry in settings.folder.iterdir():
        if entry.name in _LEFT_OUT:
            continue
        for path in [entry] if entry.is_file() else entry.rglob("*"):
            if path.is_file() and str(path) not in beside:
                yield path


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupRefused(
            f"{source}: cannot be copied ({error}); free some space, check the disk, and run again",
            f"{source} : impossible à copier ({error}) ; libérer de la place, vérifier le disque, puis relancer",
        ) from None


def unsound(session: Session) -> str:
    """What SQLite itself finds wrong in a copy; empty when nothing is, or when it is a server's."""
    if session.connection().dialect.name != "sqlite":
        return ""
    found = session.connection().exec_driver_sql("PRAGMA integrity_check").scalars().first()
    return "" if found == "ok" else str(found)
