"""Puts a backup back: everything in it or nothing, told in the chain, without those who were erased meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from dialer.anchor import FILE as ANCHOR
from dialer.anchor import Anchor, read_anchor, write_anchor
from dialer.audit import AuditKind, append
from dialer.backups.archive import unpack
from dialer.backups.cipher import Header
from dialer.backups.errors import BackupRefused
from dialer.backups.placing import Placing, require_free
from dialer.backups.seals_at_hand import later_seals
from dialer.backups.staging import DATABASE, FILES, TABLES, sqlite_file
from dialer.backups.tables import has_tables, load_tables
from dialer.backups.trial import require_as_backed_up
from dialer.erased_register import ErasedPerson, erased_register
from dialer.ports import Clock
from dialer.restorations import Restoration, restorations
from dialer.roles import account, require_right
from dialer.seals import Seal
from dialer.settings import Settings, checked, read_toml
from dialer.standing import Standing
from dialer.store import Store, upgrade

EraseAgain = Callable[[Session, ErasedPerson, datetime], bool]
"""Takes a person out of the database once more; False: they are not in it."""


@dataclass(frozen=True, slots=True)
class Restored:
    header: Header
    restoration: Restoration
    erased_again: int
    settings: Settings


def restore(source: Path, folder: Path, clock: Clock, erase_again: EraseAgain, key: Path | None = None) -> Restored:
    """Restore into `folder`, which may hold keys/ and seals/ that were kept elsewhere, and nothing more.

    Killed half-way it leaves no settings file, so that no command works on half a folder; run it again. Raises
    `BackupRefused`, `SettingsRefused`, `StoreUnavailable`, `OSError`.
    """
    key = key or folder / "keys" / "backup.key"
    if not key.is_file():
        raise BackupRefused(
            f"{key}: not there; put keys/ back from where it is kept apart, or name the key with --key",
            f"{key} : absent ; remettre keys/ depuis l'endroit où il est gardé à part, ou nommer la clé avec --key",
        )
    placing = Placing(folder)
    require_free(folder)
    staged = placing.begin()
    try:
        header = unpack(source, key, staged)
        settings = _settings(staged / FILES, folder)
        require_right(settings.users, account(), "restore")
        later = later_seals(folder, staged / FILES, header)
        with _brought_back(staged, header, settings, source) as session:
            session.info[Standing] = Standing(settings)
            erased = _erase_again(session, settings, header, clock.now(), erase_again)
            told = _tell(session, header, later, _known(settings, header, later), clock.now())
            placing.place_files(staged / FILES, sqlite_file(settings))
        if database := sqlite_file(settings):
            placing.place_database(staged / DATABASE, database)
        placing.place_settings(staged / FILES)
    except BaseException:
        placing.undo()
        raise
    placing.end()
    _anchor(settings, clock.now())
    return Restored(header, told, erased, settings)


def _settings(files: Path, folder: Path) -> Settings:
    """The restored settings, as they will stand in the folder."""
    return checked(Settings, {**read_toml(files / "dialer.toml"), "folder": folder.resolve()}, folder / "dialer.toml")


@contextmanager
def _brought_back(staged: Path, header: Header, settings: Settings, source: Path) -> Iterator[Session]:
    """The database, verified, in a transaction that ends with the block. Raises `BackupRefused`."""
    database = sqlite_file(settings)
    if (header.database == "sqlite") is (database is None):
        raise BackupRefused(
            f"{source} holds a {header.database} database, and `database` in dialer.toml or DIALER_DATABASE names "
            "another kind; name one of its kind",
            f"{source} contient une base {header.database}, et `database` dans dialer.toml ou DIALER_DATABASE en nomme "
            "une autre ; en nommer une de la même sorte",
        )
    if database and database.exists():
        raise _occupied(str(database))
    store = Store(f"sqlite:///{staged / DATABASE}" if database else settings.database_url)
    try:
        if database:
            store.migrate()
            with store.reading() as session:
                require_as_backed_up(session, header, source)
            with store.transaction() as session:
                yield session
            return
        with store.transaction() as session:
            _load(session, staged, header, settings)
            require_as_backed_up(session, header, source)
            yield session
    finally:
        store.close()


def _load(session: Session, staged: Path, header: Header, settings: Settings) -> None:
    connection = session.connection()
    if has_tables(connection):
        raise _occupied(Store(settings.database_url).shown)
    upgrade(connection, header.revision)
    load_tables(connection, staged / TABLES)
    upgrade(connection)


def _occupied(where: str) -> BackupRefused:
    return BackupRefused(
        f"{where} holds a database already and is left as it is; name an empty one with DIALER_DATABASE",
        f"{where} contient déjà une base et reste telle quelle ; en nommer une vide avec DIALER_DATABASE",
    )


def _known(settings: Settings, header: Header, later: list[Seal]) -> int:
    """The last row that anything outside the backup knows of."""
    anchor: Anchor | None = read_anchor(settings.keys_folder / ANCHOR)
    of_this_chain = anchor.seq if anchor and anchor.chain == header.chain else 0
    return max([header.head_seq, of_this_chain, *(seal.statement.last for seal in later)])


def _tell(session: Session, header: Header, later: list[Seal], known: int, now: datetime) -> Restoration:
    lost = tuple(seal.statement.number for seal in later)
    told = Restoration(0, header.digest, header.head_seq, known, lost)
    append(session, AuditKind.RESTORED, told.to_body(header.head), now)
    return restorations(session)[-1]


def _erase_again(session: Session, settings: Settings, header: Header, now: datetime, erase_again: EraseAgain) -> int:
    people = erased_register(settings.keys_folder).people()
    mine = {person.contact_id: person for person in people if person.chain == header.chain}
    return sum(erase_again(session, person, now) for person in mine.values())


def _anchor(settings: Settings, now: datetime) -> None:
    store = Store(settings.database_url)
    try:
        with store.reading() as session:
            write_anchor(session, settings.keys_folder / ANCHOR, now)
    finally:
        store.close()
