"""A campaign of which too many answered calls were abandoned calls nobody until the share is low enough again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.queue.local import LocalQueue
from dialer.abandonment import PERIOD, Answered, abandoned_holds, hold_of
from dialer.agents import AgentDesk
from dialer.attendance import choose_attended
from dialer.choice import Choice
from dialer.dispositions import Disposition
from dialer.engine import Engine
from dialer.schema import AttemptState, Campaign
from dialer.summary import CampaignSummary, summarise
from dialer.wake import Wait, Why
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING, ScriptedLines, ScriptedRunner
from tests.dialer.test_agents import READY, employ

MINUTE = timedelta(minutes=1)


def calls(answered: int, abandoned: int) -> list[Answered]:
    """One a minute, those that were abandoned first."""
    return [Answered(MORNING + place * MINUTE, place < abandoned) for place in range(answered)]


@pytest.mark.parametrize(
    ("answered", "abandoned", "percent_max", "ends_after"),
    [
        (0, 0, 3, None),
        (50, 0, 0, None),
        (1, 1, 3, None),  # one alone is more than 3 % of few calls, whoever placed them
        (33, 1, 3, None),
        (10, 2, 3, 0),
        (66, 2, 3, 0),
        (67, 2, 3, None),
        (200, 6, 3, None),
        (200, 7, 3, 1),  # one less of 199 would be 3.02 %
        (5, 1, 0, 0),
        (5, 2, 0, 1),
        (5, 2, 50, None),
        (5, 3, 50, 0),  # 2 of 4 is one half
    ],
)
def test_the_share_of_abandoned_calls_holds_a_campaign_until_enough_are_a_day_old(
    answered: int, abandoned: int, percent_max: int, ends_after: int | None
) -> None:
    hold = hold_of(calls(answered, abandoned), percent_max)
    assert (hold.until if hold else None) == (None if ends_after is None else MORNING + ends_after * MINUTE + PERIOD)


@given(
    st.lists(st.tuples(st.integers(0, 1439), st.booleans()), max_size=60),
    st.sampled_from([0, 1, 3, 50, 100]),
)
def test_at_its_end_a_hold_is_over_and_not_a_moment_before(drawn: list[tuple[int, bool]], percent_max: int) -> None:
    made = [Answered(MORNING + minute * MINUTE, abandoned) for minute, abandoned in drawn]

    def held_at(instant: datetime) -> bool:
        return hold_of([call for call in made if call.at > instant - PERIOD], percent_max) is not None

    hold = hold_of(made, percent_max)
    if hold is None:
        return
    assert not held_at(hold.until)
    assert all(held_at(call.at + PERIOD) for call in made if call.at + PERIOD < hold.until)


@pytest.fixture
def attended(agency: Agency) -> tuple[Campaign, AgentDesk]:
    """A campaign whose only agent is at her phone, and somebody who is due in it."""
    employ(agency, "Alice")
    agency.person()
    campaign = agency.campaign(system=SystemKind.AUTOMATED)
    return campaign, AgentDesk(agency.workspace.settings, "boucle", agency.clock, ScriptedLines(lines={"Alice": READY}))


def ended(agency: Agency, campaign: Campaign, disposition: Disposition) -> None:
    """By somebody of another list, who is not in the campaign."""
    now = agency.clock.now()
    agency.write_attempt(
        campaign,
        agency.person(list_name="autres"),
        state=AttemptState.CLOSED,
        disposition=disposition,
        answered_at=now,
        ended_at=now,
    )


def chosen(agency: Agency, desk: AgentDesk) -> Choice | Wait:
    with agency.transaction() as session:
        return choose_attended(session, agency.workspace, "boucle", desk, agency.clock.now())


def test_a_held_campaign_asks_about_nobody_and_says_why_and_until_when(
    agency: Agency, attended: tuple[Campaign, AgentDesk]
) -> None:
    campaign, desk = attended
    began = agency.clock.now()
    ended(agency, campaign, Disposition.ABANDONED)
    assert isinstance(chosen(agency, desk), Choice)
    agency.clock.advance(minutes=1)
    ended(agency, campaign, Disposition.ABANDONED)
    wait = chosen(agency, desk)
    assert isinstance(wait, Wait)
    assert (wait.why, wait.until, wait.idle, wait.long) == (Why.ABANDONED, began + PERIOD, True, True)
    assert wait.words("en") == ("held, too many calls were abandoned: 2 of 2 answered calls in 24 h, at most 3 %")
    assert wait.words("fr") == ("retenu, trop d'appels abandonnés : 2 sur 2 appels décrochés en 24 h, au plus 3 %")
    agency.clock.instant = began + PERIOD
    assert isinstance(chosen(agency, desk), Choice)


def test_answered_calls_that_were_under_way_may_end_it_sooner(
    agency: Agency, attended: tuple[Campaign, AgentDesk]
) -> None:
    campaign, desk = attended
    for disposition in [Disposition.ABANDONED] * 2 + [Disposition.ANSWERED] * 64:
        ended(agency, campaign, disposition)
    assert isinstance(chosen(agency, desk), Wait)
    ended(agency, campaign, Disposition.ANSWERED)
    assert isinstance(chosen(agency, desk), Choice)


def test_a_call_of_which_nothing_is_known_makes_the_share_no_smaller(
    agency: Agency, attended: tuple[Campaign, AgentDesk]
) -> None:
    """As those of a runner process that died: its people may have been left alone, too."""
    campaign, desk = attended
    for disposition in [Disposition.ABANDONED] * 2 + [Disposition.UNKNOWN] * 65:
        ended(agency, campaign, disposition)
    assert isinstance(chosen(agency, desk), Wait)


def test_the_next_campaign_goes_on(agency: Agency, attended: tuple[Campaign, AgentDesk]) -> None:
    campaign, desk = attended
    for _ in range(2):
        ended(agency, campaign, Disposition.ABANDONED)
    other = agency.campaign(name="Voix")
    found = chosen(agency, desk)
    assert isinstance(found, Choice)
    assert found.campaign.id == other.id


def test_no_agent_is_rung_for_a_held_campaign(agency: Agency, attended: tuple[Campaign, AgentDesk]) -> None:
    campaign, _ = attended
    for _ in range(2):
        ended(agency, campaign, Disposition.ABANDONED)
    lines, runner = ScriptedLines(), ScriptedRunner(agency.clock)
    Engine(agency.workspace, "boucle", runner, LocalQueue(), lines=lines).run(until_idle=True)
    assert (lines.called, runner.placed) == ([], [])


def test_the_law_of_a_machines_campaign_is_another(agency: Agency, person: int) -> None:
    machine = agency.campaign()
    for _ in range(5):
        ended(agency, machine, Disposition.ABANDONED)
    with agency.transaction() as session:
        assert abandoned_holds(session, [machine], agency.clock.now()) == {}


def test_the_status_of_the_campaign_says_that_it_is_held(agency: Agency, attended: tuple[Campaign, AgentDesk]) -> None:
    campaign, _ = attended

    def told() -> CampaignSummary:
        with agency.transaction() as session:
            return summarise(session, campaign, agency.clock.now())

    assert told().to_dict()["abandoned_hold"] is None
    for _ in range(2):
        ended(agency, campaign, Disposition.ABANDONED)
    until = agency.clock.now() + PERIOD
    assert told().to_dict()["abandoned_hold"] == {
        "why": "abandoned",
        "until": until.isoformat(),
        "said": "2 of 2 answered calls in 24 h, at most 3 %",
    }
