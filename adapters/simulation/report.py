"""What a simulated campaign came to, as plain values: days, people, outcomes, decisions, quality, exposure, recount."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from adapters.simulation.carrier import Observed
from adapters.simulation.recount import Recount
from dialer.dispositions import Disposition
from dialer.settings import TrunkSettings


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the office's calendar. `reached` counts people spoken to for the first time."""

    day: date
    calls: int
    answered: int
    reached: int
    opted_out: int
    talk: timedelta


@dataclass(frozen=True, slots=True)
class Durations:
    """Means over the calls concerned, and the longest call; None where there was no such call."""

    until_answer: timedelta | None
    talk: timedelta | None
    longest: timedelta | None


@dataclass(frozen=True, slots=True)
class Quality:
    """The whole time in percent and seconds; `out_of_terms` counts calls in some rolling hour that broke a term."""

    asr_percent: float | None
    acd_seconds: float | None
    short_percent: float | None
    out_of_terms: int
    euros: Decimal


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """Figures of one campaign between two instants of virtual time."""

    campaign: str
    operator: str
    seed: int
    since: datetime
    until: datetime
    contacts: int
    called: int
    reached: int
    tries: dict[int, int]
    """People by how many attempts they got."""
    candidates: dict[str, int]
    overdue: int
    """People who were due at the end and whose turn had not come."""
    calls: int
    dispositions: dict[Disposition, int]
    decisions: dict[str, int]
    obstacles: dict[str, int]
    """Decisions in which each rule stood against the call."""
    days: tuple[Day, ...]
    durations: Durations
    quality: Quality
    limits: TrunkSettings
    observed: Observed
    recount: Recount
    seconds: float
    """How long the simulation took, by the wall."""

    @property
    def clean(self) -> bool:
        """Whether neither the recount nor the carrier's own count found anything."""
        within = (
            self.observed.most_at_once <= self.limits.channels
            and self.observed.most_starts_in_a_second <= self.limits.starts_per_second
        )
        return within and self.recount.clean

    def to_dict(self) -> dict[str, object]:
        """JSON-able form; durations in seconds, money in thousandths of a euro, instants as ISO 8601 in UTC."""
        return {
            "campaign": self.campaign,
            "operator": self.operator,
            "seed": self.seed,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "people": {
                "contacts": self.contacts,
                "called": self.called,
                "reached": self.reached,
                "by_tries": {str(tries): people for tries, people in self.tries.items()},
                "candidates": self.candidates,
                "overdue": self.overdue,
            },
            "calls": self.calls,
            "dispositions": {str(name): count for name, count in self.dispositions.items()},
            "decisions": self.decisions,
            "obstacles": self.obstacles,
            "days": [
                asdict(day) | {"day": day.day.isoformat(), "talk": round(day.talk.total_seconds())} for day in self.days
            ],
            "durations": {name: span and span.total_seconds() for name, span in asdict(self.durations).items()},
            "quality": {
                "asr_percent": self.quality.asr_percent,
                "acd_seconds": self.quality.acd_seconds,
                "short_percent": self.quality.short_percent,
                "calls_out_of_terms": self.quality.out_of_terms,
                "exposure_thousandths": int(self.quality.euros * 1000),
            },
            "carrier": {
                "starts_per_second": self.limits.starts_per_second,
                "most_starts_in_a_second": self.observed.most_starts_in_a_second,
                "channels": self.limits.channels,
                "most_at_once": self.observed.most_at_once,
            },
            "recount": {
                "clean": self.recount.clean,
                "most_attempts_in_30_days": self.recount.most_attempts,
                "earliest": self.recount.earliest and self.recount.earliest.isoformat(),
                "latest": self.recount.latest and self.recount.latest.isoformat(),
                "broken": {str(breach): count for breach, count in self.recount.broken.items()},
                "examples": {str(breach): attempt for breach, attempt in self.recount.examples.items()},
            },
            "seconds": round(self.seconds, 1),
        }
