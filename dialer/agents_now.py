"""What each agent is doing, and what they have done today, as the tables tell it: for the board and other terminals.

Apart from the desk that gives calls out, because whoever looks is another thread or another process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from dialer.agent_settings import AgentSettings
from dialer.desk_leases import leased_until
from dialer.driver import Driver
from dialer.live import LIVE_STATES
from dialer.outlook import OFFICE_ZONE
from dialer.ports import AgentState, CallEventKind
from dialer.schema import DeskRow, RestReason
from dialer.settings import Settings

_TODAY = "SELECT events, talk_ms, ended_at FROM attempt WHERE approved_at >= ? AND answered_at IS NOT NULL"
_NOW = f"SELECT events FROM attempt WHERE state IN ({', '.join('?' for _ in LIVE_STATES)})"


class Doing(StrEnum):
    FREE = "free"
    """At their phone, and the next call may be theirs."""
    TALKING = "talking"
    RINGING = "ringing"
    """Their phone is being called."""
    RESTING = "resting"
    AWAY = "away"
    """Not at their phone, or no run is going on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Calls that were joined to an agent since the office's midnight."""

    calls: int = 0
    talk: timedelta = timedelta(0)
    last_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentNow:
    """`since` None: it was never otherwise. `rest` also beside the last talk before it."""

    agent: AgentSettings
    doing: Doing
    since: datetime | None
    rest: RestReason | None = None
    rest_by: str = ""
    why: str = ""
    """What ended their line."""

    def lasts(self, now: datetime) -> timedelta:
        return max(now - self.since, timedelta(0)) if self.since else timedelta(0)


def agents_now(session: Session, settings: Settings, taken: Mapping[str, Taken], now: datetime) -> tuple[AgentNow, ...]:
    """Everybody whom the settings name, in their order; free ones are so since their last call at most."""
    desks = {row.name: row for row in session.exec(select(DeskRow)).all()}
    talks = _talks(session)
    return tuple(
        _doing(agent, desks.get(agent.name), talks.get(agent.name), taken.get(agent.name, Taken()), now)
        for agent in settings.agents
    )


def taken_today(session: Session, now: datetime) -> dict[str, Taken]:
    """By agent; somebody who took no call today is not there."""
    driver = Driver(session)
    midnight = datetime.combine(now.astimezone(OFFICE_ZONE).date(), time(0), OFFICE_ZONE).astimezone(UTC)
    taken: dict[str, Taken] = {}
    for events, talk_ms, ended_at in driver.rows(_TODAY, driver.value(midnight)):
        for name, _ in _joined(events):
            before, end = taken.get(name, Taken()), driver.instant(ended_at)
            last = max(filter(None, (before.last_end, end)), default=None)
            taken[name] = Taken(before.calls + 1, before.talk + timedelta(milliseconds=talk_ms), last)
    return taken


def _talks(session: Session) -> dict[str, datetime]:
    """Who talks, since when."""
    rows = Driver(session).rows(_NOW, *LIVE_STATES)
    return dict(talk for (events,) in rows for talk in _joined(events))


def _joined(events: Any) -> Iterator[tuple[str, datetime]]:
    """The agent to whom a call was joined, if it was, and when."""
    told: list[dict[str, Any]] = json.loads(events) if isinstance(events, str) else events
    for event in told:
        if event["event"] == CallEventKind.JOINED:
            yield str(event["detail"]), datetime.fromisoformat(event["at"])


def _doing(
    agent: AgentSettings, desk: DeskRow | None, talks_since: datetime | None, taken: Taken, now: datetime
) -> AgentNow:
    if desk is None:
        return AgentNow(agent, Doing.AWAY, None)
    there = leased_until(desk, now) is not None
    killed = None if there or desk.line is AgentState.AWAY else desk.leased_until  # its engine said no farewell
    found = AgentNow(agent, Doing.AWAY, killed or desk.since, why=desk.why)
    if desk.rest:
        found = replace(found, doing=Doing.RESTING, since=desk.rest_since, rest=desk.rest, rest_by=desk.rest_by)
    elif there and desk.line is AgentState.READY:
        found = replace(found, doing=Doing.FREE, since=max(filter(None, (desk.since, taken.last_end))))
    elif there and desk.line is AgentState.CALLED:
        found = replace(found, doing=Doing.RINGING)
    if there and talks_since:
        found = replace(found, doing=Doing.TALKING, since=talks_since)
    return found
