"""Today's calls by what became of them, counted so that looking four times a second costs nothing.

What is over does not change any more: it is counted once and kept, and only calls since the oldest one under
way are counted again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col, func

from dialer.dispositions import Disposition
from dialer.ledger import GIVEN_BACK, LIVE, UNSENT
from dialer.outlook import OFFICE_ZONE
from dialer.schema import Attempt, AttemptState

_Counts = Counter[tuple[AttemptState, Disposition | None]]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Calls of one trunk since the office's midnight; `left` are those that the carrier has seen."""

    approved: int
    given_back: int
    left: int
    under_way: int
    answered: int
    dispositions: dict[Disposition, int]

    @classmethod
    def of(cls, counts: _Counts) -> Funnel:
        ended = Counter[Disposition]()
        for (state, disposition), calls in counts.items():
            if disposition and state not in GIVEN_BACK:
                ended[disposition] += calls
        given_back = sum(calls for (state, _), calls in counts.items() if state in GIVEN_BACK)
        waiting = sum(calls for (state, _), calls in counts.items() if state in UNSENT)
        under_way = sum(calls for (state, _), calls in counts.items() if state in LIVE - UNSENT)
        return cls(
            approved=sum(counts.values()),
            given_back=given_back,
            left=sum(counts.values()) - given_back - waiting,
            under_way=under_way,
            answered=sum(calls for disposition, calls in ended.items() if disposition.answered),
            dispositions=dict(ended.most_common()),
        )


class FunnelCount:
    """The funnel of one trunk, from one look to the next."""

    def __init__(self, trunk: str) -> None:
        self._trunk = trunk
        self._settled: _Counts = Counter()
        self._since = datetime.min.replace(tzinfo=UTC)
        """Approved before and over: in `_settled`, of this day."""
        self._midnight = self._since

    def today(self, session: Session, now: datetime) -> Funnel:
        midnight = datetime.combine(now.astimezone(OFFICE_ZONE).date(), time(0), OFFICE_ZONE).astimezone(UTC)
        if midnight != self._midnight:
            self._settled, self._since, self._midnight = Counter(), midnight, midnight
        oldest = self._oldest_live(session, now)
        if oldest > self._since:
            self._settled += self._counted(session, self._since, oldest)
            self._since = oldest
        return Funnel.of(self._settled + self._counted(session, self._since, now + timedelta(days=1)))

    def _oldest_live(self, session: Session, now: datetime) -> datetime:
        """A little back even so: whoever commits later may have looked at the clock earlier."""
        live = select(func.min(Attempt.approved_at)).where(col(Attempt.state).in_(LIVE))
        oldest: datetime | None = session.execute(live).scalar_one()
        return min(oldest or now, now - timedelta(seconds=30))

    def _counted(self, session: Session, since: datetime, until: datetime) -> _Counts:
        rows = session.execute(
            select(col(Attempt.trunk), col(Attempt.state), col(Attempt.disposition), func.count())
            .where(col(Attempt.approved_at) >= since, col(Attempt.approved_at) < until)
            .group_by(col(Attempt.trunk), col(Attempt.state), col(Attempt.disposition))
        )
        # the trunk is picked here: asked for it, SQLite would go through all calls that the trunk ever made
        return Counter({(state, end): calls for trunk, state, end, calls in rows if trunk == self._trunk})
