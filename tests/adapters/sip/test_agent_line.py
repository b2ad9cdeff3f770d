"""An agent's line against a call of straw: what a phone of the house does only when it is broken."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sip.agent_line import SILENT_FOR, AgentConnection
from adapters.sip.audio_source import SourceNotPinned
from adapters.sip.leg import Answered, AudioGone, CallbackFailed, Disconnected, MediaUp, Note
from dialer.ports import AgentPhone, AgentState

PHONE = AgentPhone("Alice", "poste-1", "127.0.0.1", 5060, 20)
BYE = Disconnected(200.0, 200, "OK", "id", "BYE sip:x SIP/2.0\r\n\r\n")
OURS = Disconnected(200.0, 200, "OK", "id", "")


class StrawLeg:
    packets = 0
    hung_up = 0
    unpinnable = False

    def packets_heard(self, stream: int) -> int:
        return self.packets

    def hangup(self, options: object) -> None:
        self.hung_up += 1

    def pin_audio(self, stream: int) -> None:
        if self.unpinnable:
            raise SourceNotPinned("no socket of this process has that port")

    def getAudioMedia(self, stream: int) -> object:
        return ("audio", stream)


class Line:
    """A phone that is called at second 100."""

    def __init__(self) -> None:
        self.leg: Any = StrawLeg()
        self.told: list[AgentState] = []
        self.line = AgentConnection(PHONE, self.leg, 100.0, lambda state, _: self.told.append(state))

    def happen(self, *notes: Note, now: float = 101.0) -> None:
        for note in notes:
            self.line.take(note)
        self.line.act(now)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def up(line: Line) -> Line:
    line.happen(Answered(101.0), MediaUp(0, early=False))
    return line


def test_who_has_answered_is_there_with_their_audio_and_that_is_told_once(line: Line) -> None:
    line.happen(Answered(101.0))
    assert (line.line.ready, line.told) == (False, [])
    line.happen(MediaUp(0, early=False))
    line.happen(MediaUp(1, early=False))
    assert (line.line.ready, line.told) == (True, [AgentState.READY])


def test_a_phone_that_nobody_answers_is_given_up(line: Line) -> None:
    line.happen(now=119.9)
    assert line.leg.hung_up == 0
    line.happen(now=120.0)
    line.happen(now=121.0)
    assert line.leg.hung_up == 1
    line.happen(Disconnected(120.0, 487, "Request Terminated", "id", ""))
    assert (line.line.over, line.line.hung_up, line.line.why) == (True, False, "no answer in 20 s")


def test_a_phone_that_is_answered_without_audio_is_given_up_too(line: Line) -> None:
    line.happen(Answered(101.0), AudioGone(), now=101.0)
    line.happen(now=101.0 + SILENT_FOR)
    assert line.leg.hung_up == 1


def test_as_long_as_packets_come_the_line_is_up_and_then_it_is_lost(up: Line) -> None:
    for second in range(102, 120):
        up.leg.packets += 50
        up.happen(now=float(second))
    assert up.leg.hung_up == 0
    up.happen(now=119.0 + SILENT_FOR)
    up.happen(OURS)
    assert (up.leg.hung_up, up.line.hung_up, up.line.why) == (1, False, "no audio for 5 s")


def test_an_agent_who_puts_the_phone_down_has_hung_up(up: Line) -> None:
    up.happen(BYE)
    assert (up.line.over, up.line.hung_up, up.line.why) == (True, True, "hung up")


def test_a_line_on_hold_has_no_audio_and_comes_back_as_another(up: Line) -> None:
    first = up.line.version
    up.happen(AudioGone(), now=101.0 + 10 * SILENT_FOR)
    assert (up.line.audio(), up.leg.hung_up) == (None, 0)
    up.happen(MediaUp(0, early=False), now=102.0 + 10 * SILENT_FOR)
    assert up.line.audio() is not None
    assert up.line.version != first
    assert up.leg.hung_up == 0, "it was not silent, it was on hold"


def test_audio_that_cannot_be_tied_to_the_phone_ends_the_line(line: Line) -> None:
    line.leg.unpinnable = True
    line.happen(Answered(101.0), MediaUp(0, early=False))
    assert (line.leg.hung_up, line.line.ready) == (1, False)
    assert "no socket" in line.line.why


def test_who_keeps_a_line_that_is_over_keeps_no_call(up: Line) -> None:
    """A stale one would hang up the stranger who got its slot."""
    up.happen(BYE)
    up.line.release()
    assert (up.line.audio(), up.line._leg) == (None, None)
    up.line.hang_up("the run was stopped")
    assert up.leg.hung_up == 0


def test_a_failed_callback_stops_the_process_in_order(line: Line) -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        line.happen(CallbackFailed("KeyError('x')"))
