"""The queue of a single machine: in memory, because the attempts themselves are in the ledger.

What a crash loses here was approved but never dialed; recovery gives it back.
"""

from __future__ import annotations

from collections import deque

from dialer.ports import CallOrder


class LocalQueue:
    """First in, first out, within one process."""

    def __init__(self) -> None:
        self._orders: deque[CallOrder] = deque()

    def put(self, order: CallOrder) -> None:
        self._orders.append(order)

    def take(self) -> CallOrder | None:
        return self._orders.popleft() if self._orders else None

    def __len__(self) -> int:
        return len(self._orders)
