"""What a run looks like at one instant: the figures behind the board in the terminal, the log and the metrics.

Read beside the loop, without its lock, so that nobody waits for a picture. What is dear to count is counted less often.
Conditions name no trunk where an index by time or state serves better: SQLite would prefer the trunk's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlmodel import Session, col, func

from dialer.agents_now import AgentNow, Taken, agents_now, taken_today
from dialer.choice import first_due, running_campaigns
from dialer.exposure import Exposure, exposure_today
from dialer.funnel import Funnel, FunnelCount
from dialer.hour import Standing, standings
from dialer.ledger import LIVE, NOT_COUNTED
from dialer.ports import TrunkState
from dialer.refusals import LastRefusals, Refusal
from dialer.schema import Attempt, AttemptState, Campaign, Candidate
from dialer.wake import Wait
from dialer.workspace import Workspace

_PACE_OVER = timedelta(seconds=10)
_APPROVED_BEFORE = timedelta(seconds=30)
"""Longer than an approval waits for its start, so that the index by approval finds every start."""
_GAUGES_EVERY, _CONTACTS_EVERY, _EXPOSURE_EVERY = timedelta(seconds=2), timedelta(seconds=15), timedelta(minutes=1)
_TAKEN_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class CallNow:
    """One attempt that is not over; the person by pseudonym, the number but for its middle."""

    attempt_id: str
    campaign: str
    person: str
    number: str
    state: AttemptState
    since: datetime


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that is shown of a trunk. `starts` are calls that left per second, over the last ten."""

    at: datetime
    trunk: str
    wait: Wait
    line: TrunkState
    calls: tuple[CallNow, ...]
    funnel: Funnel
    standings: tuple[Standing, ...]
    starts: float
    starts_permitted: int
    channels: int
    next_due: datetime | None
    contacts: dict[str, dict[str, int]]
    """By campaign and `CandidateState`."""
    refusals: tuple[Refusal, ...]
    exposure: Exposure
    remarks: tuple[tuple[str, str], ...]
    """What somebody should see to, in English and French."""
    agents: tuple[AgentNow, ...] = ()
    """Everybody whom the settings name, whichever run has them on the line."""


T = TypeVar("T")


@dataclass
class _Kept(Generic[T]):
    """A figure that is good for a while, and the longer the longer it took to count: no more than a hundredth of it."""

    every: timedelta
    _value: T | None = field(default=None, init=False)
    _stale_at: datetime | None = field(default=None, init=False)

    def value(self, now: datetime, count: Callable[[], T]) -> T:
        if self._value is None or self._stale_at is None or now >= self._stale_at:
            began = monotonic()
            self._value = count()
            self._stale_at = now + max(self.every, timedelta(seconds=100 * (monotonic() - began)))
        return self._value


class Board:
    """Looks at one trunk, from any thread. `wait` and `line` tell what only the running loop knows."""

    def __init__(
        self, workspace: Workspace, trunk: str, wait: Callable[[], Wait], line: Callable[[], TrunkState]
    ) -> None:
        self._workspace, self._trunk, self._wait, self._line = workspace, trunk, wait, line
        self._funnel, self._refusals = FunnelCount(trunk), LastRefusals(workspace.pseudonyms, workspace.vault)
        self._standings: _Kept[tuple[Standing, ...]] = _Kept(_GAUGES_EVERY)
        self._contacts: _Kept[dict[str, dict[str, int]]] = _Kept(_CONTACTS_EVERY)
        self._exposure: _Kept[Exposure] = _Kept(_EXPOSURE_EVERY)
        self._taken: _Kept[dict[str, Taken]] = _Kept(_TAKEN_EVERY)
        self._one_at_a_time = Lock()
        self.remarks: tuple[tuple[str, str], ...] = ()

    def look(self) -> Sight:
        """Raises `StoreUnavailable` when the database cannot be read now."""
        with self._one_at_a_time, self._workspace.store.reading() as session:
            return self._look(session, self._workspace.clock.now())

    def _look(self, session: Session, now: datetime) -> Sight:
        settings, vault = self._workspace.settings, self._workspace.vault
        trunk = settings.trunk(self._trunk)
        terms = self._workspace.gate.terms(trunk)
        return Sight(
            at=now,
            trunk=self._trunk,
            wait=self._wait(),
            line=self._line(),
            calls=self._calls(session),
            funnel=self._funnel.today(session, now),
            standings=self._standings.value(
                now, lambda: standings(session, self._trunk, terms, now) if terms.watched else ()
            ),
            starts=self._starts(session, now),
            starts_permitted=trunk.starts_per_second,
            channels=trunk.channels,
            next_due=first_due(session, running_campaigns(session, self._trunk), now),
            contacts=self._contacts.value(now, lambda: self._count_contacts(session)),
            refusals=self._refusals.look(session),
            exposure=self._exposure.value(now, lambda: exposure_today(session, vault, settings, self._trunk, now)),
            remarks=self.remarks,
            agents=self._agents(session, now),
        )

    def _agents(self, session: Session, now: datetime) -> tuple[AgentNow, ...]:
        if not self._workspace.settings.agents:
            return ()
        taken = self._taken.value(now, lambda: taken_today(session, now))
        return agents_now(session, self._workspace.settings, taken, now)

    def _calls(self, session: Session) -> tuple[CallNow, ...]:
        rows = session.execute(
            select(
                col(Attempt.id), col(Campaign.name), col(Attempt.contact_id), col(Attempt.number), col(Attempt.state),
                col(Attempt.approved_at), col(Attempt.dialed_at), col(Attempt.answered_at), col(Attempt.trunk),
            )
            .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
            .where(col(Attempt.state).in_(LIVE))
            .order_by(col(Attempt.approved_at))
        )  # fmt: skip
        person = self._workspace.pseudonyms.of
        return tuple(
            CallNow(attempt_id, campaign, person(contact_id), masked(number), state, answered or dialed or approved)
            for attempt_id, campaign, contact_id, number, state, approved, dialed, answered, trunk in rows
            if trunk == self._trunk
        )

    def _starts(self, session: Session, now: datetime) -> float:
        started = session.execute(
            select(col(Attempt.trunk)).where(
                col(Attempt.approved_at) > now - _PACE_OVER - _APPROVED_BEFORE,
                col(Attempt.dialed_at) > now - _PACE_OVER,
                col(Attempt.state).not_in(NOT_COUNTED),
            )
        ).scalars()
        return [*started].count(self._trunk) / _PACE_OVER.total_seconds()

    def _count_contacts(self, session: Session) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = {}
        for campaign in running_campaigns(session, self._trunk):
            rows = session.execute(
                select(col(Candidate.state), func.count())
                .where(col(Candidate.campaign_id) == campaign.id)
                .group_by(col(Candidate.state))
            )
            counted[campaign.name] = {str(state): contacts for state, contacts in rows}
        return counted


def masked(number: str) -> str:
    """A number that tells its kind and its end, and nobody whose it is."""
    return f"{number[:4]}••••••{number[-2:]}"
