"""SIP over UDP repeats a message until it is answered (RFC 3261 section 17): one object does all kinds.

Responses to INVITE wait for their ACK (timers G and H, section 13.3.1.4 for 2xx), BYE and INFO for a
final response (timers E and F); the intervals are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

T1 = timedelta(seconds=0.5)
T2 = timedelta(seconds=4)
GIVE_UP = 64 * T1


class Retransmission:
    """Sends now, then after T1, 2 T1, 4 T1 … at most T2 apart; `gave_up` is called after 64 T1."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        send: Callable[[], None],
        gave_up: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._send = send
        self._gave_up = gave_up
        self._interval = T1
        self._deadline = loop.time() + GIVE_UP.total_seconds()
        send()
        self._timer = loop.call_later(T1.total_seconds(), self._again)

    def _again(self) -> None:
        if self._loop.time() >= self._deadline:
            self._gave_up()
            return
        self._send()
        self._interval = min(2 * self._interval, T2)
        wait = min(self._interval.total_seconds(), self._deadline - self._loop.time())
        self._timer = self._loop.call_later(wait, self._again)

    def stop(self) -> None:
        self._timer.cancel()
