"""Calls that were approved and have not left: cancelled as soon as something new speaks against them.

Kept apart because a wish of one person and a file of millions of numbers do it alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from dialer import audit, candidates, ledger
from dialer.audit import AuditKind
from dialer.driver import Driver
from dialer.reported import reported
from dialer.schema import Attempt, AttemptState


def cancel(session: Session, attempt_ids: Iterable[str], now: datetime) -> None:
    """Cancel unsent attempts, each with its audit row. Raises `AttemptMoved` for one that has left."""
    for attempt_id in attempt_ids:
        ledger.move(session, attempt_id, AttemptState.CANCELLED, ended_at=now)
        told = {"attempt": attempt_id, "state": str(AttemptState.CANCELLED), "reported": reported(session, attempt_id)}
        audit.append(session, AuditKind.ATTEMPT, told, now)


def ask_again(session: Session, contact_ids: Collection[int], now: datetime) -> None:
    """Something new is known of what these people permit: calls approved before it that have not left go back in line,
    and whom a lasting obstacle had put aside is asked about again."""
    unsent = session.exec(select(Attempt).where(col(Attempt.state).in_(ledger.UNSENT))).all()
    concerned = set(contact_ids) if unsent else set()
    for attempt in unsent:
        if attempt.contact_id in concerned:
            cancel(session, [attempt.id], now)
            candidates.give_back(Driver(session), attempt, now)
    candidates.reconsider(session, list(contact_ids), now)
