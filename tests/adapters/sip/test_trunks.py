"""What a trunk offers, how it takes a carrier's answers, and through which door calls leave, over real sockets."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.sip import RunnerNotStarted, SipRunner
from adapters.sip import health as health_module
from dialer.clock import SystemClock
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.ports import CallEventKind, TrunkState
from dialer.trunk_settings import Codec, Use
from tests.adapters.sip.far_end import FarEnd, Reply, trunk_to

# --- what is offered


@pytest.mark.parametrize(
    ("codecs", "payloads"),
    [
        ((Codec.PCMA, Codec.PCMU), ["8", "0"]),
        ((Codec.PCMU, Codec.PCMA), ["0", "8"]),
        ((Codec.G722, Codec.PCMA), ["9", "8"]),
        ((Codec.OPUS, Codec.PCMA), ["8"]),
    ],
)
def test_codecs_are_offered_in_the_order_of_the_trunk(
    running: Any, call: Any, codecs: tuple[Codec, ...], payloads: list[str]
) -> None:
    with FarEnd() as carrier:
        call(running(trunk_to(carrier, codecs=codecs)))
        line = next(line for line in carrier.got("INVITE")[0].body.decode().splitlines() if line.startswith("m=audio"))
        assert [each for each in line.split()[3:] if int(each) < 96] == payloads


def test_a_build_without_any_of_the_codecs_says_so(permit_key: PermitKey) -> None:
    with FarEnd() as carrier:
        runner = SipRunner(trunk_to(carrier, codecs=(Codec.OPUS,)), permit_key, SystemClock(), rtp_first_port=26000)
        with pytest.raises(RunnerNotStarted, match="none of opus"):
            runner.start()


def test_a_carrier_that_takes_none_of_our_codecs_is_our_failure(running: Any, call: Any) -> None:
    with FarEnd(replies={"INVITE": lambda _: Reply(488)}) as carrier:
        end = call(running(trunk_to(carrier)))
        assert (end.disposition, end.sip_code, end.remote) == (Disposition.FAILED, 488, True)


def test_an_answer_without_a_common_codec_is_an_answered_call_that_ends_at_once(
    running: Any, call: Any, eventually: Any
) -> None:
    alien = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 18\r\n"
    answer = Reply(200, (("Content-Type", "application/sdp"),), alien)
    with FarEnd(replies={"INVITE": lambda _: answer}) as carrier:
        runner = running(trunk_to(carrier))
        end = call(runner)
        assert (end.disposition, end.sip_code) == (Disposition.ANSWERED, 415), "a person picked up"
        assert end.talk < timedelta(seconds=3), "before the script could end"
        eventually(lambda: len(carrier.got("BYE")) == 1)
        eventually(lambda: runner.free_channels() == 1)


@pytest.mark.parametrize(
    ("timer", "prack", "supported", "required"),
    [
        (Use.OFF, Use.OFF, set(), set()),
        (Use.OPTIONAL, Use.OPTIONAL, {"timer", "100rel"}, set()),
        (Use.REQUIRED, Use.REQUIRED, set(), {"timer", "100rel"}),
    ],
)
def test_timers_and_prack_are_asked_for_as_the_trunk_says(
    running: Any, call: Any, timer: Use, prack: Use, supported: set[str], required: set[str]
) -> None:
    with FarEnd() as carrier:
        call(running(trunk_to(carrier, session_timer=timer, prack=prack)))
        invite = carrier.got("INVITE")[0]

        def options(name: str) -> set[str]:
            return {each.strip() for line in invite.every(name) for each in line.split(",")} & {"timer", "100rel"}

        assert options("require") == required
        assert options("supported") >= supported
        assert (invite.first("session-expires") is not None) is (timer is not Use.OFF)


def test_sip_is_marked_for_the_network(running: Any, call: Any) -> None:
    with FarEnd() as carrier:
        call(running(trunk_to(carrier)))
        assert carrier.marks == {24}


def test_audio_is_marked_for_the_network(running: Any, call: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        ear.settimeout(5)
        ear.bind(("127.0.0.1", 0))
        sdp = f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {ear.getsockname()[1]}"
        answer = Reply(200, (("Content-Type", "application/sdp"),), f"{sdp} RTP/AVP 8\r\n".encode())
        with FarEnd(replies={"INVITE": lambda _: answer}) as carrier:
            call(running(trunk_to(carrier)), max_talk=timedelta(seconds=0.3))
        _, extra, _, _ = ear.recvmsg(2048, 64)
        assert [value[0] >> 2 for _, _, value in extra] == [46]


# --- what carriers answer


def test_a_redirect_is_not_followed(running: Any, call: Any) -> None:
    with FarEnd() as elsewhere, FarEnd() as carrier:
        moved = (("Contact", f"<sip:+33639980140@127.0.0.1:{elsewhere.port}>"),)
        carrier.replies["INVITE"] = lambda _: Reply(302, moved)
        end = call(running(trunk_to(carrier)))
        assert (end.disposition, end.sip_code, end.remote) == (Disposition.FAILED, 302, True)
        assert elsewhere.heard == []


def test_a_carrier_that_asks_for_a_pause_gets_it(running: Any, call: Any, eventually: Any) -> None:
    states: list[TrunkState] = []
    with FarEnd(replies={"INVITE": lambda _: Reply(503, (("Retry-After", "1"),))}) as carrier:
        runner = running(trunk_to(carrier), on_trunk=states.append)
        end = call(runner)
        assert end.disposition is Disposition.CONGESTION
        assert runner.free_channels() == 0
        assert "Retry-After: 1 s" in runner.trunk_state().error
        eventually(lambda: runner.free_channels() == 1)
        runner.events(timedelta(0))
        assert [state.up for state in states] == [True, False, True]


# --- doors


def test_new_calls_leave_by_the_next_door_when_the_first_is_dead(running: Any, call: Any) -> None:
    with FarEnd(silent={"OPTIONS", "INVITE"}) as dead, FarEnd() as alive:
        runner = running(trunk_to(dead, alive, probes=True))
        assert runner.trunk_state().door == f"127.0.0.1:{alive.port}"
        assert call(runner).disposition is Disposition.BUSY
        assert dead.got("INVITE") == []
        invite = alive.got("INVITE")[0]
        assert invite.uri.endswith(f"@127.0.0.1:{dead.port}"), "the carrier's own address stays in the request"
        assert str(alive.port) in (invite.first("route") or "")


def test_an_invite_without_an_answer_is_failed_and_never_sent_again(running: Any, call: Any, eventually: Any) -> None:
    with FarEnd(silent={"INVITE"}) as first, FarEnd() as second:
        runner = running(trunk_to(first, second, probes=True))
        eventually(lambda: not runner.events(timedelta(0)) and runner.trunk_state().door.endswith(str(first.port)))
        end = call(runner, ring_timeout=timedelta(seconds=0.6))
        assert (end.disposition, end.remote) == (Disposition.FAILED, False)
        assert second.got("INVITE") == []
        assert runner.trunk_state().door == f"127.0.0.1:{second.port}"
        assert call(runner).disposition is Disposition.BUSY
        assert len(first.calls()) == 1


def test_a_dead_door_that_cannot_be_asked_is_tried_by_one_call_at_a_time(
    running: Any, orders: Any, listen: Any, finals: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are not wasted on it; the first answer, be it 180, lets everybody through again."""
    monkeypatch.setattr(health_module, "FIRST_REST", timedelta(seconds=0.1))
    monkeypatch.setattr(health_module, "LONGEST_REST", timedelta(seconds=0.1))
    with FarEnd(silent={"INVITE"}) as carrier:
        runner = running(replace(trunk_to(carrier), channels=8))

        def place(count: int) -> None:
            now = SystemClock().now()
            times = {"not_before": now - timedelta(minutes=1), "not_after": now + timedelta(minutes=5)}
            for _ in range(count):
                permit = orders.permit(trunk="carrier", simulated=False, **times)
                runner.place(orders.order(permit, ring_timeout=timedelta(seconds=0.5)))

        place(2)
        listen(runner, lambda events: len(finals(events)) == 2)
        listen(runner, lambda _: runner.free_channels() == 1)
        place(3)
        kinds = [event.kind for event in finals(listen(runner, lambda events: len(finals(events)) == 3))]
        assert kinds == [CallEventKind.NOT_SENT, CallEventKind.NOT_SENT, CallEventKind.ENDED]
        carrier.silent.clear()
        listen(runner, lambda _: runner.free_channels() == 1)
        place(1)
        listen(runner, finals)
        listen(runner, lambda _: runner.free_channels() > 1)


def test_a_trunk_of_which_no_door_answers_is_not_started(permit_key: PermitKey) -> None:
    with FarEnd(silent={"OPTIONS"}) as one, FarEnd(silent={"OPTIONS"}) as other:
        runner = SipRunner(trunk_to(one, other, probes=True), permit_key, SystemClock(), rtp_first_port=26000)
        with pytest.raises(RunnerNotStarted, match=f"{one.port}: no answer.*{other.port}: no answer"):
            runner.start()
        assert one.got("INVITE") == []


def test_a_carrier_that_goes_and_comes_back(running: Any, call: Any, eventually: Any) -> None:
    states: list[TrunkState] = []
    with FarEnd() as carrier:
        runner = running(trunk_to(carrier), on_trunk=states.append)
        carrier.silent.add("INVITE")
        call(runner, ring_timeout=timedelta(seconds=0.3))
        assert runner.free_channels() == 0, "the next person is not wasted on a dead carrier"
        carrier.silent.clear()
        eventually(lambda: runner.free_channels() == 1)
        assert call(runner).disposition is Disposition.BUSY
    assert [state.up for state in states][:3] == [True, False, True]
