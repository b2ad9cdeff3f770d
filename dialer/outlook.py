"""What a forecast says: who is callable now, later or never, day by day; which rules hold back how many."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialer.cliff import NO_CLIFF, Cliff
from rules.places import METROPOLE
from rules.rule import Layer, Verdict

OFFICE_ZONE = METROPOLE.zone or ZoneInfo("Europe/Paris")
"""The campaign manager's clock: days and hours of a forecast are shown in it."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many contacts one rule holds back at the instant of the forecast, alone or with others."""

    rule_id: str
    title_fr: str
    title_en: str
    layer: Layer
    verdict: Verdict
    citations: tuple[str, ...]
    contacts: int
    first_until: datetime | None = None
    """When it lets go of the first of them; None: time alone frees nobody from it."""
    last_until: datetime | None = None
    """When it lets go of the last of those whom time alone frees from it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Contacts who become callable at one instant."""

    at: datetime
    contacts: int


@dataclass(frozen=True, slots=True)
class DayRule:
    """How many contacts a rule holds back who are callable at no instant of a day."""

    rule_id: str
    layer: Layer
    verdict: Verdict
    contacts: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """One coming day on the office's clock: contacts first callable on it, and contacts callable at the start of each
    hour (the running one: at the instant of the forecast); contacts `callable` at some instant of the day, and of the
    others those `deferred` to a later day and those who are `never` callable again as things stand."""

    day: date
    first_callable: int
    by_hour: tuple[tuple[int, int], ...]
    callable: int = 0
    deferred: int = 0
    never: int = 0
    until: tuple[Opening, ...] = ()
    """When deferred contacts become callable: the instants at which most of them do, in order."""
    rules: tuple[DayRule, ...] = ()
    """Judged at ten in the morning by the person's own clock, or now if that is past."""


@dataclass(frozen=True, slots=True)
class Forecast:
    at: datetime
    contacts: int
    now: int
    later: int
    never: int
    rules: tuple[RuleCount, ...]
    days: tuple[DayCount, ...]
    next_instants: tuple[Opening, ...] = ()
    """The first twenty instants from now on at which anybody becomes callable."""
    callable_days: tuple[tuple[int, int], ...] = ()
    """(of the days looked at, how many; contacts who are callable on so many of them)."""
    cliff: Cliff = NO_CLIFF

    def to_dict(self) -> dict[str, object]:
        """JSON-able form."""
        plain = {name: _plain(value) for name, value in asdict(self).items()}
        steepest = [_plain(asdict(drop)) for drop in self.cliff.steepest]
        return {**plain, "cliff": {**_cliff(self.cliff), "steepest": steepest}}


def _cliff(cliff: Cliff) -> dict[str, object]:
    return {name: _plain(value) for name, value in asdict(cliff).items()}


def _plain(value: object) -> object:
    if isinstance(value, Verdict):
        return value.word
    if isinstance(value, Layer):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
