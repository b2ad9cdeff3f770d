"""Progressive dialing: one call for each agent, and never one that nobody could take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from adapters.queue.local import LocalQueue
from dialer.agent_settings import AgentSettings
from dialer.agents import FIRST_REST, NOBODY, AgentDesk, agent_who_commands, with_free_agent
from dialer.choice import Choice, choose
from dialer.engine import Engine
from dialer.errors import NotPossible
from dialer.human_command import HumanCommand
from dialer.manual import Commanded, OneCall
from dialer.plan import CampaignPlan
from dialer.ports import AgentLine, AgentState, CallEventKind, CallOrder
from dialer.schema import AttemptState, Campaign, DecisionRow
from dialer.wake import Wait, Why
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import ANSWERED, RINGS_FOR_EVER, ScriptedLines, ScriptedRunner, event


def free(agency: Agency, *campaigns: Campaign) -> list[str]:
    with agency.transaction() as session:
        return [campaign.name for campaign in with_free_agent(session, campaigns)]


def test_a_campaign_has_as_many_calls_as_agents(agency: Agency, person: int) -> None:
    two = agency.campaign(name="Deux", system=SystemKind.AUTOMATED, agents=2)
    one = agency.campaign(name="Un", system=SystemKind.AUTOMATED)
    voice = agency.campaign(name="Voix")
    everybody = (two, one, voice)
    assert free(agency, *everybody) == ["Deux", "Un", "Voix"]
    for campaign in everybody:
        agency.write_attempt(campaign, person, state=AttemptState.ANSWERED)
    assert free(agency, *everybody) == ["Deux", "Voix"]
    agency.write_attempt(two, person)
    agency.write_attempt(two, person, state=AttemptState.CLOSED)
    assert free(agency, *everybody) == ["Voix"]


def test_while_every_agent_talks_nobody_is_chosen_and_the_reason_is_told(agency: Agency) -> None:
    people = [agency.person() for _ in range(2)]
    campaign = agency.campaign(system=SystemKind.AUTOMATED)
    with agency.transaction() as session:
        found = choose(session, agency.workspace.gate, "boucle", agency.clock.now())
    assert isinstance(found, Choice)
    agency.write_attempt(campaign, people[0], state=AttemptState.ANSWERED)
    agency.clock.advance(seconds=5)
    with agency.transaction() as session:
        assert choose(session, agency.workspace.gate, "boucle", agency.clock.now()) == Wait(Why.AGENTS)


@pytest.mark.parametrize("agents", [1, 3])
def test_a_run_never_has_more_calls_up_than_agents(agency: Agency, agents: int) -> None:
    for _ in range(5):
        agency.person()
    agency.campaign(system=SystemKind.AUTOMATED, agents=agents)
    most = 0
    runner = ScriptedRunner(agency.clock, channels=8)

    def count() -> None:
        nonlocal most
        most = max(most, len(runner.up))

    runner.on_wait = count
    agency.engine(runner).run(until_idle=True)
    assert (most, len(agency.attempts())) == (agents, 5)


def test_a_call_that_does_not_end_keeps_its_agent(agency: Agency) -> None:
    for _ in range(3):
        agency.person()
    agency.campaign(system=SystemKind.AUTOMATED, agents=2)
    runner = ScriptedRunner(agency.clock, channels=8, otherwise=RINGS_FOR_EVER)
    engine = agency.engine(runner)
    waits = 0

    def give_up() -> None:
        nonlocal waits
        waits += 1
        if waits > 30:
            engine.stopping.set()
            engine.hurrying.set()

    runner.on_wait = give_up
    engine.run()
    assert len(runner.placed) == 2


def test_over_dialing_is_not_open_yet(agency: Agency) -> None:
    plan = agency.plan().model_dump() | {"system": "automated", "over_dial_percent": 20}
    with pytest.raises(ValueError, match="over_dial_percent"):
        CampaignPlan.model_validate(plan)
    assert CampaignPlan.model_validate(plan | {"over_dial_percent": 0, "agents": 4}).calls_at_once == 4


@pytest.mark.parametrize("system", ["ai-agent", "human-agent"])
def test_agents_are_an_automated_campaigns(agency: Agency, system: str) -> None:
    plan = agency.plan().model_dump() | {"system": system}
    assert CampaignPlan.model_validate(plan).calls_at_once is None
    with pytest.raises(ValueError, match=f"agents = 2, but a campaign of system {system}"):
        CampaignPlan.model_validate(plan | {"agents": 2})


# --- agents with telephones

NAME = "Fibre novembre"
AWAY, READY = AgentLine(AgentState.AWAY, "486 Busy Here"), AgentLine(AgentState.READY)


def employ(agency: Agency, *names: str) -> None:
    """The folder's agents, all of the sample campaign."""
    agents = tuple(
        AgentSettings(name=name, phone=f"sip:poste-{place}@127.0.0.1:5099", campaigns=(NAME,), login=f"{name[0]}.login")
        for place, name in enumerate(names)
    )
    agency.workspace.settings = agency.workspace.settings.model_copy(update={"agents": agents})


