"""How many calls may leave in any one second, whatever becomes late: a trunk has one lane for each start it sells.

A call takes a lane before its order reaches a runner, and the lane is free again one second after the runner has said
that the call left. So a lane carries one call in any second, and all of them together never more than the carrier
sells, however late an order leaves or a report comes: lateness costs starts, it never bunches them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol

from sqlmodel import Session

from dialer.driver import Driver
from dialer.ports import CallEvent, CallEventKind
from dialer.schema import Lane
from dialer.settings import TrunkSettings
from dialer.store import Store
from dialer.under_way import BRIEF

APART = timedelta(seconds=1.005)
"""Between two calls on one lane. The carrier counts where they arrive, not all equally soon: five milliseconds of that
are covered, less than one start in a hundred."""
HELD = timedelta(seconds=15)
"""A lane of which nobody says any more that its call left is free after so long. By then it left or never will: an
order that is late is not sent, and a process that is stuck ends after ten seconds (`adapters.sip.worker`)."""
LOOK_AGAIN = timedelta(milliseconds=20)
"""When every lane waits for a report: so often it is looked whether another engine has had one."""
NOT_SOON = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.fromtimestamp(0, UTC)
_NOTHING_LEFT = frozenset({CallEventKind.REFUSED, CallEventKind.NOT_SENT})


class Lanes(Protocol):
    """What an engine asks; every report of a runner is told to `heard`."""

    def free_at(self) -> datetime:
        """When a lane is free, as far as is known; `NOT_SOON` as long as that hangs on reports."""
        ...

    def take(self, session: Session, attempt_id: str, by: datetime) -> datetime | None:
        """A lane that is free `by` then, in the transaction that lets the call leave: since when it may be used.

        None when there is none after all.
        """
        ...

    def heard(self, event: CallEvent) -> None:
        """The first that is told of a call says when it left at the latest, or that nothing did."""
        ...

    def write(self, store: Store) -> None:
        """Let other engines know of what was heard. Raises `StoreUnavailable`; it is kept then."""
        ...


def lanes_of(store: Store, trunk: TrunkSettings) -> Lanes:
    """SQLite has one engine, which keeps them in mind; those on a server share them."""
    return OwnLanes(trunk) if store.engine.dialect.name == "sqlite" else SharedLanes(store, trunk)


class OwnLanes:
    """The lanes of a trunk that nobody else uses. All are free at first: to start an engine takes over a second."""

    def __init__(self, trunk: TrunkSettings) -> None:
        self._free = [_LONG_AGO] * trunk.starts_per_second
        self._taken: set[str] = set()

    def free_at(self) -> datetime:
        return self._free[0] if self._free else NOT_SOON

    def take(self, session: Session, attempt_id: str, by: datetime) -> datetime | None:
        if self.free_at() > by:
            return None
        self._taken.add(attempt_id)
        return heappop(self._free)

    def heard(self, event: CallEvent) -> None:
        if event.attempt_id in self._taken:
            self._taken.remove(event.attempt_id)
            heappush(self._free, free_again(event))

    def write(self, store: Store) -> None:
        """Nobody else is to know."""


class SharedLanes:
    """The lanes of a trunk that several engines use: rows, each with the instant from which it is free.

    No lock of their own: every transaction that writes holds the one write lock (`write_lock`).
    """

    def __init__(self, store: Store, trunk: TrunkSettings) -> None:
        self._trunk, self._count = trunk.name, trunk.starts_per_second
        self._free_at = _LONG_AGO
        self._taken: dict[str, tuple[int, datetime]] = {}
        self._to_free: list[tuple[int, datetime, datetime]] = []
        """Number of the lane, until when this engine holds it, and when it is free instead."""
        with store.transaction() as session:
            driver = Driver(session)
            for number in range(self._count):
                sql, values = driver.insert(Lane, trunk=self._trunk, number=number, free_at=_LONG_AGO)
                driver.do((f"{sql} ON CONFLICT DO NOTHING", values))

    def free_at(self) -> datetime:
        return self._free_at

    def take(self, session: Session, attempt_id: str, by: datetime) -> datetime | None:
        driver = Driver(session)
        ((number, stored),) = driver.rows(
            "SELECT number, free_at FROM lane WHERE trunk = ? AND number < ? ORDER BY free_at LIMIT 1",
            self._trunk,
            self._count,
        )
        free_at = driver.instant(stored) or by
        if free_at > by:
            self._free_at = free_at if free_at <= by + APART else by + LOOK_AGAIN
            return None
        driver.change(Lane, {"free_at": by + HELD}, "trunk = ? AND number = ?", self._trunk, number)
        self._taken[attempt_id] = number, by + HELD
        return free_at

    def heard(self, event: CallEvent) -> None:
        if held := self._taken.pop(event.attempt_id, None):
            self._to_free.append((*held, free_again(event)))

    def write(self, store: Store) -> None:
        if not self._to_free:
            return
        with store.transaction(BRIEF) as session:
            driver, ours = Driver(session), "trunk = ? AND number = ? AND free_at = ?"
            for number, held_until, free_at in self._to_free:
                driver.change(Lane, {"free_at": free_at}, ours, self._trunk, number, driver.value(held_until))
        self._to_free.clear()


def free_again(event: CallEvent) -> datetime:
    """A lane whose call never left is as good as unused."""
    return _LONG_AGO if event.kind in _NOTHING_LEFT else event.at + APART
