"""The database: one engine for SQLite and PostgreSQL, short transactions, and migrations.

Every transaction takes the one write lock before its first read (BEGIN IMMEDIATE on SQLite, an advisory
lock on PostgreSQL): two writers at the head of the audit chain would else refuse each other. A commit is on
disk when it returns (synchronous=FULL): an audit trail may not lose its last rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache

import rfc8785
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from dialer import migrations
from dialer.errors import StoreBusy, StoreUnavailable
from dialer.write_lock import ASK_AGAIN, Patience, take_on_postgresql, take_on_sqlite

_BUSY_SECONDS = 10
"""How long a transaction waits for another one to end, unless it is told to have more patience."""
_PAGES_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of SQLite's tables kept at hand; with the usual two megabytes a large import takes twice as long."""
_LARGEST_LOG = 64 * 1024 * 1024
"""Bytes of write-ahead log that SQLite keeps on disk after a large import."""
_LOG_PAGES = 8192
"""Of the log before it is written into the tables: half of `_LARGEST_LOG`. With the usual thousand one call in fifty
waits for that."""


_PLAIN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


class Store:
    """Opens the database; `transaction()` is the only way in. `shown` is its address without the password."""

    def __init__(self, url: str) -> None:
        """Raises `StoreUnavailable` for an address of no database that this program can speak to."""
        self.url = url
        self.known: dict[object, object] = {}
        """What every session carries in its `info`."""
        self.committed: Callable[[], None] = lambda: None
        """Called after each transaction; it must not raise, for what was written is written."""
        try:
            self.shown = make_url(url).render_as_string(hide_password=True)
            self.engine = _sqlite_engine(url) if url.startswith("sqlite") else _postgresql_engine(url)
            self._told = lru_cache(maxsize=8)(self.engine.execution_options)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise StoreUnavailable(
                f"the database's address cannot be used ({error}); correct `database` in dialer.toml: "
                "sqlite:///FILE, or postgresql+psycopg://… with the extra `postgresql` installed",
                f"l'adresse de la base est inutilisable ({error}) ; corriger `database` dans dialer.toml : "
                "sqlite:///FICHIER, ou postgresql+psycopg://… avec l'extra `postgresql` installé",
            ) from None

    def migrate(self) -> None:
        """Bring the tables to this version's shape; harmless when they are there already."""
        with explained(self.shown), self.engine.connect() as connection:
            _suspend_foreign_keys(connection)
            migrations.upgrade(connection)
            connection.commit()
            connection.invalidate()

    def check(self) -> None:
        """Raises `StoreUnavailable` when the tables are missing or of another version. Waits for nobody."""
        reading = self.engine.execution_options(reading=True)
        with explained(self.shown), reading.connect() as connection:
            found = migrations.version_of(connection)
        wanted = migrations.VERSIONS[-1]
        if found and found not in migrations.VERSIONS:
            raise StoreUnavailable(
                f"{self.shown}: a newer program made these tables (version {found}, this one knows {wanted}); use it",
                f"{self.shown} : tables d'un programme plus récent (version {found}, celui-ci connaît {wanted}) ; "
                "l'utiliser",
            )
        if found != wanted:
            raise StoreUnavailable(
                f"{self.shown}: the tables are at version {found}, this program needs {wanted}; "
                "run `dialer init` there",
                f"{self.shown} : les tables sont en version {found}, il faut {wanted} ; y lancer `dialer init`",
            )

    @contextmanager
    def transaction(self, patience: Patience | None = None) -> Iterator[Session]:
        """All or nothing. Database trouble comes out as `StoreUnavailable`, told in words.

        The write lock is held from the first line of the block on: what the clock shows there is not old by the time
        it is written down, however long the lock was waited for.
        """
        engine = self._told(patience=patience)
        with (
            explained(self.shown),
            Session(engine, expire_on_commit=False, info=self.known) as session,
            session.begin(),
        ):
            session.connection()
            yield session
        self.committed()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look without the write lock: it waits for nobody, and nobody for it."""
        engine = self._told(reading=True)
        if engine.dialect.name == "postgresql":  # else each statement would see what was committed before it
            engine = self._told(reading=True, isolation_level="REPEATABLE READ")
        with (
            explained(self.shown),
            Session(engine, expire_on_commit=False, info=self.known) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        self.engine.dispose()


def canonical(value: object) -> str:
    """Canonical JSON text (RFC 8785): the same content gives the same bytes, everywhere, for ever."""
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type]


def canonical_plain(value: object) -> str:
    """The same text, ten times as fast, for what holds texts, whole numbers below 2^53, yes or no, and nothing else.

    A key that is no text or has one beyond the basic plane would be put elsewhere by RFC 8785, and a fraction be
    written differently.
    """
    return _PLAIN.encode(value)


def _suspend_foreign_keys(connection: Connection) -> None:
    """SQLite changes a table by building it anew, which its keys would forbid; it obeys outside a transaction only."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        log = f"journal_size_limit={_LARGEST_LOG}"
        often = f"wal_autocheckpoint={_LOG_PAGES}"
        cache = f"cache_size=-{_PAGES_IN_MEMORY // 1024}"
        wait = f"busy_timeout={int(1000 * ASK_AGAIN.total_seconds())}"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", log, often, cache, wait):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _only_reads(connection):
            connection.exec_driver_sql("BEGIN")
        else:
            take_on_sqlite(connection, _patience(connection))

    return engine


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not _only_reads(connection):
            take_on_postgresql(connection, _patience(connection))

    return engine


