"""Settles attempts of which nobody will report any more: those a crash left behind, and those overdue."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from dialer import outcomes
from dialer.audit import require_clock_goes_on
from dialer.ledger import settle_leftovers
from dialer.mended_recordings import mend_recording
from dialer.presence import Presence
from dialer.workspace import Workspace
from dialer.write_lock import Patience

OVERDUE_EVERY = timedelta(seconds=10)
_log = structlog.get_logger("dialer.recovery")


def recover(
    workspace: Workspace, patience: Patience, presence: Presence, overdue_at: datetime | None = None
) -> tuple[list[str], list[str]]:
    """Settle what was left behind; returns the ids given back and those now unknown.

    What other engines have in hand that are alive is theirs. With `overdue_at`, while this engine works, its own is
    left alone too, unless it should have ended before, such as an attempt whose commit got no answer. Raises
    `ClockWentBack`, with nothing changed, when the clock shows less than what is on record.
    """
    with workspace.store.transaction(patience) as session:
        now = workspace.clock.now()
        require_clock_goes_on(session, now)
        working = {presence.engine, None} if overdue_at else set()
        given_back, unknown = settle_leftovers(session, now, presence.others(session) | working, overdue_at)
        outcomes.after_recovery(session, workspace.gate, given_back, unknown)
    for attempt_id in unknown:
        mend_recording(workspace.settings.folder, attempt_id)
    if given_back or unknown:
        _log.warning("recovered", given_back=given_back, unknown=unknown)
    return given_back, unknown
