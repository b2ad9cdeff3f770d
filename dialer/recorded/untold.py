"""What the chain itself says is missing from it: rows that a restoration lost, and ends that were taken on trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialer.faults import Reservation

WITHOUT_ANCHOR = "without_anchor_sha256"
"""In a row `verified`: nothing told how far the chain went, and somebody said why (hash of the words)."""


class Untold:
    """Such rows, in their order. No fault: whoever wrote them said so at once."""

    def __init__(self) -> None:
        self._reservations: list[Reservation] = []

    def restored(self, seq: int, told: dict[str, Any]) -> None:
        first, last = told["head_seq"] + 1, told["known_seq"]
        if last >= first:
            self._reservations.append(
                Reservation(
                    f"row {seq} tells of a restored backup: {first} to {last} of the rows before it were lost",
                    f"la ligne {seq} dit qu'une sauvegarde fut restaurée : les lignes {first} à {last} d'avant elle "
                    "sont perdues",
                )
            )

    def verified(self, seq: int, at: str, told: dict[str, Any]) -> None:
        if WITHOUT_ANCHOR not in told:
            return
        by, day = told.get("by", "—"), at[:10]
        self._reservations.append(
            Reservation(
                f"that no row was cut off after row {told['rows']} is taken on trust: nothing told how far the log "
                f"went, as {by} noted on {day} (row {seq})",
                f"qu'aucune ligne n'ait été coupée après la ligne {told['rows']} est admis sans preuve : rien ne "
                f"disait jusqu'où allait le journal, comme {by} l'a noté le {day} (ligne {seq})",
            )
        )

    def reservations(self) -> Iterator[Reservation]:
        yield from self._reservations
