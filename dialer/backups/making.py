"""Makes a backup while runs go on, and calls it one only after it was restored into a temporary place."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from dialer.anchor import FILE as ANCHOR
from dialer.anchor import require_anchored
from dialer.audit import AuditKind, append, require_clock_goes_on
from dialer.backups.archive import contents_of, digest_of, pack, unpack
from dialer.backups.cipher import Header, key_id
from dialer.backups.errors import BackupRefused
from dialer.backups.staging import FILES, stage_database, stage_files, work_folder
from dialer.backups.trial import tried
from dialer.lost_keys import Key
from dialer.permit import PermitKey
from dialer.sealing import sealing_alone
from dialer.verification import move_anchor
from dialer.whole_file import sync_folder
from dialer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    header: Header
    keys: tuple[Path, ...]
    """Files that are not in it and must be kept elsewhere: without them nothing can be read."""


def make_backup(workspace: Workspace, target: Path) -> Made:
    """Write `target`, which must not be there yet, and try it. A crash leaves at most a `.part` beside it.

    The log tells of a backup before it is in its place: one too many rather than a copy of people's data, in which an
    erased person may be, that nobody knows of.

    Raises `BackupRefused`, `KeyLost`, `ClockWentBack`, `ChainCutShort`, `StoreUnavailable`, and `OSError` for a disk
    that takes no more.
    """
    settings = workspace.settings
    with workspace.store.reading() as session:
        require_clock_goes_on(session, workspace.clock.now())
        require_anchored(session, settings.keys_folder / ANCHOR)
    key_file = workspace.key_file(Key.BACKUP)
    key = PermitKey.load_or_create(key_file).secret
    _require_new(target)
    part = target.with_name(f"{target.name}.part")
    with work_folder(settings.folder) as work:
        staged = work / "staged"
        (staged / FILES).mkdir(parents=True)
        with sealing_alone(settings.folder):
            copied = stage_database(workspace.store, settings, staged)
            stage_files(settings, staged, part)
        contents = contents_of(staged)
        header = Header(
            **asdict(copied),
            at=workspace.clock.now().isoformat(),
            digest=digest_of(contents),
            key=key_id(key),
            salt=secrets.token_hex(32),
        )
        try:
            part.unlink(missing_ok=True)
            pack(staged, part, contents, header, key)
            _try(work, part, key_file, settings.database_url)
            _record(workspace, header)
            part.replace(target)
            sync_folder(target.absolute().parent)
        finally:
            part.unlink(missing_ok=True)
    move_anchor(workspace)
    kept = tuple(sorted(path for path in settings.keys_folder.iterdir() if path.is_file()))
    return Made(target, header, kept)


def _try(work: Path, part: Path, key: Path, url: str) -> None:
    laid_out = work / "tried"
    laid_out.mkdir()
    header = unpack(part, key, laid_out)
    with tried(laid_out, header, url, part):
        pass


def _record(workspace: Workspace, header: Header) -> None:
    body = {"digest": header.digest, "head": header.head, "head_seq": header.head_seq}
    with workspace.store.transaction() as session:
        append(session, AuditKind.BACKUP, body, workspace.clock.now())


def _require_new(target: Path) -> None:
    if target.exists():
        raise BackupRefused(
            f"{target} is there already and is left as it is; name another file",
            f"{target} existe déjà et reste tel quel ; nommer un autre fichier",
        )
    if not target.absolute().parent.is_dir():
        raise BackupRefused(
            f"{target.parent}: no such folder; make it, or name another file",
            f"{target.parent} : ce dossier n'existe pas ; le créer, ou nommer un autre fichier",
        )
