"""How fast calls may start on a trunk, and how many may be up: the carrier's CAPS and channels.

Even spacing by GCRA: the stored instant is the next permitted start, so that one call per second means one in every
window of a second; what leaves late is kept apart by `lanes`. Channels are counted from live attempts, never from a
drifting counter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session

from dialer.driver import Driver, Statement
from dialer.hour import room_of, standings
from dialer.live import LIVE_CALLS, LiveCall, live_calls
from dialer.schema import Limiter
from dialer.settings import TrunkSettings
from rules.line import CarrierTerms, Line
from rules.running_hour import Room

AHEAD = timedelta(seconds=2)
"""How far ahead of the clock a start may be reserved, so that the line is never idle for want of a commit."""
_RESERVED = 1.012
"""Seconds for as many starts as the carrier sells for one: little more than one in a hundred is given away. It is more
than a lane is kept empty (`lanes.APART`), so that a moment's delay is made up for."""


def line_of(session: Session, trunk: TrunkSettings, terms: CarrierTerms, now: datetime) -> Line:
    """The trunk as the rules see it, under its lock: starts, channels, and what the rolling hour leaves room for."""
    driver = Driver(session)
    starts, live = driver.all(next_start(trunk), LIVE_CALLS)
    room = room_of(standings(session, trunk.name, terms, now)) if terms.watched else Room(None)
    following = driver.instant(starts[0][0]) if starts else None
    return line_from(trunk, terms, following, live_calls(driver, live), room, now)


def line_from(
    trunk: TrunkSettings,
    terms: CarrierTerms,
    following: datetime | None,
    live: Sequence[LiveCall],
    room: Room,
    now: datetime,
) -> Line:
    """The same, of what has been read already; `following` is the next start that is not taken."""
    leases = [call.lease_until for call in live if call.trunk == trunk.name]
    return Line(
        operator=terms.operator,
        channels=trunk.channels,
        in_use=len(leases),
        next_start=following if following and following > now else None,
        room_at=min(leases) if len(leases) >= trunk.channels else None,
        failures_left=room.failures_left,
        breaches=room.breaches,
    )


def start_at(line: Line, now: datetime) -> datetime:
    """The instant at which a call approved now would start: the next free one, if it is near and a channel is free.

    Otherwise `now`, at which the rules will say what it has to wait for.
    """
    if line.next_start is None or line.in_use >= line.channels or line.next_start > now + AHEAD:
        return now
    return line.next_start


def next_start(trunk: TrunkSettings) -> Statement:
    """Asks for the next start that nobody has taken: one row, or none before the first."""
    return "SELECT next_start FROM limiter WHERE name = ?", (_name(trunk),)


def start_taken(driver: Driver, trunk: TrunkSettings, start: datetime) -> Statement:
    """Uses one start: the next is permitted one interval later."""
    shape = driver.insert(Limiter, name=_name(trunk), next_start=start + interval(trunk))
    return f"{shape[0]} ON CONFLICT (name) DO UPDATE SET next_start = excluded.next_start", shape[1]


def interval(trunk: TrunkSettings) -> timedelta:
    """Between two starts that are reserved; rounded up, for a microsecond less, so many times, would be too much."""
    return timedelta(microseconds=ceil(_RESERVED * 1_000_000 / trunk.starts_per_second))


def _name(trunk: TrunkSettings) -> str:
    return f"trunk:{trunk.name}"
