"""Calls that were approved and have not left: cancelled as soon as something new speaks against them.

Kept apart because a wish of one person and a file of millions of numbers do it alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from dialer import audit, ledger
from dialer.audit import AuditKind
from dialer.schema import AttemptState


def cancel(session: Session, attempt_ids: Iterable[str], now: datetime) -> None:
    """Cancel unsent attempts, each with its audit row. Raises `AttemptMoved` for one that has left."""
    for attempt_id in attempt_ids:
        ledger.move(session, attempt_id, AttemptState.CANCELLED, ended_at=now)
        audit.append(session, AuditKind.ATTEMPT, {"attempt": attempt_id, "state": str(AttemptState.CANCELLED)}, now)
