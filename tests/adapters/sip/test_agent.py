"""What the scripted agent says and when it hangs up, without a telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sip.agent import HangUp, Play, Prompt, ScriptedAgent
from dialer.ports import EndedBy


@pytest.fixture
def agent() -> ScriptedAgent:
    return ScriptedAgent("9", timedelta(seconds=60))


def test_the_opening_is_played_the_moment_the_call_is_answered(agent: ScriptedAgent) -> None:
    assert agent.answered(0.0) == Play(Prompt.OPENING)


def test_the_script_runs_in_order_and_then_hangs_up(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    assert [agent.prompt_finished(prompt) for prompt in (Prompt.OPENING, Prompt.PITCH, Prompt.CLOSING)] == [
        Play(Prompt.PITCH),
        Play(Prompt.CLOSING),
        HangUp(EndedBy.SCRIPT_DONE),
    ]


@pytest.mark.parametrize("heard", [[], [Prompt.OPENING], [Prompt.OPENING, Prompt.PITCH]])
def test_the_opt_out_key_works_during_every_prompt(agent: ScriptedAgent, heard: list[Prompt]) -> None:
    agent.answered(0.0)
    for prompt in heard:
        agent.prompt_finished(prompt)
    assert agent.digit("9") == Play(Prompt.OPTED_OUT)
    assert agent.prompt_finished(Prompt.OPTED_OUT) == HangUp(EndedBy.OPT_OUT)


def test_an_opt_out_before_the_answer_is_confirmed_instead_of_the_opening(agent: ScriptedAgent) -> None:
    assert agent.digit("9") is None
    assert agent.answered(0.0) == Play(Prompt.OPTED_OUT)


def test_the_end_of_a_prompt_that_was_cut_off_changes_nothing(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    agent.digit("9")
    assert agent.prompt_finished(Prompt.OPENING) is None


def test_a_second_opt_out_does_not_start_its_confirmation_again(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    agent.digit("9")
    assert agent.digit("9") is None


@pytest.mark.parametrize("digit", ["1", "0", "*", "#", "A"])
def test_other_keys_do_not_disturb_the_script(agent: ScriptedAgent, digit: str) -> None:
    agent.answered(0.0)
    assert agent.digit(digit) is None
    assert not agent.opted_out


def test_a_machine_is_hung_up_on(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    assert agent.machine_heard() == HangUp(EndedBy.MACHINE)


@pytest.mark.parametrize("digit", ["1", "9"])
def test_who_pressed_a_key_is_no_machine(agent: ScriptedAgent, digit: str) -> None:
    agent.answered(0.0)
    agent.digit(digit)
    assert agent.machine_heard() is None


def test_the_longest_talk_ends_the_call(agent: ScriptedAgent) -> None:
    agent.answered(100.0)
    assert agent.tick(159.9) is None
    assert agent.tick(160.0) == HangUp(EndedBy.MAX_TALK)


def test_ringing_is_not_talk(agent: ScriptedAgent) -> None:
    assert agent.tick(1e9) is None


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"digit {key}" for key in "0123456789*#"]),
            st.sampled_from([f"finished {prompt}" for prompt in Prompt]),
            st.just("machine"),
        )
    )
)
def test_after_an_opt_out_nothing_is_advertised_whatever_happens(happenings: list[str]) -> None:
    agent = ScriptedAgent("9", timedelta(seconds=60))
    agent.answered(0.0)
    for happening in happenings:
        word, _, what = happening.partition(" ")
        opted_out_before = agent.opted_out
        action = {
            "digit": lambda what=what: agent.digit(what),
            "finished": lambda what=what: agent.prompt_finished(Prompt(what)),
            "machine": agent.machine_heard,
        }[word]()
        assert not (opted_out_before and isinstance(action, Play))
        assert agent.opted_out == (opted_out_before or happening == "digit 9")


def test_a_call_that_must_be_recorded_and_is_not_takes_leave_and_ends(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    assert agent.unrecorded() == Play(Prompt.CLOSING)
    assert agent.unrecorded() is None, "the farewell is said once"
    assert agent.prompt_finished(Prompt.CLOSING) == HangUp(EndedBy.UNRECORDED)


def test_who_wants_no_recording_while_it_rings_hears_the_farewell_alone(agent: ScriptedAgent) -> None:
    assert agent.unrecorded() is None
    assert agent.answered(0.0) == Play(Prompt.CLOSING)


def test_an_objection_comes_before_a_recording_that_fails(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    agent.unrecorded()
    assert agent.digit("9") == Play(Prompt.OPTED_OUT)
    assert agent.unrecorded() is None
    assert agent.prompt_finished(Prompt.OPTED_OUT) == HangUp(EndedBy.OPT_OUT)


def test_a_closing_under_way_is_said_to_its_end_without_a_recording(agent: ScriptedAgent) -> None:
    agent.answered(0.0)
    for prompt in (Prompt.OPENING, Prompt.PITCH):
        agent.prompt_finished(prompt)
    assert agent.unrecorded() is None
    assert agent.prompt_finished(Prompt.CLOSING) == HangUp(EndedBy.SCRIPT_DONE)
