"""The PJSIP runner: a supervisor over as many runner processes as the trunk's channels need.

It makes no telephony decision. It spreads orders, passes reports on, replaces dead and wedged
processes, and sees to it that every order gets exactly one final event, whatever dies.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from adapters.sip.admission import UsedAttempts
from adapters.sip.agent_roster import AgentRoster, process_for
from adapters.sip.dispositions import disposition_of
from adapters.sip.health import TrunkHealth
from adapters.sip.not_started import BOOT_PATIENCE, no_process, trunk_unusable
from adapters.sip.trunk import Account, TrunkAddress
from adapters.sip.wire import AgentCall, AgentHeard, HeldOff, Hello, Probed, Ready, Registered, Report
from adapters.sip.worker_process import WorkerProcess
from dialer.permit import Permit, PermitKey, PermitRefused
from dialer.ports import FINAL, AgentLine, AgentPhone, CallEvent, CallEventKind, CallOrder, Clock, TrunkState

SILENCE_LIMIT = timedelta(seconds=5)
"""A runner process without a sign of life for so long is wedged: it gives one every second."""
STUCK_LIMIT = timedelta(seconds=35)
"""No SIP timer keeps an ended call's slot for longer than 32 s (64 × T1, RFC 3261 §17.1.1.2)."""
FIRST_REST, LONGEST_REST = timedelta(seconds=0.5), timedelta(seconds=30)
"""How long the successor of a dead process waits, at first and at most."""
LONG_LIFE = timedelta(minutes=1)
"""A process that lived so long did not die of its start: the next one waits the first rest again."""
_FAR_END_SPOKE = frozenset({CallEventKind.RINGING, CallEventKind.EARLY_MEDIA, CallEventKind.ANSWERED})
LONGEST_WAIT = 0.5
"""Seconds after which silent processes are looked at even when nothing is reported."""
TRUNK_PATIENCE = timedelta(seconds=40)
"""How long a start waits for the trunk: a REGISTER that nobody answers ends after 32 s (RFC 3261 timer F)."""


def _judged(event: CallEvent) -> CallEvent:
    """A final report with what became of the call."""
    return replace(event, disposition=disposition_of(event)) if event.kind in FINAL else event