def _only_reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reading"))


def _patience(connection: Connection) -> Patience:
    asked: Patience | None = connection.get_execution_options().get("patience")
    return asked or Patience(timedelta(seconds=_BUSY_SECONDS))


_HELD = (
    "another process holds the database: let the import that is under way end, and run again; "
    "only one `dialer run` may own a SQLite file"
)
_HELD_FR = (
    "un autre processus tient la base : laisser finir l'import en cours, puis relancer ; "
    "un seul `dialer run` par fichier SQLite"
)
_PASSING = frozenset({"locked", "lock timeout", "connection", "read-only transaction"})
"""Signs of trouble that ends by itself."""
_REMEDIES = (
    ("locked", _HELD, _HELD_FR),
    ("lock timeout", _HELD, _HELD_FR),
    (
        "read-only transaction",
        "the database server takes no writes now: it is a standby, or an operator stopped them",
        "le serveur de base n'accepte pas d'écriture : il est en attente, ou un opérateur les a suspendues",
    ),
    (
        "full",
        "the disk is full; free some space and run again",
        "le disque est plein ; libérer de la place puis relancer",
    ),
    (
        "no space left",
        "the database server's disk is full; free some space there and run again",
        "le disque du serveur de base est plein ; y libérer de la place puis relancer",
    ),
    (
        "i/o error",
        "the disk does not take what is written; free some space, check the disk and its quotas",
        "le disque refuse l'écriture ; libérer de la place, vérifier le disque et ses quotas",
    ),
    (
        "readonly",
        "the database or its folder is read-only; give this user the right to write",
        "la base ou son dossier est en lecture seule ; donner le droit d'écrire",
    ),
    (
        "unable to open",
        "the file or its folder cannot be opened; check the path and its rights",
        "le fichier ou son dossier ne s'ouvre pas ; vérifier le chemin et ses droits",
    ),
    ("malformed", "the file is damaged; restore a backup", "le fichier est abîmé ; restaurer une sauvegarde"),
    (
        "not a database",
        "the file is no SQLite database; check the path",
        "ce fichier n'est pas une base SQLite ; vérifier le chemin",
    ),
    (
        "connection",
        "the database server does not answer; start it or correct `database` in dialer.toml",
        "le serveur de base ne répond pas ; le démarrer ou corriger `database` dans dialer.toml",
    ),
)


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Database trouble in words. What the constraints or triggers refuse is a fault of ours and stays raw."""
    try:
        yield
    except DBAPIError as error:
        if told := in_words(url, error):
            raise told from error
        raise


def in_words(url: str, error: DBAPIError) -> StoreUnavailable | None:
    """What the database's trouble is and what to do; None for a fault of ours."""
    said = " ".join(str(error.orig).split())
    for sign, remedy, remedy_fr in _REMEDIES:
        if sign in said.lower():
            kind = StoreBusy if sign in _PASSING else StoreUnavailable
            return kind(f"{url}: {remedy} ({said})", f"{url} : {remedy_fr} ({said})")
    return None
