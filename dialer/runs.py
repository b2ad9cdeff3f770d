"""A run on record: when it started and stopped, on which trunk, on whose account, and how far the chain went then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from dialer import audit
from dialer.anchor import FILE, require_anchored
from dialer.anchor_keeping import DURING_A_RUN
from dialer.audit import AuditKind, ClockWentBack
from dialer.errors import StoreUnavailable
from dialer.tallying import begin_counting
from dialer.verification import move_anchor
from dialer.workspace import Workspace
from dialer.write_lock import Patience

_log = structlog.get_logger("dialer.runs")
_PATIENCE = Patience(timedelta(seconds=60))


@contextmanager
def on_record(workspace: Workspace, trunk: str) -> Iterator[None]:
    """Note the start, then the end however it comes. To be entered by whoever owns the ledger, before any call.

    Raises `ChainCutShort` when the database is not the one that was seen last: calls that count may be missing in it.
    """
    with workspace.store.transaction(_PATIENCE) as session:
        require_anchored(session, workspace.settings.keys_folder / FILE)
        told = {"trunk": trunk, **({"simulated": True} if workspace.clock.simulated else {})}
        audit.append(session, AuditKind.RUN_STARTED, told, workspace.clock.now())
        begin_counting(session)  # all at once it would hold up the calls
    ended = "error"
    workspace.anchor_keeper.pause = DURING_A_RUN
    try:
        yield
        ended = "in order"
    finally:
        workspace.anchor_keeper.pause = timedelta(0)
        _note_the_end(workspace, {"trunk": trunk, "ended": ended})


def _note_the_end(workspace: Workspace, told: dict[str, str]) -> None:
    """What cannot be written now leaves a start without an end in the chain; what ended it is told all the same."""
    try:
        with workspace.store.transaction(_PATIENCE) as session:
            audit.append(session, AuditKind.RUN_STOPPED, told, workspace.clock.now())
        move_anchor(workspace)
    except (StoreUnavailable, ClockWentBack) as trouble:
        _log.warning("the end of the run is not on record", said=str(trouble))
