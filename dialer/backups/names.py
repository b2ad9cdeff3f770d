"""The key of pseudonyms while a backup is restored: the one that was put back, or a new one where it is lost for good.

Apart from replacing it in a folder (`dialer.key_replacement`): there is no folder yet in which that could be said.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlmodel import Session

from dialer.audit import Pseudonyms
from dialer.backups.errors import BackupRefused
from dialer.key_replacement import tell_lost
from dialer.lost_keys import Key, KeyLost
from dialer.whole_file import write_new


class Names:
    """`lost`: why the key is lost for good; empty: it is expected in its place."""

    def __init__(self, keys: Path, lost: str = "") -> None:
        """Raises `BackupRefused` for a key that is said to be lost and is there."""
        self.path, self._lost = Key.PSEUDONYM.path(keys), lost.strip()
        if self._lost and self.path.exists():
            raise BackupRefused(
                f"{self.path} is not lost: it is there; leave out --pseudonym-key-lost",
                f"{self.path} n'est pas perdue : elle est là ; enlever --pseudonym-key-lost",
            )

    @property
    def made(self) -> tuple[str, ...]:
        """What `keep` puts into the folder, for the note of what a killed restore leaves behind."""
        return (str(self.path.relative_to(self.path.parent.parent)),) if self._lost else ()

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """A new key is on disk only once it is `kept`. Raises `KeyLost`."""
        if self._lost:
            return Pseudonyms(secrets.token_bytes(32))
        if self.path.exists():
            return Pseudonyms.load_or_create(self.path)
        raise KeyLost(
            f"{self.path} is missing: the log names people by it, and those who were erased since the backup could not "
            "be taken out again. Put it back from where keys are kept apart. If it is lost for good: `dialer restore … "
            '--pseudonym-key-lost "why"` writes the loss into the log and goes on with a new one',
            f"{self.path} manque : le journal nomme les personnes par elle, et celles qui furent effacées depuis la "
            "sauvegarde ne pourraient l'être à nouveau. La remettre depuis l'endroit où les clés sont gardées à part. "
            'Si elle est perdue pour de bon : `dialer restore … --pseudonym-key-lost "pourquoi"` inscrit la perte au '
            "journal et continue avec une nouvelle",
        )

    def tell(self, session: Session, now: datetime) -> None:
        """The loss, before anything is written under the new key."""
        if self._lost:
            tell_lost(session, Key.PSEUDONYM, self._lost, now)

    def keep(self) -> None:
        """The new key in its place; to be called when its name stands in the note of what a killed restore leaves."""
        if self._lost:
            write_new(self.path, self.pseudonyms.key)
