"""What a person who speaks changes on the line, and what it does not: the rights of who is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.sip.agent import Action, HangUp, Join, Play, Prompt
from adapters.sip.human_agent import HumanAgent
from dialer.ports import EndedBy, Script

TALK = timedelta(seconds=60)


@pytest.fixture
def agent(script: Script) -> HumanAgent:
    return HumanAgent(script, TALK)


@pytest.fixture
def joined(agent: HumanAgent) -> HumanAgent:
    assert agent.answered(100.0) == Join()
    return agent


def test_who_answers_is_joined_and_hears_no_recording(agent: HumanAgent) -> None:
    assert agent.answered(100.0) == Join()


def test_who_pressed_the_key_while_it_rang_hears_the_confirmation_alone(agent: HumanAgent) -> None:
    assert agent.digit("9") is None
    assert agent.answered(100.0) == Play(Prompt.OPTED_OUT)


def test_the_opt_out_key_works_as_with_a_recording(joined: HumanAgent) -> None:
    assert joined.digit("1") is None
    assert joined.digit("9") == Play(Prompt.OPTED_OUT)
    assert joined.prompt_finished(Prompt.OPTED_OUT) == HangUp(EndedBy.OPT_OUT)


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("9", Play(Prompt.OPTED_OUT)),
        ("#", HangUp(EndedBy.REFUSAL)),
        ("*", HangUp(EndedBy.AGENT)),
        ("5", None),
    ],
)
def test_the_agents_keys(joined: HumanAgent, key: str, action: Action | None) -> None:
    assert joined.agent_pressed(key) == action


def test_keys_of_an_agent_say_nothing_of_a_call_that_nobody_answered(agent: HumanAgent) -> None:
    assert [agent.agent_pressed(key) for key in "9#*"] == [None, None, None]


def test_an_objection_is_confirmed_whatever_the_agent_does_then(joined: HumanAgent) -> None:
    joined.agent_pressed("9")
    assert joined.agent_pressed("*") is None
    assert joined.agent_left(hung_up=True) is None
    assert joined.prompt_finished(Prompt.OPTED_OUT) == HangUp(EndedBy.OPT_OUT)


def test_the_agent_judges_whether_a_machine_answered(joined: HumanAgent) -> None:
    assert joined.machine_heard() is None


def test_the_longest_talk_holds_for_people_too(joined: HumanAgent) -> None:
    assert joined.tick(159.9) is None
    assert joined.tick(160.0) == HangUp(EndedBy.MAX_TALK)


@pytest.mark.parametrize("hung_up", [True, False])
def test_an_agent_who_leaves_while_it_rings_takes_the_call_along(agent: HumanAgent, hung_up: bool) -> None:
    assert agent.agent_left(hung_up=hung_up) == HangUp(EndedBy.AGENT_GONE)


def test_an_agent_who_hangs_up_has_ended_the_call(joined: HumanAgent) -> None:
    assert joined.agent_left(hung_up=True) == HangUp(EndedBy.AGENT)


def test_a_lost_line_ends_the_call_at_once_or_after_an_apology(joined: HumanAgent, script: Script) -> None:
    assert joined.agent_left(hung_up=False) == HangUp(EndedBy.AGENT_GONE)
    polite = HumanAgent(replace(script, abandoned=script.closing), TALK)
    polite.answered(100.0)
    assert polite.agent_left(hung_up=False) == Play(Prompt.ABANDONED)
    assert polite.agent_left(hung_up=False) is None
    assert polite.prompt_finished(Prompt.ABANDONED) == HangUp(EndedBy.AGENT_GONE)


def test_without_a_recording_the_agent_is_parted_from_the_person_and_leave_is_taken(
    joined: HumanAgent, script: Script
) -> None:
    assert joined.unrecorded() == HangUp(EndedBy.UNRECORDED), "nothing can be said"
    polite = HumanAgent(replace(script, abandoned=script.closing), TALK)
    polite.answered(100.0)
    assert polite.unrecorded() == Play(Prompt.ABANDONED)
    assert polite.agent_left(hung_up=False) is None
    assert polite.prompt_finished(Prompt.ABANDONED) == HangUp(EndedBy.UNRECORDED)


def test_an_agent_lost_is_still_told_as_such_when_the_recording_fails_after_them(script: Script) -> None:
    polite = HumanAgent(replace(script, abandoned=script.closing), TALK)
    polite.answered(100.0)
    polite.agent_left(hung_up=False)
    assert polite.unrecorded() is None
    assert polite.prompt_finished(Prompt.ABANDONED) == HangUp(EndedBy.AGENT_GONE)
