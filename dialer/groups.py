"""Many people in groups of equal facts, and how groups grow together when only some days matter.

Facts are kept in parts that vary one by one: ten thousand grounds for calling and ten thousand histories of calls
would else be a hundred million facts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar

import polars as pl

from rules.facts import Facts
from rules.places import Place, possible_places, representative
from rules.screening import class_within

_VARYING = {
    "where": ("number", "postcode", "number_unassigned"),
    "trade": ("kind",),
    "shown": ("caller_id", "caller_id_authorised"),
    "attempts": ("attempts",),
}
_NAMED = {name for names in _VARYING.values() for name in names}
PARTS = {"ground": tuple(field.name for field in fields(Facts) if field.name not in _NAMED), **_VARYING}
"""The fields of each part. What is not named elsewhere belongs to the ground for calling."""


@dataclass(frozen=True)
class Groups:
    """`parts`: the values of each part, shown in the facts of somebody who has them. `counts`: for each group the
    place of its value of each part (a column named after it), and how many `contacts` it has."""

    parts: dict[str, list[Facts]]
    counts: pl.DataFrame

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def contacts(self) -> list[int]:
        return self.counts["contacts"].to_list()

    def facts(self) -> Iterator[Facts]:
        """The facts of each group, in the order of `counts`."""
        for row in self.counts.select(*PARTS).iter_rows():
            yield self._assembled(dict(zip(PARTS, row, strict=True)))

    def joined(self) -> tuple[Groups, list[int]]:
        """Groups with the same values made one, and for each group of ours which it went into."""
        one = self.counts.group_by(*PARTS, maintain_order=True).agg(pl.col("contacts").sum())
        places = self.counts.join(one.with_row_index("group"), list(PARTS), how="left", maintain_order="left")
        return Groups(self.parts, one), places["group"].to_list()

    def within(self, first: datetime, last: datetime) -> Groups:
        """The same groups, with facts reduced to what can matter between two instants (`rules.screening`)."""

        def reduced(facts: Facts) -> Facts:
            return class_within(facts, *_local_days(_places(facts), first, last), first)

        return self._with({part: [reduced(facts) for facts in values] for part, values in self.parts.items()})

    def by_place(self) -> Groups:
        """The same groups, with one address for all in places that the rules cannot tell apart."""

        def moved(facts: Facts) -> Facts:
            postcode, number = representative(facts.postcode, facts.number)
            return replace(facts, postcode=postcode, number=number)

        return self._with({part: [moved(facts) for facts in values] for part, values in self.parts.items()})

    def merged(self, part: str, told: Callable[[Facts], Hashable]) -> Groups:
        """The same groups, where the first value of a part stands for all of which the same is told."""
        first: dict[Hashable, Facts] = {}
        alike = [first.setdefault(told(facts), facts) for facts in self.parts[part]]
        return self._with({**self.parts, part: alike})

    def _with(self, values: dict[str, list[Facts]]) -> Groups:
        """The same groups with other values in the places of ours; equal ones become one."""
        parts, columns = {}, []
        for part, each in values.items():
            places, parts[part] = _numbered(each)
            columns.append(pl.Series(part, places, pl.UInt32).gather(self.counts[part]))
        return Groups(parts, self.counts.with_columns(columns))

    def _assembled(self, places: dict[str, int]) -> Facts:
        values = {part: self.parts[part][place] for part, place in places.items()}
        others = {name: getattr(values[part], name) for part, names in _VARYING.items() for name in names}
        return replace(values["ground"], **others)


H = TypeVar("H", bound=Hashable)


def _numbered(values: list[H]) -> tuple[list[int], list[H]]:
    """For each value its place among the different ones, and these."""
    places: dict[H, int] = {}
    return [places.setdefault(value, len(places)) for value in values], list(places)


def _places(facts: Facts) -> tuple[Place, ...]:
    return possible_places(facts.postcode, facts.number)


@lru_cache(maxsize=10_000)
def _local_days(places: tuple[Place, ...], first: datetime, last: datetime) -> tuple[date, date]:
    """The person's own days from one instant to another, on every clock that may be theirs."""
    zones = [place.zone for place in places if place.zone] or [UTC]
    return min(first.astimezone(zone).date() for zone in zones), max(last.astimezone(zone).date() for zone in zones)
