"""Real calls joined to real phones: the carrier plays the consumers, a second one the agents' phones.

What one side says is looked for in what the other side heard.
"""

from __future__ import annotations

import os
import signal
import wave
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.loopback.process import CarrierProcess
from adapters.sip import SipRunner, disposition_of
from adapters.sip.trunk import Account
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.ports import AgentPhone, AgentState, CallEvent, CallEventKind, EndedBy
from tests.adapters.sip.far_end import FarEnd

LOUD = 1000
"""Of 32768: speech is far above, silence is none at all."""
HOLDS_THE_LINE = "poste-00"
TALKS_ON = "poste-23"
"""Speaks for six seconds, which the consumer must hear."""


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory, permit_key: PermitKey, carrier: Any) -> Iterator[Any]:
    """The agents' phones: what they do hangs on the last two characters, as at the carrier."""
    folder = tmp_path_factory.mktemp("phones")
    (folder / "key").write_bytes(permit_key.secret)
    log = folder / "events.jsonl"
    with CarrierProcess.start("127.0.0.1", 0, folder / "key", log, folder / "recordings") as process:
        yield type(carrier)(process, log)


@pytest.fixture
def runner(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[SipRunner]:
    runner = SipRunner(carrier.trunk(channels=4), permit_key, orders.clock, rtp_first_port=30000, agents=2)
    runner.start()
    yield runner
    runner.stop(timedelta(seconds=3))


def phone_of(phones: Any, user: str, name: str = "Alice", ring_seconds: int = 10) -> AgentPhone:
    return AgentPhone(name, user, phones.process.host, phones.process.port, ring_seconds)


@pytest.fixture
def at_the_desk(runner: SipRunner, phones: Any, listen: Any) -> Callable[..., AgentPhone]:
    """Call an agent's phone and wait until they are there."""

    def call(user: str = HOLDS_THE_LINE, name: str = "Alice") -> AgentPhone:
        phone = phone_of(phones, user, name)
        runner.call_agent(phone)
        listen(runner, lambda _: runner.agents()[name].state is AgentState.READY)
        return phone

    return call


def samples_of(far_end: Any, fact: dict[str, Any]) -> array[int]:
    """What the far end heard in this call, from its answer on, at 8 kHz."""
    with wave.open(str(far_end.log.parent / "recordings" / fact["recording"])) as file:
        return array("h", file.readframes(file.getnframes()))


def loud_seconds(samples: array[int], start: float = 0, end: float = 1e9) -> list[int]:
    """Which tenths of a second, counted from the answer, somebody spoke in."""
    tenths = range(int(start * 10), min(int(end * 10), len(samples) // 800))
    return [tenth for tenth in tenths if max(map(abs, samples[tenth * 800 : tenth * 800 + 800])) > LOUD]


def kinds(events: list[CallEvent]) -> list[str]:
    return [f"{event.kind} {event.detail}".strip() for event in events]


def test_a_call_is_joined_at_its_answer_and_both_hear_each_other(
    runner: SipRunner,
    at_the_desk: Any,
    carrier: Any,
    phones: Any,
    orders: Any,
    listen: Any,
    finals: Any,
    eventually: Callable[..., None],
) -> None:
    at_the_desk(TALKS_ON)
    permit = orders.permit(callee="+33639980323")
    runner.place(orders.order(permit, agent="Alice", max_talk=timedelta(seconds=3)))
    heard = listen(runner, finals)
    assert kinds(heard) == ["sent", "ringing", "answered", "joined Alice", "ended"]
    assert heard[-1].ended_by is EndedBy.MAX_TALK
    eventually(lambda: carrier.facts("ended", [permit.callee]))
    consumer = samples_of(carrier, carrier.facts("ended", [permit.callee])[0])
    assert loud_seconds(consumer)[0] <= 3, "the agent is heard at once: no silence after the answer"
    assert len(loud_seconds(consumer)) > 20
    assert runner.agents()["Alice"].state is AgentState.READY, "the agent's line outlasts the call"
    runner.stop(timedelta(seconds=3))
    (fact,) = phones.facts("ended", [TALKS_ON])
    agent = samples_of(phones, fact)
    assert len(loud_seconds(agent)) > 20, "three seconds of the consumer"


def test_a_recording_holds_what_both_have_said(
    runner: SipRunner,
    at_the_desk: Any,
    orders: Any,
    listen: Any,
    finals: Any,
    tmp_path: Path,
    eventually: Callable[..., None],
) -> None:
    """The consumer says « allô ? » for 0.6 s and is silent then: what follows is the agent."""
    at_the_desk(TALKS_ON)
    path = tmp_path / "33639981240-1.wav"
    order = orders.order(orders.permit(callee="+33639981240"), agent="Alice", recording=path)
    runner.place(replace(order, max_talk=timedelta(seconds=2)))
    listen(runner, finals)
    eventually(lambda: int.from_bytes(path.read_bytes()[4:8], "little") > 20_000)
    with wave.open(str(path)) as file:
        heard = array("h", file.readframes(file.getnframes()))
    assert len(loud_seconds(heard, 1)) >= 5
    assert runner.agents()["Alice"].state is AgentState.READY


def test_nothing_leaves_for_the_consumer_before_the_agent_is_there(
    runner: SipRunner, carrier: Any, phones: Any, orders: Any, listen: Any, finals: Any
) -> None:
    """While the phone rings, and again when nobody has answered it."""
    runner.call_agent(phone_of(phones, "poste-11", ring_seconds=1))
    assert runner.agents()["Alice"].state is AgentState.CALLED
    permits = [orders.permit(callee="+33639980400") for _ in range(2)]
    runner.place(orders.order(permits[0], agent="Alice"))
    (early,) = finals(listen(runner, finals))
    listen(runner, lambda _: runner.agents()["Alice"].state is AgentState.AWAY)
    assert runner.agents()["Alice"].why == "no answer in 1 s"
    runner.place(orders.order(permits[1], agent="Alice"))
    (late,) = listen(runner, finals)
    assert {early.kind, late.kind} == {CallEventKind.NOT_SENT}
    assert "'Alice' is not free" in late.detail
    assert carrier.facts("invite", ["+33639980400"]) == []


@pytest.mark.parametrize(("user", "why"), [("poste-10", "486"), ("poste-13", "603")])
def test_a_phone_that_refuses_is_away_and_says_why(
    runner: SipRunner, phones: Any, listen: Any, user: str, why: str
) -> None:
    runner.call_agent(phone_of(phones, user))
    listen(runner, lambda _: runner.agents()["Alice"].state is AgentState.AWAY)
    assert runner.agents()["Alice"].why.startswith(why)


def test_the_phone_is_shown_no_number(at_the_desk: Any, phones: Any) -> None:
    at_the_desk("poste-01")
    (invite,) = phones.facts("invite", ["poste-01"])
    assert (invite["caller"], invite["asserted"]) == ("dialer", None)


def test_an_agent_who_hangs_up_ends_the_call_and_it_was_an_answered_one(
    runner: SipRunner, at_the_desk: Any, carrier: Any, orders: Any, listen: Any, finals: Any, eventually: Any
) -> None:
    at_the_desk("poste-20")  # hangs up after three seconds
    permit = orders.permit(callee="+33639980500")
    runner.place(orders.order(permit, agent="Alice"))
    last = finals(listen(runner, finals))[0]
    assert (last.ended_by, disposition_of(last)) == (EndedBy.AGENT, Disposition.ANSWERED)
    assert runner.agents()["Alice"].why == "hung up"
    eventually(lambda: len(carrier.facts("bye-received", [permit.callee])) == 1)


def test_an_agent_who_hangs_up_while_it_rings_spares_the_consumer(
    runner: SipRunner, at_the_desk: Any, carrier: Any, orders: Any, listen: Any, finals: Any, eventually: Any
) -> None:
    at_the_desk("poste-20")
    permit = orders.permit(callee="+33639980511")  # rings for ever
    runner.place(orders.order(permit, agent="Alice", ring_timeout=timedelta(seconds=30)))
    last = finals(listen(runner, finals))[0]
    assert (last.ended_by, last.answered) == (EndedBy.AGENT_GONE, False)
    assert disposition_of(last) is Disposition.NO_ANSWER
    eventually(lambda: len(carrier.facts("cancel", [permit.callee])) == 1)


def test_the_key_of_the_person_called_is_obeyed_beside_an_agent(
    runner: SipRunner, at_the_desk: Any, orders: Any, listen: Any, finals: Any
) -> None:
    at_the_desk()
    runner.place(orders.order(orders.permit(callee="+33639980521"), agent="Alice"))
    heard = listen(runner, finals)
    assert kinds(heard)[-3:] == ["digit 9", "prompt opted_out", "ended"]
    assert disposition_of(heard[-1]) is Disposition.OPTED_OUT
    assert runner.agents()["Alice"].state is AgentState.READY


def test_an_agent_notes_by_a_key_what_the_person_has_said(
    runner: SipRunner, at_the_desk: Any, orders: Any, listen: Any, finals: Any
) -> None:
    at_the_desk("poste-21")  # presses 9 two seconds after they took their phone
    runner.place(orders.order(orders.permit(callee="+33639980800"), agent="Alice"))
    heard = listen(runner, finals)
    assert kinds(heard)[-3:] == ["agent-digit 9", "prompt opted_out", "ended"]
    assert disposition_of(heard[-1]) is Disposition.OPTED_OUT


def test_who_loses_their_agent_is_told_so_and_not_left_in_silence(
    runner: SipRunner, at_the_desk: Any, orders: Any, listen: Any, finals: Any
) -> None:
    """The phone answers and sends no audio at all: after five seconds it counts as lost."""
    at_the_desk("poste-33")
    script = replace(orders.script, abandoned=orders.script.closing)
    runner.place(orders.order(orders.permit(callee="+33639980900"), agent="Alice", script=script))
    heard = listen(runner, finals)
    assert kinds(heard)[-3:] == ["joined Alice", "prompt abandoned", "ended"]
    assert (heard[-1].ended_by, disposition_of(heard[-1])) == (EndedBy.AGENT_GONE, Disposition.ABANDONED)
    assert timedelta(seconds=4) < heard[-1].talk < timedelta(seconds=7)
    assert runner.agents()["Alice"].why == "no audio for 5 s"


def test_when_their_process_dies_the_agents_are_away_and_another_one_takes_them(
    runner: SipRunner, at_the_desk: Any, orders: Any, listen: Any, finals: Any
) -> None:
    at_the_desk()
    runner.place(orders.order(orders.permit(callee="+33639980940"), agent="Alice"))
    listen(runner, lambda events: any(event.kind is CallEventKind.JOINED for event in events))
    (worker,) = (worker for worker in runner._workers if "Alice" in worker.agents)
    os.kill(worker.pid, signal.SIGKILL)
    (lost,) = finals(listen(runner, finals))
    assert lost.kind is CallEventKind.LOST
    assert "killed by signal 9" in runner.agents()["Alice"].why
    at_the_desk()


def test_a_call_without_an_agents_name_is_nobodys_and_takes_no_slot_of_theirs(
    runner: SipRunner, at_the_desk: Any, orders: Any, listen: Any, finals: Any
) -> None:
    """Four channels, two agents: four scripted calls leave the agents' slots alone."""
    at_the_desk(name="Alice")
    at_the_desk(name="Bob")
    assert runner.free_channels() == 4
    for n in range(4):
        runner.place(orders.order(orders.permit(callee=f"+3363998060{n}")))
    assert runner.free_channels() == 0
    heard = listen(runner, lambda events: len(finals(events)) == 4)
    assert {event.ended_by for event in finals(heard)} == {EndedBy.SCRIPT_DONE}
    assert {line.state for line in runner.agents().values()} == {AgentState.READY}


def test_an_agent_has_one_call_at_a_time(
    runner: SipRunner, at_the_desk: Any, carrier: Any, orders: Any, listen: Any, finals: Any
) -> None:
    at_the_desk()
    runner.place(orders.order(orders.permit(callee="+33639980700"), agent="Alice", max_talk=timedelta(seconds=1)))
    runner.place(orders.order(orders.permit(callee="+33639980701"), agent="Alice"))
    heard = finals(listen(runner, lambda events: len(finals(events)) == 2))
    assert {event.kind for event in heard} == {CallEventKind.ENDED, CallEventKind.NOT_SENT}
    assert carrier.facts("invite", ["+33639980701"]) == []
    runner.place(orders.order(orders.permit(callee="+33639980702"), agent="Alice", max_talk=timedelta(seconds=1)))
    assert finals(listen(runner, finals))[0].answered, "free again"


@pytest.mark.parametrize(("password", "why"), [("wonder land", "486 Busy Here"), ("another", "407 ")])
def test_a_pbx_that_asks_for_a_password_is_given_ours_and_rings_the_phone(
    carrier: Any, permit_key: PermitKey, orders: Any, listen: Any, password: str, why: str
) -> None:
    """This far end refuses whom it knows as busy, and others by asking for their password again."""
    with FarEnd(password="wonder land", user="standard", realm="pbx.test") as pbx:
        login = Account("standard", password)
        runner = SipRunner(
            carrier.trunk(channels=4), permit_key, orders.clock, rtp_first_port=30000, agents=1, logins={"Alice": login}
        )
        runner.start()
        try:
            runner.call_agent(AgentPhone("Alice", "201", "127.0.0.1", pbx.port, 10))
            listen(runner, lambda _: runner.agents()["Alice"].state is AgentState.AWAY)
            assert runner.agents()["Alice"].why.startswith(why)
            invite = pbx.got("INVITE")[-1]
            assert invite.uri.startswith("sip:201@127.0.0.1")
            assert "sip:standard@127.0.0.1" in (invite.first("from") or "")
        finally:
            runner.stop(timedelta(seconds=3))
