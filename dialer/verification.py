"""Walks the whole chain by the driver, and holds everything that is stored beside it against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from dialer import audit, remarks
from dialer.anchor import FILE, Anchor, advance, against, missing, read_anchor, write_anchor
from dialer.audit import GENESIS, AuditKind, ClockWentBack, Pseudonyms, envelope
from dialer.driver import Driver
from dialer.errors import NotPossible
from dialer.faults import Fault, Reservation, Verification
from dialer.lost_keys import Key, KeyLost, require_not_lost
from dialer.master_keys import MasterKeys
from dialer.recorded import FOLLOWED, WITHOUT_ANCHOR, Outside, Recorded
from dialer.seal_check import check_seals
from dialer.tallying import begin_counting
from dialer.traces import RECORDINGS
from dialer.workspace import Workspace

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""
Seals = Callable[[Session], Fault | None]
_EVERY = 10_000
_read: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
"""The value that begins at a place, and where it ends: less time than `json.loads`, for what has no space around it."""
_ROWS = "SELECT seq, at, kind, body, previous, sha256 FROM audit ORDER BY seq"
_LENGTH_ON_SQLITE = len("2026-11-24 09:02:00.000000")


def verify(
    session: Session,
    *,
    anchor: Anchor | None = None,
    seals: Seals | None = None,
    pseudonyms: Pseudonyms | None = None,
    masters: MasterKeys | None = None,
    recordings: Path | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Everything, in one consistent look (`Store.reading`): the chain, its anchor, what is stored, and the seals.

    Without `pseudonyms` nobody can say who is who, without `masters` whether the keys of facts open, and without their
    folder no recording is read; `Verification.reservations` tells so.
    """
    walk = _Walk(Driver(session), anchor, Outside(pseudonyms, masters, recordings))
    fault = walk.run(progress)
    fault = fault or against(anchor, walk.chain, walk.seen, walk.rows) or walk.beside(progress)
    if not fault and seals:
        fault = seals(session)
    return Verification.of(walk.rows, walk.head, fault, walk.reservations())


