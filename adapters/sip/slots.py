"""Which slots of a runner process are lost to calls that are over: their far end has not answered BYE or CANCEL.

PJSIP repeats itself for 32 s before it gives such a slot back. Pure, so that a far end's silence is tested without one.
"""

from __future__ import annotations

from collections import deque

USUAL = 0.25
"""Seconds for which an ended call may keep its slot without anybody being told: 7 ms when all is well."""


class EndingCalls:
    """Learns at every turn how many ended calls keep a slot; instants are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._since: deque[float] = deque()
        """For each of them when it ended, oldest first: PJSIP gives up in that order."""
        self._last_freed = float("-inf")

    def ended_in_silence(self, now: float) -> None:
        """A call is over to which nothing at all was answered: its slot is lost from now on."""
        self._since.append(now - USUAL)

    def look(self, ending: int, now: float) -> None:
        while len(self._since) < ending:
            self._since.append(now)
        while len(self._since) > ending:
            self._since.popleft()
            self._last_freed = now

    def blocked(self, now: float) -> int:
        """How many slots are lost for longer than usual."""
        return sum(now - since >= USUAL for since in self._since)

    def stuck_for(self, now: float) -> float:
        """For how long slots have been lost without any of them coming back, in seconds."""
        return now - max(self._since[0], self._last_freed) if self._since else 0.0