class SipRunner:
    """Places calls on one trunk. Implements `dialer.ports.CallRunner` and `AgentLines`; for one thread only."""

    def __init__(
        self,
        trunk: TrunkAddress,
        permit_key: PermitKey,
        clock: Clock,
        rtp_first_port: int = 20000,
        on_trunk: Callable[[TrunkState], None] = lambda state: None,
        agents: int = 0,
        logins: Mapping[str, Account] = MappingProxyType({}),
    ) -> None:
        """`rtp_first_port` begins the UDP ports for audio, 64 for each process of four calls. `on_trunk` is told when
        the trunk goes up or down, or stays down for another reason. So many `agents` may be on the line at once;
        `logins` are those that their PBX asks for, by their names.

        Raises `SimulatedClockRefused` for a simulated clock unless the trunk is the loopback carrier.
        """
        if clock.simulated:
            trunk.refuse_simulated_clock()
        self._trunk = trunk
        self._key = permit_key
        self._clock = clock
        self._rtp_first_port = rtp_first_port
        self._workers: list[WorkerProcess] = []
        self._wanted = 1
        self._pending: deque[CallEvent] = deque()
        self._used = UsedAttempts()
        self._selector = selectors.DefaultSelector()
        self._running = False
        self._last_trouble = f"not a word in {BOOT_PATIENCE.seconds} s"
        self._rest = FIRST_REST
        self._replace_at = 0.0
        self._health = TrunkHealth(trunk, datetime.now(UTC))
        self._doors: dict[str, int] = {}
        self._on_trunk = on_trunk
        self._agents, self._logins = AgentRoster(agents), logins
        self._told: tuple[bool, str] | None = None

    def start(self) -> None:
        """Spawn the runner processes and wait until they can take calls and the trunk is there.

        Raises `RunnerNotStarted` when none is ready within 10 s (goes on with those that are), or when the
        trunk does not answer or does not register us.
        """
        deadline = time.monotonic() + BOOT_PATIENCE.total_seconds()
        self._running = True
        self._spawn()
        while self._workers and not self._complete() and (left := deadline - time.monotonic()) > 0:
            self._wait(left)
            self._spawn_wanted()
        if not any(worker.capacity for worker in self._workers):
            self.stop(timedelta(0))
            raise no_process(self._last_trouble)
        self._await_trunk()

    def trunk_state(self) -> TrunkState:
        """Whether calls can leave now, since when, and why not."""
        return replace(self._health.state(datetime.now(UTC)), blocked=sum(worker.blocked for worker in self._workers))

    def free_channels(self) -> int:
        """How many orders `place` would accept now: none while the trunk is down or held."""
        door = self._door()
        if door is None:
            return 0
        held = sum(len(worker.held) for worker in self._workers)
        room = sum(worker.free + len(worker.idle_agents) for worker in self._workers)
        return max(0, min(self._trunk.channels - held, room, 1 if self._health.doubted(door) else room))

    def call_agent(self, phone: AgentPhone) -> None:
        self._agents.call(AgentCall(phone, self._logins.get(phone.name, Account())), self._workers)

    def agents(self) -> Mapping[str, AgentLine]:
        return self._agents.lines

    def place(self, order: CallOrder) -> None:
        """Hand over one order; it is answered by one final event, perhaps at once. Never raises."""
        permit: Permit | None = order.permit  # orders come from a queue: believe nothing
        if permit is None:
            self._close("", CallEventKind.REFUSED, "no permit")
            return
        attempt_id = permit.attempt_id
        try:
            self._used.use(permit, self._clock.now())
        except PermitRefused as refusal:
            self._close(attempt_id, CallEventKind.REFUSED, str(refusal))
            return
        door = self._door()
        if door is None:
            self._close(attempt_id, CallEventKind.NOT_SENT, f"the trunk is down: {self.trunk_state().error}")
            return
        if not self.free_channels():
            self._close(attempt_id, CallEventKind.NOT_SENT, "no free channel")
            return
        worker = process_for(order, self._workers)
        if worker is None:
            why = "no free channel" if order.agent is None else f"agent {order.agent!r} is not free on the line"
            self._close(attempt_id, CallEventKind.NOT_SENT, why)
            return
        self._doors[attempt_id] = door
        self._health.placed(door, attempt_id)
        worker.place(order, door)

    def events(self, timeout: timedelta) -> Sequence[CallEvent]:
        deadline = time.monotonic() + timeout.total_seconds()
        while True:
            self._wait(0.0 if self._pending else max(0.0, deadline - time.monotonic()))
            self._end_wedged()
            self._spawn_wanted()
            if self._tell_trunk() or self._agents.news() or self._pending or time.monotonic() >= deadline:
                break
        events = [_judged(event) for event in self._pending]
        self._pending.clear()
        return events

    def stop(self, grace: timedelta) -> None:
        """Have every call hung up, wait at most `grace`, kill what is left; `events` tells the ends."""
        self._running = False
        for worker in self._workers:
            worker.ask_to_leave()
        deadline = time.monotonic() + grace.total_seconds()
        while self._workers and (left := deadline - time.monotonic()) > 0:
            self._wait(left)
        for worker in self._workers:
            worker.kill("it did not leave in time")
        while self._workers:
            self._wait(LONGEST_WAIT)

    def _spawn(self) -> None:
        """Start one more process, or note why that cannot be done now."""
        try:
            worker = WorkerProcess(self._hello())
        except OSError as error:
            self._rest_after(f"a process could not be started: {error}")
            return
        self._workers.append(worker)
        self._selector.register(worker.reports_fd, selectors.EVENT_READ, worker)

    def _hello(self) -> Hello:
        simulated = self._clock.simulated
        offset = self._clock.now() - datetime.now(UTC) if simulated else timedelta(0)
        return Hello(
            trunk=self._trunk.to_dict(),
            permit_key=self._key.secret.hex(),
            simulated=simulated,
            clock_offset=offset.total_seconds(),
            rtp_first_port=self._rtp_first_port,
            watches=self._trunk.watched and not any(worker.watches for worker in self._workers),
        )

    def _spawn_wanted(self) -> None:
        """Bring the processes up to the number that the channels need, unless one has just died."""
        while self._running and len(self._workers) < self._wanted and time.monotonic() >= self._replace_at:
            self._spawn()

    def _complete(self) -> bool:
        ready = sum(1 for worker in self._workers if worker.capacity)
        return ready >= self._wanted

    def _wait(self, seconds: float) -> None:
        """Read what the runner processes report; wait for it, but look up from time to time."""
        for key, _ in self._selector.select(min(seconds, LONGEST_WAIT)):
            worker: WorkerProcess = key.data
            for report in worker.read():
                self._take(worker, report)
            if worker.ended:
                self._settle(worker)

    def _take(self, worker: WorkerProcess, report: Report) -> None:
        match report:
            case Ready(channels):
                self._wanted = -(-self._trunk.channels // channels) + self._agents.processes(channels)
            case Probed(door, _, trouble):
                self._health.probed(door, trouble)
            case Registered(code, trouble, remote):
                self._health.registered(code, trouble, remote)
            case HeldOff(attempt_id, seconds):
                self._health.held(self._doors[attempt_id], timedelta(seconds=seconds), datetime.now(UTC))
            case AgentHeard():
                self._agents.note(report.name, AgentLine(report.state, report.why))
            case CallEvent():
                self._judge_door(report)
                self._pending.append(report)

    def _judge_door(self, report: CallEvent) -> None:
        """No answer of any kind to an INVITE says that its door is gone; any other answer that it is there."""
        door = self._doors.get(report.attempt_id, 0)
        ended = report.kind is CallEventKind.ENDED
        if report.kind in _FAR_END_SPOKE or (ended and (report.remote or report.answered)):
            self._health.answered(door)
        elif ended and report.sip_code in (408, 503):
            self._health.unanswered(door, f"an INVITE got no answer: {report.sip_reason}", datetime.now(UTC))
        if report.kind in FINAL:
            self._close_door(report.attempt_id)

    def _close_door(self, attempt_id: str) -> None:
        self._health.over(self._doors.pop(attempt_id, 0), attempt_id)

    def _door(self) -> int | None:
        return self._health.choice(datetime.now(UTC))

    def _await_trunk(self) -> None:
        deadline = time.monotonic() + TRUNK_PATIENCE.total_seconds()
        while not self._health.settled and (left := deadline - time.monotonic()) > 0:
            self._tell_trunk()
            self._wait(left)
            self._spawn_wanted()
        self._tell_trunk()
        if self._door() is None:
            trouble = self.trunk_state().error
            self.stop(timedelta(seconds=1))
            raise trunk_unusable(self._trunk.name, trouble)

    def _tell_trunk(self) -> bool:
        """Whether the trunk's state is news."""
        state = self.trunk_state()
        news = self._told != (state.up, state.error)
        if news:
            self._told = (state.up, state.error)
            self._on_trunk(state)
        return news

    def _settle(self, worker: WorkerProcess) -> None:
        """A runner process is gone: close what it still held, and let its successor wait a little."""
        self._selector.unregister(worker.reports_fd)
        self._workers.remove(worker)
        how = worker.bury()
        for attempt_id, dialing in worker.held.items():
            self._close_door(attempt_id)
            self._close(attempt_id, CallEventKind.LOST if dialing else CallEventKind.NOT_SENT, how)
        self._agents.lost(worker, how)
        if time.monotonic() - worker.born > LONG_LIFE.total_seconds():
            self._rest = FIRST_REST
        self._rest_after(how)

    def _rest_after(self, trouble: str) -> None:
        """Note the trouble and let the next process wait: longer each time, so that a fault is no tight loop."""
        self._last_trouble = trouble
        self._replace_at = time.monotonic() + self._rest.total_seconds()
        self._rest = min(2 * self._rest, LONGEST_REST)

    def _end_wedged(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            limit = SILENCE_LIMIT if worker.capacity else BOOT_PATIENCE
            if now - worker.last_sign > limit.total_seconds():
                worker.kill(f"no sign of life for {limit.seconds} s")
            elif worker.stuck_for > STUCK_LIMIT.total_seconds() and not worker.held:
                worker.kill(f"its slots stayed blocked for over {STUCK_LIMIT.seconds} s")

    def _close(self, attempt_id: str, kind: CallEventKind, why: str) -> None:
        self._pending.append(CallEvent(attempt_id, kind, self._clock.now(), why))
