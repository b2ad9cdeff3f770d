"""All conversations of one runner process: who is served, who is dialed next, who has ended.

Separate from the worker's loop, which fixes the order of these steps, and from the single
conversation, which knows no other.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta

import pjsua2 as pj

from adapters.sip.admission import Admission, VerifiedPermit
from adapters.sip.agent import Prompt
from adapters.sip.agent_desks import AgentDesks
from adapters.sip.agent_line import AgentConnection
from adapters.sip.call_recorder import NotRecordable, check_recording
from adapters.sip.conversation import Conversation
from adapters.sip.endpoint import TOO_MANY_CALLS, SipEndpoint
from adapters.sip.leg import DigitHeard, Leg, Note, Notes
from adapters.sip.prompt_files import PromptUnusable, check_prompts
from adapters.sip.slots import EndingCalls
from adapters.sip.trunk import TrunkAddress
from adapters.sip.wire import AgentCall, Beat, Dialing, HeldOff, LineWriter, ReceivedOrder, encode_report
from adapters.sip.worker_clock import WorkerClock
from dialer.permit import Permit, PermitRefused
from dialer.ports import CallEvent, CallEventKind, EndedBy

DIAL_GAP = 0.05
"""Seconds between INVITEs of one process: at 60–70 a second its socket quarantine aborts it."""
MEDIA_REST = 0.3
"""Seconds for which a player or recorder rests before it is dropped: the bridge may still be reading it."""
SLOT_PATIENCE = 1.0
"""Seconds for which an order waits for a slot whose BYE is still on its way (7 ms when all is well)."""
SILENCE = 408
"""What a call is said to have ended with to which nothing was answered; then it is no answer of the far end."""
_NO_SLOT = "every slot is blocked by calls still ending"
_SPOKEN_BESIDE_AN_AGENT = (Prompt.OPTED_OUT, Prompt.ABANDONED)


@dataclass(slots=True)
class _Waiting:
    """A verified order on its way to a slot; `until` is when it has waited long enough."""

    order: ReceivedOrder
    permit: VerifiedPermit
    until: float
    found_no_slot: bool = False


class Switchboard:
    """Holds every PJSIP call of the process; the worker's loop calls its steps in a fixed order."""

    def __init__(
        self,
        trunk: TrunkAddress,
        endpoint: SipEndpoint,
        admission: Admission,
        clock: WorkerClock,
        reports: LineWriter,
    ) -> None:
        self._trunk = trunk
        self._endpoint = endpoint
        self._admission = admission
        self._clock = clock
        self._reports = reports
        self._notes: Notes = deque()
        self._live: dict[str, Conversation] = {}
        self._desks = AgentDesks(endpoint, self._notes, lambda heard: reports.write(encode_report(heard)))
        self._early: list[ReceivedOrder] = []
        """Not to leave yet."""
        self._waiting: deque[_Waiting] = deque()
        self._resting: deque[tuple[float, pj.AudioMedia]] = deque()
        self._next_dial = 0.0
        self._ending = EndingCalls()
        self.last_hang_up = float("-inf")
        """When (monotonic seconds) a call last ended: its BYE or CANCEL may still need repeating."""

    @property
    def channels(self) -> int:
        """How many calls to entrust to this process now: fewer while ended calls still block slots."""
        return self._endpoint.channels - self._ending.blocked(time.monotonic())

    def beat(self) -> None:
        """Tell that this process lives, and how many calls it takes."""
        self._reports.write(encode_report(Beat(self.channels, self._ending.stuck_for(time.monotonic()))))

    def pump(self, wait: timedelta) -> None:
        """Let PJSIP work, no longer than until an order is due, then learn in order what its callbacks noted."""
        now = self._clock.now()
        due = [order.leave_at - now for order in self._early if order.leave_at]
        self._endpoint.pump(max(min([wait, *due]), timedelta(0)))
        self._learn()

    def reap(self) -> None:
        """Report ended calls and drop every reference to them, so that no dial meets a stale one."""
        self._learn()
        now = time.monotonic()
        for attempt_id in [attempt_id for attempt_id, call in self._live.items() if call.over]:
            ended = self._live.pop(attempt_id)
            self.last_hang_up = now
            self._rest(ended.stop_recording(), now)
            self._rest(ended.release(), now)
            if (pause := ended.pause_asked) is not None:
                self._reports.write(encode_report(HeldOff(attempt_id, pause)))
            end = ended.final(self._blank(attempt_id, CallEventKind.ENDED))
            if end.sip_code == SILENCE and not end.remote:
                self._ending.ended_in_silence(now)
                self.beat()  # before its end is told: nobody is to be called into that slot
            self._tell(end)
            del ended
        for line in self._desks.reap():
            self.last_hang_up = now
            if talk := self._joined_to(line.phone.name):
                talk.agent_left(hung_up=line.hung_up)
        while self._resting and self._resting[0][0] <= now:
            self._resting.popleft()
        self._ending.look(self._endpoint.calls - len(self._live) - len(self._desks), now)

    def command(self, command: ReceivedOrder | AgentCall) -> None:
        if isinstance(command, AgentCall):
            self._desks.call(command)
        else:
            self.order(command)

    def order(self, order: ReceivedOrder) -> None:
        """Take an order in; one that is not to leave yet is put aside."""
        if order.leave_at is None or order.leave_at <= self._clock.now():
            self._admit(order)
        else:
            self._early.append(order)

    def _admit(self, order: ReceivedOrder) -> None:
        """Its permit is verified and used up here, its prompts are looked at."""
        try:
            claim = None if order.permit is None else Permit.from_dict(order.permit)
            permit = self._admission.admit(claim)
            check_prompts(order.script, _SPOKEN_BESIDE_AN_AGENT if order.agent is not None else Prompt)
            check_recording(order)
        except PermitRefused as refusal:
            self._close(order.attempt_id, CallEventKind.REFUSED, str(refusal))
        except (PromptUnusable, NotRecordable) as trouble:
            self._close(order.attempt_id, CallEventKind.NOT_SENT, str(trouble))
        else:
            self._waiting.append(_Waiting(order, permit, time.monotonic() + SLOT_PATIENCE))

    def act(self) -> None:
        """Serve every conversation: prompts, keys, timeouts, hang-ups."""
        now = time.monotonic()
        self._desks.act(now)
        for conversation in self._live.values():
            self._rest(conversation.act(now, self._endpoint, self._notes), now)
            self._rest(conversation.stop_recording(), now)

    def dial_one(self) -> None:
        """Dial the order that has waited longest, if it is time for one, or send it back; else an agent's phone.
        Only ever after `reap`."""
        early, self._early = self._early, []
        for order in early:
            self.order(order)
        now = time.monotonic()
        if now < self._next_dial:
            return
        if not self._waiting:
            self._next_dial = now + DIAL_GAP if self._desks.dial_one(now) else self._next_dial
            return
        self._next_dial = now + DIAL_GAP
        waiting = self._waiting.popleft()
        attempt_id = waiting.permit.permit.attempt_id
        try:
            permit = self._admission.recheck(waiting.permit)
        except PermitRefused as refusal:
            self._close(attempt_id, CallEventKind.REFUSED, str(refusal))
            return
        if self._missed(waiting.order):
            why = _NO_SLOT if waiting.found_no_slot else "too late for its start"
            self._close(attempt_id, CallEventKind.NOT_SENT, why)
            return
        if not self._has_its_agent(waiting.order):
            self._close(attempt_id, CallEventKind.NOT_SENT, f"agent {waiting.order.agent!r} is not free on the line")
            return
        self._reports.write(encode_report(Dialing(attempt_id)))
        if not self._reports.flush():
            self._close(attempt_id, CallEventKind.NOT_SENT, "the dialer does not read this runner's reports")
            return
        self._dial(waiting, permit, now)

    def hang_up_all(self) -> None:
        """End every call and give back what was not dialed."""
        undialed = [*self._early, *(waiting.order for waiting in self._waiting)]
        for order in undialed:
            self._close(order.attempt_id, CallEventKind.NOT_SENT, "the runner was stopped before it was dialed")
        self._early.clear()
        self._waiting.clear()
        for conversation in self._live.values():
            conversation.hang_up(EndedBy.SHUTDOWN)
        self._desks.hang_up_all()
        self.reap()

    def _missed(self, order: ReceivedOrder) -> bool:
        """Whether its start has passed: a late call would crowd the second of others."""
        return order.leave_by is not None and self._clock.now() > order.leave_by

    def _dial(self, waiting: _Waiting, permit: VerifiedPermit, now: float) -> None:
        attempt_id = permit.permit.attempt_id
        leg = Leg(self._endpoint, waiting.order.door, attempt_id, self._notes)
        try:
            leg.dial(permit, self._trunk)
        except pj.Error as error:
            if error.status != TOO_MANY_CALLS:
                self._close(attempt_id, CallEventKind.NOT_SENT, f"PJSIP could not send it: {error.reason}")
                return
            if now >= waiting.until:
                self._close(attempt_id, CallEventKind.NOT_SENT, _NO_SLOT)
                return
            waiting.found_no_slot = True
            self._waiting.append(waiting)
            return
        self._tell(self._blank(attempt_id, CallEventKind.SENT))

        def tell(kind: CallEventKind, detail: str) -> None:
            self._tell(self._blank(attempt_id, kind, detail))

        desk = self._desk_of(waiting.order)
        self._live[attempt_id] = Conversation(waiting.order, leg, now, tell, desk)

    def _has_its_agent(self, order: ReceivedOrder) -> bool:
        """Whether nobody is needed, or who is needed is on the line and speaks to nobody else."""
        return order.agent is None or bool(self._desk_of(order) and not self._joined_to(order.agent))

    def _desk_of(self, order: ReceivedOrder) -> AgentConnection | None:
        return None if order.agent is None else self._desks.ready(order.agent)

    def _joined_to(self, agent: str) -> Conversation | None:
        return next((talk for talk in self._live.values() if talk.agent == agent), None)

    def _learn(self) -> None:
        """Notes of calls that are gone (a late end of a prompt, a failed dial) concern nobody."""
        while self._notes:
            concerns, note = self._notes.popleft()
            if concerns in self._live:
                self._live[concerns].take(note)
            else:
                self._learn_of_agent(concerns, note)

    def _learn_of_agent(self, concerns: str, note: Note) -> None:
        line = self._desks.noted(concerns)
        if line is None:
            return
        if not isinstance(note, DigitHeard):
            line.take(note)
        elif talk := self._joined_to(line.phone.name):
            talk.agent_pressed(note.digit)

    def _rest(self, media: pj.AudioMedia | None, now: float) -> None:
        if media is not None:
            self._resting.append((now + MEDIA_REST, media))

    def _close(self, attempt_id: str, kind: CallEventKind, why: str) -> None:
        self._tell(self._blank(attempt_id, kind, why))

    def _blank(self, attempt_id: str, kind: CallEventKind, detail: str = "") -> CallEvent:
        return CallEvent(attempt_id=attempt_id, kind=kind, at=self._clock.now(), detail=detail)

    def _tell(self, event: CallEvent) -> None:
        self._reports.write(encode_report(event))
