"""Whether the key of each person's facts is there until a row of the chain tells that it was destroyed, and not after,
and whether it opens: a wrapped key is bound to its person, so that one of somebody else's, or an altered one, does not.

Without its key a decision is a text that nobody reads: taking keys away would hide what calls rested on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialer.audit import AuditKind
from dialer.driver import Driver
from dialer.faults import Fault, Reservation
from dialer.master_keys import MasterKeys
from dialer.recorded.decisions import Stored
from dialer.recorded.people import People
from dialer.retention_table import Kept
from dialer.vault import is_locked


class PersonKeys:
    """Follows decisions, which need a key, and erasures, which name people by the pseudonyms of the chain."""

    def __init__(self, people: People, masters: MasterKeys | None) -> None:
        self._people, self._masters = people, masters
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

    def check(self, driver: Driver, end: int) -> Fault | None:
        """The fault that lies first in the chain; `end` is the row after its last one."""
        return min(self._faults(driver, end), key=lambda fault: fault.seq, default=None)

    def _faults(self, driver: Driver, end: int) -> Iterator[Fault]:
        there: set[int] = set()
        for contact_id, master, wrapped in driver.stream("SELECT contact_id, master, wrapped FROM person_key"):
            there.add(contact_id)
            if self._masters and not self._masters.opens(master, wrapped, contact_id):
                yield self._unusable(self._needed.get(contact_id, end), contact_id)
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

    def _unusable(self, seq: int, contact_id: int) -> Fault:
        person = next((name for name, whose in self._contacts.items() if whose == contact_id), "—")
        return Fault(
            seq,
            f"the key of its facts (contact {contact_id}, person {person}) does not open: it was altered, is somebody "
            "else's, or its master key is not at hand; what was decided about them from there on cannot be read",
            f"la clé de ses faits (contact {contact_id}, personne {person}) ne s'ouvre pas : altérée, d'une autre "
            "personne, ou sa clé maîtresse manque ; ce qui fut décidé d'elle à partir de là ne se lit pas",
        )

    def reservations(self) -> Iterator[Reservation]:
        if self._needed and self._masters is None:
            yield Reservation(
                f"not compared: whether the keys of the facts of {len(self._needed)} people open; keys/master.key is "
                "not there",
                f"non comparé : si les clés des faits de {len(self._needed)} personnes s'ouvrent ; keys/master.key "
                "n'est pas là",
            )
        if self._unnamed:
            yield Reservation(
                "not compared: that no other key of facts is gone; rows of an earlier version, or under a lost key of "
                "pseudonyms, do not say whose went",
                "non comparé : qu'aucune autre clé des faits ne manque ; des lignes d'une version antérieure, ou sous "
                "une clé de pseudonymes perdue, ne disent pas de qui elles sont",
            )
