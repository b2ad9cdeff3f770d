"""Lists that were taken back: the log alone still knows them, by their names.

Kept apart from `taking_back`, which does it: here what was done is told, wherever a list is looked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dialer import remarks
from dialer.audit import AuditKind
from dialer.schema import AuditRow


@dataclass(frozen=True, slots=True)
class Taking:
    """One taking back of a list: when, and why what it said against calls went with it ("" where it said nothing).

    `numbers`: about how many it said something.
    """

    name: str
    at: datetime
    reason: str
    numbers: int = 0

    @property
    def words(self) -> tuple[str, str]:
        """English and French."""
        why_en, why_fr = (f": {self.reason}", f" : {self.reason}") if self.reason else ("", "")
        return (
            f"{self.name!r} was taken back on {self.at:%Y-%m-%d %H:%M} UTC{why_en}",
            f"{self.name!r} a été reprise le {self.at:%Y-%m-%d %H:%M} UTC{why_fr}",
        )


def takings_back(session: Session, names: set[str]) -> list[Taking]:
    """Of lists of these names, the oldest first; a name may have been given again since."""
    return [taking for taking in _takings(session) if taking.name in names] if names else []


def limits_taken_back(session: Session) -> list[Taking]:
    """Of lists that limited calls, the oldest first. The log holds no number: whose they were, it cannot tell."""
    return [taking for taking in _takings(session) if taking.numbers]


def _takings(session: Session) -> Iterator[Taking]:
    rows = select(AuditRow).where(AuditRow.kind == AuditKind.LIST_TAKEN_BACK).order_by(col(AuditRow.seq))
    for row in session.exec(rows):
        body = json.loads(row.body)
        dropped = body.get("limits_dropped", {})
        yield Taking(body["list"], row.at, _reason(session, dropped), dropped.get("numbers", 0))


def _reason(session: Session, dropped: Mapping[str, str]) -> str:
    """In the chain itself before version 0009 of the tables."""
    return remarks.words(session, dropped["reason_sha256"]) if "reason_sha256" in dropped else dropped.get("reason", "")
