"""Walks the whole chain by the driver, and holds everything that is stored beside it against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlmodel import Session

from dialer import audit
from dialer.anchor import FILE, Anchor, advance, against, read_anchor
from dialer.audit import GENESIS, AuditKind, ClockWentBack, envelope
from dialer.driver import Driver
from dialer.faults import Fault, Verification
from dialer.recorded import Attempts, Decisions, Wishes
from dialer.seal_check import check_seals
from dialer.workspace import Workspace

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""
Seals = Callable[[Session], Fault | None]
_EVERY = 10_000
_read = json.JSONDecoder().raw_decode
"""The value at the beginning, and where it ends: less time than `json.loads`, for what has no space around it."""
_ROWS = "SELECT seq, at, kind, body, previous, sha256 FROM audit ORDER BY seq"
_LENGTH_ON_SQLITE = len("2026-11-24 09:02:00.000000")


def verify(
    session: Session, *, anchor: Anchor | None = None, seals: Seals | None = None, progress: Progress | None = None
) -> Verification:
    """Everything, in one consistent look (`Store.reading`): the chain, its anchor, what is stored, and the seals."""
    walk = _Walk(Driver(session), anchor)
    fault = walk.run(progress)
    fault = fault or against(anchor, walk.chain, walk.seen, walk.rows) or walk.beside()
    if not fault and seals:
        fault = seals(session)
    return Verification.of(walk.rows, walk.head, fault)


def verify_folder(workspace: Workspace, progress: Progress | None = None) -> Verification:
    """The same with the folder's anchor and seals; what is whole goes on record as verified, and moves the anchor on.

    It does not while the clock is behind the log (`dialer doctor` tells why). Raises `SettingsRefused` for an anchor
    that cannot be read.
    """
    anchor = read_anchor(workspace.settings.keys_folder / FILE)
    seals = partial(check_seals, folder=workspace.settings.folder)
    with workspace.store.reading() as session:
        found = verify(session, anchor=anchor, seals=seals, progress=progress)
    if not found.whole or not found.rows:
        return found
    try:
        with workspace.store.transaction() as session:
            told = {"rows": found.rows, "head": found.head}
            audit.append(session, AuditKind.VERIFIED, told, workspace.clock.now())
    except ClockWentBack:
        return found
    move_anchor(workspace)
    return found


def move_anchor(workspace: Workspace) -> None:
    """Note how far the chain goes, in the folder of the keys. Raises `ChainCutShort`."""
    with workspace.store.reading() as session:
        advance(session, workspace.settings.keys_folder / FILE, workspace.clock.now())


class _Walk:
    """One walk from the first row to the last; `rows` and `head` are those of the part that holds."""

    def __init__(self, driver: Driver, anchor: Anchor | None) -> None:
        self._driver, self._anchor = driver, anchor
        self._decisions, self._attempts, self._wishes = Decisions(driver), Attempts(), Wishes()
        self._stored: Fault | None = None
        self._instant = _told_by_server if driver.postgresql else _told_by_file
        self.rows, self.head = 0, GENESIS
        self.chain = ""
        self.seen: str | None = None
        """The hash of the row that the anchor names."""

    def run(self, progress: Progress | None) -> Fault | None:
        """The first row that is missing, does not follow, or was changed."""
        total = self._driver.rows("SELECT coalesce(max(seq), 0) FROM audit")[0][0] if progress else 0
        anchored = self._anchor.seq if self._anchor else 0
        for seq, at, kind, body, previous, digest in self._driver.stream(_ROWS):
            if fault := self._broken(seq, at, kind, body, previous, digest):
                return fault
            self.rows, self.head = seq, digest
            if seq == 1:
                self.chain = digest
            if seq == anchored:
                self.seen = digest
            if kind in _FOLLOWED and self._stored is None:
                self._stored = self._beside(seq, self._instant(at), kind, body)
            if progress and not seq % _EVERY:
                progress(seq, total)
        return None

    def _broken(self, seq: int, at: object, kind: str, body: str, previous: str, digest: str) -> Fault | None:
        expected = self.rows + 1
        if seq != expected:
            return Fault(
                expected,
                f"row {expected} is missing; the next one is {seq}",
                f"la ligne {expected} manque ; la suivante est {seq}",
            )
        if previous != self.head:
            return Fault(seq, "it does not follow the row before it", "elle ne suit pas la ligne d'avant")
        text = envelope(seq, self._instant(at), kind, body, previous)
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            return Fault(seq, "its content does not match its hash", "son contenu ne correspond pas à son empreinte")
        return None

    def _beside(self, seq: int, at: str, kind: str, body: str) -> Fault | None:
        try:
            told, end = _read(body)
            return self._follow(seq, at, kind, told) if end == len(body) else _strange(seq, kind)
        except (AttributeError, KeyError, TypeError, ValueError):
            return _strange(seq, kind)

    def _follow(self, seq: int, at: str, kind: str, told: dict[str, Any]) -> Fault | None:
        """Gather what this row says of the tables; a decision is compared at once."""
        match kind:
            case AuditKind.DECISION:
                return self._decisions.check(seq, told)
            case AuditKind.ATTEMPT:
                return self._attempts.take(seq, at, told)
            case AuditKind.RECOVERY:
                return self._attempts.recover(seq, told)
            case AuditKind.WISH:
                self._wishes.take(seq, told)
            case AuditKind.ERASED | AuditKind.RETENTION:
                self._wishes.forget(told)
        return None

    def beside(self) -> Fault | None:
        """The first fault of what is stored, once the chain itself is known to hold."""
        end = self.rows + 1
        return (
            self._stored
            or self._decisions.left_over(end)
            or self._attempts.check(self._driver, end, self._instant)
            or self._wishes.check(self._driver)
        )


def _strange(seq: int, kind: str) -> Fault:
    return Fault(
        seq,
        f"it is no row of kind {kind} as this program writes them",
        f"ce n'est pas une ligne {kind} telle que ce programme les écrit",
    )


_FOLLOWED = frozenset(
    map(
        str,
        (
            AuditKind.DECISION,
            AuditKind.ATTEMPT,
            AuditKind.RECOVERY,
            AuditKind.WISH,
            AuditKind.ERASED,
            AuditKind.RETENTION,
        ),
    )
)


@lru_cache(maxsize=8)
def _told_by_file(at: object) -> str:
    """SQLite's text in the form that was hashed; any other text in its place comes out as something else."""
    text = str(at)
    if len(text) == _LENGTH_ON_SQLITE and text[10] == " ":
        return f"{text[:10]}T{text[11:].removesuffix('.000000')}+00:00"
    return text


def _told_by_server(at: object) -> str:
    assert isinstance(at, datetime)
    return at.astimezone(UTC).isoformat()
