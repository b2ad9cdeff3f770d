"""A conversation against a call of straw: what is hard to bring about on a real line."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pjsua2 as pj
import pytest

from adapters.sip import conversation as conversation_module
from adapters.sip.agent import Prompt
from adapters.sip.audio_source import SourceNotPinned
from adapters.sip.conversation import Conversation
from adapters.sip.leg import (
    Answered,
    AudioGone,
    CallbackFailed,
    DigitHeard,
    Disconnected,
    MediaUp,
    PromptOver,
    TrunkReplied,
)
from adapters.sip.wire import ReceivedOrder
from dialer.ports import CallEvent, CallEventKind, EndedBy, Script

BLANK = CallEvent("a", CallEventKind.ENDED, datetime(2026, 9, 1, tzinfo=UTC))
BYE = Disconnected(104.0, 200, "OK", "id@host", "BYE sip:x SIP/2.0\r\nReason: Q.850;cause=16\r\n\r\n")
LOCAL = Disconnected(104.0, 503, "Service Unavailable", "id@host", "")


class StrawAudio:
    """The call's audio, a prompt player and the bridge's sink in one: counts what is connected to it."""

    def __init__(self) -> None:
        self.connected = 0

    def startTransmit(self, sink: object) -> None:
        self.connected += 1

    def stopTransmit(self, sink: object) -> None:
        self.connected -= 1

    def getTxLevel(self) -> int:
        return 0


class StrawLeg:
    def __init__(self) -> None:
        self.hung_up = 0
        self.audio = StrawAudio()
        self.pinned: list[int] = []
        self.unpinnable = False

    def hangup(self, options: object) -> None:
        self.hung_up += 1

    def getAudioMedia(self, stream: int) -> StrawAudio:
        return self.audio

    def pin_audio(self, stream: int) -> None:
        self.pinned.append(stream)
        if self.unpinnable:
            raise SourceNotPinned("no socket of this process has that port")


class Line:
    """A conversation, dialed at second 100, with what it told and did."""

    sink = object()

    def __init__(self, script: Script) -> None:
        self.leg: Any = StrawLeg()
        self.told: list[tuple[str, str]] = []
        order = ReceivedOrder({"attempt_id": "a"}, script, timedelta(seconds=20), timedelta(seconds=60))
        self.talk = Conversation(order, self.leg, 100.0, lambda kind, detail: self.told.append((kind, detail)))

    def happen(self, *notes: Any, now: float = 101.0) -> Any:
        """Take the notes, then act."""
        for note in notes:
            self.talk.take(note)
        endpoint: Any = self
        return self.talk.act(now, endpoint, deque())


@pytest.fixture
def line(script: Script, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(conversation_module, "PromptPlayer", lambda *_: StrawAudio())
    return Line(script)


def test_the_opening_waits_for_the_audio_and_not_longer(line: Line) -> None:
    line.happen(Answered(101.0))
    assert line.told == [("answered", "")]
    line.happen(MediaUp(0, early=False))
    assert line.told[1:] == [("prompt", "opening")]


def test_a_replaced_player_is_silenced_and_handed_over_to_rest(line: Line) -> None:
    assert line.happen(Answered(101.0), MediaUp(0, early=False)) is None
    replaced = line.happen(DigitHeard("9"))
    assert replaced.connected == 0
    assert line.talk.release() is not replaced


def test_an_opt_out_counts_although_the_far_end_hangs_up_while_it_is_confirmed(line: Line) -> None:
    line.happen(Answered(101.0), MediaUp(0, early=False), DigitHeard("9"))
    line.happen(BYE)
    final = line.talk.final(BLANK)
    assert (final.ended_by, final.remote, final.q850_cause) == (EndedBy.OPT_OUT, True, 16)
    assert ("digit", "9") in line.told


def test_a_key_and_the_end_in_one_breath_are_both_told(line: Line) -> None:
    line.happen(Answered(101.0), MediaUp(0, early=False))
    line.happen(DigitHeard("9"), BYE)
    assert ("digit", "9") in line.told
    assert line.talk.final(BLANK).ended_by is EndedBy.OPT_OUT


def test_a_prompt_that_vanished_after_the_dial_is_reported_and_passed_over(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(*_: object) -> StrawAudio:
        raise pj.Error(70004, "createPlayer()", "no such file", "", 0)

    monkeypatch.setattr(conversation_module, "PromptPlayer", vanish)
    for _ in Prompt:
        line.happen(Answered(101.0), MediaUp(0, early=False))
        line.happen()
        line.happen()
    assert line.leg.hung_up == 1, "no prompt left: never silence"
    line.happen(LOCAL)
    assert "could not be played" in line.talk.final(BLANK).detail


def test_a_call_put_on_hold_is_played_nothing_until_it_is_back(line: Line) -> None:
    line.happen(Answered(101.0), MediaUp(0, early=False))
    line.happen(AudioGone(), PromptOver(Prompt.OPENING))
    assert line.told[-1] == ("prompt", "opening")
    line.happen(MediaUp(0, early=False))
    assert line.told[-1] == ("prompt", "pitch")


@pytest.mark.parametrize(
    ("replied", "code", "reason"),
    [(True, 487, "Request Terminated"), (False, 408, "the trunk answered nothing at all")],
)
def test_a_ring_timeout_tells_a_silent_trunk_from_a_silent_person(
    line: Line, replied: bool, code: int, reason: str
) -> None:
    line.happen(*([TrunkReplied()] if replied else []), now=119.9)
    assert line.leg.hung_up == 0
    line.happen(now=120.0)
    assert line.leg.hung_up == 1
    line.happen(Disconnected(120.0, 487, "Request Terminated", "id", ""))
    final = line.talk.final(BLANK)
    assert (final.ended_by, final.sip_code, final.sip_reason) == (EndedBy.RING_TIMEOUT, code, reason)
    assert (final.setup, final.talk) == (timedelta(seconds=20), timedelta(0))


def test_what_our_own_stack_ended_was_ended_by_nobody(line: Line) -> None:
    line.happen(LOCAL)
    final = line.talk.final(BLANK)
    assert (final.ended_by, final.remote, final.sip_code) == (None, False, 503)


def test_a_call_is_hung_up_once(line: Line) -> None:
    line.happen(Answered(101.0), now=161.0)
    line.happen(now=162.0)
    line.talk.hang_up(EndedBy.SHUTDOWN)
    assert line.leg.hung_up == 1
    line.happen(LOCAL)
    assert line.talk.final(BLANK).ended_by is EndedBy.MAX_TALK


def test_a_failed_callback_stops_the_process_in_order(line: Line) -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        line.happen(CallbackFailed("KeyError('x')"))


def test_audio_is_tied_to_the_far_end_when_it_comes_up_and_again_when_it_moves(line: Line) -> None:
    line.happen(MediaUp(0, early=False), Answered(101.0))
    line.happen(MediaUp(0, early=False))
    assert line.leg.pinned == [0, 0]


def test_audio_that_could_not_be_tied_is_told_in_the_final_report(line: Line) -> None:
    line.leg.unpinnable = True
    line.happen(MediaUp(0, early=False), Answered(101.0))
    line.happen(Disconnected(102.0, 200, "OK", "call-id", ""))
    assert "no socket of this process has that port" in line.talk.final(BLANK).detail
