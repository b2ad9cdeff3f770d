"""Words that people type or files hold, kept beside the chain: it has their salted hash, so that they can be erased."""

from __future__ import annotations

import hashlib
import secrets

from sqlmodel import Session

from dialer.schema import Remark


def note(session: Session, text: str, contact_id: int | None = None) -> str:
    """Keep the words, in the caller's transaction; what the chain says of them.

    The salt keeps them from being guessed by their hash once they are gone.
    """
    salt = secrets.token_hex(16)
    digest = remark_hash(salt, text)
    session.add(Remark(sha256=digest, salt=salt, contact_id=contact_id, text=text))
    session.flush()
    return digest


def words(session: Session, digest: str) -> str:
    """The words behind a hash; empty once they were erased."""
    found = session.get(Remark, digest)
    return found.text if found else ""


def remark_hash(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()
