"""Every row of the behaviour table, lived through by a caller on raw sockets; all calls run at once."""

from __future__ import annotations

import struct
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from adapters.loopback.behaviours import BEHAVIOURS
from adapters.loopback.g711 import PCMA
from adapters.loopback.message import Request, Response

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import Caller, FarEnd


def refused(code: int) -> Callable[[Caller], None]:
    def script(caller: Caller) -> None:
        caller.invite()
        caller.ack(caller.response(code))
        caller.settle()

    return script


def cancelled(caller: Caller) -> None:
    caller.invite()
    caller.response(180)
    caller.listen(0.6)
    caller.cancel()
    caller.response(200)
    caller.ack(caller.response(487))


def announced(caller: Caller) -> None:
    caller.invite()
    caller.response(183)
    caller.ack(caller.response(404))


def hears(seconds: float) -> Callable[[Caller], None]:
    def script(caller: Caller) -> None:
        answer = caller.up()
        caller.hear(seconds)
        caller.hang_up(answer)

    return script


def listens(seconds: float) -> Callable[[Caller], None]:
    def script(caller: Caller) -> None:
        answer = caller.up()
        caller.listen(seconds)
        caller.hang_up(answer)

    return script


def left_by_the_callee(caller: Caller) -> None:
    caller.up()
    caller.reply(caller.incoming("BYE"))
    caller.settle()


def pressed_by_info(caller: Caller) -> None:
    answer = caller.up()
    caller.reply(caller.incoming("INFO"))
    caller.hang_up(answer)


def bye_ignored(caller: Caller) -> None:
    caller.bye(caller.up())
    caller.listen(0.3)
    caller.send(caller.request("BYE", to_tag="other", sequence=2))
    caller.response(481)


def crossed(caller: Caller) -> None:
    caller.invite()
    caller.response(180)
    caller.cancel()
    answer = caller.response(200)
    if not answer.body:
        answer = caller.response(200)
    caller.ack(answer)
    caller.hang_up(answer)


def unanswered(caller: Caller) -> None:
    caller.invite()
    caller.listen(0.6)
    caller.invite()
    caller.listen(0.6)


REFUSALS = {
    "10": (486, "Q.850;cause=17"),
    "12": (404, "Q.850;cause=1;"),
    "13": (603, "Q.850;cause=21"),
    "14": (480, "Q.850;cause=18"),
    "15": (503, "Q.850;cause=42"),
    "17": (502, "Q.850;cause=27"),
    "18": (408, None),
    "19": (607, None),
}
SCRIPTS = {ending: refused(code) for ending, (code, _) in REFUSALS.items()} | {
    "00": hears(1.2),
    "11": cancelled,
    "16": announced,
    "20": left_by_the_callee,
    "21": hears(4),
    "22": pressed_by_info,
    "23": hears(6.9),
    "24": hears(0.5),
    "25": hears(1.2),
    "26": left_by_the_callee,
    "27": hears(4),
    "28": hears(2),
    "29": hears(4),
    "30": bye_ignored,
    "31": crossed,
    "32": unanswered,
    "33": listens(0.5),
    "34": listens(2.0),
}


@pytest.fixture(scope="module")
def calls(far_end: FarEnd, calling: Callable[[FarEnd, str], Caller]) -> dict[str, Caller]:
    """One finished call for every ending."""
    callers = {ending: calling(far_end, f"+331990003{ending}") for ending in SCRIPTS}
    with ThreadPoolExecutor(len(SCRIPTS)) as pool:
        ends: list[Future[None]] = [pool.submit(SCRIPTS[each], callers[each]) for each in SCRIPTS]
    for end in ends:
        end.result()
    return callers


def keys_heard(caller: Caller) -> list[tuple[int, bool, int, int, int]]:
    """Telephone events as (event, end bit, duration, timestamp, marker)."""
    heard = []
    for _, packet in caller.heard:
        if packet.payload_type == 101:
            event, flags, duration = struct.unpack(">BBH", packet.payload)
            heard.append((event, bool(flags & 0x80), duration, packet.timestamp, packet.marker))
    return heard


