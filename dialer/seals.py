"""What a seal says, and the files in `seals/` that hold them.

A seal vouches for a span of the chain: the Merkle root (RFC 6962) over its rows, signed with Ed25519, linked to the
seal before. Kept apart from making and judging them, so that both read the very same bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from contextlib import suppress
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from dialer.errors import DialerError
from dialer.store import canonical_plain
from dialer.whole_file import write_whole

FORMAT = "dialer-seal/1"
NO_SEAL = "0" * 64
"""What the first seal names as the one before it."""
_NAME = re.compile(r"[0-9]{4,}\.json")


class SealsRefused(DialerError):
    """The chain cannot be sealed as it is; nothing was written."""


class TimestampRefused(DialerError):
    """The time-stamping authority gave no usable answer; nothing was written."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. `first` and `last` are rows of the chain, `head` the sha256 of the last one."""

    number: int
    """From 1 on; the file is named after it."""
    chain: str
    """The sha256 of the chain's first row: no two chains have the same."""
    first: int
    last: int
    root: str
    """Over the canonical bytes of the rows from `first` to `last`, hexadecimal."""
    head: str
    previous: str
    """`digest` of the seal before."""
    at: str
    """ISO 8601 in UTC, by the clock of the machine that sealed."""
    key: str
    """The public key, 32 bytes in hexadecimal."""

    @property
    def signed(self) -> bytes:
        """The bytes under the signature: canonical JSON (RFC 8785) of these fields and the format's name."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return canonical_plain({"format": FORMAT, **plain}).encode()

    @property
    def digest(self) -> str:
        return sha256(self.signed).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """A signed statement, and what a time-stamping authority (RFC 3161) answered about the signature, if asked."""

    statement: Statement
    signature: bytes
    timestamp: bytes = b""
    authority: str = ""

    def to_dict(self) -> dict[str, Any]:
        plain = {"format": FORMAT, **{field.name: getattr(self.statement, field.name) for field in fields(Statement)}}
        plain["signature"] = self.signature.hex()
        if self.timestamp:
            plain["timestamp"] = base64.b64encode(self.timestamp).decode()
            plain["authority"] = self.authority
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Seal:
        """Raises `ValueError` for anything that is no seal."""
        try:
            statement = Statement(**{field.name: plain[field.name] for field in fields(Statement)})
            stamp = base64.b64decode(plain.get("timestamp", ""), validate=True)
            seal = cls(statement, bytes.fromhex(plain["signature"]), stamp, str(plain.get("authority", "")))
        except (KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise ValueError(f"not a seal: {error!r}") from None
        if seal.to_dict() != plain:
            raise ValueError("not a seal: fields too many, or of another format")
        return seal

    @property
    def on_record(self) -> dict[str, object]:
        """What the chain says of it; of the timestamp, if it has one, the hash."""
        statement = self.statement
        return {
            "seal": statement.number,
            "digest": statement.digest,
            "first": statement.first,
            "last": statement.last,
            "root": statement.root,
            "timestamp": sha256(self.timestamp).hexdigest() if self.timestamp else "",
        }


def seals_folder(folder: Path) -> Path:
    return folder / "seals"


def path_of(folder: Path, number: int) -> Path:
    return seals_folder(folder) / f"{number:04d}.json"


def seal_paths(folder: Path) -> list[Path]:
    """The files of a folder's seals, by their numbers."""
    found = [path for path in seals_folder(folder).glob("*.json") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: int(path.stem))


def read_seal(path: Path) -> Seal:
    """Raises `ValueError` for a file that holds no seal."""
    return Seal.from_dict(json.loads(path.read_text("utf-8")))


def write_seal(folder: Path, seal: Seal) -> Path:
    """Put it beside the others; the file is whole or not there. Raises `OSError`."""
    path = path_of(folder, seal.statement.number)
    write_whole(path, (json.dumps(seal.to_dict(), indent=2, ensure_ascii=False) + "\n").encode(), mode=0o644)
    return path


def sealed_up_to(folder: Path) -> int:
    """The last row that any readable seal of the folder knows of; 0 without one."""
    known = 0
    for path in seal_paths(folder):
        with suppress(ValueError):
            known = max(known, read_seal(path).statement.last)
    return known
