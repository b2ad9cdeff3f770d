"""All rules of all dates, and the edition of them that is the law on one day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import combinations

from rules.book import (
    caller_id,
    carrier,
    duties,
    exemptions,
    frequency,
    hours,
    permission,
    sectors,
    sources,
    territory,
)
from rules.duty import CampaignFacts, Duty, Lack, lacks
from rules.numbers import Numbers, NumberTable
from rules.rule import PASS, Check, Exemption, Finding, Layer, Period, Rule

COVERED_FROM = date(2023, 1, 1)
"""The version table of the dossier starts here; nothing is decided about earlier days."""


class RulebookRefused(ValueError):
    """The rulebook contradicts itself; the message names the rules and the day."""


class LawNotCovered(ValueError):
    """The law of {day} is not in this rulebook, which starts on 2023-01-01."""

    def __init__(self, day: date) -> None:
        super().__init__((self.__doc__ or "").format(day=day))
        self.message_fr = f"le droit du {day} n'est pas dans ce recueil, qui commence le 1er janvier 2023"


@dataclass(frozen=True)
class Edition:
    """The rules, exemptions and numbers in force from `first` until the next edition's day."""

    first: date
    last: date | None
    rules: tuple[Rule, ...]
    exemptions: tuple[Exemption, ...]
    numbers: Numbers

    @cached_property
    def scopes(self) -> tuple[Exemption, ...]:
        return tuple(exemption for exemption in self.exemptions if exemption.scope)

    @cached_property
    def panel(self) -> tuple[tuple[str, Check, Layer, Finding, tuple[Exemption, ...]], ...]:
        """What judging one rule takes: its id, check and layer, its finding when it simply passes, and the
        exemptions that may lift it."""
        return tuple((r.id, r.check, r.layer, Finding(r, PASS), self.discharging[r.id]) for r in self.rules)

    @cached_property
    def discharging(self) -> dict[str, tuple[Exemption, ...]]:
        """For each rule id, the exemptions that may lift it when it blocks."""
        return {
            rule.id: tuple(e for e in self.exemptions if not e.scope and rule.id in e.discharges) for rule in self.rules
        }


class Rulebook:
    """Checks at load that versions do not overlap, exemptions name rules, and numbers are there."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        exemptions: tuple[Exemption, ...],
        numbers: NumberTable,
        duties: tuple[Duty, ...] = (),
    ) -> None:
        _refuse_two_versions_at_once([(rule.id, rule.in_force) for rule in rules])
        _refuse_two_versions_at_once([(exemption.id, exemption.in_force) for exemption in exemptions])
        _refuse_two_versions_at_once([(duty.id, duty.in_force) for duty in duties])
        known = {rule.id for rule in rules}
        for exemption in exemptions:
            if unknown := sorted(exemption.discharges - known):
                raise RulebookRefused(f"{exemption.id} discharges {unknown}, which are not rules of this book")
        self.rules, self.exemptions, self.numbers, self.duties = rules, exemptions, numbers, duties
        days = self._days_of_change()
        self._first_days = days
        self._editions = tuple(self._edition(first, last) for first, last in zip(days, [*days[1:], None], strict=True))

    def on(self, day: date) -> Edition:
        """The edition in force on a local date. Raises `LawNotCovered` before 2023-01-01."""
        if day < COVERED_FROM:
            raise LawNotCovered(day)
        return self._editions[bisect_right(self._first_days, day) - 1]

    @property
    def editions(self) -> tuple[Edition, ...]:
        return self._editions

    def lacking(self, campaign: CampaignFacts, day: date) -> tuple[Lack, ...]:
        """What a campaign lacks to be allowed to start on `day`; empty when every duty is met."""
        return lacks(campaign, self.duties, self.on(day).numbers, day)

    def _days_of_change(self) -> list[date]:
        days = {COVERED_FROM}
        spans = [(rule.in_force.first, rule.in_force.last) for rule in self.rules]
        spans += [(exemption.in_force.first, exemption.in_force.last) for exemption in self.exemptions]
        spans += [(duty.in_force.first, duty.in_force.last) for duty in self.duties]
        spans += [(number.first, number.last) for number in self.numbers.entries]
        for first, last in spans:
            days.update(day for day in (first, last and last + timedelta(days=1)) if day and day > COVERED_FROM)
        return sorted(days)

    def _edition(self, first: date, next_first: date | None) -> Edition:
        rules = tuple(sorted((r for r in self.rules if first in r.in_force), key=lambda r: r.id))
        lifting = tuple(sorted((e for e in self.exemptions if first in e.in_force), key=lambda e: e.id))
        there = self.numbers.names_on(first)
        reads = [(rule.id, rule.reads) for rule in rules] + [(lift.id, lift.reads) for lift in lifting]
        reads += [(duty.id, duty.reads) for duty in self.duties if first in duty.in_force]
        for name, wanted in reads:
            if missing := sorted(set(wanted) - there):
                raise RulebookRefused(f"{name} reads {missing} on {first}, which have no value on that day")
        last = next_first - timedelta(days=1) if next_first else None
        return Edition(first, last, rules, lifting, self.numbers.on(first))


def _refuse_two_versions_at_once(versions: list[tuple[str, Period]]) -> None:
    for (one, period), (other, other_period) in combinations(versions, 2):
        if one == other and period.overlaps(other_period):
            raise RulebookRefused(f"{one}: two versions in force at once ({period}, {other_period})")


@lru_cache(maxsize=1)
def french_rulebook() -> Rulebook:
    """The shipped book: every gate of French canvassing law that this product encodes."""
    rules = (
        *hours.RULES,
        *frequency.RULES,
        *permission.RULES,
        *sectors.RULES,
        *caller_id.RULES,
        *territory.RULES,
        *sources.RULES,
        *carrier.RULES,
    )
    return Rulebook(rules, exemptions.EXEMPTIONS, NumberTable.shipped(), duties.DUTIES)
