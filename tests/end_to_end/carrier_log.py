"""The loopback carrier's event log, read from outside: how calls are counted without asking the dialer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def instant(line: Line) -> datetime:
    """The wall-clock instant at which the carrier saw it."""
    return datetime.fromisoformat(line["at"])


@dataclass(frozen=True)
class CarrierLog:
    """JSON lines, appended while they are read: a last line without its end is left for later."""

    path: Path

    def lines(self, event: str | None = None, since: int = 0) -> list[Line]:
        """The facts from the `since`-th line on, oldest first."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        written = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
        facts: list[Line] = [json.loads(line) for line in written[since:]]
        return [fact for fact in facts if event in (None, fact["event"])]

    def invites(self, since: int = 0) -> list[Line]:
        """Calls as they came in; a repeated INVITE of the same call is a `retransmission`, not one of these."""
        return self.lines("invite", since)

    def up(self, since: int = 0) -> set[str]:
        """Call-IDs answered, acknowledged and not ended."""
        return self.answered(since) & _call_ids(self.lines("ack", since)) - _call_ids(self.lines("ended", since))

    def answered(self, since: int = 0) -> set[str]:
        """Call-IDs with a 200 OK."""
        return _call_ids(self.lines("answered", since))

    def open(self) -> set[str]:
        """Call-IDs begun and not ended."""
        return _call_ids(self.invites()) - _call_ids(self.lines("ended"))


def _call_ids(lines: list[Line]) -> set[str]:
    return {line["call_id"] for line in lines}