def compare(
    session: Session,
    workspace: Workspace,
    *,
    seals: Seals | None = None,
    recordings: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """The same of a folder, with its anchor and its key of pseudonyms: both are missed when they should be there, for
    without them a cut tail, or forged evidence, would not be seen.

    `recordings`: read them too, about a gigabyte a second. Raises `SettingsRefused` for a file that cannot be read.
    """
    found = _as_kept(session, workspace, seals, recordings, progress)
    keys = workspace.settings.keys_folder
    fault = (missing(keys, found.rows) or _without_key(session, keys, found.rows)) if found.whole else None
    return Verification.of(found.rows, found.head, fault, found.reservations) if fault else found


def _without_key(session: Session, keys: Path, rows: int) -> Fault | None:
    try:
        require_not_lost(session, keys, Key.PSEUDONYM)
    except KeyLost as lost:
        return Fault(rows + 1, str(lost), lost.message_fr)
    return None


def _as_kept(
    session: Session, workspace: Workspace, seals: Seals | None, recordings: bool, progress: Progress | None
) -> Verification:
    keys = workspace.settings.keys_folder
    return verify(
        session,
        anchor=read_anchor(keys / FILE),
        seals=seals,
        pseudonyms=workspace.pseudonyms if Key.PSEUDONYM.path(keys).exists() else None,
        masters=MasterKeys.at_hand(Key.MASTER.path(keys)),
        recordings=workspace.path(RECORDINGS) if recordings else None,
        progress=progress,
    )


def verify_folder(workspace: Workspace, progress: Progress | None = None, *, recordings: bool = False) -> Verification:
    """The same with the folder's seals; what is whole goes on record as verified, and moves the anchor on.

    It does not while the clock is behind the log (`dialer doctor` tells why). Raises as `compare`.
    """
    with workspace.store.reading() as session:
        found = compare(session, workspace, seals=_seals_of(workspace), recordings=recordings, progress=progress)
    if not found.whole or not found.rows:
        return found
    try:
        with workspace.store.transaction() as session:
            _record(session, workspace, found)
    except ClockWentBack:
        return found
    move_anchor(workspace)
    return found


def verify_without_anchor(
    workspace: Workspace, reason: str, progress: Progress | None = None, *, recordings: bool = False
) -> Verification:
    """The same where the anchor is lost for good: the reason goes on record, and a new anchor is noted.

    Every later verification tells of it (`Verification.reservations`). Raises `NotPossible` when the anchor is there,
    `ClockWentBack`.
    """
    path = workspace.settings.keys_folder / FILE
    if path.exists():
        raise NotPossible(
            f"{path} is there: verify without --without-anchor",
            f"{path} est là : vérifier sans --without-anchor",
        )
    with workspace.store.reading() as session:
        found = _as_kept(session, workspace, _seals_of(workspace), recordings, progress)
    if found.whole:
        with workspace.store.transaction() as session:
            _record(session, workspace, found, {WITHOUT_ANCHOR: remarks.note(session, reason)})
        with workspace.store.reading() as session:
            write_anchor(session, path, workspace.clock.now())
    return found


def _seals_of(workspace: Workspace) -> Seals:
    return partial(check_seals, folder=workspace.settings.folder)


def _record(
    session: Session, workspace: Workspace, found: Verification, more: Mapping[str, object] | None = None
) -> None:
    told = {"rows": found.rows, "head": found.head, **(more or {})}
    audit.append(session, AuditKind.VERIFIED, told, workspace.clock.now())
    if Key.PSEUDONYM.path(workspace.settings.keys_folder).exists():
        begin_counting(session)


def move_anchor(workspace: Workspace) -> None:
    """Note how far the chain goes, in the folder of the keys. Raises `ChainCutShort`."""
    with workspace.store.reading() as session:
        advance(session, workspace.settings.keys_folder / FILE, workspace.clock.now())


class _Walk:
    """One walk from the first row to the last; `rows` and `head` are those of the part that holds."""

    def __init__(self, driver: Driver, anchor: Anchor | None, outside: Outside) -> None:
        self._driver, self._anchor = driver, anchor
        self._instant = _told_by_server if driver.postgresql else _told_by_file
        self._recorded = Recorded(driver, outside, self._instant)
        self._stored: Fault | None = None
        self.rows, self.head = 0, GENESIS
        self.chain = ""
        self.seen: str | None = None
        """The hash of the row that the anchor names."""

    def run(self, progress: Progress | None) -> Fault | None:
        """The first row that is missing, does not follow, or was changed."""
        total = self._driver.rows("SELECT coalesce(max(seq), 0) FROM audit")[0][0] if progress else 0
        anchored = self._anchor.seq if self._anchor else 0
        for seq, stored_at, kind, body, previous, digest in self._driver.stream(_ROWS):
            at = self._instant(stored_at)
            if fault := self._broken(seq, at, kind, body, previous, digest):
                return fault
            self.rows, self.head = seq, digest
            if seq == 1:
                self.chain = digest
            if seq == anchored:
                self.seen = digest
            if kind in FOLLOWED and self._stored is None:
                self._stored = self._beside(seq, at, kind, body)
            if progress and not seq % _EVERY:
                progress(seq, total)
        return None

    def _broken(self, seq: int, at: str, kind: str, body: str, previous: str, digest: str) -> Fault | None:
        expected = self.rows + 1
        if seq != expected:
            return Fault(
                expected,
                f"row {expected} is missing; the next one is {seq}",
                f"la ligne {expected} manque ; la suivante est {seq}",
            )
        if previous != self.head:
            return Fault(seq, "it does not follow the row before it", "elle ne suit pas la ligne d'avant")
        text = envelope(seq, at, kind, body, previous)
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            return Fault(seq, "its content does not match its hash", "son contenu ne correspond pas à son empreinte")
        return None

    def _beside(self, seq: int, at: str, kind: str, body: str) -> Fault | None:
        try:
            told, end = _read(body, 0)
            return self._recorded.follow(seq, at, kind, told) if end == len(body) else _strange(seq, kind)
        except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
            return _strange(seq, kind)

    def beside(self, progress: Progress | None) -> Fault | None:
        """The first fault of what is stored, once the chain itself is known to hold."""
        return self._stored or self._recorded.check(self.rows + 1, progress)

    def reservations(self) -> list[Reservation]:
        return list(self._recorded.reservations())


def _strange(seq: int, kind: str) -> Fault:
    return Fault(
        seq,
        f"it is no row of kind {kind} as this program writes them",
        f"ce n'est pas une ligne {kind} telle que ce programme les écrit",
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