def voiced_spans(caller: Caller) -> list[bool]:
    """For each frame of audio heard: is it louder than -36 dBFS at its peak."""
    audio = [packet.payload for _, packet in caller.heard if packet.payload_type == 8]
    return [max(abs(PCMA.to_linear[octet]) for octet in payload) > 500 for payload in audio]


def ended(caller: Caller) -> dict[str, object]:
    [line] = caller.lines("ended")
    return line


def test_every_row_of_the_table_has_a_script() -> None:
    assert set(SCRIPTS) == {row.ending for row in BEHAVIOURS} | {"00"}


@pytest.mark.parametrize("ending", sorted(SCRIPTS))
def test_each_call_is_one_invite_under_its_own_name(calls: dict[str, Caller], ending: str) -> None:
    names = {row.ending: row.name for row in BEHAVIOURS}
    [invite] = calls[ending].lines("invite")
    assert invite["behaviour"] == names.get(ending, "ordinary")
    assert (invite["callee"], invite["caller"]) == (f"+331990003{ending}", "+33199009999")


@pytest.mark.parametrize(
    ("ending", "code", "reason"),
    [(ending, code, reason) for ending, (code, reason) in REFUSALS.items()],
)
def test_refusals_come_at_once_with_their_cause(
    calls: dict[str, Caller], ending: str, code: int, reason: str | None
) -> None:
    caller = calls[ending]
    assert caller.responses() == [100, code, 200]
    final = caller.messages[1][1]
    assert (final.first("reason") or "").startswith(reason or "")
    assert (final.first("reason") is None) == (reason is None)
    assert (ended(caller)["code"], ended(caller)["ended_by"]) == (code, "refusal")
    assert caller.lines("ack")


def test_congestion_says_when_to_come_back(calls: dict[str, Caller]) -> None:
    assert calls["15"].messages[1][1].first("retry-after") == "30"


def test_no_answer_rings_until_cancel(calls: dict[str, Caller]) -> None:
    caller = calls["11"]
    assert caller.responses() == [100, 180, 200, 487]
    assert (ended(caller)["ended_by"], ended(caller)["code"]) == ("cancel", 487)


def test_the_announcement_is_heard_before_the_404(calls: dict[str, Caller]) -> None:
    caller = calls["16"]
    assert caller.responses() == [100, 183, 404]
    assert caller.messages[1][1].first("content-type") == "application/sdp"
    spans = voiced_spans(caller)
    assert 90 <= len(spans) <= 101
    assert sum(spans) > 80
    assert not caller.lines("answered")


@pytest.mark.parametrize("ending", ["00", "20", "25", "26"])
def test_a_person_says_allo_and_is_silent(calls: dict[str, Caller], ending: str) -> None:
    spans = voiced_spans(calls[ending])
    first = spans.index(True)
    assert 24 <= sum(spans) <= 30
    assert not any(spans[first + 30 :])


@pytest.mark.parametrize(("ending", "seconds"), [("20", 3), ("26", 1)])
def test_the_callee_hangs_up(calls: dict[str, Caller], ending: str, seconds: float) -> None:
    caller = calls[ending]
    [bye] = [m for _, m in caller.messages if isinstance(m, Request)]
    assert bye.first("reason") == 'Q.850;cause=16;text="Normal call clearing"'
    assert [line["event"] for line in caller.lines()][-3:] == ["bye-sent", "ended", "response"]
    assert ended(caller)["ended_by"] == "carrier"
    assert seconds * 1000 <= int(str(ended(caller)["duration_ms"])) < seconds * 1000 + 900


@pytest.mark.parametrize(("ending", "key", "after"), [("21", 9, 2.0), ("27", 1, 2.0), ("28", 9, 0.3), ("29", 0, 2.0)])
def test_a_key_is_pressed_as_rfc_4733_wants_it(calls: dict[str, Caller], ending: str, key: int, after: float) -> None:
    caller = calls[ending]
    events = keys_heard(caller)
    assert {event for event, *_ in events} == {key}
    assert len({timestamp for *_, timestamp, _ in events}) == 1
    assert [marker for *_, marker in events] == [True] + [False] * (len(events) - 1)
    assert [duration for _, _, duration, _, _ in events] == [*range(160, 1121, 160), 1280, 1280, 1280]
    assert [end for _, end, *_ in events] == [False] * 7 + [True] * 3
    sequences = [packet.sequence for _, packet in caller.heard]
    assert sequences == [(sequences[0] + n) & 0xFFFF for n in range(len(sequences))]
    started = next(t for t, packet in caller.heard if packet.payload_type == 101)
    answered = next(t for t, m in caller.messages if isinstance(m, Response) and m.code == 200)
    assert after - 0.25 <= started - answered < after + 1
    [line] = caller.lines("dtmf-sent")
    assert (line["digit"], line["by"]) == (str(key), "rfc4733")


