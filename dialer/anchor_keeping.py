"""Moves the note of how far the chain goes along with what commands write, so that little can be cut off unseen.

Apart from the note itself (`anchor`), because a commit must not fail for it: what was written is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

import structlog

from dialer.anchor import keep_up
from dialer.errors import DialerError
from dialer.ports import Clock
from dialer.store import Store

DURING_A_RUN = timedelta(seconds=1)
"""A run commits many times a second, and moving the note takes milliseconds."""
_log = structlog.get_logger("dialer.anchor")


@dataclass
class AnchorKeeper:
    """One for each opened workspace, told of every commit; `pause` lies between two looks."""

    store: Store
    path: Path
    clock: Clock
    pause: timedelta = timedelta(0)
    _looked_at: float = field(default=float("-inf"), init=False)

    def committed(self) -> None:
        """What cannot be noted now is with the next commit; a note that does not fit stays, for `audit verify`."""
        if monotonic() - self._looked_at < self.pause.total_seconds():
            return
        try:
            with self.store.reading() as session:
                keep_up(session, self.path, self.clock.now())
        except (DialerError, OSError) as trouble:
            _log.warning("how far the log goes is not noted", said=str(trouble))
        self._looked_at = monotonic()
