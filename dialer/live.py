"""The attempts that are not over: who is on the line or about to be, and which channels that takes.

Read whole at every question, whatever the trunk: there are never more than channels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from dialer.driver import Driver, Rows, Statement, instant_of
from dialer.ledger import LIVE

LIVE_STATES = tuple(sorted(str(state) for state in LIVE))
LIVE_CALLS: Statement = (
    "SELECT id, trunk, contact_id, number, caller_id, dialed_at, answered_at, lease_until FROM attempt "
    f"WHERE state IN ({', '.join('?' for _ in LIVE_STATES)})",
    LIVE_STATES,
)
_INSTANTS = 5
"""The columns from here on are instants."""


class LiveCall(NamedTuple):
    """One attempt that holds a channel until `lease_until` at most; `dialed_at` None: it has not left yet."""

    attempt_id: str
    trunk: str
    contact_id: int
    number: str
    caller_id: str
    dialed_at: datetime | None
    answered_at: datetime | None
    lease_until: datetime


def live_calls(driver: Driver, rows: Rows) -> list[LiveCall]:
    """What the answer to `LIVE_CALLS` says."""
    return [_live_call(driver.postgresql, *row) for row in rows]


@lru_cache(maxsize=4096)
def _live_call(postgresql: bool, *row: Any) -> LiveCall:
    """Most of them said the same at the last question."""
    return LiveCall(*row[:_INSTANTS], *(instant_of(at, postgresql) for at in row[_INSTANTS:]))


def called_until(live: Iterable[LiveCall], contact_id: int, numbers: Collection[str]) -> datetime | None:
    """When a call to this person, or to one of their numbers, is over at the latest; None when there is none."""
    theirs = [call.lease_until for call in live if call.contact_id == contact_id or call.number in numbers]
    return max(theirs, default=None)
