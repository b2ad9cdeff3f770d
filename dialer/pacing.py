"""How fast calls may start on a trunk, and how many may be up: the carrier's CAPS and channels.

Even spacing by GCRA: the stored instant is the next permitted start, so that one call per second means
one in every window of a second. Channels are counted from live attempts, never from a drifting counter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dialer.ledger import LIVE
from dialer.schema import Attempt, Limiter
from dialer.settings import TrunkSettings


@dataclass(frozen=True, slots=True)
class Room:
    """Whether a call may start now; if not, `wait_until` (None: until a channel is given back)."""

    free: bool
    wait_until: datetime | None = None


def room_on(session: Session, trunk: TrunkSettings, now: datetime) -> Room:
    """Look at the trunk's limits, under its lock, without using them."""
    limiter = _limiter(session, trunk, now)
    if limiter.next_start > now:
        return Room(False, limiter.next_start)
    in_use = session.exec(
        select(func.count()).select_from(Attempt).where(Attempt.trunk == trunk.name, col(Attempt.state).in_(LIVE))
    ).one()
    return Room(in_use < trunk.channels)


def take_start(session: Session, trunk: TrunkSettings, now: datetime) -> None:
    """Use one start: the next is permitted one interval later."""
    limiter = _limiter(session, trunk, now)
    limiter.next_start = max(limiter.next_start, now) + timedelta(seconds=1) / trunk.starts_per_second
    session.add(limiter)


def _limiter(session: Session, trunk: TrunkSettings, now: datetime) -> Limiter:
    name = f"trunk:{trunk.name}"
    found = session.exec(select(Limiter).where(Limiter.name == name).with_for_update()).first()
    if found is None:
        found = Limiter(name=name, next_start=now)
        session.add(found)
        session.flush()
    return found
