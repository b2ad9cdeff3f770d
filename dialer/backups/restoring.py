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
from dialer.backups.names import Names
from dialer.backups.placing import Note, Placing, require_free
from dialer.backups.seals_at_hand import later_seals
from dialer.backups.staging import DATABASE, FILES, TABLES, sqlite_file
from dialer.backups.tables import has_tables, load_tables
from dialer.backups.trial import require_as_backed_up
from dialer.chain_rows import chain_rows
from dialer.erased_register import ErasedPerson, erased_register
from dialer.migrations import upgrade
from dialer.ports import Clock
from dialer.restorations import Restoration, restorations
from dialer.roles import account, require_right
from dialer.seals import Seal
from dialer.settings import Settings, checked, read_toml
from dialer.standing import Standing
from dialer.store import Store
from dialer.tallying import Tallier

EraseAgain = Callable[[Session, ErasedPerson, datetime, Path, Names], bool]
"""Takes a person out of the database once more, and out of the files that come back; False: not in the database."""


@dataclass(frozen=True, slots=True)
class Restored:
    header: Header
    restoration: Restoration
    erased_again: int
    settings: Settings


def restore(
    source: Path, folder: Path, clock: Clock, erase_again: EraseAgain, key: Path | None = None, names_lost: str = ""
) -> Restored:
    """Restore into `folder`, which may hold keys/ and seals/ that were kept elsewhere, and nothing more.

    `names_lost`: why the key of pseudonyms is gone for good; a new one is made, and the log tells so.

    Killed half-way it leaves no settings file, so that no command works on half a folder; run it again. Raises
    `BackupRefused`, `KeyLost`, `SettingsRefused`, `StoreUnavailable`, `OSError`.
    """
    key = key or folder / "keys" / "backup.key"
    if not key.is_file():
        raise BackupRefused(
            f"{key}: not there; put keys/ back from where it is kept apart, or name the key with --key",
            f"{key} : absent ; remettre keys/ depuis l'endroit où il est gardé à part, ou nommer la clé avec --key",
        )
    require_free(folder)
    placing = Placing(folder)
    staged = placing.begin()
    try:
        header = unpack(source, key, staged)
        settings = _settings(staged / FILES, folder)
        require_right(settings.users, account(), "restore")
        names = Names(settings.keys_folder, names_lost)
        later = later_seals(folder, staged / FILES, header)
        with _brought_back(staged, header, settings, source, placing.interrupted) as session:
            session.info[Standing] = Standing(settings)
            session.info[Tallier] = Tallier(lambda: names.pseudonyms.key, clock)
            names.tell(session, clock.now())
            erased = _erase_again(
                settings, header, lambda person: erase_again(session, person, clock.now(), staged / FILES, names)
            )
            told = _told_before(session, placing.interrupted)
            known = _known(settings, header, later, placing.interrupted)
            told = told or _tell(session, header, later, known, clock.now())
            note = Note(names.made, header.chain, _row(session, told), known)
            placing.place_files(staged / FILES, sqlite_file(settings), note)
        placing.lasts()
        names.keep()
        if database := sqlite_file(settings):
            placing.place_database(staged / DATABASE, database)
        _anchor(settings, clock.now())
        placing.place_settings(staged / FILES)
    except BaseException:
        placing.undo()
        raise
    placing.end()
    return Restored(header, told, erased, settings)


def _settings(files: Path, folder: Path) -> Settings:
    """The restored settings, as they will stand in the folder."""
    return checked(Settings, {**read_toml(files / "dialer.toml"), "folder": folder.resolve()}, folder / "dialer.toml")


@contextmanager
def _brought_back(
    staged: Path, header: Header, settings: Settings, source: Path, interrupted: Note
) -> Iterator[Session]:
    """The database, verified, in a transaction that ends with the block. Raises `BackupRefused`.

    A server's may hold it already, committed by a restore into this folder that was killed afterwards.
    """
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
            if not _left_behind(session, header, interrupted):
                _load(session, staged, header, settings)
                require_as_backed_up(session, header, source)
            yield session
    finally:
        store.close()


def _left_behind(session: Session, header: Header, interrupted: Note) -> bool:
    """Whether this database is what the killed restore of this very backup committed."""
    if not interrupted.row or not has_tables(session.connection()):
        return False
    told = _told_before(session, interrupted)
    return told is not None and told.backup == header.digest


def _told_before(session: Session, interrupted: Note) -> Restoration | None:
    """What a killed restore into this folder told in the chain, if that was committed."""
    found = (told for told in restorations(session) if _row(session, told) == interrupted.row)
    return next(found, None)


def _row(session: Session, told: Restoration) -> str:
    return next(row.sha256 for row in chain_rows(session, told.row, told.row))


def _load(session: Session, staged: Path, header: Header, settings: Settings) -> None:
    connection = session.connection()
    if has_tables(connection):
        raise _occupied(Store(settings.database_url).shown)
    upgrade(connection, header.revision)
    load_tables(connection, staged / TABLES)
    upgrade(connection)


def _occupied(where: str) -> BackupRefused:
    return BackupRefused(
        f"{where} holds a database already and is left as it is; name an empty one with DIALER_DATABASE. If no folder "
        "works on it, its tables can be dropped (PostgreSQL: DROP SCHEMA public CASCADE; CREATE SCHEMA public)",
        f"{where} contient déjà une base et reste telle quelle ; en nommer une vide avec DIALER_DATABASE. Si aucun "
        "dossier ne s'en sert, ses tables peuvent être supprimées (PostgreSQL : DROP SCHEMA public CASCADE; CREATE "
        "SCHEMA public)",
    )


def _known(settings: Settings, header: Header, later: list[Seal], interrupted: Note) -> int:
    """The last row that anything outside the backup knows of. A killed restore may have moved the anchor: it noted."""
    if interrupted.chain == header.chain:
        seen = interrupted.known_seq
    else:
        anchor: Anchor | None = read_anchor(settings.keys_folder / ANCHOR)
        seen = anchor.seq if anchor and anchor.chain == header.chain else 0
    return max([header.head_seq, seen, *(seal.statement.last for seal in later)])


def _tell(session: Session, header: Header, later: list[Seal], known: int, now: datetime) -> Restoration:
    lost = tuple(seal.statement.number for seal in later)
    told = Restoration(0, header.digest, header.head_seq, known, lost)
    append(session, AuditKind.RESTORED, told.to_body(header.head), now)
    return restorations(session)[-1]


def _erase_again(settings: Settings, header: Header, again: Callable[[ErasedPerson], bool]) -> int:
    people = erased_register(settings.keys_folder).people()
    mine = {person.contact_id: person for person in people if person.chain == header.chain}
    return sum(again(person) for person in mine.values())


def _anchor(settings: Settings, now: datetime) -> None:
    store = Store(settings.database_url)
    try:
        with store.reading() as session:
            write_anchor(session, settings.keys_folder / ANCHOR, now)
    finally:
        store.close()
