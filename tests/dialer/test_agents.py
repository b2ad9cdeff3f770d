"""Progressive dialing: one call for each agent, and never one that nobody could take."""

from __future__ import annotations

import pytest

from dialer.agents import with_free_agent
from dialer.choice import Choice, choose
from dialer.plan import CampaignPlan
from dialer.schema import AttemptState, Campaign
from dialer.wake import Wait, Why
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import RINGS_FOR_EVER, ScriptedRunner


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
