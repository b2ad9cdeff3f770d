"""The clear facts of decisions, encrypted under a key of each person: with the key, they are gone, and the chain holds.

The chain has the hash of what is stored, so that it is verified without any key.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete
from sqlmodel import Session, col, select

from dialer.driver import Driver, Rows, Statement
from dialer.errors import DialerError
from dialer.master_keys import MasterKeys
from dialer.schema import DecisionRow, PersonKey

_PLAIN, _PACKED = "v1.", "v2."
"""Before base64 of a nonce of 12 bytes and the AES-256-GCM ciphertext; the decision's id is authenticated with it.

What is closed now is compressed first (zlib, RFC 1950): a decision is mostly words that every decision has."""
_LEVEL, _WINDOW_BITS, _MEMORY = 1, 13, 5
"""Of zlib: higher levels take twice the time for a tenth of the room, and a decision fits in a window of eight
kilobytes, where the usual quarter of a megabyte would be cleared for each."""
_NONCE = 12
_KEYS_AT_HAND = 100_000


class Erased(DialerError):
    """The facts cannot be read any more: the person's key was destroyed. What the chain says of them still holds."""


def is_locked(stored: str) -> bool:
    """Whether what is stored of a decision needs the person's key; from before version 0009 it is in clear."""
    return stored.startswith((_PLAIN, _PACKED))


def key_question(contact_id: int) -> Statement:
    """To be asked with whatever else is read, and its answer given to `Vault.lock`."""
    return "SELECT master, wrapped FROM person_key WHERE contact_id = ?", (contact_id,)


class Lock:
    """Closes and opens what is stored about one person."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, decision_id: int, text: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, _packed(text), _bound_to(decision_id))
        return _PACKED + base64.b64encode(nonce + sealed).decode()

    def open(self, decision_id: int, stored: str) -> str:
        """Raises `InvalidTag` for what this key did not close, or not for this decision."""
        sealed = base64.b64decode(stored[len(_PACKED) :])
        opened = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(decision_id))
        return (zlib.decompress(opened) if stored.startswith(_PACKED) else opened).decode()


class Vault:
    """Makes, finds and destroys the keys of persons."""

    def __init__(self, masters: MasterKeys) -> None:
        self.masters = masters
        self._unwrapped = lru_cache(_KEYS_AT_HAND)(self._unwrap)

    @classmethod
    def load_or_create(cls, path: Path) -> Vault:
        return cls(MasterKeys.load_or_create(path))

    def lock(self, driver: Driver, contact_id: int, answer: Rows, now: datetime) -> tuple[Lock, list[Statement]]:
        """The person's lock, and what is to be written when they had none. Raises `KeyMissing`."""
        if answer:
            return self._unwrapped(contact_id, *answer[0]), []
        key = AESGCM.generate_key(256)
        wrapped = self.masters.wrap(key, contact_id)
        row = driver.insert(PersonKey, contact_id=contact_id, master=self.masters.current, wrapped=wrapped, made_at=now)
        return Lock(key), [row]

    def read(self, session: Session, decision_id: int, contact_id: int, stored: str) -> dict[str, Any]:
        """What is stored of a decision, in clear. Raises `Erased`, `KeyMissing`."""
        plain: dict[str, Any] = json.loads(self.text(session, decision_id, contact_id, stored))
        return plain

    def text(self, session: Session, decision_id: int, contact_id: int, stored: str) -> str:
        """The same as canonical JSON."""
        if not is_locked(stored):
            return stored
        (answer,) = Driver(session).all(key_question(contact_id))
        if not answer:
            raise _erased(decision_id)
        try:
            return self._unwrapped(contact_id, *answer[0]).open(decision_id, stored)
        except (InvalidTag, ValueError, zlib.error):
            raise Erased(
                f"the facts of decision {decision_id} do not open: they were altered, or closed under a key that was "
                "destroyed since; `dialer audit verify` tells which",
                f"les faits de la décision {decision_id} ne s'ouvrent pas : altérés, ou fermés sous une clé détruite "
                "depuis ; `dialer audit verify` dit ce qu'il en est",
            ) from None

    def rewrap(self, session: Session) -> int:
        """Wrap every person's key under the master key in use; how many had another one. Raises `KeyMissing`."""
        rows = session.exec(select(PersonKey).where(PersonKey.master != self.masters.current)).all()
        for row in rows:
            key = self.masters.unwrap(row.master, row.wrapped, row.contact_id)
            row.master, row.wrapped = self.masters.current, self.masters.wrap(key, row.contact_id)
            session.add(row)
        return len(rows)

    def give_up(self, session: Session) -> tuple[tuple[str, ...], int]:
        """A new key for everybody whose own is wrapped under a master key that is not at hand: what it closed is lost.

        The ids of the missing keys, and how many people it is.
        """
        out_of_reach = col(PersonKey.master).not_in(self.masters.ids)
        rows = session.exec(select(PersonKey).where(out_of_reach)).all()
        lost = tuple(sorted({row.master for row in rows}))
        for row in rows:
            row.wrapped = self.masters.wrap(AESGCM.generate_key(256), row.contact_id)
            row.master = self.masters.current
            session.add(row)
        return lost, len(rows)

    @staticmethod
    def destroy(session: Session, contact_id: int) -> bool:
        """Delete the person's key, in the caller's transaction; False when they had none."""
        statement = delete(PersonKey).where(col(PersonKey.contact_id) == contact_id)
        return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]

    def _unwrap(self, contact_id: int, master: str, wrapped: str) -> Lock:
        return Lock(self.masters.unwrap(master, wrapped, contact_id))


def read_decision(session: Session, vault: Vault, row: DecisionRow) -> dict[str, Any]:
    """Facts, findings, fingerprints and the next instant of a decision. Raises `Erased`, `KeyMissing`."""
    return vault.read(session, row.id, row.contact_id, row.body)


def _packed(text: str) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY)
    return packer.compress(text.encode()) + packer.flush()


def _bound_to(decision_id: int) -> bytes:
    return b"decision:%d" % decision_id


def _erased(decision_id: int) -> Erased:
    return Erased(
        f"the facts of decision {decision_id} were erased with the person's key; its verdict and its place in the "
        "chain remain",
        f"les faits de la décision {decision_id} ont été effacés avec la clé de la personne ; restent son verdict et "
        "sa place dans la chaîne",
    )
