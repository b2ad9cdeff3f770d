"""The chain of hashed rows, each appended in the transaction of what it records; `verification` walks it.

Rows name the people who are called by keyed pseudonyms only, so that erasing a person later leaves the chain valid. Who
works here is named: that is what the chain is for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from json.encoder import encode_basestring as _quoted
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from dialer.driver import Driver, Statement
from dialer.errors import DialerError
from dialer.permit import PermitKey
from dialer.schema import AuditRow
from dialer.standing import Standing
from dialer.store import canonical, canonical_plain

GENESIS = "0" * 64
_CLOCK_TOLERANCE = timedelta(seconds=5)


class AuditKind(StrEnum):
    CHAIN_BEGUN = "chain-begun"
    SETTINGS = "settings"
    """Configuration, rules, data or users are not what they were when this was last written."""
    RUN_STARTED = "run-started"
    RUN_STOPPED = "run-stopped"
    LIST_IMPORTED = "list-imported"
    LIST_TAKEN_BACK = "list-taken-back"
    CAMPAIGN_CREATED = "campaign-created"
    CAMPAIGN_STATE = "campaign-state"
    AGENT = "agent"
    """An agent rests, or is back."""
    DECISION = "decision"
    ATTEMPT = "attempt"
    """Every step of a call: approved (with its permit), dialing, and its outcome."""
    RECORDED = "recorded"
    """The digest of a recording, once its file is whole (`dialer.recordings_to_note`)."""
    RECORDING_KEPT = "recording-kept"
    """Whether a contract followed a call, which keeps its recording longer (`dialer.kept_recordings`)."""
    PUT_OFF = "put-off"
    WISH = "wish"
    COMPLAINT = "complaint"
    CONSENT = "consent"
    RECOVERY = "recovery"
    VERIFIED = "verified"
    SEALED = "sealed"
    BACKUP = "backup"
    RESTORED = "restored"
    EXPORTED = "exported"
    REQUEST = "request"
    """A person asked for their data, or for its end."""
    ERASED = "erased"
    RETENTION = "retention"
    HOLD = "hold"
    RELEASED = "released"
    KEY_ROTATED = "key-rotated"
    TALLIED = "tallied"
    """By how much the tables changed that came from files or were set up by hand (`dialer.tallying`)."""
    KEY_REPLACED = "key-replaced"
    """A key was lost, and another made: what was under the old one is gone, or stands as it was."""


_BY_ITSELF = frozenset({AuditKind.ATTEMPT, AuditKind.RECOVERY, AuditKind.RECORDED})
"""What the machine does: `run-started` says on whose account."""


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
        return self._mac(str(contact_id))[:24]

    def of_number(self, number: str) -> str:
        """Of an E.164 number; sixteen digits, so that it takes the number's place in its column."""
        return self._mac(number)[:16]

    def _mac(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), "sha256").hex()


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
        raise _went_back(driver, at, last)
    return Head(seq, digest)


def _went_back(driver: Driver, at: datetime, last: datetime) -> ClockWentBack:
    """What to do differs: a simulated clock was meant to run ahead, the machine's was not."""
    shows = f"the clock shows {at.isoformat()}, but {last.isoformat()} is already on record"
    shows_fr = f"l'horloge indique {at.isoformat()}, mais {last.isoformat()} est déjà au journal"
    runs = driver.rows("SELECT body FROM audit WHERE kind = ? ORDER BY seq DESC LIMIT 1", str(AuditKind.RUN_STARTED))
    if runs and '"simulated":true' in runs[0][0]:
        return ClockWentBack(
            f"{shows}: a simulated clock ran in this folder, which is for trials from then on. Real work takes another "
            "folder (`dialer init`); another trial here, a simulated clock that starts later",
            f"{shows_fr} : une horloge simulée a tourné dans ce dossier, qui ne sert plus qu'aux essais. Le vrai "
            "travail demande un autre dossier (`dialer init`) ; un autre essai ici, une horloge simulée qui part plus "
            "tard",
        )
    return ClockWentBack(
        f"{shows}: the machine's clock is behind, or was ahead when that was written. Set it right and run again; if "
        "it is right now, restore a backup from before (`dialer restore`), or wait until that instant",
        f"{shows_fr} : l'horloge de la machine retarde, ou avançait quand cela a été écrit. La mettre à l'heure puis "
        "relancer ; si elle est juste maintenant, restaurer une sauvegarde d'avant (`dialer restore`), ou attendre "
        "cet instant",
    )


def append(session: Session, kind: AuditKind, body: Mapping[str, object], at: datetime) -> None:
    """Add one row to the chain, in the caller's transaction; it says who did it where that is known.

    When what rules here has changed since it was last written down, that goes before. Raises `ClockWentBack`.
    """
    driver = Driver(session)
    head = head_at(driver, at)
    standing: Standing | None = session.info.get(Standing)
    told = dict(body)
    entries = []
    if standing:
        if changed := standing.changed(session):
            entries.append((AuditKind.SETTINGS, canonical({**changed, "by": standing.actor})))
        if kind not in _BY_ITSELF:
            told["by"] = standing.actor
    written = canonical_plain if kind in _BY_ITSELF else canonical  # of a call there are texts and whole numbers only
    driver.do(*rows_after(head, driver, at, *entries, (kind, written(told))))


def rows_after(head: Head, driver: Driver, at: datetime, *entries: tuple[AuditKind, str]) -> list[Statement]:
    """The statements that add these rows (a kind and a body in canonical JSON each), linked one to the other.

    The very first row of a chain is a random number, so that no two chains are alike.
    """
    if not head.seq:
        entries = (AuditKind.CHAIN_BEGUN, canonical_plain({"chain": secrets.token_hex(16)})), *entries
    statements, previous = [], head.sha256
    for seq, (kind, body) in enumerate(entries, head.seq + 1):
        digest = _hash(seq, at, kind, body, previous)
        row = {"seq": seq, "at": at, "kind": str(kind), "body": body, "previous": previous, "sha256": digest}
        statements.append(driver.insert(AuditRow, **row))
        previous = digest
    return statements


def chain_id(session: Session) -> str:
    """What tells this chain from any other: the hash of its first row, which holds a random number. "" before it."""
    first = session.exec(select(AuditRow.sha256).where(AuditRow.seq == 1)).first()
    return first or ""


def envelope(seq: int, at: str, kind: str, body: str, previous: str) -> str:
    """What is hashed of a row: canonical JSON (RFC 8785) of its five other columns; `at` as ISO 8601 in UTC.

    Written by hand because a million rows are verified so; Python's own quoting of a text is that of RFC 8785.
    """
    return (
        f'{{"at":{_quoted(at)},"body":{_quoted(body)},"kind":{_quoted(kind)},"previous":{_quoted(previous)},'
        f'"seq":{seq}}}'
    )


def _hash(seq: int, at: datetime, kind: str, body: str, previous: str) -> str:
    return hashlib.sha256(envelope(seq, at.astimezone(UTC).isoformat(), kind, body, previous).encode()).hexdigest()
