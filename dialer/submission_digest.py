"""What a file for an authority tells in sum, gathered while its decisions are read one by one.

Decisions that led to no call are told together where person, rules and day are the same: a campaign asks every hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dialer.outlook import OFFICE_ZONE
from dialer.stored_findings import StoredFinding, stored_findings
from dialer.submission import Case
from rules.places import possible_places


@dataclass(slots=True)
class NoCall:
    """Decisions of one day about one person that led to no call, for the same reasons."""

    contact_id: int
    day: date
    rules: tuple[str, ...]
    findings: tuple[StoredFinding, ...]
    """As of the first of them; empty when the facts are erased."""
    first: datetime
    last: datetime
    next_at: str
    """As the last of them told."""
    decisions: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an allowed call rested, and what the clocks showed where the consumer is said to live."""

    exemptions: tuple[str, ...]
    records: tuple[Mapping[str, Any], ...]
    """The permissions that counted, as they were stored with the decision."""
    clocks: tuple[datetime, ...]


@dataclass
class Digest:
    """Counts and groups; `add` is called once for each decision."""

    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    erased: int = 0
    people: set[int] = field(default_factory=set)
    campaigns: set[int] = field(default_factory=set)
    law_days: set[str] = field(default_factory=set)
    fingerprints: Counter[tuple[tuple[str, str], ...]] = field(default_factory=Counter)
    proofs: set[str] = field(default_factory=set)
    """References of the proofs that counted for a call."""
    first: datetime | None = None
    last: datetime | None = None
    without_call: dict[tuple[int, date, tuple[str, ...]], NoCall] = field(default_factory=dict)
    bases: dict[int, Basis] = field(default_factory=dict)
    """Of allowed decisions, by their id."""

    @property
    def decisions(self) -> int:
        return sum(self.verdicts.values())

    def add(self, case: Case) -> None:
        row = case.row
        self.verdicts[row.verdict] += 1
        self.people.add(row.contact_id)
        self.campaigns.add(row.campaign_id)
        self.first = min(self.first or row.at, row.at)
        self.last = max(self.last or row.at, row.at)
        self.erased += case.body is None
        if case.body:
            self.law_days.add(case.body["decision"]["law_day"])
            self.fingerprints[tuple(sorted(case.body["fingerprints"].items()))] += 1
        if row.verdict == "allow":
            self._allowed(case)
        else:
            self._refused(case)

    def _allowed(self, case: Case) -> None:
        body = case.body
        if not body:
            self.bases[case.row.id] = Basis(case.rules, (), ())
            return
        records = tuple(each for each in body.get("grounds", {}).get("for", ()) if each["counts"])
        self.proofs |= {str(each["proof"]) for each in records if each.get("proof")}
        places = possible_places(body["facts"]["postcode"], body["facts"]["number"])
        clocks = tuple(dict.fromkeys(case.row.at.astimezone(place.zone) for place in places if place.zone))
        self.bases[case.row.id] = Basis(case.rules, records, clocks)

    def _refused(self, case: Case) -> None:
        row = case.row
        self.rules.update(case.rules)
        day = row.at.astimezone(OFFICE_ZONE).date()
        key = (row.contact_id, day, case.rules)
        known = self.without_call.get(key)
        if known is None:
            known = NoCall(row.contact_id, day, case.rules, _blocking(case), row.at, row.at, row.next_at)
            self.without_call[key] = known
        known.last, known.next_at = row.at, row.next_at
        known.decisions.append(row.id)


def _blocking(case: Case) -> tuple[StoredFinding, ...]:
    if not case.body:
        return ()
    decision = case.body["decision"]
    blocking = [each for each in decision["findings"] if each["verdict"] != "allow" and not each["discharged_by"]]
    return tuple(stored_findings({**decision, "findings": blocking}))
