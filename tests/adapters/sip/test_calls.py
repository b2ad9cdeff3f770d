"""Real calls to the loopback carrier: every behaviour of the far end, as the runner reports it.

All calls run at once, once; the tests read what was heard of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sip import SipRunner, disposition_of
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.ports import CallEvent, CallEventKind, EndedBy

SIDES = ["10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23"]
SIDES += ["24", "25", "26", "27", "28", "31", "32", "33", "34", "00"]
Stories = Mapping[str, list[CallEvent]]


@pytest.fixture(scope="module")
def runner(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[SipRunner]:
    runner = SipRunner(carrier.trunk(channels=28), permit_key, orders.clock)
    runner.start()
    yield runner
    runner.stop(timedelta(seconds=3))


@pytest.fixture(scope="module")
def stories(runner: SipRunner, orders: Any, listen: Any, finals: Any) -> Stories:
    """Every event of one call to each ending, by ending."""
    permits = {ending: orders.permit(ending) for ending in SIDES}
    for permit in permits.values():
        runner.place(orders.order(permit))
    heard = listen(runner, lambda events: len(finals(events)) == len(SIDES))
    return {
        ending: [event for event in heard if event.attempt_id == permit.attempt_id]
        for ending, permit in permits.items()
    }


def kinds(story: list[CallEvent]) -> list[str]:
    """What is told after the call has left."""
    assert story[0].kind is CallEventKind.SENT
    return [f"{event.kind} {event.detail}".strip() for event in story[1:]]


@pytest.mark.parametrize(
    ("ending", "code", "cause", "disposition"),
    [
        ("10", 486, 17, Disposition.BUSY),
        ("12", 404, 1, Disposition.UNASSIGNED),
        ("13", 603, 21, Disposition.DECLINED),
        ("14", 480, 18, Disposition.UNREACHABLE),
        ("15", 503, 42, Disposition.CONGESTION),
        ("16", 404, 1, Disposition.UNASSIGNED),
        ("17", 502, 27, Disposition.UNREACHABLE),
        ("18", 408, None, Disposition.UNREACHABLE),
        ("19", 607, None, Disposition.DECLINED),
    ],
)
def test_a_refusal_by_the_network_is_told_with_code_and_cause(
    stories: Stories, ending: str, code: int, cause: int | None, disposition: Disposition
) -> None:
    last = stories[ending][-1]
    assert (last.kind, last.sip_code, last.q850_cause) == (CallEventKind.ENDED, code, cause)
    assert (last.remote, last.ended_by, last.answered) == (True, EndedBy.FAR_END, False)
    assert disposition_of(last) is disposition


def test_an_answered_call_hears_the_whole_script_and_is_hung_up_on(stories: Stories) -> None:
    assert kinds(stories["00"]) == [
        "ringing",
        "answered",
        "prompt opening",
        "prompt pitch",
        "prompt closing",
        "ended",
    ]
    last = stories["00"][-1]
    assert (last.ended_by, last.answered, last.sip_code) == (EndedBy.SCRIPT_DONE, True, 200)
    assert disposition_of(last) is Disposition.ANSWERED


def test_durations_are_those_of_the_call(stories: Stories) -> None:
    last = stories["00"][-1]
    assert timedelta(seconds=0.35) < last.setup < timedelta(seconds=3), "the far end rings for 0.4 s"
    assert timedelta(seconds=3.5) < last.talk < timedelta(seconds=7), "the script lasts 3.6 s"


def test_that_a_call_left_is_told_once_with_its_instant(stories: Stories, carrier: Any, orders: Any) -> None:
    came_in = {fact["callee"]: datetime.fromisoformat(fact["at"]) for fact in carrier.facts("invite")}
    for ending, story in stories.items():
        (sent,) = (event for event in story if event.kind is CallEventKind.SENT)
        on_its_way = came_in[f"+336399801{ending}"] - (sent.at - orders.clock.offset)
        assert abs(on_its_way) < timedelta(seconds=3), ending  # told at the end, a whole script would be over it


def test_early_media_is_told_and_is_no_answer(stories: Stories) -> None:
    assert kinds(stories["16"]) == ["early-media", "ended"]


def test_a_call_nobody_takes_is_cancelled_by_us(stories: Stories, carrier: Any) -> None:
    assert kinds(stories["11"]) == ["ringing", "ended"]
    last = stories["11"][-1]
    assert (last.ended_by, last.remote) == (EndedBy.RING_TIMEOUT, False)
    assert disposition_of(last) is Disposition.NO_ANSWER
    assert len(carrier.facts("cancel", ["+33639980111"])) == 1


def test_an_answer_that_crosses_our_cancel_is_no_answer_and_is_hung_up(
    stories: Stories, carrier: Any, eventually: Callable[..., None]
) -> None:
    assert stories["31"][-1].ended_by is EndedBy.RING_TIMEOUT
    assert disposition_of(stories["31"][-1]) is Disposition.NO_ANSWER
    eventually(lambda: carrier.facts("bye-received", ["+33639980131"]))


def test_a_trunk_that_answers_nothing_is_a_failure_not_a_missing_person(stories: Stories) -> None:
    last = stories["32"][-1]
    assert (last.sip_code, last.remote) == (408, False)
    assert disposition_of(last) is Disposition.FAILED


@pytest.mark.parametrize(("ending", "seconds"), [("20", 3), ("26", 1)])
def test_a_far_end_that_hangs_up_is_told_as_such(stories: Stories, ending: str, seconds: float) -> None:
    last = stories[ending][-1]
    assert (last.ended_by, last.remote, last.answered) == (EndedBy.FAR_END, True, True)
    assert abs(last.talk - timedelta(seconds=seconds)) < timedelta(seconds=0.9)
    assert disposition_of(last) is Disposition.ANSWERED


@pytest.mark.parametrize(("ending", "how"), [("21", "RFC 4733"), ("22", "SIP INFO"), ("28", "at once")])
def test_key_9_is_confirmed_and_ends_the_call(stories: Stories, ending: str, how: str) -> None:
    told = kinds(stories[ending])
    assert told[-3:] == ["digit 9", "prompt opted_out", "ended"], how
    assert "prompt closing" not in told
    assert disposition_of(stories[ending][-1]) is Disposition.OPTED_OUT


def test_key_9_works_during_the_opening(stories: Stories) -> None:
    assert kinds(stories["28"])[:4] == ["ringing", "answered", "prompt opening", "digit 9"]


def test_another_key_is_told_and_changes_nothing(stories: Stories) -> None:
    told = kinds(stories["27"])
    assert "digit 1" in told
    assert told[-2:] == ["prompt closing", "ended"]


def test_a_machine_is_hung_up_on_within_three_seconds(stories: Stories) -> None:
    last = stories["23"][-1]
    assert last.ended_by is EndedBy.MACHINE
    assert timedelta(seconds=2) < last.talk < timedelta(seconds=3)
    assert disposition_of(last) is Disposition.MACHINE


@pytest.mark.parametrize("ending", ["00", "24", "25", "33", "34"])
def test_a_short_greeting_or_silence_is_a_person(stories: Stories, ending: str) -> None:
    assert stories[ending][-1].ended_by is EndedBy.SCRIPT_DONE


def test_the_far_end_hears_the_prompts_without_loss(
    stories: Stories, carrier: Any, eventually: Callable[..., None]
) -> None:
    eventually(lambda: carrier.facts("ended", ["+33639980100"]))
    (fact,) = carrier.facts("ended", ["+33639980100"])
    talked = stories["00"][-1].talk / timedelta(milliseconds=20)
    assert fact["rtp_lost"] == 0
    assert fact["rtp_received"] == pytest.approx(talked, abs=10)


def test_one_invite_left_for_each_call_and_it_shows_the_callers_number(stories: Stories, carrier: Any) -> None:
    for ending in stories:
        (invite,) = carrier.facts("invite", [f"+336399801{ending}"])
        assert (invite["caller"], invite["asserted"]) == ("+33199001234", "+33199001234")
        assert stories[ending][-1].call_id == invite["call_id"]


def test_each_call_has_exactly_one_final_event_and_it_is_the_last(stories: Stories, finals: Any) -> None:
    for story in stories.values():
        assert finals(story) == [story[-1]]


def test_a_missing_prompt_is_found_before_anything_leaves(
    runner: SipRunner, orders: Any, listen: Any, finals: Any, carrier: Any, tmp_path: Path
) -> None:
    script = replace(orders.script, closing=tmp_path / "gone.wav")
    runner.place(orders.order(orders.permit("77"), script=script))
    (last,) = listen(runner, finals)
    assert last.kind is CallEventKind.NOT_SENT
    assert str(tmp_path / "gone.wav") in last.detail
    assert disposition_of(last) is Disposition.NOT_SENT
    assert carrier.facts("invite", ["+33639980177"]) == []


def test_the_longest_talk_is_kept(runner: SipRunner, orders: Any, listen: Any, finals: Any) -> None:
    runner.place(orders.order(orders.permit("41"), max_talk=timedelta(seconds=0.5)))
    last = finals(listen(runner, finals))[0]
    assert last.ended_by is EndedBy.MAX_TALK
    assert timedelta(seconds=0.45) < last.talk < timedelta(seconds=3), "the script lasts longer"


def test_the_next_call_of_a_process_is_heard_as_well_as_the_first(
    carrier: Any, permit_key: PermitKey, orders: Any, listen: Any, finals: Any, eventually: Callable[..., None]
) -> None:
    """The bridge's clock must not stop a second after a call has ended: the next one would be silent."""
    brief = orders.script.opted_out
    short = replace(orders.script, opening=brief, pitch=brief, closing=brief)
    runner = SipRunner(carrier.trunk(channels=1), permit_key, orders.clock)
    runner.start()
    callees = ["+33639980242", "+33639980243"]
    for callee in callees:
        runner.place(orders.order(orders.permit(callee=callee), script=short))
        assert finals(listen(runner, finals))[0].ended_by is EndedBy.SCRIPT_DONE
    runner.stop(timedelta(seconds=3))
    eventually(lambda: len(carrier.facts("ended", callees)) == 2)
    first, second = (fact["rtp_received"] for fact in carrier.facts("ended", callees))
    assert second >= first - 8
    assert min(first, second) > 50, "a script of 1.2 s at 50 frames a second"
