"""The chain of hashed rows: appended in the transaction of what it records, verified from the first row.

Rows name people by keyed pseudonyms only, so that erasing a person later leaves the chain valid.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from dialer.driver import Driver, Statement
from dialer.errors import DialerError
from dialer.permit import PermitKey
from dialer.schema import AuditRow, DecisionRow
from dialer.store import canonical, canonical_plain

GENESIS = "0" * 64
_CLOCK_TOLERANCE = timedelta(seconds=5)


class AuditKind(StrEnum):
    LIST_IMPORTED = "list-imported"
    LIST_TAKEN_BACK = "list-taken-back"
    CAMPAIGN_CREATED = "campaign-created"
    CAMPAIGN_STATE = "campaign-state"
    DECISION = "decision"
    ATTEMPT = "attempt"
    WISH = "wish"
    COMPLAINT = "complaint"
    CONSENT = "consent"
    RECOVERY = "recovery"
    VERIFIED = "verified"


class ClockWentBack(DialerError):
    """The clock shows an instant well before the last recorded one; nothing is dialed until that is settled."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names people in the chain: HMAC-SHA256 of the contact id under a key kept apart from the database."""

    key: bytes

    @classmethod
    def load_or_create(cls, path: Path) -> Pseudonyms:
        return cls(PermitKey.load_or_create(path).secret)

    def of(self, contact_id: int) -> str:
        return hmac.new(self.key, str(contact_id).encode(), hashlib.sha256).hexdigest()[:24]


NEWEST: Statement = ("SELECT seq, at, sha256 FROM audit ORDER BY seq DESC LIMIT 1", ())


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the chain, to which the next one is linked; `seq` 0 before the first."""

    seq: int
    sha256: str


def require_clock_goes_on(session: Session, at: datetime) -> None:
    """Raises `ClockWentBack` when `at` lies well before the newest row of the chain."""
    head_at(Driver(session), at)


def head_at(driver: Driver, at: datetime) -> Head:
    """The head of the chain, if a row may be written at `at`. Raises `ClockWentBack`."""
    return head_from(driver, driver.rows(NEWEST[0]), at)


def head_from(driver: Driver, rows: Sequence[tuple[Any, ...]], at: datetime) -> Head:
    """The same, from the answer to `NEWEST`."""
    if not rows:
        return Head(0, GENESIS)
    seq, stored_at, digest = rows[0]
    last = driver.instant(stored_at) or at
    if at < last - _CLOCK_TOLERANCE:
        raise ClockWentBack(
            f"the clock shows {at.isoformat()}, but {last.isoformat()} is already on record; "
            "set the clock right (or start a simulated clock later) and run again",
            f"l'horloge indique {at.isoformat()}, mais {last.isoformat()} est déjà au journal ; "
            "la mettre à l'heure (ou faire partir l'horloge simulée plus tard) puis relancer",
        )
    return Head(seq, digest)


def append(session: Session, kind: AuditKind, body: Mapping[str, object], at: datetime) -> None:
    """Add one row to the chain, in the caller's transaction. Raises `ClockWentBack`."""
    driver = Driver(session)
    driver.do(*rows_after(head_at(driver, at), driver, at, (kind, canonical(body))))


def rows_after(head: Head, driver: Driver, at: datetime, *entries: tuple[AuditKind, str]) -> list[Statement]:
    """The statements that add these rows (a kind and a body in canonical JSON each), linked one to the other."""
    statements, previous = [], head.sha256
    for seq, (kind, body) in enumerate(entries, head.seq + 1):
        digest = _hash(seq, at, kind, body, previous)
        row = {"seq": seq, "at": at, "kind": str(kind), "body": body, "previous": previous, "sha256": digest}
        statements.append(driver.insert(AuditRow, **row))
        previous = digest
    return statements


@dataclass(frozen=True, slots=True)
class Verification:
    """`broken_at` is the first row that does not hold, with `why`; None when the chain is whole."""

    rows: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def verify(session: Session) -> Verification:
    """Walk the whole chain, and hold every recorded decision against its stored body."""
    previous, expected = GENESIS, 1
    chain = select(AuditRow).order_by(col(AuditRow.seq)).execution_options(yield_per=1000)
    with session.exec(chain) as rows:
        for row in rows:
            if why := _fault(row, expected, previous):
                return Verification(expected - 1, previous, expected, why)
            previous, expected = row.sha256, expected + 1
    return _altered_decision(session) or Verification(expected - 1, previous)


def _fault(row: AuditRow, expected: int, previous: str) -> str:
    if row.seq != expected:
        return f"row {expected} is missing; the next one is {row.seq}"
    if row.previous != previous:
        return "it does not follow the row before it"
    if row.sha256 != _hash(row.seq, row.at, row.kind, row.body, row.previous):
        return "its content does not match its hash"
    return ""


def _altered_decision(session: Session) -> Verification | None:
    """Decisions are kept beside the chain, which holds only their hash: compare the two."""
    recorded = (
        select(AuditRow.seq, AuditRow.body).where(AuditRow.kind == AuditKind.DECISION).order_by(col(AuditRow.seq))
    )
    count = session.exec(select(func.count()).select_from(AuditRow)).one()
    bodies = {row.id: row.body for row in session.exec(select(DecisionRow))}
    for seq, body in session.exec(recorded):
        decision_id, digest = _named_decision(body)
        stored = bodies.get(decision_id)
        if stored is None or hashlib.sha256(stored.encode()).hexdigest() != digest:
            what = "is missing" if stored is None else "was altered"
            return Verification(count, "", seq, f"the stored decision {decision_id} {what}")
    return None


def _named_decision(body: str) -> tuple[int, str]:
    plain = json.loads(body)
    return int(plain["decision"]), str(plain["sha256"])


def _hash(seq: int, at: datetime, kind: str, body: str, previous: str) -> str:
    envelope = {"seq": seq, "at": at.astimezone(UTC).isoformat(), "kind": str(kind), "body": body, "previous": previous}
    return hashlib.sha256(canonical_plain(envelope).encode()).hexdigest()
