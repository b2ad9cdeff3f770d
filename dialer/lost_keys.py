"""Keys that are missing though what was recorded needs them: told by name, and never made anew in silence.

Apart from the keys themselves: each is read by its own module, and whether it is needed is known to the records alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, col, select

from dialer.audit import AuditKind
from dialer.errors import SettingsRefused
from dialer.master_keys import VARIABLE
from dialer.schema import AuditRow, PersonKey
from dialer.seals import seal_paths


class KeyLost(SettingsRefused):
    """A key that the records need is not in its place; nothing was made or changed."""


class Key(StrEnum):
    """Those that outlive a run. The key of permits does not: without it the permits under way count no more, that is
    all, and their attempts end as any that was not placed."""

    MASTER = "master"
    PSEUDONYM = "pseudonym"
    SEAL = "seal"
    BACKUP = "backup"

    def path(self, keys: Path) -> Path:
        return keys / f"{self}.key"


_PURPOSE: Mapping[Key, tuple[str, str]] = {
    Key.MASTER: (
        "the facts of past decisions are encrypted under it and cannot be read without it",
        "les faits des décisions passées sont chiffrés sous cette clé et ne se lisent pas sans elle",
    ),
    Key.PSEUDONYM: (
        "the log names people by it; under another key nobody would be found there again",
        "le journal nomme les personnes par elle ; sous une autre clé personne n'y serait retrouvé",
    ),
    Key.SEAL: (
        "past seals were signed with it; with another one a stranger could have signed as well",
        "les scellés passés en sont signés ; d'une autre clé, un étranger aurait pu signer tout autant",
    ),
    Key.BACKUP: (
        "past backups are encrypted under it and cannot be restored without it",
        "les sauvegardes passées sont chiffrées sous cette clé et ne se restaurent pas sans elle",
    ),
}
_NEED: Mapping[Key, tuple[AuditKind, ...]] = {
    Key.SEAL: (AuditKind.SEALED,),
    Key.BACKUP: (AuditKind.BACKUP, AuditKind.RESTORED),
}


def require_not_lost(session: Session, keys: Path, key: Key) -> None:
    """To be asked before a key is made. Raises `KeyLost` when it is missing and something on record needs it."""
    path = key.path(keys)
    # looked for twice: another process makes it before it records anything that needs it
    if path.exists() or not is_needed(session, keys, key) or path.exists():
        return
    what, what_fr = _PURPOSE[key]
    raise KeyLost(
        f"{path} is missing: {what}. Put it back from where keys are kept apart. If it is lost for good, `dialer keys "
        f'replace {key} --reason "…"` writes the loss into the log and goes on with a new one',
        f"{path} manque : {what_fr}. La remettre depuis l'endroit où les clés sont gardées à part. Si elle est perdue "
        f'pour de bon, `dialer keys replace {key} --reason "…"` inscrit la perte au journal et continue avec une '
        "nouvelle",
    )


def is_needed(session: Session, keys: Path, key: Key) -> bool:
    """Whether anything on record rests on that key's file."""
    if key is Key.MASTER:
        return not os.environ.get(VARIABLE) and session.exec(select(PersonKey.contact_id).limit(1)).first() is not None
    if key is Key.SEAL and seal_paths(keys.parent):
        return True
    rows = select(AuditRow.seq).limit(1)
    kinds = _NEED.get(key)
    return session.exec(rows.where(col(AuditRow.kind).in_(kinds)) if kinds else rows).first() is not None
