"""The recordings, each file against the digest that the chain told when the call was over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.faults import Fault, Reservation
from dialer.recording_digests import RecordingDigest, attempts_recorded

Progress = Callable[[int, int], None]
_MISSING = "is missing, and no row tells of its deletion", "manque, et aucune ligne ne dit qu'il fut effacé"


@dataclass(frozen=True, slots=True)
class _Told:
    seq: int
    sha256: str
    bytes: int


class Recordings:
    """By their attempts. `folder`: where the files lie; None: they are not compared."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._told: dict[str, _Told] = {}
        self._gone: set[str] = set()
        self._wrong: Fault | None = None
        self._untold = 0

    def take(self, seq: int, told: dict[str, Any]) -> None:
        """Told twice, as two engines may that start at once, it must be the same."""
        new = _Told(seq, told["sha256"], told["bytes"])
        known = self._told.setdefault(told["attempt"], new)
        if known.sha256 != new.sha256:
            self._wrong = self._wrong or _fault(seq, told["attempt"], "was told otherwise before", "fut dit autrement")

    def forget(self, told: dict[str, Any]) -> None:
        """Their deletion, which a row of the chain tells of."""
        for attempt in told.get("recorded", ()):
            self._told.pop(attempt, None)
            self._gone.add(attempt)

    def check(self, progress: Progress | None = None) -> Fault | None:
        """The fault that lies first in the chain. Raises `OSError` for a file that cannot be read."""
        if self._wrong or self._folder is None:
            return self._wrong
        there = attempts_recorded(self._folder.glob("*.wav"))
        self._untold = len(set(there) - self._told.keys() - self._gone)
        done, total = 0, sum(each.bytes for each in self._told.values())

        def read(size: int) -> None:
            nonlocal done
            done += size
            if progress:
                progress(done, total)

        for attempt, told in sorted(self._told.items(), key=lambda each: each[1].seq):
            if fault := _compared(self._folder / f"{attempt}.wav", attempt, told, read):
                return fault
        return None

    def reservations(self) -> Iterator[Reservation]:
        if self._told and self._folder is None:
            yield Reservation(
                f"not compared: {len(self._told)} recordings; `dialer audit verify` reads them",
                f"non comparé : {len(self._told)} enregistrements ; `dialer audit verify` les relit",
            )
        if self._untold:
            yield Reservation(
                f"not compared: {self._untold} recordings of which the log has no digest: of an earlier version, or of "
                "calls that have just ended; the next run notes them",
                f"non comparé : {self._untold} enregistrements dont le journal n'a pas l'empreinte : d'une version "
                "antérieure, ou d'appels à peine finis ; la prochaine série d'appels la note",
            )


def _compared(path: Path, attempt: str, told: _Told, read: Callable[[int], None]) -> Fault | None:
    if not path.exists():
        return _fault(told.seq, attempt, *_MISSING)
    if path.stat().st_size != told.bytes or RecordingDigest.of(path, read).sha256 != told.sha256:
        return _fault(told.seq, attempt, "was altered", "a été altéré")
    return None


def _fault(seq: int, attempt: str, english: str, french: str) -> Fault:
    return Fault(seq, f"the recording of attempt {attempt} {english}", f"l'enregistrement de {attempt} {french}")
