"""Recordings as the runner leaves them: a file of the attempt's name, and the report that it began."""

from __future__ import annotations

import os
import wave
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dialer.dispositions import Disposition
from dialer.ports import CallEvent, CallEventKind, CallOrder
from dialer.recordings_to_note import REST, RecordingsToNote
from tests.dialer.agency import Agency
from tests.dialer.fakes import Fate, event


def record(agency: Agency, attempt: str, seconds: float = 2.0, *, rested: bool = True) -> Path:
    """A file of so many seconds of silence, last written long ago or just now."""
    path = agency.workspace.path("recordings", f"{attempt}.wav")
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(16_000 * seconds)))
    if rested:
        before = path.stat().st_mtime - 2 * REST.total_seconds()
        os.utime(path, (before, before))
    return path


def noted(agency: Agency, attempt: str) -> Path:
    """A recording of a call that is over, of which the chain tells."""
    path = record(agency, attempt)
    RecordingsToNote(agency.workspace).note_left()
    return path


def recorded_call(agency: Agency, end: CallEventKind = CallEventKind.ENDED, *, objected: bool = False) -> Fate:
    """A call that is answered and recorded until its end, or until the person objects to that."""

    def reports(order: CallOrder, at: datetime) -> Sequence[CallEvent]:
        attempt = order.permit.attempt_id
        path = record(agency, attempt)
        told = [event(attempt, CallEventKind.ANSWERED, at)]
        told.append(event(attempt, CallEventKind.RECORDING, at, detail=path.name))
        if objected:
            path.unlink()
            told.append(event(attempt, CallEventKind.RECORDING, at))
        return [*told, event(attempt, end, at, disposition=Disposition.ANSWERED)]

    return reports
