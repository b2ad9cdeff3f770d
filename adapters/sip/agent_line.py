"""An agent's phone on the line: one call to it that outlasts many consumers' calls.

Apart from a consumer's call, with which it shares nothing but the bridge: it needs no permit because it goes to a
phone of the house, never by the trunk, and it is no attempt.
"""

from __future__ import annotations

from collections.abc import Callable

import pjsua2 as pj

from adapters.sip.audio_source import SourceNotPinned
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.leg import (
    Answered,
    AudioGone,
    CallbackFailed,
    Disconnected,
    MediaUp,
    Note,
    NotedCall,
    Notes,
    one_audio_stream,
)
from adapters.sip.wire import AgentCall
from dialer.ports import AgentPhone, AgentState

SILENT_FOR = 5.0
"""Seconds without a single packet of audio after which a phone counts as lost: most send fifty a second. One that
suppresses silence must be told not to."""
_SILENT = f"no audio for {SILENT_FOR:g} s"
_LOOK_EVERY = 0.5

Tell = Callable[[AgentState, str], None]


class AgentLeg(NotedCall):
    """The call to the phone. It shows the house's own technical identity or our name at the PBX, never a number."""

    def __init__(self, endpoint: SipEndpoint, concerns: str, notes: Notes, call: AgentCall) -> None:
        super().__init__(endpoint.house_door(call.account, call.phone.host), concerns, notes)

    def dial(self, phone: AgentPhone) -> None:
        """Send the INVITE. Raises `pj.Error` when nothing could be sent."""
        self.makeCall(f"sip:{phone.user}@{phone.host}:{phone.port}", one_audio_stream())

    def packets_heard(self, stream: int) -> int:
        return int(self.getStreamStat(stream).rtcp.rxStat.pkt)


class AgentConnection:
    """From the INVITE to the phone to its end. Instants are seconds of the monotonic clock.

    `take` only thinks, `act` tells PJSIP to do things. `version` changes whenever the audio is another one.
    """

    def __init__(self, phone: AgentPhone, leg: AgentLeg, dialed_at: float, tell: Tell) -> None:
        self.phone = phone
        self._leg: AgentLeg | None = leg
        self._dialed_at = dialed_at
        self._tell = tell
        self._answered = False
        self._stream: int | None = None
        self.ready = False
        self.version = 0
        self._pinned = 0
        self._packets = 0
        self._heard_at = 0.0
        self._next_look = 0.0
        self._given_up = ""
        self._end: Disconnected | None = None

    @property
    def over(self) -> bool:
        return self._end is not None

    @property
    def hung_up(self) -> bool:
        """After the end: whether the agent put the phone down, rather than the line being lost."""
        return self._end is not None and self._answered and bool(self._end.message) and not self._given_up

    @property
    def why(self) -> str:
        """After the end: what ended it, in words."""
        if self._given_up or self._end is None:
            return self._given_up
        return "hung up" if self.hung_up else f"{self._end.code} {self._end.reason}"

    def take(self, note: Note) -> None:
        """Learn of one thing that happened; raises `RuntimeError` when a callback lost something."""
        match note:
            case Answered(at):
                self._answered, self._heard_at = True, at
            case MediaUp(stream):
                self._stream, self.version = stream, self.version + 1
            case AudioGone():
                self._stream = None
            case Disconnected():
                self._end = note
            case CallbackFailed(error):
                raise RuntimeError(f"a PJSIP callback failed: {error}")

    def act(self, now: float) -> None:
        """Give up a phone that nobody answers or that went silent; tell once that the agent is there."""
        if self.over or self._given_up:
            return
        if not self._answered:
            if now - self._dialed_at >= self.phone.ring_seconds:
                self.hang_up(f"no answer in {self.phone.ring_seconds} s")
        elif self._leg is not None and self._stream is not None:
            self._serve_audio(self._leg, self._stream, now)
        elif not self.ready and now - self._heard_at >= SILENT_FOR:
            self.hang_up(_SILENT)

    def audio(self) -> pj.AudioMedia | None:
        """Asked for anew each time: it dies with the call. None while there is none."""
        if self.over or self._leg is None or self._stream is None:
            return None
        return self._leg.getAudioMedia(self._stream)

    def hang_up(self, why: str) -> None:
        """End the call; `Disconnected` is noted before this returns."""
        if self._leg is not None and not self.over and not self._given_up:
            self._given_up = why
            self._leg.hangup(pj.CallOpParam())

    def release(self) -> None:
        """After the end: let go of the call, whoever still holds this; see `NotedCall`."""
        self._leg = None

    def _serve_audio(self, leg: AgentLeg, stream: int, now: float) -> None:
        if self._pinned != self.version:
            self._pinned, self._heard_at = self.version, now
            try:
                leg.pin_audio(stream)
            except SourceNotPinned as error:
                self.hang_up(str(error))
                return
        if not self.ready:
            self.ready = True
            self._tell(AgentState.READY, "")
        if now >= self._next_look:
            self._next_look = now + _LOOK_EVERY
            self._listen(leg.packets_heard(stream), now)

    def _listen(self, packets: int, now: float) -> None:
        if packets != self._packets:
            self._packets, self._heard_at = packets, now
        elif now - self._heard_at >= SILENT_FOR:
            self.hang_up(_SILENT)
