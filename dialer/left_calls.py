"""The calls that left the platform, as the ledger and the chain hold them: what is judged again years later.

Apart from the judging: here is only what happened, whatever any decision had said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from dialer.audit import AuditKind
from dialer.ledger import LEASE, NOT_COUNTED
from dialer.schema import Attempt, AttemptState, AuditRow, Wish
from dialer.schema.columns import UtcInstant

BEFORE = timedelta(days=31)
"""How far back calls count toward the cap of a call, with a day to spare for zones."""
_AT_ONCE = 1000
_VALIDITY = ("not_before", "not_after")


@dataclass(frozen=True, slots=True)
class LeftCall:
    """One call from its INVITE to its end; `over_at` is when its lease ran out where the end is not known."""

    attempt_id: str
    decision_id: int
    campaign_id: int
    contact_id: int
    advertiser_id: int
    number: str
    caller_id: str
    trunk: str
    approved_at: datetime
    left_at: datetime
    over_at: datetime


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the chain says of one attempt. An instant is None where the chain has no such row."""

    approved_at: datetime | None = None
    left_at: datetime | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    """The permit's validity; None for attempts of before the chain told it."""


def calls_by_person(session: Session, since: datetime, until: datetime) -> Iterator[list[LeftCall]]:
    """The calls that left in [since, until) and those shortly before, person by person, each in order."""
    rows = session.execute(
        select_columns(
            col(Attempt.id), col(Attempt.decision_id), col(Attempt.campaign_id), col(Attempt.contact_id),
            col(Attempt.advertiser_id), col(Attempt.number), col(Attempt.caller_id), col(Attempt.trunk),
            col(Attempt.approved_at), col(Attempt.dialed_at),
            func.coalesce(Attempt.ended_at, Attempt.lease_until, type_=UtcInstant()),
        )
        .where(
            col(Attempt.dialed_at) >= since - BEFORE,
            col(Attempt.dialed_at) < until,
            col(Attempt.state).not_in(NOT_COUNTED),
        )
        .order_by(col(Attempt.contact_id), col(Attempt.dialed_at), col(Attempt.id))
        .execution_options(yield_per=_AT_ONCE)
    )  # fmt: skip
    calls = (LeftCall(*row) for row in rows)
    for _, theirs in groupby(calls, key=attrgetter("contact_id")):
        yield list(theirs)


def on_record(session: Session, since: datetime, until: datetime) -> dict[str, OnRecord]:
    """What the chain says of the attempts that left in [since, until), by attempt."""
    found: dict[str, OnRecord] = {}
    rows = session.exec(
        select(AuditRow.at, AuditRow.body)
        .where(AuditRow.kind == str(AuditKind.ATTEMPT), AuditRow.at >= since - LEASE * 2, AuditRow.at < until)
        .order_by(col(AuditRow.seq))
        .execution_options(yield_per=_AT_ONCE)
    )
    for at, text in rows:
        body = json.loads(text)
        known = found.get(body["attempt"], OnRecord())
        match body["state"]:
            case AttemptState.APPROVED:
                span = [datetime.fromisoformat(body[name]) if name in body else None for name in _VALIDITY]
                found[body["attempt"]] = OnRecord(at, known.left_at, *span)
            case AttemptState.DIALING:
                found[body["attempt"]] = OnRecord(known.approved_at, at, known.not_before, known.not_after)
    return found


def wishes_noted(session: Session, since: datetime, until: datetime) -> dict[int, Sequence[Wish]]:
    """What people said about being called while calls to them were on their way, with every correction since."""
    meanwhile = (col(Wish.noted_at) >= since - LEASE * 2) & (col(Wish.noted_at) < until)
    noted = session.exec(select(Wish).where(meanwhile | col(Wish.corrects).is_not(None)))
    found: dict[int, list[Wish]] = {}
    for wish in noted:
        found.setdefault(wish.contact_id, []).append(wish)
    return dict(found)
