"""The two tellers of time: the machine's clock, and a simulated one for demo, tests and simulations.

Kept apart because a simulated instant must never reach a real trunk: the law of a call is the law
of the true moment at which the telephone rings.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from dialer.errors import DialerError


class SimulatedClockRefused(DialerError):
    """A simulated clock may only drive calls to the loopback carrier; the message names the trunk."""


class SystemClock:
    """The machine's own clock, in UTC."""

    simulated = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """Starts at a chosen instant and then runs at the pace of the wall clock.

    Driven by the monotonic clock, so that a step of the machine's time does not bend it.
    """

    simulated = True

    def __init__(self, starts_at: datetime) -> None:
        """`starts_at` is an aware instant; raises `ValueError` for a naive one."""
        if starts_at.tzinfo is None:
            raise ValueError(f"a simulated clock needs an instant with a time zone, not {starts_at.isoformat()}")
        self._starts_at = starts_at.astimezone(UTC)
        self._born = time.monotonic()

    def now(self) -> datetime:
        return self._starts_at + timedelta(seconds=time.monotonic() - self._born)

    @property
    def offset(self) -> timedelta:
        """Simulated time minus wall time: what a runner process adds to its own wall clock."""
        return self.now() - datetime.now(UTC)
