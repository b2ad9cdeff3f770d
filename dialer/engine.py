"""The loop that turns due candidates into calls: it asks the gate, the runner dials, reports come back.

One process owns a SQLite ledger, several share one on a server. What is to be done stands in the tables, so that a
crash at any point is settled by `recover` and nothing is dialed twice. The loop waits in one place only, for an event
or for the very next instant at which something can be done.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import structlog

from dialer.agents import AgentDesk
from dialer.audit import ClockWentBack
from dialer.back_off import BackOff
from dialer.clock import ClockWatch
from dialer.errors import StoreBusy, StoreUnavailable
from dialer.lanes import Lanes, lanes_of
from dialer.ledger import AttemptMoved, begin_dialing
from dialer.ports import AgentLines, CallEvent, CallOrder, CallQueue, CallRunner, TrunkState
from dialer.presence import ALONE, Presence
from dialer.questions import Questions
from dialer.recordings_to_note import RecordingsToNote
from dialer.recovery import OVERDUE_EVERY, recover
from dialer.under_way import BRIEF, UnderWay
from dialer.wake import Wait, Why
from dialer.workspace import Workspace
from dialer.write_lock import Patience

LOOK_UP = timedelta(seconds=0.5)
"""The longest wait without a look whether another process has changed anything, or somebody says stop."""
EARLY = timedelta(milliseconds=40)
"""So long before it is to leave an order is fenced and handed over: to commit and to wake a process takes time."""
LATE = timedelta(milliseconds=500)
"""How much later than it should an order may leave; a process that comes to it later sends it back. To leave late costs
its lane that moment; to be sent back costs the start that was reserved."""
_SLOW = timedelta(seconds=1)
"""An order whose fence took longer to commit is not let go any more."""
_BEHIND = timedelta(seconds=1)
"""While orders wait for so much longer than their start nobody new is asked about: permits would run out."""
_OVERDUE_MARGIN = timedelta(seconds=60)
_DRAIN = timedelta(seconds=30)
"""For calls under way when the engine is told to stop; then they are hung up."""
_GRACE = timedelta(seconds=3)
"""For the runner to hang up what is left."""
_LAST_PATIENCE = timedelta(seconds=60)
"""For the database to take the last reports; what it does not take is unknown to the next run."""
_log = structlog.get_logger("dialer.engine")


@dataclass
class Engine:
    """Runs the campaigns of one trunk. `on_progress` is called after every round that changed something.

    `wait` says at any time why no call starts. A runner in virtual time wants a long `look_up`.
    """

    workspace: Workspace
    trunk: str
    runner: CallRunner
    queue: CallQueue
    on_progress: Callable[[], None] = lambda: None
    stopping: Event = field(default_factory=Event)
    hurrying: Event = field(default_factory=Event)
    look_up: timedelta = LOOK_UP
    clock_watch: ClockWatch | None = None
    presence: Presence = ALONE
    lines: AgentLines | None = None
    """Of the agents' phones; None: nobody is called to theirs (see `AgentDesk`)."""
    daily: Callable[[], None] = lambda: None
    """Called every few seconds, beside calling; what it raises ends the run."""
    line: TrunkState = field(init=False)
    """The trunk, as the last round found it."""
    desk: AgentDesk = field(init=False)
    questions: Questions = field(init=False)
    """Whom to call next; before `run` another choice may be put in its place."""
    _under_way: UnderWay = field(init=False)
    _recordings: RecordingsToNote = field(init=False)
    _lanes: Lanes = field(init=False)
    _next: CallOrder | None = field(default=None, init=False)
    """Taken from the queue; its instant has not come."""
    _back_off: BackOff = field(default_factory=BackOff, init=False)
    _trouble: Wait | None = field(default=None, init=False)
    """The database's; until it has passed nothing new is begun."""
    _next_overdue: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        clock = self.workspace.clock
        if self.clock_watch is None and not clock.simulated:
            tolerance = timedelta(seconds=self.workspace.settings.clock_tolerance_seconds)
            self.clock_watch = ClockWatch(clock, tolerance)
        self.line = TrunkState(False, clock.now(), "not asked yet")
        self.desk = AgentDesk(self.workspace.settings, self.trunk, clock, self.lines, self.presence.engine)
        self.questions = Questions(self.workspace, self.trunk, self.runner, self.desk)
        self.workspace.gate.engine = self.presence.engine
        self._lanes = lanes_of(self.workspace.store, self.workspace.settings.trunk(self.trunk))
        self._under_way = UnderWay(self.workspace, self.runner, self._heard)
        self._recordings = RecordingsToNote(self.workspace)

    def _heard(self, event: CallEvent) -> None:
        self._lanes.heard(event)
        self.desk.heard(event)
        self._recordings.heard(event)

    @property
    def wait(self) -> Wait:
        """Why no call starts now, and until when."""
        if self.stopping.is_set():
            return Wait(Why.STOPPING)
        return self._trouble or self.questions.wait

    def recover(self) -> tuple[list[str], list[str]]:
        """Settle what is left of engines that are gone, or of this one; the ids given back, the unknown.

        Raises `ClockWentBack`, before anything is dialed, when the clock shows less than what is on record.
        """
        patience = Patience(_LAST_PATIENCE)
        self._under_way.take_up(patience)
        return recover(self.workspace, patience, self.presence)

    def run(self, *, until_idle: bool = False) -> None:
        """Dial until `stopping` is set, or with `until_idle` until nobody can be called and nothing is live.

        However it ends, new calls stop at once, and those under way have half a minute to end by themselves,
        unless `hurrying` is set. Raises `ClockJumped`, `TrunkGone`, and `StoreUnavailable` when the database
        has a trouble that does not pass by itself.
        """
        self.recover()
        self._recordings.note_left()
        self.runner.start()
        try:
            self._serve(until_idle)
        finally:
            self._end()

    def _serve(self, until_idle: bool) -> None:
        while not self.stopping.is_set():
            self._under_way.listen(self._span())
            self.line = self.runner.trunk_state()
            if self.clock_watch is not None:
                self.clock_watch.check()
            if self._trouble and not self._trouble.over(self.workspace.clock.now()):
                self._under_way.keep()
                continue
            try:
                changed = self._round()
                idle = until_idle and not changed and self._idle()
            except StoreBusy as trouble:
                self._rest(trouble)
                continue
            if self._trouble:
                self._trouble = None
                self._back_off.over()
                _log.info("the database is back")
            if changed:
                self.on_progress()
            elif idle:
                return

    def _span(self) -> timedelta:
        """How long to wait: to the next instant at which something can be done, but not without looking up."""
        now = self.workspace.clock.now()
        asking = None if self._behind(now) else self.questions.wait
        wait = self._trouble or asking
        if wait and wait.why is Why.NOTHING:
            return timedelta(0)
        instants = [at for at in (wait and wait.until, self._next and self._earliest(self._next)) if at]
        return max(timedelta(0), min([self.look_up, *(at - now for at in instants)]))

    def _round(self) -> bool:
        """Whether anything was done: reports written, orders dialed, questions asked."""
        changed = self._under_way.write()
        self._lanes.write(self.workspace.store)
        self.desk.note(self.workspace.store)
        self._settle_overdue()
        changed = self._dial_queued() or changed
        if not self._behind(self.workspace.clock.now()):
            changed = self._approve_one() or changed
        return self._dial_queued() or changed

    def _approve_one(self) -> bool:
        """Ask the gate until one call is approved, if there is room for one; whether it was asked at all."""
        asked, order = self.questions.ask(len(self.queue) + (self._next is not None))
        if order:
            self.queue.put(order)
        return asked

    def _dial_queued(self) -> bool:
        """Fence each order whose instant has come, then hand it to the runner: the commit comes before the INVITE."""
        placed = False
        while self.runner.free_channels() and (order := self._next or self.queue.take()):
            self._next = order
            if self._earliest(order) > self.workspace.clock.now():
                break
            if not self._fence(order):
                break
            self._next, placed = None, True
        return placed

    def _earliest(self, order: CallOrder) -> datetime:
        """When to fence it: ahead of its reserved start, or of when a lane is free, whichever comes later."""
        return max(order.permit.not_before, self._lanes.free_at()) - EARLY

    def _behind(self, now: datetime) -> bool:
        return self._next is not None and now - self._next.permit.not_before > _BEHIND

    def _fence(self, order: CallOrder) -> bool:
        """Let the order go, or drop it for good; False when it has to wait, because every lane is taken after all."""
        attempt_id = order.permit.attempt_id
        try:
            with self.workspace.store.transaction(BRIEF) as session:
                now = self.workspace.clock.now()
                free_at = self._lanes.take(session, attempt_id, now + EARLY)
                if free_at is None:
                    return False
                leave_at = max(order.permit.not_before, free_at, now)
                overdue_at = leave_at + order.ring_timeout + order.max_talk + _OVERDUE_MARGIN
                begin_dialing(session, attempt_id, leave_at, overdue_at)
        except AttemptMoved as moved:
            self._under_way.drop(order, str(moved))
            _log.info("order dropped", attempt=attempt_id, why=str(moved))
            return True
        except StoreUnavailable:
            self._next = None
            self._under_way.drop(order)
            raise
        self._let_go(order, leave_at)
        return True

    def _let_go(self, order: CallOrder, leave_at: datetime) -> None:
        """Hand it to the runner, which sends it at that instant, or now when to commit took longer."""
        now = self.workspace.clock.now()
        if now - leave_at > _SLOW:
            self._under_way.drop(order, "its fence took too long to commit")
        else:
            leave_at = max(leave_at, now)
            self._under_way.place(replace(order, leave_at=leave_at, leave_by=leave_at + LATE))

    def _rest(self, trouble: StoreBusy) -> None:
        """Leave the database alone for a while. What is approved would be stale by then: it is given back."""
        while order := self._next or self.queue.take():
            self._next = None
            self._under_way.drop(order)
        until = self.workspace.clock.now() + self._back_off.after_failure()
        self._trouble = Wait(Why.DATABASE, until, str(trouble), trouble.message_fr)
        self.questions.look_again()
        _log.warning("database", said=str(trouble), until=until.isoformat())

    def _idle(self) -> bool:
        """Nothing is under way, and nobody can be called now."""
        waiting = len(self._under_way) or len(self.queue) or self._next
        return not waiting and self.questions.nobody()

    def _settle_overdue(self) -> None:
        now = self.workspace.clock.now()
        if self._next_overdue is None or now >= self._next_overdue:
            recover(self.workspace, BRIEF, self.presence, overdue_at=now)
            self._recordings.note()
            self.daily()
            self._next_overdue = now + OVERDUE_EVERY

    def _end(self) -> None:
        """Let the calls under way end by themselves, hang up what is left, and write everything down."""
        self.stopping.set()
        deadline = monotonic() + _DRAIN.total_seconds()
        try:
            while len(self._under_way) and monotonic() < deadline and not self.hurrying.is_set():
                self._under_way.listen(self.look_up)
                with suppress(StoreUnavailable, ClockWentBack):  # what was not written is kept: see below
                    self._under_way.write()
                    self.on_progress()
        finally:
            self.runner.stop(grace=_GRACE)
            self._under_way.listen(timedelta(0))
            try:
                self._write_the_last()
            finally:
                self._under_way.close()

    def _write_the_last(self) -> None:
        """Take down the last reports; settle what was approved and will not be dialed. Raises `StoreUnavailable`."""
        deadline = monotonic() + _LAST_PATIENCE.total_seconds()
        while True:
            try:
                self._under_way.write()
                self._lanes.write(self.workspace.store)
                self.desk.release(self.workspace.store)
                self.recover()
                self._recordings.note(at_once=True)
            except StoreBusy:
                if monotonic() > deadline:
                    raise
                self.hurrying.wait(self._back_off.after_failure().total_seconds())
            else:
                return
