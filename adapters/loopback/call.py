"""One call at the far end: from the INVITE through ringing and talk to its end, as its behaviour says.

The only place that knows the state of a call; parsing, audio and evidence are elsewhere. A fact is
noted before the message that makes it known leaves, so that who got the message finds the evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import Enum

from adapters.loopback.addresses import Address
from adapters.loopback.behaviours import Behaviour, Cause, DigitBy, Fault, KeyPress, Refusal
from adapters.loopback.events import CallIdentity, EndedBy, Fact
from adapters.loopback.exchange import Exchange
from adapters.loopback.media import MediaReport
from adapters.loopback.message import Request
from adapters.loopback.reply import ALLOW, SDP, Dialog, Header, new_branch, new_tag, reply_address, response
from adapters.loopback.retransmission import GIVE_UP
from adapters.loopback.sdp import NoCommonMedia
from adapters.loopback.session import Session
from adapters.loopback.transaction import InviteTransaction

LATE_REPETITIONS = (timedelta(seconds=0.7), timedelta(seconds=1.7))
"""After the ACK, for `Fault.REPEATS_200`."""

_NORMAL_CLEARING = Cause(16, "Normal call clearing")
_NO_MEDIA = MediaReport(sent=0, received=0, lost=0, recording=None)


class State(Enum):
    PROCEEDING = "before the final response"
    ANSWERED = "200 OK sent, no ACK yet"
    UP = "ACK received"
    ENDED = "over; repetitions are still answered"


class Call:
    """`forget` is called once, 64 T1 after the end, when no repetition can come any more."""

    def __init__(
        self,
        exchange: Exchange,
        invite: Request,
        source: Address,
        identity: CallIdentity,
        behaviour: Behaviour,
        forget: Callable[[], None],
    ) -> None:
        self._exchange = exchange
        self._invite = invite
        self._source = source
        self._identity = identity
        self._behaviour = behaviour
        self._forget = forget
        self._dialog = Dialog(invite, source, exchange.local, new_tag())
        self._transaction = InviteTransaction(exchange, invite, source, self.tag)
        self._state = State.PROCEEDING
        self._session: Session | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._answered_at: float | None = None
        self._seen: set[Fact] = set()

    @property
    def tag(self) -> str:
        """Our tag: it identifies the dialog on this side."""
        return self._dialog.tag

    # What the caller sends

    def begin(self) -> None:
        """Act on the INVITE."""
        self._note(Fact.INVITE)
        behaviour = self._behaviour
        if behaviour.fault is Fault.SILENT:
            self._later(GIVE_UP, lambda: self._end(EndedBy.SILENCE))
            return
        self._transaction.respond(100)
        if behaviour.needs_media and not self._open_session():
            return
        if behaviour.announcement is not None and self._session is not None:
            self._note(Fact.RINGING, code=183)
            self._transaction.respond(183, (self._dialog.contact, SDP), self._session.answer())
            self._session.media.say([behaviour.announcement])
            self._session.media.start()
        elif behaviour.ring != timedelta(0):
            self._note(Fact.RINGING, code=180)
            self._transaction.respond(180, (self._dialog.contact,))
        if behaviour.ring == timedelta(0):
            self._decide()
        elif behaviour.ring is not None:
            self._later(behaviour.ring, self._decide)

    def repeated_invite(self) -> None:
        """The same INVITE again: the last response again (RFC 3261 section 17.2.1)."""
        self._note(Fact.RETRANSMISSION, method="INVITE")
        self._transaction.repeat()

    def cancel(self, request: Request, source: Address) -> None:
        self._note_first(Fact.CANCEL, "CANCEL")
        fault = self._behaviour.fault
        if fault is Fault.SILENT:
            self._end(EndedBy.CANCEL)
            return
        self._reply(request, source, 200)
        if self._state is not State.PROCEEDING:
            return
        if fault is Fault.ANSWERS_CANCEL:
            self._answer()
        else:
            self._refuse(Refusal(487), EndedBy.CANCEL)

    def ack(self) -> None:
        self._note(Fact.ACK)
        self._transaction.stop()
        if self._state is State.ANSWERED:
            self._state = State.UP
            self._talk()

    def bye(self, request: Request, source: Address) -> None:
        first = self._note_first(Fact.BYE_RECEIVED, "BYE")
        if self._behaviour.fault is Fault.IGNORES_BYE:
            if first:
                self._later(GIVE_UP, lambda: self._end(EndedBy.BYE_IGNORED))
        else:
            if self._state is State.PROCEEDING:
                self._refuse(Refusal(487), EndedBy.CALLER)
            else:
                self._end(EndedBy.CALLER)
            self._reply(request, source, 200)

    def reinvite(self, request: Request, source: Address) -> None:
        """A change of the session; refused with 481 when the call is not up."""
        self._note(Fact.REINVITE)
        if self._session is None or self._state is not State.UP:
            self._reply(request, source, 481)
            return
        try:
            self._session.renegotiate(request.body)
        except NoCommonMedia:
            self._reply(request, source, 488)
        else:
            headers = (self._dialog.contact, ALLOW, SDP)
            self._reply(request, source, 200, headers, self._session.answer())

    def info(self, request: Request, source: Address) -> None:
        self._reply(request, source, 481 if self._state is State.ENDED else 200)

    def shut_down(self) -> None:
        """The process ends: close the media and leave a line, send nothing."""
        self._end(EndedBy.SHUTDOWN)

    # What the callee does

    def _open_session(self) -> bool:
        try:
            self._session = Session(self._exchange, self._invite.body, self._source, self._identity)
        except NoCommonMedia:
            self._refuse(Refusal(488), EndedBy.REFUSAL)
        except OSError:
            # No socket left: our own capacity, said as a switch would say it (Q.850 cause 47).
            self._refuse(Refusal(503, Cause(47, "Resource unavailable")), EndedBy.REFUSAL)
        return self._session is not None

    def _decide(self) -> None:
        if self._behaviour.refusal is not None:
            self._refuse(self._behaviour.refusal, EndedBy.REFUSAL)
        else:
            self._answer()

    def _refuse(self, refusal: Refusal, ended_by: EndedBy) -> None:
        self._note(Fact.FINAL, code=refusal.code)
        self._end(ended_by, refusal.code)
        self._transaction.respond_until_ack(refusal.code, refusal.headers(), b"", no_ack=self._transaction.stop)

    def _answer(self) -> None:
        if self._session is None:
            return
        self._state = State.ANSWERED
        self._answered_at = self._exchange.loop.time()
        self._session.record()
        headers = (self._dialog.contact, ALLOW, SDP)
        self._note(Fact.ANSWERED, code=200)
        self._transaction.respond_until_ack(200, headers, self._session.answer(), self._no_ack)
        if self._behaviour.fault is Fault.REPEATS_200:
            self._transaction.repeat()
        if self._behaviour.fault is not Fault.NO_RTP:
            self._session.media.start()

    def _no_ack(self) -> None:
        self._hang_up(EndedBy.NO_ACK)

    def _talk(self) -> None:
        behaviour = self._behaviour
        if self._session is not None:
            self._session.media.say(behaviour.says)
        if behaviour.presses is not None:
            press = behaviour.presses
            self._later(press.after, lambda: self._press(press))
        if behaviour.hangs_up_after is not None:
            self._later(behaviour.hangs_up_after, lambda: self._hang_up(EndedBy.CARRIER))
        if behaviour.fault is Fault.REPEATS_200:
            for delay in LATE_REPETITIONS:
                self._later(delay, self._transaction.repeat)
        self._watch_media()

    def _press(self, press: KeyPress) -> None:
        by = press.by
        if by is DigitBy.RFC4733 and not (self._session and self._session.media.press(press.key)):
            by = DigitBy.SIP_INFO
        self._note(Fact.DTMF_SENT, digit=press.key, by=by.value)
        if by is DigitBy.SIP_INFO:
            body = f"Signal={press.key}\r\nDuration=160\r\n".encode("ascii")
            self._request("INFO", (("Content-Type", "application/dtmf-relay"),), body)

    def _hang_up(self, ended_by: EndedBy) -> None:
        self._note(Fact.BYE_SENT)
        self._end(ended_by)
        self._request("BYE", (_NORMAL_CLEARING.header(),))

    def _watch_media(self) -> None:
        """A caller that was killed sends no BYE and no audio: hang up, as a carrier's RTP timeout does."""
        before = self._session.media.reception.received if self._session else 0

        def check() -> None:
            if self._session and self._session.media.reception.received == before:
                self._hang_up(EndedBy.MEDIA_TIMEOUT)
            else:
                self._watch_media()

        self._later(self._exchange.media_timeout, check)

    def _end(self, ended_by: EndedBy, code: int | None = None) -> None:
        if self._state is State.ENDED:
            return
        self._state = State.ENDED
        self._transaction.stop()
        for timer in self._timers:
            timer.cancel()
        report = self._session.media.close() if self._session else _NO_MEDIA
        self._session = None
        talked = 0.0 if self._answered_at is None else self._exchange.loop.time() - self._answered_at
        self._note(
            Fact.ENDED,
            ended_by=ended_by.value,
            code=code if self._answered_at is None else 200,
            duration_ms=round(1000 * talked),
            rtp_sent=report.sent,
            rtp_received=report.received,
            rtp_lost=report.lost,
            recording=report.recording,
        )
        self._exchange.call_later(GIVE_UP, self._forget)

    # How it is sent

    def _note(self, fact: Fact, **details: str | int | None) -> None:
        self._exchange.events.note(fact, self._identity, **details)

    def _note_first(self, fact: Fact, method: str) -> bool:
        """Note a request under its own name once, as a retransmission from then on; True the first time."""
        first = fact not in self._seen
        self._seen.add(fact)
        self._note(fact if first else Fact.RETRANSMISSION, method=method)
        return first

    def _later(self, delay: timedelta, action: Callable[[], None]) -> None:
        self._timers.append(self._exchange.call_later(delay, action))

    def _reply(
        self,
        request: Request,
        source: Address,
        code: int,
        headers: Iterable[Header] = (),
        body: bytes = b"",
    ) -> None:
        """Answer a request of this dialog other than its INVITE."""
        data = response(request, source, code, to_tag=self.tag, headers=headers, body=body)
        self._exchange.send(data, reply_address(request, source))

    def _request(self, method: str, headers: Iterable[Header], body: bytes = b"") -> None:
        """Send a request of our own and note how it was answered."""
        branch = new_branch()
        self._exchange.request(
            branch,
            self._dialog.request(method, branch, headers, body),
            self._dialog.next_hop(),
            answered=lambda code: self._note(Fact.RESPONSE, method=method, code=code),
            unanswered=lambda: self._note(Fact.NO_RESPONSE, method=method),
        )
