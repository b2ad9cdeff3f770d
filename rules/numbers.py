"""The numbers of the law (hours, caps, days, prefixes) as dated data, each with its source.

They live in `numbers.toml` beside this file, so that a lawyer can read and correct them without
reading code. A value without a source, without a date, or overlapping another is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from importlib import resources
from itertools import pairwise
from typing import Any


class NumbersRefused(ValueError):
    """A dated number cannot be used; the message names the entry and what it lacks."""


@dataclass(frozen=True, slots=True)
class DatedNumber:
    """One value with its period (local dates, ends included; None is open) and its source."""

    name: str
    value: object
    first: date
    last: date | None
    source: str
    source_fr: str

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The values in force on one day, read by name with the type that the rule expects.

    Compared by identity: one edition of the law has one of these.
    """

    values: Mapping[str, object]

    def integer(self, name: str) -> int:
        value = self.values[name]
        if not isinstance(value, int):
            raise NumbersRefused(f"{name}: a whole number is wanted, not {value!r}")
        return value

    def weekdays(self, name: str) -> frozenset[int]:
        """ISO weekdays: Monday is 1."""
        value = self.values[name]
        if not isinstance(value, frozenset):
            raise NumbersRefused(f"{name}: weekdays are wanted, not {value!r}")
        return value

    def windows(self, name: str) -> tuple[tuple[time, time], ...]:
        """Half-open spans of local time, in order."""
        return self._list(name)

    def prefixes(self, name: str) -> tuple[str, ...]:
        """E.164 prefixes; `str.startswith` takes them as they are."""
        return self._list(name)

    def _list(self, name: str) -> tuple[Any, ...]:
        value = self.values[name]
        if not isinstance(value, tuple):
            raise NumbersRefused(f"{name}: a list is wanted, not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class NumberTable:
    """All dated numbers; `on(day)` gives those in force."""

    entries: tuple[DatedNumber, ...]

    @classmethod
    def parse(cls, text: str) -> NumberTable:
        """Read TOML. Raises `NumbersRefused` for a value that has no source or date, or overlaps."""
        entries = tuple(_entry(raw) for raw in tomllib.loads(text).get("number", []))
        _refuse_overlaps(entries)
        return cls(entries)

    @classmethod
    def shipped(cls) -> NumberTable:
        return cls.parse(resources.files("rules").joinpath("numbers.toml").read_text("utf-8"))

    def on(self, day: date) -> Numbers:
        return Numbers({entry.name: entry.value for entry in self.entries if entry.holds_on(day)})

    def names_on(self, day: date) -> frozenset[str]:
        return frozenset(entry.name for entry in self.entries if entry.holds_on(day))


def _entry(raw: Mapping[str, object]) -> DatedNumber:
    name = str(raw.get("name") or "?")
    for each in ("source", "source_fr"):
        if not isinstance(raw.get(each), str) or not raw[each]:
            raise NumbersRefused(f"{name}: has no {each}; every number of the law names where it stands")
    first, last = raw.get("from"), raw.get("until")
    if not isinstance(first, date):
        raise NumbersRefused(f"{name}: `from` must be a date, not {first!r}")
    if last is not None and (not isinstance(last, date) or last < first):
        raise NumbersRefused(f"{name}: `until` must be a date not before {first}, not {last!r}")
    return DatedNumber(name, _value(name, raw), first, last, str(raw["source"]), str(raw["source_fr"]))


def _value(name: str, raw: Mapping[str, object]) -> object:
    """Give the value the type that its key announces: value, weekdays, windows or prefixes."""
    match [key for key in ("value", "weekdays", "windows", "prefixes") if key in raw]:
        case ["value"] if isinstance(raw["value"], int):
            return raw["value"]
        case ["weekdays"] if isinstance(raw["weekdays"], list):
            return frozenset(raw["weekdays"])
        case ["prefixes"] if isinstance(raw["prefixes"], list):
            return tuple(raw["prefixes"])
        case ["windows"] if isinstance(raw["windows"], list):
            return tuple((time.fromisoformat(opens), time.fromisoformat(ends)) for opens, ends in raw["windows"])
    raise NumbersRefused(f"{name}: needs exactly one of value, weekdays, windows, prefixes")


def _refuse_overlaps(entries: Iterable[DatedNumber]) -> None:
    ordered = sorted(entries, key=lambda entry: (entry.name, entry.first))
    for before, after in pairwise(ordered):
        if before.name == after.name and (before.last is None or after.first <= before.last):
            raise NumbersRefused(f"{after.name}: two values for {after.first} ({before.source}; {after.source})")
