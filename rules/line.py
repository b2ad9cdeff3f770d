"""The line that a call would leave by: the carrier's terms, and how the last hour stands against them.

Figures are judged for every later instant at once: with time alone calls drop out of the rolling hour,
so each term is broken during known spans. That keeps the rules pure and their `until` exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

WINDOW = timedelta(hours=1)


class Figure(StrEnum):
    ASR = "asr"
    """Answered ÷ seizures, percent."""
    ACD = "acd"
    """Mean talk of answered calls, seconds."""
    SHORT = "short"
    """Short calls ÷ answered calls, percent."""


@dataclass(frozen=True, slots=True)
class CarrierTerms:
    """An operator's published terms. A limit that is None is not asked for.

    ASR and ACD must stay above their limit, the share of short calls below its own. `least_calls` is
    how many the rolling hour must hold before a figure speaks.
    """

    operator: str
    channels: int
    starts_per_second: int
    asr_above_percent: int | None = None
    acd_above_seconds: int | None = None
    short_call_seconds: int = 8
    short_below_percent: int | None = None
    least_calls: int = 50

    @property
    def watched(self) -> bool:
        return any(
            limit is not None for limit in (self.asr_above_percent, self.acd_above_seconds, self.short_below_percent)
        )


@dataclass(frozen=True, slots=True)
class LineCall:
    """One call that left by the line and has ended."""

    started_at: datetime
    answered: bool
    talk_ms: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A span [since, until) during which one figure is out of the carrier's terms."""

    figure: Figure
    value: int
    limit: int
    since: datetime
    until: datetime

    def holds_at(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Line:
    """A trunk at the instant of asking. `room_at`: when a channel is free at the latest, if none is now."""

    operator: str
    channels: int
    in_use: int
    next_start: datetime | None = None
    room_at: datetime | None = None
    breaches: tuple[Breach, ...] = ()

    def to_dict(self) -> dict[str, object]:
        plain = asdict(self)
        for name in ("next_start", "room_at"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        plain["breaches"] = [
            {**row, "figure": str(row["figure"]), "since": row["since"].isoformat(), "until": row["until"].isoformat()}
            for row in plain["breaches"]
        ]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, object]) -> Line:
        """The inverse of `to_dict`."""
        rows = plain["breaches"]
        if not isinstance(rows, list):
            raise TypeError(f"a list of breaches is wanted, not {rows!r}")
        instants = {name: _instant(plain[name]) for name in ("next_start", "room_at")}
        breaches = tuple(
            Breach(
                Figure(row["figure"]),
                row["value"],
                row["limit"],
                datetime.fromisoformat(row["since"]),
                datetime.fromisoformat(row["until"]),
            )
            for row in rows
        )
        return cls(**{**plain, **instants, "breaches": breaches})  # type: ignore[arg-type]


def _instant(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))


def breaches(calls: Iterable[LineCall], terms: CarrierTerms, at: datetime) -> tuple[Breach, ...]:
    """Every span from `at` on in which a figure is out of terms, if no further call is made."""
    recent = sorted((call for call in calls if call.started_at > at - WINDOW), key=lambda call: call.started_at)
    spans: list[Breach] = []
    leaves = [at, *(call.started_at + WINDOW for call in recent)]
    for index, (since, until) in enumerate(pairwise(leaves)):
        if since < until:
            for figure, value, limit in _out_of_terms(recent[index:], terms):
                _extend(spans, Breach(figure, value, limit, since, until))
    return tuple(sorted(spans, key=lambda breach: (breach.figure, breach.since)))


def _out_of_terms(calls: Sequence[LineCall], terms: CarrierTerms) -> Iterable[tuple[Figure, int, int]]:
    """(figure, its value, its limit) for each figure that these calls put out of terms."""
    if len(calls) < terms.least_calls:
        return
    talks = [call.talk_ms for call in calls if call.answered]
    short = sum(talk < terms.short_call_seconds * 1000 for talk in talks)
    asr, acd, share = terms.asr_above_percent, terms.acd_above_seconds, terms.short_below_percent
    if asr is not None and len(talks) * 100 <= asr * len(calls):
        yield Figure.ASR, len(talks) * 100 // len(calls), asr
    if acd is not None and talks and sum(talks) <= acd * 1000 * len(talks):
        yield Figure.ACD, sum(talks) // (1000 * len(talks)), acd
    if share is not None and talks and short * 100 >= share * len(talks):
        yield Figure.SHORT, short * 100 // len(talks), share


def _extend(spans: list[Breach], breach: Breach) -> None:
    """Join a span to the one before it when the same figure goes on being out of terms."""
    for index, last in enumerate(spans):
        if last.figure is breach.figure and last.until == breach.since:
            spans[index] = Breach(last.figure, last.value, last.limit, last.since, breach.until)
            return
    spans.append(breach)
