"""What agents are said to be doing agrees with the calls that were joined to them and with whose engine is alive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.agent_rests import rest
from dialer.agents_now import AgentNow, Doing, Taken, agents_now, taken_today
from dialer.desk_leases import LEASE
from dialer.dispositions import Disposition
from dialer.ports import AgentState, CallEventKind
from dialer.schema import AttemptState, Campaign, DeskRow, RestReason
from tests.dialer.agency import Agency
from tests.dialer.test_agents import employ


@pytest.fixture
def employed(agency: Agency) -> Agency:
    employ(agency, "Alice")
    return agency


def seen(agency: Agency) -> tuple[AgentNow, Taken]:
    now = agency.clock.now()
    with agency.workspace.store.reading() as session:
        taken = taken_today(session, now)
        (alice,) = agents_now(session, agency.workspace.settings, taken, now)
    return alice, taken.get("Alice", Taken())


def at_desk(agency: Agency, line: AgentState) -> None:
    now = agency.clock.now()
    leased_until = None if line is AgentState.AWAY else now + LEASE
    agency.add(DeskRow(name="Alice", line=line, since=now, leased_until=leased_until, why="486 Busy Here"))


def joined(agency: Agency, campaign: Campaign, person: int, **fields: object) -> str:
    now = agency.clock.now()
    events = [{"event": str(CallEventKind.JOINED), "at": now.isoformat(), "detail": "Alice"}]
    told = {"state": AttemptState.ANSWERED, "answered_at": now, "events": events, **fields}
    return agency.write_attempt(campaign, person, **told)


@pytest.mark.parametrize(
    ("line", "doing"),
    [(AgentState.READY, Doing.FREE), (AgentState.CALLED, Doing.RINGING), (AgentState.AWAY, Doing.AWAY)],
)
def test_the_line_says_what_an_agent_does(employed: Agency, line: AgentState, doing: Doing) -> None:
    assert seen(employed)[0].doing is Doing.AWAY
    assert seen(employed)[0].since is None
    at_desk(employed, line)
    began = employed.clock.now()
    employed.clock.advance(seconds=20)
    alice, _ = seen(employed)
    assert (alice.doing, alice.since, alice.lasts(employed.clock.now())) == (doing, began, timedelta(seconds=20))


def test_of_an_engine_that_was_killed_nobody_is_on_the_line(employed: Agency) -> None:
    at_desk(employed, AgentState.READY)
    gone = employed.clock.now() + LEASE
    employed.clock.advance(seconds=60)
    assert (seen(employed)[0].doing, seen(employed)[0].since) == (Doing.AWAY, gone)


def test_a_talk_is_seen_and_counted_when_it_is_over(employed: Agency, person: int) -> None:
    campaign = employed.campaign()
    at_desk(employed, AgentState.READY)
    employed.clock.advance(seconds=5)
    began = employed.clock.now()
    joined(employed, campaign, person)
    assert (seen(employed)[0].doing, seen(employed)[0].since) == (Doing.TALKING, began)
    with employed.transaction() as session:
        rest(session, employed.workspace.settings, "Alice", RestReason.AFTER_CALL, employed.clock.now())
    alice, taken = seen(employed)
    assert (alice.doing, alice.rest, taken.calls) == (Doing.TALKING, RestReason.AFTER_CALL, 1)


def test_a_free_agent_waits_since_their_last_call_of_today(employed: Agency, person: int) -> None:
    campaign = employed.campaign()
    at_desk(employed, AgentState.READY)
    over = {"state": AttemptState.CLOSED, "disposition": Disposition.ANSWERED, "talk_ms": 61_500}
    ends = []
    for seconds in (3, 4):
        employed.clock.advance(seconds=seconds)
        ends.append(employed.clock.now())
        joined(employed, campaign, person, ended_at=ends[-1], **over)
    yesterday = employed.clock.now() - timedelta(days=1)
    joined(employed, campaign, person, ended_at=yesterday, **over, approved_at=yesterday)
    employed.write_attempt(campaign, person, answered_at=ends[0], **over)
    alice, taken = seen(employed)
    assert (alice.doing, alice.since) == (Doing.FREE, ends[-1])
    assert taken == Taken(2, timedelta(minutes=2, seconds=3), ends[-1])
