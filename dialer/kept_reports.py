"""Reports of calls that the database does not take, on disk until it does: an objection must outlive the process.

Apart from the ledger because it is for the hour without one. Nothing personal stands in the file: attempts by their id,
and what became of them.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import structlog
from pydantic import TypeAdapter, ValidationError

from dialer.ports import CallEvent

FOLDER = "kept-reports"
_REPORT = TypeAdapter(CallEvent)
_log = structlog.get_logger("dialer.kept_reports")


class KeptReports:
    """The file of one engine, made when the first report has to wait; its lock tells that this engine is alive."""

    def __init__(self, folder: Path) -> None:
        """`folder` is that of the settings."""
        self._path = folder / FOLDER / f"{uuid.uuid4().hex}.jsonl"
        self._file: BinaryIO | None = None

    def keep(self, reports: Iterable[CallEvent]) -> None:
        """Add these, on disk when it returns. A disk that takes nothing is logged: they still wait in memory."""
        lines = b"".join(_REPORT.dump_json(report) + b"\n" for report in reports)
        if not lines:
            return
        try:
            file = self._opened()
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            _log.error("reports wait in memory alone", said=str(error))

    def forget(self) -> None:
        """They are on record."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self.close()

    def close(self) -> None:
        """Leave what is kept to the next run."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._file = self._path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._file


def take_up(folder: Path, record: Callable[[Sequence[CallEvent]], None]) -> None:
    """Have what ended engines left in this folder recorded, file by file; each is deleted once `record` returns."""
    for path in sorted((folder / FOLDER).glob("*.jsonl")):
        file = _of_nobody(path)
        if file is None:
            continue
        with file:
            reports = list(_read(path, file))
            record(reports)
            path.unlink(missing_ok=True)
        attempts = sorted({report.attempt_id for report in reports})
        _log.warning("reports taken up", file=path.name, reports=len(reports), attempts=attempts)


def _of_nobody(path: Path) -> BinaryIO | None:
    """The file, locked; None where a living engine has it, or another one has just taken it up."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _read(path: Path, file: BinaryIO) -> Iterator[CallEvent]:
    """A line that a killed process did not finish was not kept yet, and is left out."""
    for number, line in enumerate(file, start=1):
        try:
            yield _REPORT.validate_json(line)
        except ValidationError:
            _log.warning("a kept report is not whole", file=path.name, line=number)
