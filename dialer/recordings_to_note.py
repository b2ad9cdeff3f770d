"""The digest of each recording in the chain, once its file is whole: what was said cannot be exchanged later.

Apart from the ledger because a file is whole some time after its call is over: a recorder must rest before it is
dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from time import monotonic, time

import structlog
from sqlmodel import Session, col, select

from dialer import audit
from dialer.audit import AuditKind
from dialer.chain_rows import rows_of_kind
from dialer.ledger import LIVE
from dialer.ports import CallEvent, CallEventKind
from dialer.recording_digests import RecordingDigest, attempts_recorded
from dialer.schema import Attempt
from dialer.traces import RECORDINGS
from dialer.workspace import Workspace

REST = timedelta(seconds=5)
"""After the end of a call its recording is whole, many times over."""
_MOST = 1 << 30
"""Bytes that are hashed at once of what was left behind, which takes seconds; the rest comes with the next run."""
_AT_ONCE = 500
"""Ids in one question; databases bound the number of parameters."""
_log = structlog.get_logger("dialer.recordings")


class RecordingsToNote:
    """Of one engine: hears which calls are recorded, and tells the chain when their files are whole."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._folder = workspace, workspace.path(RECORDINGS)
        self._under_way: set[str] = set()
        self._ended: dict[str, float] = {}
        """When each call ended, in seconds of the monotonic clock."""

    def heard(self, event: CallEvent) -> None:
        """A call that was lost is left to the next `note_left`: its file may have to be mended first."""
        if event.kind is CallEventKind.RECORDING:
            (self._under_way.add if event.detail else self._under_way.discard)(event.attempt_id)
        elif event.kind is CallEventKind.ENDED and event.attempt_id in self._under_way:
            self._under_way.discard(event.attempt_id)
            self._ended[event.attempt_id] = monotonic()

    def note(self, *, at_once: bool = False) -> None:
        """Those that have rested, or all `at_once` when nobody writes any more. Raises as a transaction does."""
        due = monotonic() - (0 if at_once else REST.total_seconds())
        attempts = [attempt for attempt, ended in self._ended.items() if ended <= due]
        self._tell(attempts)
        for attempt in attempts:
            del self._ended[attempt]

    def note_left(self) -> None:
        """What a process that died did not come to, newest first, as far as seconds go. Raises as `note`."""
        there = attempts_recorded(self._folder.glob("*.wav"))
        if not there:
            return
        with self._workspace.store.reading() as session:
            told = {json.loads(row.body)["attempt"] for row in rows_of_kind(session, AuditKind.RECORDED)}
            over = list(_over(session, sorted(set(there) - told)))
        self._tell(self._newest(over))

    def _newest(self, attempts: Iterable[str]) -> Iterator[str]:
        rested, size = time() - REST.total_seconds(), 0
        files = {attempt: (self._folder / f"{attempt}.wav").stat() for attempt in attempts}
        for attempt, file in sorted(files.items(), key=lambda each: each[1].st_mtime, reverse=True):
            if file.st_mtime < rested and size < _MOST:
                size += file.st_size
                yield attempt

    def _tell(self, attempts: Iterable[str]) -> None:
        digests = [(attempt, digest) for attempt in attempts if (digest := self._digest(attempt))]
        if not digests:
            return
        with self._workspace.store.transaction() as session:
            now = self._workspace.clock.now()
            for attempt, digest in digests:
                told: dict[str, object] = {"attempt": attempt, "sha256": digest.sha256, "bytes": digest.bytes}
                if digest.ms is not None:
                    told["ms"] = digest.ms
                audit.append(session, AuditKind.RECORDED, told, now)

    def _digest(self, attempt: str) -> RecordingDigest | None:
        """None: it cannot be read, or was deleted meanwhile."""
        try:
            return RecordingDigest.of(self._folder / f"{attempt}.wav")
        except OSError as trouble:
            _log.warning("a recording is not on record", attempt=attempt, said=str(trouble))
            return None


def _over(session: Session, attempts: list[str]) -> Iterator[str]:
    for start in range(0, len(attempts), _AT_ONCE):
        named = col(Attempt.id).in_(attempts[start : start + _AT_ONCE])
        yield from session.exec(select(Attempt.id).where(named, col(Attempt.state).not_in(LIVE)))
