"""Tells an answering machine from a person by the energy of the first seconds: a person greets
briefly and waits, a machine talks on. Pure, so that it is tested on level sequences alone.

It listens while our opening already plays, so a wrong guess never costs a person silence. A long
human sentence without a breath is taken for a machine: known, and accepted.
"""

from __future__ import annotations

from datetime import timedelta

VOICE_LEVEL = 10
"""The bridge's levels, measured: a sine at 0, -20, -36 and -48 dBFS gives 45, 25, 10 and 3. Speech at the
nominal -26 dBov is about 20, a quiet line under 5."""
LONGEST_GREETING = timedelta(seconds=2.2)
LONGEST_BREATH = timedelta(seconds=0.4)
LISTENING = timedelta(seconds=4)
INTERVAL = timedelta(milliseconds=20)
"""How often a level is wanted: the length of one RTP frame."""


class AnsweringMachineDetector:
    """Hears levels of one answered call; instants are seconds of a monotonic clock."""

    def __init__(self, answered_at: float) -> None:
        self._answered_at = answered_at
        self._next_at = answered_at
        self._voice_since: float | None = None
        self._last_voice = answered_at

    def wants_level(self, now: float) -> bool:
        """Whether a level heard now would still be of use."""
        return now >= self._next_at and now - self._answered_at <= LISTENING.total_seconds()

    def hear(self, now: float, level: int) -> bool:
        """Take one level; True when voice has gone on for longer than any human greeting."""
        self._next_at = now + INTERVAL.total_seconds()
        if level < VOICE_LEVEL:
            if now - self._last_voice > LONGEST_BREATH.total_seconds():
                self._voice_since = None
            return False
        if self._voice_since is None:
            self._voice_since = now
        self._last_voice = now
        return now - self._voice_since >= LONGEST_GREETING.total_seconds()
