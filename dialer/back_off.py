"""How long to leave something alone that has just failed: a little at first, longer each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

FIRST, LONGEST = timedelta(seconds=0.5), timedelta(seconds=5)


@dataclass
class BackOff:
    """Doubles from half a second to five: to ask costs nothing, and whoever rests longer comes late."""

    _rest: timedelta = field(default=FIRST, init=False)

    def after_failure(self) -> timedelta:
        """How long to rest now."""
        rest, self._rest = self._rest, min(2 * self._rest, LONGEST)
        return rest

    def over(self) -> None:
        """It works again: the next failure rests shortly."""
        self._rest = FIRST
