"""The loop that turns due candidates into calls: ticks ask the gate, the runner dials, reports come back.

One process owns the ledger. Ticks only wake it; what is to be done stands in the tables, so that a
crash at any point is settled by `recover` and nothing is dialed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from time import monotonic

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session, col, select

from dialer import candidates, outcomes
from dialer.audit import require_clock_goes_on
from dialer.gate import GateAnswer
from dialer.ledger import LIVE, ON_THE_LINE, AttemptMoved, begin_dialing, settle_leftovers
from dialer.ports import CallOrder, CallQueue, CallRunner
from dialer.schema import Attempt, AttemptState, Campaign, CampaignState
from dialer.workspace import Workspace

TICK = timedelta(milliseconds=50)
_PAUSE = timedelta(milliseconds=20)
_OVERDUE_MARGIN = timedelta(seconds=60)
_DRAIN = timedelta(seconds=30)
"""For calls under way when the engine is told to stop; then they are hung up."""
_GRACE = timedelta(seconds=3)
"""For the runner to hang up what is left."""
_log = structlog.get_logger("dialer.engine")


@dataclass
class Engine:
    """Runs the campaigns of one trunk. `on_progress` is called after every round that changed something."""

    workspace: Workspace
    trunk: str
    runner: CallRunner
    queue: CallQueue
    on_progress: Callable[[], None] = lambda: None
    stopping: Event = field(default_factory=Event)
    hurrying: Event = field(default_factory=Event)

    def recover(self) -> tuple[list[str], list[str]]:
        """Settle what a crash left behind; returns the ids given back and those now unknown.

        Raises `ClockWentBack`, before anything is dialed, when the clock shows less than what is on record.
        """
        with self.workspace.store.transaction() as session:
            require_clock_goes_on(session, self.workspace.clock.now())
            given_back, unknown = settle_leftovers(session, self.workspace.clock.now())
            outcomes.after_recovery(session, self.workspace.gate, given_back, unknown)
        if given_back or unknown:
            _log.warning("recovered", given_back=len(given_back), unknown=len(unknown))
        return given_back, unknown

    def run(self, *, until_idle: bool = False) -> None:
        """Dial until `stopping` is set, or with `until_idle` until nothing is due and nothing is live.

        When `stopping` is set new calls stop at once, and those under way have half a minute to end by
        themselves, unless `hurrying` is set too.
        """
        self.recover()
        tick = Event()
        scheduler = BackgroundScheduler(timezone="UTC")
        scheduler.add_job(
            tick.set,
            "interval",
            seconds=TICK.total_seconds(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self.runner.start()
        scheduler.start()
        try:
            self._serve(tick, until_idle)
            self._drain()
        finally:
            scheduler.shutdown(wait=False)
            self.runner.stop(grace=_GRACE)
            while self._take_reports():
                pass
            self.recover()

    def _serve(self, tick: Event, until_idle: bool) -> None:
        while not self.stopping.is_set():
            changed = self._take_reports()
            if tick.is_set():
                tick.clear()
                changed = self._approve_one() or changed
            changed = self._dial_queued() or changed
            if changed:
                self.on_progress()
            if until_idle and not changed and self._idle():
                return

    def _drain(self) -> None:
        """Let the calls under way end by themselves, for as long as that may take at most."""
        deadline = monotonic() + _DRAIN.total_seconds()
        while self._anyone(ON_THE_LINE) and monotonic() < deadline and not self.hurrying.is_set():
            if self._take_reports():
                self.on_progress()

    def _approve_one(self) -> bool:
        """Ask the gate about due candidates until one is approved, or there is no room or nobody due."""
        if len(self.queue) or not self.runner.free_channels():
            return False
        asked = False
        while True:
            answer = self._ask_next()
            if answer is None:
                return asked
            asked = True
            if answer.order:
                self.queue.put(answer.order)
                return True

    def _ask_next(self) -> GateAnswer | None:
        """One candidate, one transaction: room, decision, attempt, and the candidate's new place."""
        now = self.workspace.clock.now()
        with self.workspace.store.transaction() as session:
            if not self.workspace.gate.has_room(session, self.trunk):
                return None
            for campaign in self._running(session):
                candidate = candidates.next_due(session, campaign, now)
                if candidate:
                    answer = self.workspace.gate.ask(session, campaign, candidate.contact_id)
                    candidates.after_answer(session, candidate, answer)
                    return answer
        return None

    def _dial_queued(self) -> bool:
        """Fence each queued order, then hand it to the runner: the commit comes before the INVITE."""
        placed = False
        while self.runner.free_channels() and (order := self.queue.take()):
            placed = self._fence(order) or placed
        return placed

    def _fence(self, order: CallOrder) -> bool:
        now = self.workspace.clock.now()
        overdue_at = now + order.ring_timeout + order.max_talk + _OVERDUE_MARGIN
        try:
            with self.workspace.store.transaction() as session:
                begin_dialing(session, order.permit.attempt_id, now, overdue_at)
        except AttemptMoved as moved:
            _log.info("order dropped", why=str(moved))
            return False
        self.runner.place(order)
        return True

    def _take_reports(self) -> bool:
        events = self.runner.events(timeout=_PAUSE)
        for event in events:
            with self.workspace.store.transaction() as session:
                outcomes.apply(session, self.workspace.gate, event)
            _log.info("report", attempt=event.attempt_id, kind=str(event.kind), sip=event.sip_code)
        return bool(events)

    def _idle(self) -> bool:
        with self.workspace.store.transaction() as session:
            now = self.workspace.clock.now()
            due = any(candidates.next_due(session, campaign, now) for campaign in self._running(session))
        return not due and not self._anyone(LIVE)

    def _anyone(self, states: Collection[AttemptState]) -> bool:
        found = select(Attempt.id).where(Attempt.trunk == self.trunk, col(Attempt.state).in_(states))
        with self.workspace.store.transaction() as session:
            return session.exec(found.limit(1)).first() is not None

    def _running(self, session: Session) -> list[Campaign]:
        running = select(Campaign).where(Campaign.trunk == self.trunk, Campaign.state == CampaignState.RUNNING)
        return list(session.exec(running.order_by(col(Campaign.id))))
