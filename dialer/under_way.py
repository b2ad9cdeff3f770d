"""The calls that a run has in its hands, and what is reported of them, until it is safely on record.

Separate from the loop because a call under way outlives its troubles: while the database does not answer, reports
are kept here in order and beside it on disk, and written down when it does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

import structlog

from dialer import outcomes
from dialer.kept_reports import KeptReports, take_up
from dialer.mended_recordings import mend_recording
from dialer.ports import FINAL, CallEvent, CallEventKind, CallOrder, CallRunner
from dialer.workspace import Workspace
from dialer.write_lock import Patience

BRIEF = Patience(timedelta(seconds=1))
"""For the database's lock: calls under way must be heard meanwhile, so that the loop asks again and again."""
_AT_ONCE = 20
"""Reports in one transaction: more would keep the lock from others for too long."""
_log = structlog.get_logger("dialer.calls")


class UnderWay:
    """Orders go out through here, and reports come in."""

    def __init__(self, workspace: Workspace, runner: CallRunner, heard: Callable[[CallEvent], None]) -> None:
        """`heard` is told of every report as soon as it comes, whatever the database does."""
        self._workspace, self._runner, self._heard = workspace, runner, heard
        self._up: set[str] = set()
        self._unwritten: deque[CallEvent] = deque()
        self._kept, self._kept_reports = 0, KeptReports(workspace.settings.folder)
        """How many of them are on disk, and where."""

    def __len__(self) -> int:
        """Calls handed to the runner that have not ended."""
        return len(self._up)

    def place(self, order: CallOrder) -> None:
        self._runner.place(order)
        self._up.add(order.permit.attempt_id)

    def drop(self, order: CallOrder, why: str = "the database did not answer") -> None:
        """An order that is not dialed after all: noted like a runner's report that nothing left."""
        self._note(CallEvent(order.permit.attempt_id, CallEventKind.NOT_SENT, self._workspace.clock.now(), why))

    def listen(self, timeout: timedelta) -> None:
        """Wait at most so long for reports, and keep those that come."""
        for event in self._runner.events(timeout):
            self._note(event)
            if event.kind in FINAL:
                self._up.discard(event.attempt_id)

    def _note(self, event: CallEvent) -> None:
        self._heard(event)
        if event.kind is CallEventKind.LOST:  # with the process that was recording it
            mend_recording(self._workspace.settings.folder, event.attempt_id)
        if event.kind is not CallEventKind.SENT:  # the attempt is on record as dialed already
            self._unwritten.append(event)

    def keep(self) -> None:
        """Put on disk what waits for the database, so that no end of this process loses it."""
        self._kept_reports.keep(islice(self._unwritten, self._kept, None))
        self._kept = len(self._unwritten)

    def close(self) -> None:
        """No more reports come; what could not be written is the next run's."""
        self._kept_reports.close()

    def take_up(self, patience: Patience) -> None:
        """Record what engines before this one could not. Raises `StoreUnavailable`; what is left stays kept."""
        take_up(self._workspace.settings.folder, lambda reports: self._record(reports, patience))

    def write(self) -> bool:
        """Take every report into the ledger, those that came meanwhile together; whether there were any.

        Raises `StoreUnavailable`; what could not be written stays, in its order, and is on disk.
        """
        wrote = bool(self._unwritten)
        try:
            while batch := list(islice(self._unwritten, _AT_ONCE)):
                self._record(batch)
                for _ in batch:
                    self._unwritten.popleft()
                self._kept = max(0, self._kept - len(batch))
        finally:
            if self._unwritten:
                self.keep()
            else:
                self._kept_reports.forget()
        return wrote

    def _record(self, reports: Sequence[CallEvent], patience: Patience = BRIEF) -> None:
        with self._workspace.store.transaction(patience) as session:
            for event in reports:
                outcomes.apply(session, self._workspace.gate, event)
        for event in reports:
            _log.info(
                "report",
                attempt=event.attempt_id,
                kind=str(event.kind),
                sip=event.sip_code,
                disposition=str(event.disposition) if event.disposition else None,
            )
