"""Whether the key of each person's facts is there until a row of the chain tells that it was destroyed, and not after.

Without its key a decision is a text that nobody reads: taking keys away would hide what calls rested on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialer.audit import AuditKind
from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.recorded.decisions import Stored
from dialer.recorded.people import People
from dialer.retention_table import Kept
from dialer.vault import is_locked


class PersonKeys:
    """Follows decisions, which need a key, and erasures, which name people by the pseudonyms of the chain."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._contacts: dict[str, int] = {}
        """Whom a pseudonym means, as decisions told."""
        self._needed: dict[int, int] = {}
        """By contact the row that needs the key first."""
        self._destroyed: dict[int, int] = {}
        """By contact whose key is gone the row that tells so."""
        self._unnamed = 0
        """Rows that do not say whose keys went: of an earlier version, or under a pseudonym that was lost."""

    def need(self, seq: int, person: str, decision: Stored) -> None:
        contact_id = decision.contact_id
        if contact_id not in self._needed and is_locked(decision.body):
            self._needed[contact_id] = seq
            self._destroyed.pop(contact_id, None)
        self._contacts[person] = contact_id

    def forget(self, seq: int, kind: str, told: dict[str, Any]) -> None:
        if kind == AuditKind.ERASED:
            self._forget(seq, told["person"])
        elif "keys" in told:
            for person in told["keys"]:
                self._forget(seq, person)
        elif told["removed"].get(Kept.ATTEMPT_LOG):
            self._forget_everybody()

    def _forget(self, seq: int, person: str) -> None:
        contact_id = self._contacts.get(person)
        if contact_id is None and self._people.replaced_at:  # decided about under the key that was lost
            contact_id = self._people.among(self._needed, person)
            if contact_id is None and not self._people.can_tell(seq):
                self._forget_everybody()
        if contact_id in self._needed:
            del self._needed[contact_id]
            self._destroyed[contact_id] = seq

    def _forget_everybody(self) -> None:
        self._unnamed += 1
        self._needed.clear()

    def check(self, driver: Driver) -> Fault | None:
        """The fault that lies first in the chain."""
        return min(self._faults(driver), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver) -> Iterator[Fault]:
        there = {contact_id for (contact_id,) in driver.stream("SELECT contact_id FROM person_key")}
        for contact_id, seq in self._needed.items():
            if contact_id not in there:
                yield Fault(
                    seq,
                    f"the key of its facts (contact {contact_id}) is missing, and no row tells of an erasure",
                    f"la clé de ses faits (contact {contact_id}) manque, et aucune ligne ne parle d'un effacement",
                )
        for contact_id, seq in self._destroyed.items():
            if contact_id in there:
                yield Fault(
                    seq,
                    f"it destroyed the key of contact {contact_id}, which is there again",
                    f"elle a détruit la clé du contact {contact_id}, qui est revenue",
                )

    def reservations(self) -> Iterator[Reservation]:
        if self._unnamed:
            yield Reservation(
                "not compared: that no other key of facts is gone; rows of an earlier version, or under a lost key of "
                "pseudonyms, do not say whose went",
                "non comparé : qu'aucune autre clé des faits ne manque ; des lignes d'une version antérieure, ou sous "
                "une clé de pseudonymes perdue, ne disent pas de qui elles sont",
            )
