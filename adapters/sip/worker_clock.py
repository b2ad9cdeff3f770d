"""The runner process's clock: the wall plus the offset that the dialer's process told it at start.

Separate from `dialer.clock` because only a spawned process needs an offset handed to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class WorkerClock:
    """Raises `ValueError` for an offset that nobody declared as simulated: the wall needs none."""

    simulated: bool
    offset: timedelta

    def __post_init__(self) -> None:
        if self.offset and not self.simulated:
            raise ValueError(f"a clock offset of {self.offset} that is not declared as simulated")

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset
