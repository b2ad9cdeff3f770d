"""The rows of the chain as plain tuples, and the bytes that are hashed, sealed and proved of each.

Kept apart from writing and judging the chain: seals, proofs and exports only read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlmodel import Session

from dialer.audit import AuditKind, envelope
from dialer.driver import Driver
from dialer.store import canonical_plain

_COLUMNS = "SELECT seq, at, kind, body, previous, sha256 FROM audit"
_NEVER = datetime.min.replace(tzinfo=UTC)
"""The instant of a row that has none: it does not hold then."""


class ChainRow(NamedTuple):
    """One row of `audit`; `at` in UTC."""

    seq: int
    at: datetime
    kind: str
    body: str
    previous: str
    sha256: str

    def to_dict(self) -> dict[str, object]:
        """As a line of an exported `chain.jsonl`; `at` in the form that is hashed."""
        return {**self._asdict(), "at": self.at.astimezone(UTC).isoformat()}

    @property
    def canonical(self) -> bytes:
        """What `sha256` is of: canonical JSON (RFC 8785) of texts and one whole number."""
        at = self.at.astimezone(UTC).isoformat()
        return envelope(self.seq, at, self.kind, self.body, self.previous).encode("utf-8", "surrogatepass")

    @property
    def holds(self) -> bool:
        return sha256(self.canonical).hexdigest() == self.sha256


def chain_rows(session: Session, first: int = 1, last: int | None = None) -> Iterator[ChainRow]:
    """The rows from `first` to `last` (the newest one) in their order; one that is missing is left out."""
    driver = Driver(session)
    upper = "" if last is None else f" AND seq <= {last:d}"
    return _read(driver, driver.stream(f"{_COLUMNS} WHERE seq >= {first:d}{upper} ORDER BY seq"))


def rows_of_kind(session: Session, kind: AuditKind) -> Iterator[ChainRow]:
    driver = Driver(session)
    return _read(driver, driver.rows(f"{_COLUMNS} WHERE kind = ? ORDER BY seq", str(kind)))


def rows_naming(session: Session, name: str, value: str | int) -> Iterator[ChainRow]:
    """The rows whose body says so of an attempt, a decision, a campaign…: a look at every row."""
    driver = Driver(session)
    said = canonical_plain({name: value})[1:-1]
    found = driver.rows(f"{_COLUMNS} WHERE body LIKE ? ORDER BY seq", f"%{said}%")
    return (row for row in _read(driver, found) if json.loads(row.body).get(name) == value)


def _read(driver: Driver, rows: Iterable[tuple[Any, ...]]) -> Iterator[ChainRow]:
    for seq, at, *rest in rows:
        yield ChainRow(seq, driver.instant(at) or _NEVER, *rest)
