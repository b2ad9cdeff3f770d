"""How fast calls may start on a trunk, and how many may be up: the carrier's CAPS and channels.

Even spacing by GCRA: the stored instant is the next permitted start, so that one call per second means
one in every window of a second. Channels are counted from live attempts, never from a drifting counter.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dialer.hour import standings
from dialer.ledger import LIVE
from dialer.schema import Attempt, Limiter
from dialer.settings import TrunkSettings
from rules.line import CarrierTerms, Line


def line_of(session: Session, trunk: TrunkSettings, terms: CarrierTerms, now: datetime) -> Line:
    """The trunk as the rules see it, under its lock: starts, channels, and what the rolling hour leaves room for."""
    limiter = _limiter(session, trunk, now)
    in_use, room_at = session.exec(
        select(func.count(), func.min(Attempt.lease_until)).where(
            Attempt.trunk == trunk.name, col(Attempt.state).in_(LIVE)
        )
    ).one()
    watched = standings(session, trunk.name, terms, now) if terms.watched else ()
    return Line(
        operator=terms.operator,
        channels=trunk.channels,
        in_use=in_use,
        next_start=limiter.next_start if limiter.next_start > now else None,
        room_at=room_at if in_use >= trunk.channels else None,
        failures_left=min((one.failures_left for one in watched if one.failures_left is not None), default=None),
        breaches=tuple(breach for one in watched for breach in one.breaches),
    )


def has_room(line: Line) -> bool:
    """Whether a call may start now, as far as starts per second, channels and the trunk's rolling hour go.

    A held line is asked about nobody: what lifts the hold is mostly the end of a call under way, in seconds.
    """
    held = any(not breach.caller_id for breach in line.breaches)
    return line.next_start is None and line.in_use < line.channels and not held


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
