"""What a recording is known by for ever, the SHA-256 of its file, and what the chain tells of it.

Apart from noting it (`recordings_to_note`) and from comparing it (`recorded`): those who tell the story of a call ask.
"""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from re import compile as pattern

from sqlmodel import Session

from dialer.audit import AuditKind
from dialer.chain_rows import rows_of_kind

_PIECE = 1 << 20
_OURS = pattern("[0-9a-f]{32}").fullmatch


@dataclass(frozen=True, slots=True)
class RecordingDigest:
    """Of one file. `ms`: how long it lasts; None where its header does not say."""

    sha256: str
    bytes: int
    ms: int | None

    @classmethod
    def of(cls, path: Path, read: Callable[[int], None] = lambda _: None) -> RecordingDigest:
        """`read` is told of every piece, in bytes. Raises `OSError`."""
        hashed, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                hashed.update(piece)
                size += len(piece)
                read(len(piece))
        return cls(hashed.hexdigest(), size, _milliseconds(path))


@dataclass(frozen=True, slots=True)
class ToldRecording:
    """What the chain tells of one: row `seq`, written at `at`. `deleted_by`: the row that tells of its deletion."""

    attempt: str
    seq: int
    at: datetime
    sha256: str
    ms: int | None
    deleted_by: int | None = None

    def to_dict(self) -> dict[str, object]:
        return {"row": self.seq, "at": self.at.isoformat(), "sha256": self.sha256, "ms": self.ms,
                "deleted_by_row": self.deleted_by}  # fmt: skip


def attempts_recorded(paths: Iterable[Path]) -> list[str]:
    """The attempts of which these files are recordings, as the chain names them: files of other names may bear a
    number."""
    return [path.stem for path in paths if path.suffix == ".wav" and _OURS(path.stem)]


def vanished(session: Session, folder: Path) -> list[ToldRecording]:
    """Recordings of which the chain tells, and neither their file nor a row about its deletion is there: whoever
    deleted them was killed before the commit."""
    told = told_recordings(session)
    return [each for each in told.values() if each.deleted_by is None and not (folder / f"{each.attempt}.wav").exists()]


def told_recordings(session: Session, attempts: Collection[str] | None = None) -> dict[str, ToldRecording]:
    """What the chain tells of the recordings of these attempts, or of all."""
    found: dict[str, ToldRecording] = {}
    for row in rows_of_kind(session, AuditKind.RECORDED):
        told = json.loads(row.body)
        if attempts is None or told["attempt"] in attempts:
            one = ToldRecording(told["attempt"], row.seq, row.at, told["sha256"], told.get("ms"))
            found.setdefault(one.attempt, one)
    for kind in (AuditKind.ERASED, AuditKind.RETENTION) if found else ():
        for row in rows_of_kind(session, kind):
            for attempt in found.keys() & json.loads(row.body).get("recorded", ()):
                found[attempt] = replace(found[attempt], deleted_by=found[attempt].deleted_by or row.seq)
    return found


def _milliseconds(path: Path) -> int | None:
    try:
        with wave.open(str(path), "rb") as sound:
            return round(1000 * sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError):
        return None
