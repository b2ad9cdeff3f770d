"""The line that a call would leave by: the carrier's terms, and how the last hour stands against them.

Figures are judged for every later instant at once: with time alone calls drop out of the rolling hour,
so each term is broken during known spans. That keeps the rules pure and their `until` exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

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


@dataclass(slots=True)
class _Tally:
    """Sums over the calls still in the window."""

    calls: int = 0
    answered: int = 0
    short: int = 0
    talk_ms: int = 0

    def add(self, call: LineCall, terms: CarrierTerms, sign: int = 1) -> None:
        self.calls += sign
        if call.answered:
            self.answered += sign
            self.short += sign * (call.talk_ms < terms.short_call_seconds * 1000)
            self.talk_ms += sign * call.talk_ms


def breaches(calls: Iterable[LineCall], terms: CarrierTerms, at: datetime) -> tuple[Breach, ...]:
    """Every span from `at` on in which a figure is out of terms, if no further call is made."""
    recent = sorted((call for call in calls if call.started_at > at - WINDOW), key=lambda call: call.started_at)
    tally, since = _Tally(), at
    latest: dict[Figure, Breach] = {}
    over: list[Breach] = []
    for call in recent:
        tally.add(call, terms)
    for leaving in recent:
        until = leaving.started_at + WINDOW
        if since < until:
            for figure, value, limit in _out_of_terms(tally, terms):
                last = latest.get(figure)
                if last and last.until == since:
                    latest[figure] = replace(last, until=until)
                    continue
                over += [last] if last else []
                latest[figure] = Breach(figure, value, limit, since, until)
        tally.add(leaving, terms, sign=-1)
        since = until
    return tuple(sorted([*over, *latest.values()], key=lambda breach: (breach.figure, breach.since)))


def _out_of_terms(tally: _Tally, terms: CarrierTerms) -> Iterable[tuple[Figure, int, int]]:
    """(figure, its value, its limit) for each figure that is out of terms now."""
    if tally.calls < terms.least_calls:
        return
    asr, acd, share = terms.asr_above_percent, terms.acd_above_seconds, terms.short_below_percent
    if asr is not None and tally.answered * 100 <= asr * tally.calls:
        yield Figure.ASR, tally.answered * 100 // tally.calls, asr
    if acd is not None and tally.answered and tally.talk_ms <= acd * 1000 * tally.answered:
        yield Figure.ACD, tally.talk_ms // (1000 * tally.answered), acd
    if share is not None and tally.answered and tally.short * 100 >= share * tally.answered:
        yield Figure.SHORT, tally.short * 100 // tally.answered, share
