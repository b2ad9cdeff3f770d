"""The keys under which the keys of persons are wrapped: in a file or the environment, never beside the database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialer.errors import DialerError, SettingsRefused
from dialer.whole_file import write_new, write_whole

VARIABLE = "DIALER_MASTER_KEY"
"""Environment variable that wins over the file: keys in base64, separated by commas, the last one in use."""
_BYTES, _NONCE = 32, 12


class KeyMissing(DialerError):
    """Something is encrypted under a master key that is not at hand; nothing of it can be read."""


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """All master keys by their id, which is taken from the key itself; what is new is wrapped under `current`."""

    current: str
    _keys: Mapping[str, AESGCM] = field(repr=False)

    @classmethod
    def load_or_create(cls, path: Path) -> MasterKeys:
        """From the environment, else from a file of one key a line, the last in use; made when there is neither.

        Raises `SettingsRefused` for what is no key of 32 bytes in base64.
        """
        told = os.environ.get(VARIABLE, "")
        if told:
            return cls._from(told.split(","), VARIABLE)
        if not path.exists():
            write_new(path, _line(secrets.token_bytes(_BYTES)))
        return cls._from(path.read_text("ascii", errors="replace").split(), str(path))

    @classmethod
    def at_hand(cls, path: Path) -> MasterKeys | None:
        """Those that are there; None where there are none yet, or no more. Raises as `load_or_create`."""
        return cls.load_or_create(path) if os.environ.get(VARIABLE) or path.exists() else None

    @classmethod
    def add(cls, path: Path) -> MasterKeys:
        """Put a new key in use; the older ones stay in the file, for what is wrapped under them."""
        lines = path.read_bytes() if path.exists() else b""
        write_whole(path, lines + _line(secrets.token_bytes(_BYTES)))
        return cls.load_or_create(path)

    @classmethod
    def _from(cls, words: list[str], where: str) -> MasterKeys:
        keys = [_key(word.strip(), where) for word in words]
        if not keys:
            raise _no_key(where)
        ids = [hashlib.sha256(key).hexdigest()[:16] for key in keys]
        return cls(ids[-1], dict(zip(ids, map(AESGCM, keys), strict=True)))

    @property
    def ids(self) -> tuple[str, ...]:
        """Oldest first."""
        return tuple(self._keys)

    def opens(self, master: str, wrapped: str, contact_id: int) -> bool:
        """Whether that is this person's key, as it was wrapped."""
        try:
            self.unwrap(master, wrapped, contact_id)
        except KeyMissing:
            return False
        return True

    def wrap(self, key: bytes, contact_id: int) -> str:
        """Under the current key; readable for this person's row alone."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self.current].encrypt(nonce, key, _bound_to(contact_id))
        return base64.b64encode(nonce + sealed).decode()

    def unwrap(self, master: str, wrapped: str, contact_id: int) -> bytes:
        """The inverse. Raises `KeyMissing`."""
        if master not in self._keys:
            raise KeyMissing(
                f"the master key {master} is not at hand: put it back into keys/master.key (or {VARIABLE}) from where "
                "keys are kept apart; if it is lost for good, see `dialer keys replace`",
                f"la clé maîtresse {master} manque : la remettre dans keys/master.key (ou {VARIABLE}) depuis l'endroit "
                "où les clés sont gardées à part ; si elle est perdue pour de bon, voir `dialer keys replace`",
            )
        try:
            sealed = base64.b64decode(wrapped, validate=True)
            return self._keys[master].decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(contact_id))
        except (InvalidTag, ValueError):
            raise KeyMissing(
                f"the key of person {contact_id} was altered and cannot be unwrapped; restore a backup",
                f"la clé de la personne {contact_id} a été altérée et ne s'ouvre pas ; restaurer une sauvegarde",
            ) from None


def _bound_to(contact_id: int) -> bytes:
    return b"person:%d" % contact_id


def _line(key: bytes) -> bytes:
    return base64.b64encode(key) + b"\n"


def _key(word: str, where: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        raise _no_key(where) from None
    if len(key) != _BYTES:
        raise _no_key(where)
    return key


def _no_key(where: str) -> SettingsRefused:
    return SettingsRefused(
        f"{where}: each key must be {_BYTES} bytes in base64; restore it from where keys are kept apart",
        f"{where} : chaque clé doit faire {_BYTES} octets en base64 ; la restaurer depuis l'endroit où les clés sont "
        "gardées à part",
    )
