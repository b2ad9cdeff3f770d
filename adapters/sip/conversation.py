"""One attempt on the line: joins the call, the agent (scripted or human), the prompts and what is reported of them.

Separate from the worker's loop, which only decides the order in which conversations are served.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pjsua2 as pj

from adapters.sip.agent import Action, HangUp, Join, Play, ScriptedAgent
from adapters.sip.agent_line import AgentConnection
from adapters.sip.answering_machine import AnsweringMachineDetector
from adapters.sip.audio_source import SourceNotPinned
from adapters.sip.call_recorder import OBJECTION_KEY, CallRecorder
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.human_agent import HumanAgent
from adapters.sip.leg import (
    Answered,
    AudioGone,
    CallbackFailed,
    DigitHeard,
    Disconnected,
    Leg,
    MediaUp,
    Note,
    Notes,
    PromptOver,
    PromptPlayer,
    Ringing,
    TrunkReplied,
)
from adapters.sip.sip_messages import q850_cause, retry_after
from adapters.sip.wire import ReceivedOrder
from dialer.ports import CallEvent, CallEventKind, EndedBy, Unrecorded

Tell = Callable[[CallEventKind, str], None]
"""Reports an intermediate event: its kind and its detail."""


class Conversation:
    """A call from its INVITE to its end. Instants are seconds of the monotonic clock.

    `take` only thinks; `act` is where PJSIP is told to do things; `over` says that `final` is ready.
    """

    def __init__(
        self, order: ReceivedOrder, leg: Leg, dialed_at: float, tell: Tell, desk: AgentConnection | None = None
    ) -> None:
        """With a `desk` the person who sits there speaks, else the script."""
        self._order = order
        self._leg = leg
        self._dialed_at = dialed_at
        self._tell = tell
        self._desk = desk
        self._human = HumanAgent(order.script, order.max_talk) if desk else None
        self._agent = self._human or ScriptedAgent(order.script.opt_out_digit, order.max_talk)
        self._detector: AnsweringMachineDetector | None = None
        self._todo: Action | None = None
        self._stream: int | None = None
        self._connected = False
        self._talking = False
        """Whether the person and the agent are to hear each other now."""
        self._joined: int | None = None
        """The version of the agent's audio to which the call is joined."""
        self._player: PromptPlayer | None = None
        self._recorder = CallRecorder(order.recording)
        self._objected = False
        """To the recording, which is still to be stopped."""
        self._trunk_replied = False
        self._told: set[CallEventKind] = set()
        self._answered_at: float | None = None
        self._hung_up: EndedBy | None = None
        self._trouble = ""
        self._end: Disconnected | None = None

    @property
    def over(self) -> bool:
        return self._end is not None

    def take(self, note: Note) -> None:
        """Learn of one thing that happened; raises `RuntimeError` when a callback lost something."""
        match note:
            case TrunkReplied():
                self._trunk_replied = True
            case Ringing():
                self._tell_once(CallEventKind.RINGING)
            case MediaUp(stream, early):
                self._stream, self._connected = stream, False  # an answer may bring a new stream
                if early:
                    self._tell_once(CallEventKind.EARLY_MEDIA)
            case AudioGone():
                self._stream = None
            case Answered(at):
                self._answered_at = at
                self._detector = None if self._human else AnsweringMachineDetector(at)
                self._tell_once(CallEventKind.ANSWERED)
                self._intend(self._agent.answered(at))
            case DigitHeard(digit):
                self._tell(CallEventKind.DIGIT, digit)
                self._heed(digit)
                self._intend(self._agent.digit(digit))
            case PromptOver(prompt):
                self._intend(self._agent.prompt_finished(prompt))
            case Disconnected():
                self._end = note
            case CallbackFailed(error):
                raise RuntimeError(f"a PJSIP callback failed: {error}")

    @property
    def agent(self) -> str | None:
        """Whose line it is joined to; None when the script speaks."""
        return self._order.agent

    def agent_pressed(self, digit: str) -> None:
        """A key on the agent's phone: what the person has said."""
        if self._human is not None and self._answered_at is not None:
            self._tell(CallEventKind.AGENT_DIGIT, digit)
            self._heed(digit)
            self._intend(self._human.agent_pressed(digit))

    def agent_left(self, *, hung_up: bool) -> None:
        """The agent's line is over."""
        self._talking, self._joined = False, None
        if self._human is not None:
            self._intend(self._human.agent_left(hung_up=hung_up))

    def act(self, now: float, endpoint: SipEndpoint, notes: Notes) -> PromptPlayer | None:
        """Do what is due now. Returns a player that was replaced: it must rest before it is dropped."""
        if self.over or self._hung_up:
            return None
        if self._answered_at is None:
            if now - self._dialed_at >= self._order.ring_timeout.total_seconds():
                self.hang_up(EndedBy.RING_TIMEOUT)
            elif isinstance(self._todo, HangUp):
                self.hang_up(self._todo.why)
            return None
        self._intend(self._agent.tick(now))
        if trouble := self._recorder.trouble(now):
            self._unrecorded(trouble)
        replaced = self._serve_line(now, endpoint, notes) if self._stream is not None else None
        if isinstance(self._todo, HangUp):
            self.hang_up(self._todo.why)
        return replaced

    def hang_up(self, why: EndedBy) -> None:
        """End the call; `Disconnected` is noted before this returns, whatever the far end does."""
        if not self.over and not self._hung_up:
            self._hung_up = why
            self._leg.hangup(pj.CallOpParam())

    def release(self) -> PromptPlayer | None:
        """After the end: the player, which must rest before it is dropped."""
        player, self._player = self._player, None
        return player

    def stop_recording(self) -> pj.AudioMediaRecorder | None:
        """After the end, or at once when somebody objected: the recorder, which must rest before it is dropped."""
        if not (self.over or self._objected):
            return None
        line = None if self.over or self._stream is None else self._leg.getAudioMedia(self._stream)
        self._recorder.leave(line, self._player, self._theirs())
        objected, self._objected = self._objected, False
        return self._recorder.stop(deleted=objected)

    @property
    def pause_asked(self) -> int | None:
        """After the end: for how many seconds the far end wants no call (503 with Retry-After), if it said so."""
        return retry_after(self._end.message) if self._end is not None and self._end.code == 503 else None

    def final(self, blank: CallEvent) -> CallEvent:
        """The one final report, from a `blank` that carries attempt and instant."""
        assert self._end is not None, "only a conversation that is over has a final report"
        end, answered_at = self._end, self._answered_at
        remote = bool(end.message)
        # PJSIP says 487 for every call that we cancel; silence is a timeout (RFC 3261 §8.1.3.1).
        silent = self._hung_up is EndedBy.RING_TIMEOUT and not self._trunk_replied
        return replace(
            blank,
            kind=CallEventKind.ENDED,
            detail=self._trouble,
            sip_code=408 if silent else end.code,
            sip_reason="the trunk answered nothing at all" if silent else end.reason,
            q850_cause=q850_cause(end.message),
            remote=remote,
            ended_by=self._ended_by(remote),
            answered=answered_at is not None,
            setup=timedelta(seconds=(end.at if answered_at is None else answered_at) - self._dialed_at),
            talk=timedelta(seconds=0 if answered_at is None else end.at - answered_at),
            call_id=end.call_id,
        )

    def _ended_by(self, remote: bool) -> EndedBy | None:
        if self._agent.opted_out and self._answered_at is not None:
            return EndedBy.OPT_OUT  # also when the far end hangs up while we still confirm it
        return self._hung_up or (EndedBy.FAR_END if remote else None)

    def _serve_line(self, now: float, endpoint: SipEndpoint, notes: Notes) -> PromptPlayer | None:
        """What needs the call's audio, which is asked for anew each time: it dies with the call."""
        if isinstance(self._todo, Join):
            self._todo, self._talking = None, True
        apart = self._talking and self._desk is not None and self._joined != self._desk.version
        listening = self._detector is not None and self._detector.wants_level(now)
        if self._connected and not listening and not apart and not isinstance(self._todo, Play):
            return None
        line = self._leg.getAudioMedia(self._stream)
        if not self._connected:
            self._pin_audio()
            line.startTransmit(endpoint.sink)
            if self._player is not None:
                self._player.startTransmit(line)
            self._connected, apart = True, self._talking
            self._record(line)
        if apart:
            self._join(line)
        # PJSUA2's Tx is what the line transmits into the bridge: the far end's voice.
        if listening and self._detector is not None and self._detector.hear(now, line.getTxLevel()):
            self._intend(self._agent.machine_heard())
        return self._start(self._todo, line, notes) if isinstance(self._todo, Play) else None

    def _join(self, line: pj.AudioMedia) -> None:
        """Both hear each other from the next frame on; when either's audio was renewed, again."""
        theirs = self._desk.audio() if self._desk is not None else None
        if self._desk is None or theirs is None:
            return  # on hold: joined when it is back
        line.startTransmit(theirs)
        theirs.startTransmit(line)
        self._record(theirs)
        self._joined = self._desk.version
        self._tell_once(CallEventKind.JOINED, self._desk.phone.name)

    def _part(self, line: pj.AudioMedia) -> None:
        if (theirs := self._theirs()) is not None:
            line.stopTransmit(theirs)
            theirs.stopTransmit(line)
            self._recorder.leave(theirs)
        self._talking, self._joined = False, None

    def _theirs(self) -> pj.AudioMedia | None:
        """The agent's audio, while the call is joined to it."""
        return self._desk.audio() if self._desk is not None and self._joined is not None else None

    def _record(self, source: pj.AudioMedia) -> None:
        try:
            if path := self._recorder.hear(source):
                self._tell(CallEventKind.RECORDING, path.name)
        except pj.Error as error:
            self._unrecorded(error.reason)

    def _unrecorded(self, why: str) -> None:
        self._trouble = f"the call could not be recorded: {why}"
        if self._order.unrecorded is Unrecorded.NO_CALL:
            self._intend(self._agent.unrecorded())

    def _heed(self, digit: str) -> None:
        """Whoever may opt out with this key has said more than that they want no recording."""
        if not self._recorder.over and digit == OBJECTION_KEY != self._order.script.opt_out_digit:
            self._objected = True
            self._tell(CallEventKind.RECORDING, "")
            self._unrecorded("the person objected")

    def _pin_audio(self) -> None:
        """From here on only the far end that answered is heard."""
        assert self._stream is not None, "audio is pinned when a stream is up"
        try:
            self._leg.pin_audio(self._stream)
        except SourceNotPinned as error:
            self._trouble = str(error)

    def _start(self, play: Play, line: pj.AudioMedia, notes: Notes) -> PromptPlayer | None:
        self._todo = None
        self._part(line)
        replaced = self.release()
        if replaced is not None:
            replaced.stopTransmit(line)
            self._recorder.leave(replaced)
        path = str(play.prompt.file_of(self._order.script))
        try:
            self._player = PromptPlayer(self._order.attempt_id, play.prompt, path, notes)
            self._player.startTransmit(line)
            self._record(self._player)
        except pj.Error as error:
            # It was playable before dialing: say so in the report, and go on rather than keep silent.
            self._trouble = f"prompt {play.prompt.value} could not be played: {path}: {error.reason}"
            self._intend(self._agent.prompt_finished(play.prompt))
        else:
            self._tell(CallEventKind.PROMPT, play.prompt.value)
        return replaced

    def _intend(self, action: Action | None) -> None:
        if action is not None and not isinstance(self._todo, HangUp):
            self._todo = action

    def _tell_once(self, kind: CallEventKind, detail: str = "") -> None:
        if kind not in self._told:
            self._told.add(kind)
            self._tell(kind, detail)
