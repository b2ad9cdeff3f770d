"""Time that stands still until somebody waits: the third teller of time, for simulations alone."""

from __future__ import annotations

from datetime import UTC, datetime


class VirtualClock:
    """Shows the instant that it was moved to. Implements `dialer.ports.Clock`."""

    simulated = True

    def __init__(self, starts_at: datetime) -> None:
        """`starts_at` is an aware instant; raises `ValueError` for a naive one."""
        if starts_at.tzinfo is None:
            raise ValueError(f"a virtual clock needs an instant with a time zone, not {starts_at.isoformat()}")
        self._now = starts_at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Let time pass until `instant`; it never goes back."""
        self._now = max(self._now, instant)
