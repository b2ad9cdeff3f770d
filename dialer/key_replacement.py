"""A new key in the place of one that is lost for good: the loss goes into the log, and work goes on.

Nothing here brings back what the lost key held; it only ends the refusal to go on without it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, func, select

from dialer import remarks
from dialer.audit import AuditKind, Pseudonyms, append, require_clock_goes_on
from dialer.errors import NotPossible
from dialer.lost_keys import Key, is_needed
from dialer.master_keys import VARIABLE, MasterKeys
from dialer.owner import sole_owner
from dialer.permit import PermitKey
from dialer.presence import require_no_engine
from dialer.schema import PersonKey
from dialer.seal_key import PUBLIC, SealKey, public_keys
from dialer.sealing import sealing_alone
from dialer.vault import Vault
from dialer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Replaced:
    """`lost`: ids of the lost master keys, or the public half of a lost seal key; `people`: whose facts are gone."""

    key: Key
    path: Path
    lost: tuple[str, ...] = ()
    people: int = 0


def replace_key(workspace: Workspace, key: Key, reason: str) -> Replaced:
    """Say in the chain that a key is lost, and why, and make another.

    The row comes before the new file (of the master key: with the people's new keys), so that a crash leaves at worst
    a loss that is told twice. Raises `NotPossible` when the key is not lost, or while a run is under way;
    `ClockWentBack`.
    """
    settings = workspace.settings
    with sole_owner(settings):
        require_no_engine(workspace.store)
        with workspace.store.reading() as session:
            _require_lost(session, settings.keys_folder, key)
            require_clock_goes_on(session, workspace.clock.now())
        if key is Key.MASTER:
            return _new_master(workspace, reason)
        path = key.path(settings.keys_folder)
        if key is Key.SEAL:
            with sealing_alone(settings.folder):
                return _new_seal_key(workspace, reason, path)
        with workspace.store.transaction() as session:
            tell_lost(session, key, reason, workspace.clock.now())
        PermitKey.load_or_create(path) if key is Key.BACKUP else Pseudonyms.load_or_create(path)
        return Replaced(key, path)


def _new_master(workspace: Workspace, reason: str) -> Replaced:
    path = Key.MASTER.path(workspace.settings.keys_folder)
    vault = Vault(MasterKeys.load_or_create(path))
    with workspace.store.transaction() as session:
        lost, people = vault.give_up(session)
        tell_lost(session, Key.MASTER, reason, workspace.clock.now(), {"lost": list(lost), "people": people})
    return Replaced(Key.MASTER, path, lost, people)


def _new_seal_key(workspace: Workspace, reason: str, path: Path) -> Replaced:
    """The public half of the lost key stays under another name: what it signed still counts."""
    keys = path.parent
    lost = tuple(public for public, file in public_keys(keys).items() if file.name == PUBLIC)
    with workspace.store.transaction() as session:
        tell_lost(session, Key.SEAL, reason, workspace.clock.now(), {"lost": list(lost)})
    for public in lost:
        (keys / PUBLIC).rename(keys / f"seal-{public[:16]}.pub")
    SealKey.load_or_create(keys)
    return Replaced(Key.SEAL, path, lost)


def tell_lost(session: Session, key: Key, reason: str, now: datetime, more: Mapping[str, object] | None = None) -> None:
    """The row in the log."""
    told = {"key": str(key), "reason_sha256": remarks.note(session, reason), **(more or {})}
    append(session, AuditKind.KEY_REPLACED, told, now)


def _require_lost(session: Session, keys: Path, key: Key) -> None:
    if key is Key.MASTER:
        lost = _out_of_reach(session, keys)
    else:
        lost = not key.path(keys).exists() and is_needed(session, keys, key)
    if not lost:
        raise NotPossible(
            f"{key.path(keys)} is not lost, or nothing needs it yet; nothing was changed",
            f"{key.path(keys)} n'est pas perdue, ou rien n'en dépend encore ; rien n'est changé",
        )


def _out_of_reach(session: Session, keys: Path) -> bool:
    """Whether somebody's key is wrapped under a master key that neither the file nor the environment holds."""
    path = Key.MASTER.path(keys)
    at_hand = MasterKeys.load_or_create(path).ids if path.exists() or os.environ.get(VARIABLE) else ()
    under = session.exec(select(PersonKey.master, func.count()).group_by(PersonKey.master)).all()
    return any(master not in at_hand for master, _ in under)
