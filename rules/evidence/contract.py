"""A contract in progress, and whether the offer concerns its object."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rules.facts import Contract


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """A contract with its object; `since` None: running already; `until` None: no end agreed."""

    object: str
    since: date | None = None
    until: date | None = None

    def running_on(self, day: date) -> bool:
        """A finished sale, an expired mandate or a delivered job is not in progress."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ContractStatus:
    status: Contract
    until: date | None = None
    """Last local day on which it holds."""


def contract_status(records: Iterable[ContractRecord], objects: Collection[str], today: date) -> ContractStatus:
    """« l'exécution d'un contrat en cours et […] un rapport avec l'objet de ce contrat » (L.223-1).

    `objects` are those that the campaign declares its offer to concern; of several related contracts
    the one that runs longest counts.
    """
    running = [record for record in records if record.running_on(today)]
    related = [record for record in running if record.object in objects]
    if related:
        ends = [record.until for record in related]
        return ContractStatus(Contract.RELATED, None if None in ends else max(end for end in ends if end))
    return ContractStatus(Contract.UNRELATED if running else Contract.NONE)
