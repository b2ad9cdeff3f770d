"""What the chain says of restorations: from which backup, and which rows and seals were lost by them.

Kept apart because seals must know it, and restoring must not be loaded to check a seal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dialer.audit import AuditKind
from dialer.chain_rows import rows_of_kind


@dataclass(frozen=True, slots=True)
class Restoration:
    """One `restored` row: the chain went on after `head_seq`, though it was known to have reached `known_seq`."""

    row: int
    backup: str
    """Digest of the backup."""
    head_seq: int
    known_seq: int
    """The last row that a seal or the anchor knew of; `head_seq` when nothing was lost."""
    seals: tuple[int, ...] = ()
    """Seals that vouch for lost rows: they hold no longer, and are kept as witnesses."""

    def to_body(self, head: str) -> dict[str, Any]:
        return {
            "backup": self.backup,
            "head": head,
            "head_seq": self.head_seq,
            "known_seq": self.known_seq,
            "seals": list(self.seals),
        }


def restorations(session: Session) -> list[Restoration]:
    found = []
    for row in rows_of_kind(session, AuditKind.RESTORED):
        body = json.loads(row.body)
        found.append(Restoration(row.seq, body["backup"], body["head_seq"], body["known_seq"], tuple(body["seals"])))
    return found


def lost_seals(session: Session) -> frozenset[int]:
    return frozenset(number for each in restorations(session) for number in each.seals)