def engine_with(agency: Agency, runner: ScriptedRunner, lines: ScriptedLines) -> Engine:
    return Engine(agency.workspace, "boucle", runner, LocalQueue(), lines=lines)


def desk(agency: Agency, lines: ScriptedLines, trunk: str = "boucle") -> AgentDesk:
    return AgentDesk(agency.workspace.settings, trunk, agency.clock, lines)


def ring(agency: Agency, its: AgentDesk, plan: CampaignPlan) -> datetime | None:
    """Have the campaign's agents called; when to look again."""
    with agency.transaction() as session:
        its.look(session)
        return its.call_for(session, plan)


def automated(agency: Agency, agents: int = 2) -> CampaignPlan:
    return agency.plan(system=SystemKind.AUTOMATED, agents=agents)


def test_each_call_of_a_run_is_an_agents_and_never_more_than_those_who_are_there(agency: Agency) -> None:
    employ(agency, "Alice", "Bob", "Chloé")
    for _ in range(6):
        agency.person()
    agency.campaign(system=SystemKind.AUTOMATED, agents=3)
    lines, runner = ScriptedLines({"Chloé": AgentState.AWAY}), ScriptedRunner(agency.clock, channels=8)
    most = 0

    def count() -> None:
        nonlocal most
        most = max(most, len(runner.up))

    runner.on_wait = count
    engine_with(agency, runner, lines).run(until_idle=True)
    assert (most, len(agency.attempts())) == (2, 6)
    assert {order.agent for order in runner.placed} == {"Alice", "Bob"}
    assert lines.called[:3] == ["Alice", "Bob", "Chloé"]


def test_nothing_is_approved_while_nobody_is_there(agency: Agency) -> None:
    employ(agency, "Alice")
    agency.person()
    agency.campaign(system=SystemKind.AUTOMATED)
    lines, runner = ScriptedLines(otherwise=AgentState.AWAY), ScriptedRunner(agency.clock)
    engine, begun = engine_with(agency, runner, lines), agency.clock.now()
    waits: list[Wait] = []

    def look() -> None:
        waits.append(engine.wait)
        if agency.clock.now() > begun + 4 * FIRST_REST:
            engine.stopping.set()

    runner.on_wait = look
    engine.run()
    assert (runner.placed, agency.attempts()) == ([], [])
    assert {wait.why for wait in waits[1:-2]} == {Why.AGENTS}
    assert lines.called == ["Alice"] * 3, "at once, after one minute, after two more: longer each time"


def test_no_phone_rings_while_nobody_may_be_called(agency: Agency) -> None:
    employ(agency, "Alice")
    agency.person()
    agency.campaign(system=SystemKind.AUTOMATED)
    agency.clock.set("2026-11-25T05:00:00+01:00")
    lines = ScriptedLines()
    engine_with(agency, ScriptedRunner(agency.clock), lines).run(until_idle=True)
    assert lines.called == []
    with agency.transaction() as session:
        assert session.exec(select(DecisionRow)).one().rule_ids, "the gate has put them off"


