"""The statistical carrier: implements `dialer.ports.CallRunner`, and lets virtual time pass where the engine waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from adapters.simulation.clock import VirtualClock
from adapters.simulation.fate import Fate, Fates, Limits
from dialer.clock import SimulatedClockRefused
from dialer.dispositions import Disposition
from dialer.permit import PermitKey, PermitRefused
from dialer.ports import CallEvent, CallEventKind, CallOrder, EndedBy, TrunkState
from dialer.settings import TrunkSettings

_SECOND = timedelta(seconds=1)
_Due = tuple[datetime, int, CallEvent]
"""When it happens, a number that keeps equals in order, and what."""


@dataclass
class Observed:
    """What the carrier itself counts of the calls that reach it, to be held against its limits."""

    calls: int = 0
    most_starts_in_a_second: int = 0
    most_at_once: int = 0
    _recent: deque[datetime] = field(default_factory=deque)

    def start(self, at: datetime, at_once: int) -> None:
        """A call starts at `at`, one of `at_once` then; calls come in the order of their instants."""
        self._recent.append(at)
        while self._recent[0] <= at - _SECOND:
            self._recent.popleft()
        self.calls += 1
        self.most_starts_in_a_second = max(self.most_starts_in_a_second, len(self._recent))
        self.most_at_once = max(self.most_at_once, at_once)


class SimulatedCarrier:
    """A trunk on which nothing is sent. It reports no ringing: nothing that the engine decides hangs on it."""

    def __init__(
        self,
        trunk: TrunkSettings,
        key: PermitKey,
        clock: VirtualClock,
        fates: Fates,
        ends_at: datetime,
        on_end: Callable[[], None],
    ) -> None:
        """`on_end` is called when virtual time reaches `ends_at`; afterwards it passes only for calls to end.

        Raises `SimulatedClockRefused` for settings of a real carrier.
        """
        if not trunk.loopback:
            raise SimulatedClockRefused(
                f"trunk {trunk.name!r} is a real carrier: it cannot be simulated by its own settings",
                f"le trunk {trunk.name!r} est un vrai opérateur : ses propres réglages ne se simulent pas",
            )
        self._trunk, self._key, self._clock, self._fates = trunk, key, clock, fates
        self._ends_at, self._on_end = ends_at, on_end
        self._state = TrunkState(up=True, since=clock.now())
        self._up: set[str] = set()
        self._used: set[str] = set()
        self._coming: list[_Due] = []
        self._order = count()
        self.observed = Observed()

    def start(self) -> None:
        """Nothing to start: it is only arithmetic."""

    def trunk_state(self) -> TrunkState:
        return self._state

    def free_channels(self) -> int:
        return self._trunk.channels - len(self._up)

    def place(self, order: CallOrder) -> None:
        """The call starts as soon as its permit says, which is verified as a real runner does."""
        permit, now = order.permit, self._clock.now()
        at = max(now, permit.not_before, order.leave_at or now)
        self._up.add(permit.attempt_id)
        try:
            self._key.verify(permit, now=at, trunk=self._trunk.name)
            self._use(permit.attempt_id)
        except PermitRefused as refused:
            self._tell(CallEvent(permit.attempt_id, CallEventKind.REFUSED, now, detail=str(refused)))
            return
        self.observed.start(at, len(self._up))
        limits = Limits(order.ring_timeout, order.max_talk)
        self._foretell(order, at, self._fates.of(permit.callee, at, limits))

    def events(self, timeout: timedelta) -> Sequence[CallEvent]:
        """What happens first within `timeout`, which virtual time moves to; or nothing, and all of it passes."""
        until = self._clock.now() + timeout
        if self._clock.now() < self._ends_at:
            until = min(until, self._ends_at)
        self._clock.move_to(min(until, self._coming[0][0]) if self._coming else until)
        now, told = self._clock.now(), []
        while self._coming and self._coming[0][0] <= now:
            told.append(heappop(self._coming)[2])
        self._up.difference_update(event.attempt_id for event in told if _is_final(event))
        if now >= self._ends_at:
            self._on_end()
        return told

    def stop(self, grace: timedelta) -> None:
        """Hang up what is still up."""
        now, self._coming = self._clock.now(), []
        for attempt_id in sorted(self._up):
            ended = CallEvent(attempt_id, CallEventKind.ENDED, now, ended_by=EndedBy.SHUTDOWN)
            self._tell(replace(ended, disposition=Disposition.NO_ANSWER))

    def _use(self, attempt_id: str) -> None:
        if attempt_id in self._used:
            raise PermitRefused(f"attempt {attempt_id} was already handed to this carrier")
        self._used.add(attempt_id)

    def _foretell(self, order: CallOrder, at: datetime, fate: Fate) -> None:
        attempt_id = order.permit.attempt_id
        self._tell(CallEvent(attempt_id, CallEventKind.SENT, at))
        if fate.answers is not None:
            self._tell(CallEvent(attempt_id, CallEventKind.ANSWERED, at + fate.answers, sip_code=200))
        if fate.presses is not None:
            digit = order.script.opt_out_digit
            self._tell(CallEvent(attempt_id, CallEventKind.DIGIT, at + fate.presses, detail=digit))
        self._tell(
            CallEvent(
                attempt_id,
                CallEventKind.ENDED,
                at + fate.ends,
                sip_code=fate.sip_code,
                q850_cause=fate.q850_cause,
                ended_by=fate.ended_by,
                disposition=fate.disposition,
                answered=fate.answers is not None,
                setup=fate.answers or fate.ends,
                talk=fate.talk,
            )
        )

    def _tell(self, event: CallEvent) -> None:
        heappush(self._coming, (event.at, next(self._order), event))


def _is_final(event: CallEvent) -> bool:
    return event.kind in (CallEventKind.ENDED, CallEventKind.REFUSED)
