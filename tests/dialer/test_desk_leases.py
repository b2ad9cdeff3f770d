"""A desk is one engine's at a time, and nobody's soon after its engine is gone; who rests is given no call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from adapters.queue.local import LocalQueue
from dialer.agent_rests import come_back, rest
from dialer.agents import FIRST_REST, AgentDesk
from dialer.desk_leases import LEASE
from dialer.engine import Engine
from dialer.errors import NotFound, NotPossible
from dialer.human_command import HumanCommand
from dialer.manual import Commanded, OneCall
from dialer.ports import AgentState
from dialer.schema import DeskRow, RestReason
from dialer.wake import Wait, Why
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import RINGS_FOR_EVER, ScriptedLines, ScriptedRunner
from tests.dialer.test_agents import AWAY, automated, employ, ring

NAME = "Fibre novembre"


def desk_of(agency: Agency, lines: ScriptedLines, engine: int | None) -> AgentDesk:
    return AgentDesk(agency.workspace.settings, "boucle", agency.clock, lines, engine)


def rests(agency: Agency, name: str = "Alice", reason: RestReason = RestReason.BREAK) -> None:
    with agency.transaction() as session:
        rest(session, agency.workspace.settings, name, reason, agency.clock.now())


def is_back(agency: Agency, name: str = "Alice") -> None:
    with agency.transaction() as session:
        come_back(session, agency.workspace.settings, name, agency.clock.now())


def row(agency: Agency, name: str = "Alice") -> DeskRow:
    with agency.transaction() as session:
        return session.get_one(DeskRow, name)


def looking(agency: Agency, its: AgentDesk) -> AgentDesk:
    with agency.transaction() as session:
        its.look(session)
    return its


@pytest.fixture
def employed(agency: Agency) -> Agency:
    employ(agency, "Alice")
    return agency


def test_the_second_engine_does_not_ring_a_phone_that_the_first_has_on_the_line(employed: Agency) -> None:
    first, second = ScriptedLines(), ScriptedLines()
    ring(employed, desk_of(employed, first, 1), automated(employed, agents=1))
    again = ring(employed, desk_of(employed, second, 2), automated(employed, agents=1))
    assert (first.called, second.called) == (["Alice"], [])
    assert again == employed.clock.now() + LEASE


def test_a_desk_is_kept_as_long_as_its_engine_says_so_and_nobodys_soon_after(employed: Agency) -> None:
    lines, others = ScriptedLines(), ScriptedLines()
    plan = automated(employed, agents=1)
    its, theirs = desk_of(employed, lines, 1), desk_of(employed, others, 2)
    ring(employed, its, plan)
    for _ in range(4):
        employed.clock.advance(seconds=15)
        its.note(employed.workspace.store)
        ring(employed, theirs, plan)
    assert others.called == []
    employed.clock.advance(seconds=LEASE.total_seconds())  # as after kill -9
    ring(employed, theirs, plan)
    assert others.called == ["Alice"]
    its.note(employed.workspace.store)
    assert row(employed).engine == 2, "who comes back from the dead does not take it away"


def test_an_engine_that_lost_a_desk_gives_it_no_calls(employed: Agency) -> None:
    lines, plan = ScriptedLines(), automated(employed, agents=1)
    its = desk_of(employed, lines, 1)
    ring(employed, its, plan)
    assert looking(employed, its).has_voice(plan)
    employed.clock.advance(seconds=LEASE.total_seconds())
    ring(employed, desk_of(employed, ScriptedLines(), 2), plan)
    assert not looking(employed, its).has_voice(plan)


@pytest.mark.parametrize("leave", ["put down", "ended"])
def test_a_desk_is_free_at_once_when_its_line_or_its_engine_ends(employed: Agency, leave: str) -> None:
    lines, others, plan = ScriptedLines(), ScriptedLines(), automated(employed, agents=1)
    its = desk_of(employed, lines, 1)
    ring(employed, its, plan)
    its.note(employed.workspace.store)
    if leave == "put down":
        lines.lines["Alice"] = AWAY
        its.note(employed.workspace.store)
    else:
        its.release(employed.workspace.store)
    assert (row(employed).line, row(employed).leased_until) == (AgentState.AWAY, None)
    ring(employed, desk_of(employed, others, 2), plan)
    assert others.called == ["Alice"]


def test_the_tables_are_written_for_news_only_and_to_renew(employed: Agency) -> None:
    lines = ScriptedLines()
    its = desk_of(employed, lines, None)
    its.note(employed.workspace.store)
    ring(employed, its, automated(employed, agents=1))
    its.note(employed.workspace.store)
    since = row(employed).since
    employed.clock.advance(seconds=5)
    its.note(employed.workspace.store)
    assert row(employed).leased_until == since + LEASE
    employed.clock.advance(seconds=5)
    its.note(employed.workspace.store)
    assert (row(employed).since, row(employed).leased_until) == (since, employed.clock.now() + LEASE)


def test_a_command_for_an_agent_whom_another_run_has_calls_nobody(employed: Agency, person: int) -> None:
    campaign = employed.campaign(system=SystemKind.HUMAN_AGENT)
    with employed.transaction() as session:
        session.add(
            DeskRow(
                name="Alice",
                engine=7,
                leased_until=employed.clock.now() + LEASE,
                line=AgentState.READY,
                since=employed.clock.now(),
            )
        )
    lines, runner = ScriptedLines(), ScriptedRunner(employed.clock)
    engine = Engine(employed.workspace, "boucle", runner, LocalQueue(), lines=lines)
    (agent,) = employed.workspace.settings.agents
    call = Commanded(campaign, person, HumanCommand("Alice", employed.clock.now()), agent)
    engine.questions = one = OneCall(employed.workspace, runner, engine.desk, call)
    engine.run(until_idle=True)
    assert (one.missed, lines.called, runner.placed) == ("on the line of another run", [], [])


# --- rests


def test_who_rests_is_given_no_call_and_is_not_rung_until_they_are_back(employed: Agency) -> None:
    lines, plan = ScriptedLines(), automated(employed, agents=1)
    its = desk_of(employed, lines, None)
    rests(employed)
    assert ring(employed, its, plan) is None
    assert lines.called == []
    is_back(employed)
    ring(employed, its, plan)
    assert lines.called == ["Alice"]
    assert looking(employed, its).has_voice(plan)
    rests(employed, reason=RestReason.TRAINING)
    assert not looking(employed, its).has_voice(plan), "their line stays up, without calls"


def test_who_has_put_the_phone_down_and_says_that_they_are_back_is_called_at_once(employed: Agency) -> None:
    lines, plan = ScriptedLines(), automated(employed, agents=1)
    its = desk_of(employed, lines, None)
    ring(employed, its, plan)
    rests(employed)
    looking(employed, its)
    lines.lines["Alice"] = AWAY
    its.changed()
    employed.clock.advance(seconds=FIRST_REST.total_seconds() / 4)
    is_back(employed)
    ring(employed, its, plan)
    assert lines.called == ["Alice", "Alice"]


def test_somebody_else_is_called_in_the_place_of_who_rests(agency: Agency) -> None:
    employ(agency, "Alice", "Bob")
    lines, plan = ScriptedLines(), automated(agency, agents=1)
    its = desk_of(agency, lines, None)
    ring(agency, its, plan)
    rests(agency)
    ring(agency, its, plan)
    assert lines.called == ["Alice", "Bob"]


def test_a_run_hears_of_a_rest_while_it_goes_on_and_says_what_it_waits_for(agency: Agency) -> None:
    employ(agency, "Alice", "Bob")
    for _ in range(9):
        agency.person()
    agency.campaign(system=SystemKind.AUTOMATED, agents=2)
    lines = ScriptedLines({"Bob": AgentState.AWAY})
    runner = ScriptedRunner(agency.clock)
    engine = Engine(agency.workspace, "boucle", runner, LocalQueue(), lines=lines)
    waits: list[Wait] = []
    began = agency.clock.now()

    def act() -> None:
        if len(runner.placed) == 2 and not waits:
            rests(agency)
        if len(runner.placed) >= 2:
            waits.append(engine.wait)
        if agency.clock.now() > began + timedelta(minutes=2):
            engine.stopping.set()

    runner.on_wait = act
    engine.run()
    assert len(runner.placed) <= 3, "one may have been approved already"
    assert Why.AGENTS in {wait.why for wait in waits}
    last = [wait for wait in waits if wait.why is Why.AGENTS][-1]
    assert last.words("en") == "no agent is free: 1 resting, 1 not at their phone"
    assert last.words("fr") == "aucun agent libre : 1 en pause, 1 loin de leur poste"
    with agency.workspace.store.reading() as session:
        assert session.exec(select(DeskRow.leased_until)).all() == [None, None], "the run has left its desks"


def test_rests_stand_in_the_log_and_a_mistake_changes_nothing(employed: Agency) -> None:
    mistakes: list[tuple[Callable[[], None], type[Exception], str]] = [
        (lambda: rests(employed), NotPossible, "rests already"),
        (lambda: rests(employed, "Chloé"), NotFound, "there are: 'Alice'"),
        (lambda: is_back(employed, "Chloé"), NotFound, "no agent 'Chloé'"),
    ]
    with pytest.raises(NotPossible, match="does not rest"):
        is_back(employed)
    rests(employed)
    for mistake, error, said in mistakes:
        with pytest.raises(error, match=said):
            mistake()
    rests(employed, reason=RestReason.MEETING)
    is_back(employed)
    told = [line.body for line in employed.audit() if line.kind == "agent"]
    assert told == [
        '{"agent":"Alice","reason":"break","state":"resting"}',
        '{"agent":"Alice","reason":"meeting","state":"resting"}',
        '{"agent":"Alice","state":"back"}',
    ]


def test_a_call_under_way_goes_on_while_its_agent_rests(employed: Agency) -> None:
    for _ in range(2):
        employed.person()
    employed.campaign(system=SystemKind.AUTOMATED)
    lines, runner = ScriptedLines(), ScriptedRunner(employed.clock, otherwise=RINGS_FOR_EVER)
    engine = Engine(employed.workspace, "boucle", runner, LocalQueue(), lines=lines)
    waits = 0

    def act() -> None:
        nonlocal waits
        if runner.up and waits == 0:
            rests(employed)
        waits += bool(runner.up)
        if waits == 10:
            assert len(runner.up) == 1
            engine.stopping.set()
            engine.hurrying.set()

    runner.on_wait = act
    engine.run()
    assert len(runner.placed) == 1
