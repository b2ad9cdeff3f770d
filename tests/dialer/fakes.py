"""Stand-ins behind the ports: a clock that is moved by hand and a runner whose calls follow a script.

The real clock and the real runner are tested in `tests/adapters/sip`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dialer.dispositions import Disposition
from dialer.ports import (
    AgentLine,
    AgentPhone,
    AgentState,
    CallEvent,
    CallEventKind,
    CallOrder,
    EndedBy,
    TrunkState,
)

MORNING = datetime.fromisoformat("2026-11-24T10:02:00+01:00").astimezone(UTC)
"""A Tuesday without any holiday, inside the legal hours of Paris."""

_MOMENT = timedelta(milliseconds=1)
FINAL = {CallEventKind.ENDED, CallEventKind.REFUSED, CallEventKind.NOT_SENT, CallEventKind.LOST}
NOTHING_LEFT = {CallEventKind.REFUSED, CallEventKind.NOT_SENT}


@dataclass
class HandClock:
    """Shows the instant that it was set to. Implements `dialer.ports.Clock`."""

    instant: datetime = MORNING
    simulated: bool = True

    def now(self) -> datetime:
        return self.instant

    def set(self, text: str) -> None:
        """To an ISO instant with its zone."""
        self.instant = datetime.fromisoformat(text).astimezone(UTC)

    def advance(self, **span: float) -> None:
        self.instant += timedelta(**span)


def event(attempt_id: str, kind: CallEventKind, at: datetime, **fields: object) -> CallEvent:
    return replace(CallEvent(attempt_id, kind, at), **fields)  # type: ignore[arg-type]


Fate = Callable[[CallOrder, datetime], Sequence[CallEvent]]
"""What becomes of an order: its reports, oldest first. An empty one is a call that never ends by itself."""


def fate(*kinds: CallEventKind, disposition: Disposition | None = None, talk: float = 0, detail: str = "") -> Fate:
    """These reports in this order; `detail` (a digit, a reason) belongs to the digit and to what never left."""

    def reports(order: CallOrder, at: datetime) -> list[CallEvent]:
        return [
            event(
                order.permit.attempt_id,
                kind,
                at,
                detail=detail if kind not in (CallEventKind.RINGING, CallEventKind.ANSWERED) else "",
                disposition=disposition if kind in FINAL else None,
                talk=timedelta(seconds=talk) if kind in FINAL else timedelta(0),
            )
            for kind in kinds
        ]

    return reports


_K = CallEventKind
ANSWERED = fate(_K.RINGING, _K.ANSWERED, _K.ENDED, disposition=Disposition.ANSWERED, talk=21.5)
OPTS_OUT = fate(_K.RINGING, _K.ANSWERED, _K.DIGIT, _K.ENDED, disposition=Disposition.OPTED_OUT, talk=6, detail="9")
BUSY = fate(_K.ENDED, disposition=Disposition.BUSY)
NO_ANSWER = fate(_K.RINGING, _K.ENDED, disposition=Disposition.NO_ANSWER)
UNASSIGNED = fate(_K.ENDED, disposition=Disposition.UNASSIGNED)
LOST = fate(_K.RINGING, _K.LOST)
NO_ROOM = fate(_K.NOT_SENT, detail="no free channel")
RINGS_FOR_EVER = fate(_K.RINGING)


@dataclass
class ScriptedLines:
    """Implements `dialer.ports.AgentLines`: who is `called` is at once where `answers` says; `lines` may be moved."""

    answers: dict[str, AgentState] = field(default_factory=dict)
    otherwise: AgentState = AgentState.READY
    lines: dict[str, AgentLine] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    def call_agent(self, phone: AgentPhone) -> None:
        self.called.append(phone.name)
        self.lines[phone.name] = AgentLine(self.answers.get(phone.name, self.otherwise), "486 Busy Here")

    def agents(self) -> Mapping[str, AgentLine]:
        return dict(self.lines)


@dataclass
class ScriptedRunner:
    """Implements `dialer.ports.CallRunner`: `fates` by callee, `pace` is the time that passes at each wait.

    `stop` ends what is still up, as the port demands: every order gets exactly one final event.
    """

    clock: HandClock
    channels: int = 4
    fates: dict[str, Fate] = field(default_factory=dict)
    otherwise: Fate = ANSWERED
    pace: timedelta = timedelta(seconds=0.5)
    on_place: Callable[[CallOrder], None] = lambda order: None
    on_wait: Callable[[], None] = lambda: None
    placed: list[CallOrder] = field(default_factory=list)
    started: bool = False
    stopped: bool = False
    trouble: str = ""
    """Why the trunk is down; empty while it is up."""
    blocked: int = 0
    """Channels lost to calls that are over."""
    _left: list[CallEvent] = field(default_factory=list)
    """That calls left; told with whatever comes first."""
    _to_tell: dict[str, deque[CallEvent]] = field(default_factory=dict)
    """Reports of each order that is up, oldest first."""

    def start(self) -> None:
        self.started = True

    def trunk_state(self) -> TrunkState:
        return TrunkState(not self.trouble, self.clock.now(), self.trouble, blocked=self.blocked)

    def free_channels(self) -> int:
        return 0 if self.trouble else self.channels - self.blocked - len(self._to_tell)

    def place(self, order: CallOrder) -> None:
        self.on_place(order)
        self.placed.append(order)
        reports = self.fates.get(order.permit.callee, self.otherwise)(order, self.clock.now())
        self._to_tell[order.permit.attempt_id] = deque(reports)
        if not reports or reports[0].kind not in NOTHING_LEFT:
            at = max(self.clock.now(), order.leave_at or self.clock.now())
            self._left.append(event(order.permit.attempt_id, _K.SENT, at))

    def events(self, timeout: timedelta) -> Sequence[CallEvent]:
        """One report of each call at a time: a call lasts as many waits as it has reports. Without any, time passes."""
        self.on_wait()
        told = [reports.popleft() for reports in self._to_tell.values() if reports]
        for report in told:
            if report.kind in FINAL:
                del self._to_tell[report.attempt_id]
        self.clock.instant += self.pace if told else max(timeout, _MOMENT)
        left, self._left = self._left, []
        return left + told

    def stop(self, grace: timedelta) -> None:
        self.stopped = True
        for attempt_id in self._to_tell:
            self.end(attempt_id, EndedBy.SHUTDOWN)

    def end(self, attempt_id: str, ended_by: EndedBy = EndedBy.FAR_END) -> None:
        """The call ends, and that is the next thing told of it."""
        ended = event(attempt_id, _K.ENDED, self.clock.now(), ended_by=ended_by, disposition=Disposition.NO_ANSWER)
        self._to_tell[attempt_id] = deque([ended])

    @property
    def up(self) -> list[str]:
        """Attempts whose calls have not ended yet, oldest first."""
        return list(self._to_tell)

    @property
    def called(self) -> list[str]:
        return [order.permit.callee for order in self.placed]