def test_audio_goes_on_in_time_after_a_key(calls: dict[str, Caller]) -> None:
    packets = [packet for _, packet in calls["28"].heard if packet.payload_type == 8]
    steps = {(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(packets)}
    assert steps == {160, 160 + 10 * 160}


def test_a_key_is_pressed_by_info(calls: dict[str, Caller]) -> None:
    caller = calls["22"]
    [info] = [m for _, m in caller.messages if isinstance(m, Request)]
    assert info.first("content-type") == "application/dtmf-relay"
    assert info.body == b"Signal=9\r\nDuration=160\r\n"
    assert not keys_heard(caller)
    [line] = caller.lines("dtmf-sent")
    assert (line["digit"], line["by"]) == ("9", "sip-info")


def test_the_machine_talks_without_a_pause_and_beeps(calls: dict[str, Caller]) -> None:
    spans = voiced_spans(calls["23"])
    first = spans.index(True)
    greeting, beep, after = spans[first : first + 300], spans[first + 300 : first + 320], spans[first + 321 :]
    assert 0.80 <= sum(greeting) / len(greeting) <= 0.95
    longest = max(len(run) for run in "".join(".X"[voiced] for voiced in greeting).split("X"))
    assert longest * 20 <= 300
    assert all(beep)
    assert not any(after)


def test_a_slow_answer_rings_for_three_seconds(calls: dict[str, Caller]) -> None:
    caller = calls["24"]
    times = {m.code: t for t, m in reversed(caller.messages) if isinstance(m, Response)}
    assert 2.5 <= times[200] - times[180] < 4
    assert not any(voiced_spans(caller))


def test_a_bye_can_be_ignored(calls: dict[str, Caller]) -> None:
    caller = calls["30"]
    assert caller.responses().count(200) == 1
    assert caller.lines("bye-received")
    assert not caller.lines("ended")


def test_a_200_can_cross_the_cancel(calls: dict[str, Caller]) -> None:
    caller = calls["31"]
    methods = [m.sequence[1] for _, m in caller.messages if isinstance(m, Response) and m.code == 200]
    assert methods == ["CANCEL", "INVITE", "BYE"]
    assert [line["event"] for line in caller.lines()] == [
        "invite", "ringing", "cancel", "answered", "ack", "bye-received", "ended",
    ]  # fmt: skip


def test_silence_is_total_and_a_repeated_invite_is_not_a_second_one(calls: dict[str, Caller]) -> None:
    caller = calls["32"]
    assert caller.messages == []
    assert [line["event"] for line in caller.lines()] == ["invite", "retransmission"]


def test_a_call_can_be_without_audio(calls: dict[str, Caller]) -> None:
    assert calls["33"].heard == []
    assert ended(calls["33"])["rtp_sent"] == 0


def test_a_200_can_come_twice_and_late(calls: dict[str, Caller]) -> None:
    caller = calls["34"]
    answers = [m for _, m in caller.messages if isinstance(m, Response) and m.sequence == (1, "INVITE")]
    assert [m.code for m in answers] == [100, 180, 200, 200, 200, 200]
    assert len({m.body for m in answers[2:]}) == 1
    assert len(caller.lines("answered")) == 1


def test_frames_leave_every_20_ms_without_drift(calls: dict[str, Caller]) -> None:
    caller = calls["23"]
    times = [t for t, _ in caller.heard]
    late = [at - times[0] - place * 0.020 for place, at in enumerate(times)]
    half = len(late) // 2
    assert min(late[half:]) == pytest.approx(min(late[:half]), abs=0.01), "a busy machine delays some, drift delays all"
    report = ended(caller)
    assert report["rtp_sent"] == len(times)
