"""The calls of a trunk as its carrier counts them: those of the rolling hour, and those of any span of the past.

Separate from pacing and from the exposure in euros, which must not count them in two ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from dialer.dispositions import Disposition
from dialer.ledger import GIVEN_BACK, LIVE
from dialer.schema import Attempt, AttemptState
from rules.line import Breach, CarrierTerms, LineCall
from rules.rolling_hour import WINDOW, Gauge, gauges
from rules.running_hour import Room

APPROVED_BEFORE = timedelta(minutes=5)
"""Longer than any approval waits for its INVITE, so that the index by approval finds every call of the hour."""


@dataclass(frozen=True, slots=True)
class CountedCall:
    """One call that left by a trunk, or is about to; `ended` is False while it can still turn out well or badly."""

    attempt_id: str
    caller_id: str
    ended: bool
    call: LineCall


@dataclass(frozen=True, slots=True)
class Standing:
    """How the rolling hour of a trunk (`caller_id` empty), or of one number on it, stands against the terms."""

    caller_id: str
    gauges: tuple[Gauge, ...]

    @property
    def failures_left(self) -> int | None:
        """How many further calls may fail in a row; None where no figure is asked for."""
        return min((gauge.left for gauge in self.gauges), default=None)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """What holds the next call back."""
        return tuple(gauge.held for gauge in self.gauges if gauge.held)


def standings(session: Session, trunk: str, terms: CarrierTerms, now: datetime) -> tuple[Standing, ...]:
    """The trunk first, then each number that was shown in the hour, where there are several."""
    return standings_of(calls_between(session, trunk, now - WINDOW, now), terms, now)


def standings_of(counted: Sequence[CountedCall], terms: CarrierTerms, now: datetime) -> tuple[Standing, ...]:
    """The same, of calls that have been read already."""
    shown = sorted({each.caller_id for each in counted})
    groups = {number: [each for each in counted if each.caller_id == number] for number in shown}
    numbers = [_standing(number, group, terms, now) for number, group in groups.items()] if len(shown) > 1 else []
    return _standing("", counted, terms, now), *numbers


def room_of(watched: Sequence[Standing]) -> Room:
    """What the standings of a trunk and of its numbers leave room for together."""
    left = [one.failures_left for one in watched if one.failures_left is not None]
    return Room(min(left, default=None), tuple(breach for one in watched for breach in one.breaches))


def calls_between(session: Session, trunk: str, since: datetime, now: datetime) -> list[CountedCall]:
    """Calls that left after `since`, and those approved that have not left yet: they count as leaving `now`.

    `now` is the instant that it is, never one ahead: of a call under way the talk so far is held to be sure.
    A call that was answered and then lost counts as answered, with the talk on record.
    """
    rows = session.execute(
        select(
            col(Attempt.id), col(Attempt.caller_id), col(Attempt.state), col(Attempt.dialed_at),
            col(Attempt.answered_at), col(Attempt.disposition), col(Attempt.talk_ms),
        ).where(
            col(Attempt.trunk) == trunk,
            col(Attempt.approved_at) > since - APPROVED_BEFORE,
            col(Attempt.state).not_in(GIVEN_BACK),
            or_(col(Attempt.dialed_at) > since, col(Attempt.dialed_at).is_(None)),
        )
    )  # fmt: skip
    return [_counted(now, *row) for row in rows]


def _counted(
    now: datetime,
    attempt_id: str,
    caller_id: str,
    state: AttemptState,
    dialed_at: datetime | None,
    answered_at: datetime | None,
    disposition: Disposition | None,
    talk_ms: int,
) -> CountedCall:
    ended = state not in LIVE
    answered = answered_at is not None or (disposition is not None and disposition.answered)
    if not ended and answered_at is not None:
        talk_ms = max(0, (now - answered_at) // timedelta(milliseconds=1))
    return CountedCall(attempt_id, caller_id, ended, LineCall(dialed_at or now, answered, talk_ms))


def _standing(caller_id: str, counted: Sequence[CountedCall], terms: CarrierTerms, now: datetime) -> Standing:
    ended = [each.call for each in counted if each.ended]
    under_way = [each.call for each in counted if not each.ended]
    return Standing(caller_id, gauges(ended, under_way, terms, now, caller_id))
