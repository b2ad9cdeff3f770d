"""The life of an attempt: every permitted transition in one place, each a conditional update.

An attempt is committed as `dialing` before its INVITE. Whatever dies, it is never dialed again: before
`dialing` it is given back, from `dialing` on it becomes `unknown` and counts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from dialer import audit
from dialer.audit import AuditKind
from dialer.dispositions import Disposition
from dialer.driver import Driver
from dialer.reported import REPORTED, digest_of, reported
from dialer.schema import Attempt, AttemptState

TRANSITIONS: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.APPROVED: frozenset({AttemptState.CLAIMED, AttemptState.CANCELLED, AttemptState.EXPIRED}),
    AttemptState.CLAIMED: frozenset({AttemptState.DIALING, AttemptState.CANCELLED, AttemptState.EXPIRED}),
    AttemptState.DIALING: frozenset(
        {
            AttemptState.RINGING,
            AttemptState.ANSWERED,
            AttemptState.CLOSED,
            AttemptState.CANCELLED,
            AttemptState.UNKNOWN,
        }
    ),
    AttemptState.RINGING: frozenset({AttemptState.ANSWERED, AttemptState.CLOSED, AttemptState.UNKNOWN}),
    AttemptState.ANSWERED: frozenset({AttemptState.CLOSED, AttemptState.UNKNOWN}),
    AttemptState.CLOSED: frozenset(),
    AttemptState.CANCELLED: frozenset(),
    AttemptState.EXPIRED: frozenset(),
    AttemptState.UNKNOWN: frozenset(),
}
"""`dialing → cancelled` only when the runner itself reports that no INVITE left (local capacity)."""

_SOURCES = {to: [str(state) for state, following in TRANSITIONS.items() if to in following] for to in AttemptState}
_FROM = {
    to: (f"id = ? AND state IN ({', '.join('?' for _ in states)})" if states else "id = ? AND FALSE", states)
    for to, states in _SOURCES.items()
}
"""For each state the condition under which an attempt may become so, and the states that it names."""
LIVE = frozenset(state for state, following in TRANSITIONS.items() if following)
"""States that hold a channel."""
UNSENT = frozenset({AttemptState.APPROVED, AttemptState.CLAIMED})
GIVEN_BACK = frozenset({AttemptState.CANCELLED, AttemptState.EXPIRED})
"""States of attempts that ended before the INVITE: they do not count toward the legal cap."""
NOT_COUNTED = UNSENT | GIVEN_BACK
"""States of attempts that have not left the platform: the carrier never saw them."""
ON_THE_LINE = LIVE - UNSENT
_LIVE = tuple(sorted(str(state) for state in LIVE))
_LEFT_OVER = (
    f"SELECT id, state, engine, lease_until FROM attempt WHERE state IN ({', '.join('?' for _ in _LIVE)}) ORDER BY id"
)

LEASE = timedelta(seconds=10)
"""How long an approval may wait for a runner; also the longest life of a permit."""


class AttemptMoved(Exception):
    """The attempt is not in a state from which this transition is permitted: it was used or given back."""


def move(session: Session, attempt_id: str, to: AttemptState, **changes: Any) -> None:
    """Make one transition. Raises `AttemptMoved` when the attempt is elsewhere by now; nothing changes then.

    By the driver: attempts that the session holds as objects do not learn of it.
    """
    _change(session, attempt_id, to, {"state": to, **changes})


def end(session: Session, attempt_id: str, to: AttemptState, **changes: Any) -> str:
    """The same to a state that none follows; the digest of what was reported, for the chain: in one statement, where
    `reported` would read what has just been written."""
    where, sources = _FROM[to]
    driver, changes = Driver(session), {"state": to, **changes}
    found = driver.changed(Attempt, changes, where, attempt_id, *sources, tell=REPORTED)
    if len(found) != 1:
        raise _moved(attempt_id, to)
    return digest_of(driver, found[0])


def begin_dialing(session: Session, attempt_id: str, now: datetime, overdue_at: datetime) -> None:
    """The fence: after this is committed the INVITE may leave, once. Raises `AttemptMoved` on a second use.

    Claimed and dialing at once: nobody else could see it between the two.
    """
    dialing = {"state": AttemptState.DIALING, "dialed_at": now, "lease_until": overdue_at}
    _change(session, attempt_id, AttemptState.CLAIMED, dialing)
    audit.append(session, AuditKind.ATTEMPT, {"attempt": attempt_id, "state": str(AttemptState.DIALING)}, now)


def _change(session: Session, attempt_id: str, to: AttemptState, changes: dict[str, Any]) -> None:
    where, sources = _FROM[to]
    if Driver(session).change(Attempt, changes, where, attempt_id, *sources) != 1:
        raise _moved(attempt_id, to)


def _moved(attempt_id: str, to: AttemptState) -> AttemptMoved:
    return AttemptMoved(f"attempt {attempt_id} cannot become {to}: it is not one of {', '.join(_FROM[to][1])}")


def settle_leftovers(
    session: Session, now: datetime, spared: Collection[int | None] = (), overdue_at: datetime | None = None
) -> tuple[list[str], list[str]]:
    """After a crash: give back what never left, and mark as unknown what may have. Returns both lists of ids.

    `spared` are engines that will report of what they have in hand; but of an attempt whose lease has run out by
    `overdue_at` nobody will.
    """
    given_back, unknown = [], []
    driver = Driver(session)
    for attempt_id, state, engine, lease_until in driver.rows(_LEFT_OVER, *_LIVE):
        ends = driver.instant(lease_until)
        overdue = overdue_at is not None and ends is not None and ends < overdue_at
        if engine in spared and not overdue:
            continue
        if state in UNSENT:
            move(session, attempt_id, AttemptState.EXPIRED, ended_at=now)
            given_back.append(attempt_id)
        else:
            move(session, attempt_id, AttemptState.UNKNOWN, ended_at=now, disposition=Disposition.UNKNOWN)
            unknown.append(attempt_id)
    if given_back or unknown:
        reports = {each: reported(session, each) for each in (*given_back, *unknown)}
        told = {"given_back": given_back, "unknown": unknown, "reported": reports}
        audit.append(session, AuditKind.RECOVERY, told, now)
    return given_back, unknown