def test_a_machines_campaign_beside_it_goes_on_without_agents(agency: Agency) -> None:
    employ(agency, "Alice")
    for _ in range(2):
        agency.person()
    agency.campaign(system=SystemKind.AUTOMATED)
    agency.campaign(name="Voix")
    runner = ScriptedRunner(agency.clock)
    engine = engine_with(agency, runner, ScriptedLines(otherwise=AgentState.AWAY))
    runner.on_wait = lambda: engine.stopping.set() if len(runner.placed) == 2 and not runner.up else None
    engine.run()
    assert [order.agent for order in runner.placed] == [None, None]


def test_on_a_real_trunk_no_recording_stands_in_for_a_person(agency: Agency) -> None:
    """Also when a campaign is started while a run goes on that knows none of its agents."""
    real = desk(agency, ScriptedLines(), "operateur")
    assert real.attends(automated(agency))
    assert not real.has_voice(automated(agency))
    assert not real.attends(agency.plan())
    practice = desk(agency, ScriptedLines())
    assert practice.has_voice(automated(agency)), "without agents the loopback carrier hears the script"


def test_an_order_that_nobody_is_left_for_is_nobodys(agency: Agency, person: int) -> None:
    employ(agency, "Alice")
    campaign, lines = agency.campaign(), ScriptedLines()
    order, plan, its = agency.order(campaign, person), automated(agency), desk(agency, lines)
    assert its.join(order, plan).agent == NOBODY
    lines.lines["Alice"] = READY
    assert its.join(order, plan).agent == "Alice"


def test_a_talk_between_people_is_not_cut_off_when_a_recording_would_be(agency: Agency, person: int) -> None:
    employ(agency, "Alice")
    order, lines = agency.order(agency.campaign(), person), ScriptedLines(lines={"Alice": READY})
    with_agent = desk(agency, lines).join(order, automated(agency))
    assert (order.max_talk, with_agent.max_talk) == (timedelta(seconds=60), timedelta(hours=4))
    assert desk(agency, lines).join(order, agency.plan()).max_talk == order.max_talk


def test_who_has_waited_longest_is_next_and_has_one_call_at_a_time(agency: Agency, person: int) -> None:
    employ(agency, "Alice", "Bob")
    lines = ScriptedLines(lines={"Alice": READY, "Bob": READY})
    order, plan, its = agency.order(agency.campaign(), person), automated(agency), desk(agency, lines)
    one, two = (replace(order, permit=replace(order.permit, attempt_id=id_)) for id_ in "ab")
    assert [its.join(one, plan).agent, its.join(two, plan).agent] == ["Alice", "Bob"]
    assert not its.has_voice(plan)
    for call in (two, one):
        agency.clock.advance(seconds=1)
        its.heard(event(call.permit.attempt_id, CallEventKind.ENDED, agency.clock.now()))
    assert its.join(one, plan).agent == "Bob"


def test_a_phone_that_was_put_down_is_left_in_peace_for_a_minute(agency: Agency) -> None:
    employ(agency, "Alice")
    lines, plan = ScriptedLines(), automated(agency)
    its = desk(agency, lines)
    ring(agency, its, plan)
    assert its.changed()
    assert not its.changed()
    lines.lines["Alice"] = AWAY
    assert its.changed()
    assert ring(agency, its, plan) == agency.clock.now() + FIRST_REST
    assert lines.called == ["Alice"]
    agency.clock.advance(minutes=1)
    ring(agency, its, plan)
    assert lines.called == ["Alice", "Alice"]


