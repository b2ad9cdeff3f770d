"""What a run does once a day beside calling: it applies the retention table.

Apart from the loop, which must not end because of it: what cannot be deleted today is told in the log of the run, and
`dialer retention apply` says it to a person.
"""

from __future__ import annotations

from datetime import date

import structlog

from dialer.audit import ClockWentBack
from dialer.errors import SettingsRefused, StoreUnavailable
from dialer.outlook import OFFICE_ZONE
from dialer.workspace import Workspace

_PEOPLE_AT_ONCE = 100
"""Calls under way want to be heard in between; the others follow at the next call."""
_log = structlog.get_logger("dialer.retention")


class Daily:
    """Called now and again; does its work when a new day has begun. Never in simulated time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._done: date | None = None
        self._left = False
        """Whether people are left whose time is over."""

    def __call__(self) -> None:
        if self._workspace.clock.simulated:
            return
        today = self._workspace.clock.now().astimezone(OFFICE_ZONE).date()
        if self._done == today:
            return
        from dialer.retention_run import ClockInDoubt, apply_retention  # brings along what reads files

        try:
            if self._left or self._applied_on() != today:
                done = apply_retention(self._workspace, most_people=_PEOPLE_AT_ONCE)
                self._left = len(done.prospects) == _PEOPLE_AT_ONCE
                _log.info("retention", removed={str(data): count for data, count in done.counts().items() if count})
        except (ClockInDoubt, ClockWentBack, SettingsRefused, StoreUnavailable, OSError) as trouble:
            _log.warning("nothing deleted today", said=str(trouble))
            self._left = False
        if not self._left:
            self._done = today

    def _applied_on(self) -> date | None:
        from dialer.retention_run import last_applied

        with self._workspace.store.reading() as session:
            last = last_applied(session)
        return last.astimezone(OFFICE_ZONE).date() if last else None
