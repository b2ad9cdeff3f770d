"""What goes over the line between dialer and runner process comes out the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sip.trunk import Account
from adapters.sip.wire import (
    AgentCall,
    AgentHeard,
    Beat,
    BootFailed,
    Dialing,
    HeldOff,
    Hello,
    LineReader,
    LineWriter,
    Probed,
    Ready,
    ReceivedOrder,
    Registered,
    Report,
    decode_command,
    decode_hello,
    decode_report,
    encode_agent_call,
    encode_hello,
    encode_order,
    encode_report,
)
from dialer.ports import AgentPhone, AgentState, CallEvent, CallEventKind, EndedBy

AT = datetime(2026, 9, 1, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    "report",
    [
        Ready(4),
        BootFailed("no ports, é"),
        Beat(3, 1.5),
        Dialing("a"),
        Probed(1, 408, "no answer"),
        Registered(401, "Unauthorized", True),
        HeldOff("a", 30),
        AgentHeard("Zoé", AgentState.AWAY, "486 Busy Here"),
        CallEvent("a", CallEventKind.DIGIT, AT, "9"),
        CallEvent("a", CallEventKind.LOST, AT, "killed\nin two lines"),
        CallEvent(
            "a",
            CallEventKind.ENDED,
            AT,
            sip_code=486,
            sip_reason="Occupé",
            q850_cause=17,
            remote=False,
            ended_by=EndedBy.FAR_END,
            answered=True,
            setup=timedelta(milliseconds=402),
            talk=timedelta(seconds=3.5),
            call_id="x@y",
        ),
    ],
)
def test_reports_survive_the_line(report: Report) -> None:
    line = encode_report(report)
    assert line.count(b"\n") == 1
    assert decode_report(line) == report


@pytest.mark.parametrize("leave_by", [None, AT])
def test_orders_survive_the_line(orders: Any, leave_by: datetime | None) -> None:
    order = orders.order(orders.permit(), leave_by=leave_by)
    received = decode_command(encode_order(order))
    assert isinstance(received, ReceivedOrder)
    assert received.permit == order.permit.to_dict()
    assert (received.attempt_id, received.script) == (order.permit.attempt_id, order.script)
    assert (received.ring_timeout, received.max_talk) == (order.ring_timeout, order.max_talk)
    assert received.leave_by == leave_by


@pytest.mark.parametrize(
    "changes",
    [
        {"agent": "Alice", "recording": Path("recordings/33639980100-1.wav")},
        {"agent": ""},
        {},
    ],
    ids=["joined and recorded", "nobody's", "the script's"],
)
def test_who_speaks_and_what_is_recorded_survive_the_line(orders: Any, changes: dict[str, Any]) -> None:
    order = orders.order(orders.permit(), script=replace(orders.script, abandoned=Path("sorry.wav")), **changes)
    received = decode_command(encode_order(order))
    assert isinstance(received, ReceivedOrder)
    assert (received.agent, received.recording, received.script) == (order.agent, order.recording, order.script)


def test_an_agents_phone_survives_the_line() -> None:
    phone = AgentPhone("Zoé « Z » Petit", "poste-1", "127.0.0.1", 5060, 20)
    call = AgentCall(phone, Account("standard", "wonder « land »", "pbx.test"))
    assert decode_command(encode_agent_call(call)) == call
    assert "wonder" not in repr(call)


def test_hello_survives_the_line() -> None:
    hello = Hello({"name": "x"}, "00ff", True, -3.5, 20000, 7)
    assert decode_hello(encode_hello(hello)) == hello


def test_lines_come_whole_however_they_are_cut(pipe: tuple[int, int]) -> None:
    reader, (_, into) = LineReader(pipe[0]), pipe
    os.write(into, b"one\ntw")
    assert reader.lines() == [b"one"]
    assert reader.lines() == []
    os.write(into, b"o\nthree\n")
    assert reader.lines() == [b"two", b"three"]
    assert not reader.ended


def test_a_writer_never_blocks_and_loses_nothing_while_nobody_reads(pipe: tuple[int, int]) -> None:
    reader, writer = LineReader(pipe[0]), LineWriter(pipe[1])
    lines = [b"%d " % n + b"x" * 1000 for n in range(200)]
    for line in lines:
        writer.write(line + b"\n")
    assert not writer.flush()
    received = reader.lines()
    assert len(received) < len(lines)
    while not writer.flush():
        received += reader.lines()
    assert received + reader.lines() == lines


def test_both_ends_notice_that_the_other_is_gone() -> None:
    from_there, to_here = os.pipe()
    reader, writer = LineReader(from_there), LineWriter(to_here)
    os.close(to_here)
    assert reader.lines() == []
    assert reader.ended
    os.close(from_there)
    from_there, to_here = os.pipe()
    writer = LineWriter(to_here)
    os.close(from_there)
    writer.write(b"anyone?\n")
    assert writer.ended
    os.close(to_here)
