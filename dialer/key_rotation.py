"""A new master key put in use: the key of every person wrapped anew, in one transaction that can be taken up again.

The old keys stay at hand until that is done. Then they open nothing in the database; they are set aside in a file of
their own, because backups from before still need them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, func, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.errors import NotPossible
from dialer.master_keys import VARIABLE, MasterKeys
from dialer.owner import sole_owner
from dialer.presence import require_no_engine
from dialer.schema import PersonKey
from dialer.vault import Vault
from dialer.whole_file import write_whole
from dialer.workspace import Workspace

FILE, OLD = "master.key", "master.old"


@dataclass(frozen=True, slots=True)
class Keys:
    """The master keys at hand, oldest first, and how many people's keys are wrapped under each."""

    source: str
    current: str
    people: Mapping[str, int]
    """By key id; with ids that are not at hand, whose people's facts cannot be read."""
    at_hand: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(key for key in self.people if key not in self.at_hand)


@dataclass(frozen=True, slots=True)
class Rotated:
    """`set_aside` holds the old keys; None when they come from the environment."""

    current: str
    before: tuple[str, ...]
    people: int
    set_aside: Path | None


def keys_of(session: Session, workspace: Workspace) -> Keys:
    masters = workspace.vault.masters
    counted = dict(session.exec(select(PersonKey.master, func.count()).group_by(col(PersonKey.master))).all())
    source = VARIABLE if os.environ.get(VARIABLE) else str(_file(workspace))
    return Keys(source, masters.current, dict.fromkeys(masters.ids, 0) | counted, masters.ids)


def rotate(workspace: Workspace) -> Rotated:
    """Raises `NotPossible` while a run holds the old key, or when the environment names a single key; `KeyMissing`."""
    with sole_owner(workspace.settings):
        require_no_engine(workspace.store)
        masters = _with_new_key(workspace)
        vault, before = Vault(masters), tuple(key for key in masters.ids if key != masters.current)
        with workspace.store.transaction() as session:
            people = vault.rewrap(session)
            told = {"to": masters.current, "from": list(before), "people": people}
            audit.append(session, AuditKind.KEY_ROTATED, told, workspace.clock.now())
        return Rotated(masters.current, before, people, _set_aside(workspace))


def _with_new_key(workspace: Workspace) -> MasterKeys:
    """With a new key, unless one was put in use already and its rotation was cut short. Raises `NotPossible`."""
    masters = workspace.vault.masters
    if len(masters.ids) > 1:
        return masters
    if os.environ.get(VARIABLE):
        raise NotPossible(
            f"{VARIABLE} names one key: append the new one after a comma (32 random bytes in base64), run this again, "
            "then leave the old one out",
            f"{VARIABLE} ne contient qu'une clé : ajouter la nouvelle après une virgule (32 octets aléatoires en "
            "base64), relancer, puis ôter l'ancienne",
        )
    return MasterKeys.add(_file(workspace))


def _set_aside(workspace: Workspace) -> Path | None:
    """The old keys are on disk elsewhere before they leave the file in use."""
    if os.environ.get(VARIABLE):
        return None
    file, old = _file(workspace), workspace.settings.keys_folder / OLD
    *before, current = file.read_bytes().split()
    known = old.read_bytes().split() if old.exists() else []
    write_whole(old, b"".join(key + b"\n" for key in dict.fromkeys([*known, *before])))
    write_whole(file, current + b"\n")
    return old


def _file(workspace: Workspace) -> Path:
    return workspace.settings.keys_folder / FILE
