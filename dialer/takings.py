"""Lists that were taken back: the log alone still knows them, by their names.

Kept apart from `taking_back`, which does it: here what was done is told, wherever a list is looked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dialer.audit import AuditKind
from dialer.schema import AuditRow


@dataclass(frozen=True, slots=True)
class Taking:
    """One taking back of a list: when, and why what it said against calls went with it ("" where it said nothing)."""

    name: str
    at: datetime
    reason: str

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
    rows = select(AuditRow).where(AuditRow.kind == AuditKind.LIST_TAKEN_BACK).order_by(col(AuditRow.seq))
    bodies = ((row, json.loads(row.body)) for row in (session.exec(rows) if names else ()))
    return [
        Taking(body["list"], row.at, body.get("limits_dropped", {}).get("reason", ""))
        for row, body in bodies
        if body["list"] in names
    ]
