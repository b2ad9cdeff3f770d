"""What every call of one carrier shares: the loop, the SIP socket, the evidence, and requests of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.loopback.addresses import Address
from adapters.loopback.events import EventLog
from adapters.loopback.message import Response
from adapters.loopback.retransmission import Retransmission


@dataclass(slots=True)
class _Pending:
    retransmission: Retransmission
    answered: Callable[[int], None]


@dataclass(slots=True)
class Exchange:
    """`local` is the bound SIP address; recordings go to an existing folder."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.DatagramTransport
    local: Address
    events: EventLog
    recordings: Path
    media_timeout: timedelta
    _pending: dict[str, _Pending] = field(default_factory=dict)

    def send(self, data: bytes, address: Address) -> None:
        self.transport.sendto(data, address)

    def call_later(self, delay: timedelta, action: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(delay.total_seconds(), action)

    def request(
        self,
        branch: str,
        data: bytes,
        address: Address,
        answered: Callable[[int], None],
        unanswered: Callable[[], None],
    ) -> None:
        """Send a request until its final response comes (`answered` gets the code) or 64 T1 pass."""

        def give_up() -> None:
            del self._pending[branch]
            unanswered()

        retransmission = Retransmission(self.loop, lambda: self.send(data, address), give_up)
        self._pending[branch] = _Pending(retransmission, answered)

    def receive(self, response: Response) -> None:
        """Match a response to its request by the branch of our Via; others are strays and are dropped."""
        if response.code < 200:
            return
        pending = self._pending.pop(response.branch, None)
        if pending is not None:
            pending.retransmission.stop()
            pending.answered(response.code)
