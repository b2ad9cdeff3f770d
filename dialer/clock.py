"""The two tellers of time, the machine's clock and a simulated one for demo and tests; and who watches the first.

Kept apart because a simulated instant must never reach a real trunk: the law of a call is the law
of the true moment at which the telephone rings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from dialer.errors import DialerError
from dialer.ports import Clock

_AT_ONCE = 0.5
"""Seconds between two looks at the same instant; a process that was held up longer looks again."""


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


class ClockJumped(DialerError):
    """The machine's clock and the time that went by do not agree; nothing is dialed until somebody has looked."""


class ClockWatch:
    """Holds a clock against the machine's steady counter, which no setting of the time and no sleep moves.

    Slow drift is no jump: a time server corrects it, a few milliseconds at a time.
    """

    def __init__(self, clock: Clock, tolerance: timedelta, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._tolerance, self._monotonic = clock, tolerance, monotonic
        self._last = self._look()

    def check(self) -> None:
        """Raises `ClockJumped` when the clock went by more or less than the time since the last look."""
        (shown, steady), before = self._look(), self._last
        self._last = shown, steady
        jump = shown - before[0] - timedelta(seconds=steady - before[1])
        if abs(jump) > self._tolerance:
            seconds = f"{jump.total_seconds():+.0f} s"
            raise ClockJumped(
                f"the machine's clock jumped by {seconds}: it was set, or the machine slept. Nothing more is dialed; "
                "check the time (`dialer doctor` compares it with the carrier's), then run again",
                f"l'horloge de la machine a sauté de {seconds} : elle a été réglée, ou la machine a dormi. Plus rien "
                "n'est composé ; vérifier l'heure (`dialer doctor` la compare à celle de l'opérateur), puis relancer",
            )

    def _look(self) -> tuple[datetime, float]:
        """Both at one instant; a process that was stopped in between would see a jump that is none."""
        while True:
            before = self._monotonic()
            shown = self._clock.now()
            if self._monotonic() - before < _AT_ONCE:
                return shown, before
