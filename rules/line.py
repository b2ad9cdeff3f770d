"""The line that a call would leave by: the carrier's terms, and what they leave room for at the instant of asking.

Values only. How the last hour stands against the terms is worked out in `rules.rolling_hour`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


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

    ASR and ACD must stay above their limit, the share of short calls below its own. `least_calls` is how
    many the rolling hour must hold before a figure speaks; from two on, since a figure that spoke of one
    call would forbid the first. Raises ValueError for fewer.
    """

    operator: str
    channels: int
    starts_per_second: int
    asr_above_percent: int | None = None
    acd_above_seconds: int | None = None
    short_call_seconds: int = 8
    short_below_percent: int | None = None
    least_calls: int = 50

    def __post_init__(self) -> None:
        if self.watched and self.least_calls < 2:
            raise ValueError(f"least_calls = {self.least_calls} would forbid the first call; 2 or more are wanted")

    @property
    def watched(self) -> bool:
        return any(
            limit is not None for limit in (self.asr_above_percent, self.acd_above_seconds, self.short_below_percent)
        )


@dataclass(frozen=True, slots=True)
class LineCall:
    """One call that left by the line; of one under way, what is sure by now: answered or not yet, talk so far."""

    started_at: datetime
    answered: bool
    talk_ms: int


@dataclass(frozen=True, slots=True)
class Breach:
    """Why no call may start before `until`: a failed one would take this figure to `value`, out of terms.

    In percent or seconds, whole. `caller_id` is the number whose calls are meant; empty: all calls of the trunk.
    """

    figure: Figure
    value: int
    limit: int
    until: datetime
    caller_id: str = ""

    def holds(self, caller_id: str, at: datetime) -> bool:
        """Whether it stands against a call that shows this number at this instant."""
        return at < self.until and self.caller_id in ("", caller_id)


@dataclass(frozen=True, slots=True)
class Line:
    """A trunk at the instant of asking. `room_at`: when a channel is free at the latest, if none is now.

    `failures_left`: how many further calls may fail in a row within the terms; None where they ask for no figure.
    """

    operator: str
    channels: int
    in_use: int
    next_start: datetime | None = None
    room_at: datetime | None = None
    failures_left: int | None = None
    breaches: tuple[Breach, ...] = ()

    def held(self, caller_id: str, at: datetime) -> tuple[Breach, ...]:
        """What the terms hold against a call that shows this number at this instant."""
        return tuple(breach for breach in self.breaches if breach.holds(caller_id, at))

    def to_dict(self) -> dict[str, object]:
        return {
            "operator": self.operator,
            "channels": self.channels,
            "in_use": self.in_use,
            "next_start": self.next_start.isoformat() if self.next_start else None,
            "room_at": self.room_at.isoformat() if self.room_at else None,
            "failures_left": self.failures_left,
            "breaches": [
                {**asdict(each), "figure": str(each.figure), "until": each.until.isoformat()} for each in self.breaches
            ],
        }

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
                datetime.fromisoformat(row["until"]),
                row["caller_id"],
            )
            for row in rows
        )
        return cls(**{**plain, **instants, "breaches": breaches})  # type: ignore[arg-type]


def _instant(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