@pytest.mark.parametrize(("stays", "rests"), [(timedelta(seconds=20), [1, 2, 4]), (timedelta(minutes=6), [1, 1, 1])])
def test_who_comes_to_work_is_called_again_soon_and_an_answering_machine_ever_later(
    agency: Agency, stays: timedelta, rests: list[int]
) -> None:
    employ(agency, "Alice")
    lines, plan = ScriptedLines(), automated(agency)
    its = desk(agency, lines)
    for minutes in rests:
        ring(agency, its, plan)
        assert lines.called.pop() == "Alice"
        lines.lines["Alice"] = READY
        its.changed()
        agency.clock.advance(seconds=stays.total_seconds())
        lines.lines["Alice"] = AWAY
        its.changed()
        assert ring(agency, its, plan) == agency.clock.now() + timedelta(minutes=minutes)
        agency.clock.advance(minutes=minutes)


def test_no_more_phones_are_called_than_the_campaign_has_agents(agency: Agency) -> None:
    employ(agency, "Alice", "Bob", "Chloé")
    lines = ScriptedLines({"Alice": AgentState.AWAY})
    its = desk(agency, lines)
    ring(agency, its, automated(agency, agents=1))
    ring(agency, its, automated(agency, agents=1))
    ring(agency, its, automated(agency, agents=1))
    assert lines.called == ["Alice", "Bob"], "who is away is replaced; who is there is enough"


# --- one call on command


def command(
    agency: Agency, campaign: Campaign, contact_id: int, lines: ScriptedLines
) -> tuple[OneCall, list[CallOrder]]:
    runner = ScriptedRunner(agency.clock, otherwise=ANSWERED)
    engine = engine_with(agency, runner, lines)
    (agent,) = agency.workspace.settings.agents
    call = Commanded(campaign, contact_id, HumanCommand("Alice", agency.clock.now()), agent)
    engine.questions = one = OneCall(agency.workspace, runner, engine.desk, call)
    engine.run(until_idle=True)
    return one, runner.placed


def test_a_commanded_call_is_joined_to_who_commands_it(agency: Agency, person: int) -> None:
    employ(agency, "Alice")
    campaign = agency.campaign(system=SystemKind.HUMAN_AGENT)
    one, placed = command(agency, campaign, person, ScriptedLines())
    assert one.missed is None
    assert [order.agent for order in placed] == ["Alice"]


def test_without_the_agent_the_gate_is_not_even_asked(agency: Agency, person: int) -> None:
    employ(agency, "Alice")
    campaign = agency.campaign(system=SystemKind.HUMAN_AGENT)
    lines = ScriptedLines(otherwise=AgentState.AWAY)
    one, placed = command(agency, campaign, person, lines)
    assert (one.missed, one.answer, placed, agency.attempts()) == ("486 Busy Here", None, [], [])
    assert lines.called == ["Alice"], "rung once for one command"


@pytest.mark.parametrize(
    ("accounts", "name", "found"),
    [(["B.login"], "", "Bob"), (["Bob", "root"], "", "Bob"), (["root"], "Alice", "Alice")],
)
def test_whose_phone_it_is(agency: Agency, accounts: list[str], name: str, found: str) -> None:
    employ(agency, "Alice", "Bob")
    agent = agent_who_commands(agency.workspace.settings, NAME, accounts, name)
    assert agent is not None
    assert agent.name == found


@pytest.mark.parametrize(("accounts", "name"), [(["root"], ""), (["Alice"], "Chloé")])
def test_a_phone_that_is_nobodys_or_one_of_several_is_asked_for(agency: Agency, accounts: list[str], name: str) -> None:
    employ(agency, "Alice", "Bob")
    with pytest.raises(NotPossible, match="'Alice', 'Bob': say which with --agent"):
        agent_who_commands(agency.workspace.settings, NAME, accounts, name)


def test_the_only_agent_of_a_campaign_is_meant_and_none_is_needed_where_there_is_none(agency: Agency) -> None:
    assert agent_who_commands(agency.workspace.settings, NAME, ["root"]) is None
    employ(agency, "Alice")
    only = agent_who_commands(agency.workspace.settings, NAME, ["root"])
    assert only is not None
    assert only.name == "Alice"
