"""One PJSIP call and one prompt player, whose callbacks only note plain values.

Kept apart from what is done with the notes: a PJSUA2 action inside a callback corrupts the library,
and an exception there is swallowed (docs/adr/0004).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import pjsua2 as pj

from adapters.sip.accounts import Door
from adapters.sip.admission import VerifiedPermit
from adapters.sip.agent import Prompt
from adapters.sip.audio_source import hear_only
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.trunk import TrunkAddress


@dataclass(frozen=True, slots=True)
class TrunkReplied:
    """The first response of any kind to the INVITE came, be it 100."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """180 came."""


@dataclass(frozen=True, slots=True)
class Answered:
    """200 came and was acknowledged; `at` in seconds of the monotonic clock."""

    at: float


@dataclass(frozen=True, slots=True)
class MediaUp:
    """Audio flows on this stream of the call; `early` before the answer (183 with SDP)."""

    stream: int
    early: bool


@dataclass(frozen=True, slots=True)
class AudioGone:
    """No stream of the call carries audio both ways now: put on hold, or not yet agreed on."""


@dataclass(frozen=True, slots=True)
class DigitHeard:
    digit: str


@dataclass(frozen=True, slots=True)
class PromptOver:
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The call is over. `message` is the final response or the BYE, empty when our own stack ended it."""

    at: float
    code: int
    reason: str
    call_id: str
    message: str


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """A callback raised; what it should have noted is lost, so the process must not go on."""

    error: str


Note = TrunkReplied | Ringing | Answered | MediaUp | AudioGone | DigitHeard | PromptOver | Disconnected | CallbackFailed
Notes = deque[tuple[str, Note]]
"""Whom it concerns (an attempt's id, or an agent's line) and note, in the order in which things happened."""


class NotedCall(pj.Call):  # type: ignore[misc]
    """One outgoing call. The owner drops its last reference only after `Disconnected`, and before the
    next dial: a late destructor hangs up the stranger who got the slot."""

    def __init__(self, door: Door, concerns: str, notes: Notes) -> None:
        super().__init__(door)
        self._concerns = concerns
        self._notes = notes
        self._trunk_replied = False

    def pin_audio(self, stream: int) -> None:
        """Hear only the far end that the SDP of this stream names. Raises `SourceNotPinned`."""
        local = self.getMedTransportInfo(stream).localRtpName
        hear_only(int(local.rpartition(":")[2]), self.getStreamInfo(stream).remoteRtpAddress)

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        self._guard(lambda: self._note_state(prm))

    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:
        self._guard(lambda: self._note_reply(prm))

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        self._guard(self._note_media)

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        self._guard(lambda: self._note(DigitHeard(str(prm.digit))))

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:
        """Never followed: it would be a second INVITE of one attempt, to a number that nobody judged.

        PJSIP's own choice would stop the call too, but as a 487 that hides the redirect.
        """
        return int(pj.PJSIP_REDIRECT_REJECT)

    def _note_state(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.lastStatusCode == 180:
            self._note(Ringing())
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._note(Answered(time.monotonic()))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._note(
                Disconnected(
                    at=time.monotonic(),
                    code=int(info.lastStatusCode),
                    reason=str(info.lastReason),
                    call_id=str(info.callIdString),
                    message=_received_message(prm.e),
                )
            )

    def _note_reply(self, prm: pj.OnCallTsxStateParam) -> None:
        change = prm.e.body.tsxState
        if not self._trunk_replied and change.type == pj.PJSIP_EVENT_RX_MSG and change.tsx.method == "INVITE":
            self._trunk_replied = True
            self._note(TrunkReplied())

    def _note_media(self) -> None:
        info = self.getInfo()  # kept alive while its media list is walked: a temporary yields garbage
        for stream, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self._note(MediaUp(stream, early=info.state == pj.PJSIP_INV_STATE_EARLY))
                return
        self._note(AudioGone())

    def _note(self, note: Note) -> None:
        self._notes.append((self._concerns, note))

    def _guard(self, action: Callable[[], None]) -> None:
        """An exception must not cross into C: note it as text, without the traceback that keeps objects alive."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop must learn of it
            self._note(CallbackFailed(repr(error)))


class Leg(NotedCall):
    """A consumer's call: the only one that goes out by the trunk, and only with a permit."""

    def __init__(self, endpoint: SipEndpoint, door: int, attempt_id: str, notes: Notes) -> None:
        super().__init__(endpoint.doors[door], attempt_id, notes)

    def dial(self, permit: VerifiedPermit, trunk: TrunkAddress) -> None:
        """Send the INVITE. Callee and caller id come from the permit and from nowhere else.

        Raises `pj.Error` when nothing could be sent.
        """
        caller = f"<sip:{permit.permit.caller_id}@{trunk.host}>"
        options = one_audio_stream()
        options.txOption.localUri = caller
        asserted = pj.SipHeader()
        asserted.hName, asserted.hValue = "P-Asserted-Identity", caller
        headers = pj.SipHeaderVector()
        headers.append(asserted)
        options.txOption.headers = headers
        self.makeCall(trunk.uri(permit.permit.callee), options)


def one_audio_stream() -> pj.CallOpParam:
    options = pj.CallOpParam(True)
    options.opt.audioCount, options.opt.videoCount = 1, 0
    return options


class PromptPlayer(pj.AudioMediaPlayer):  # type: ignore[misc]
    """Plays one prompt once. Its end is told from a media thread: noted, nothing more."""

    def __init__(self, attempt_id: str, prompt: Prompt, path: str, notes: Notes) -> None:
        """Raises `pj.Error` when the file cannot be played."""
        super().__init__()
        self._over = (attempt_id, PromptOver(prompt))
        self._notes = notes
        self.createPlayer(path, pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:
        self._notes.append(self._over)


def _received_message(event: pj.SipEvent) -> str:
    """The SIP message behind an event, if one was received; other kinds of event hold garbage there."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE or event.body.tsxState.type != pj.PJSIP_EVENT_RX_MSG:
        return ""
    return str(event.body.tsxState.src.rdata.wholeMsg)
