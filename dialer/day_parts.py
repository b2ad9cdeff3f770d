"""Parts of the day on a person's own clock: those that everybody means, and those that a policy names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from rules.places import possible_places
from rules.windows import EVERY_DAY, Windows, is_open, next_opening, read_windows

ANOTHER = "another"
"""In the place of a name: any part but the ones tried."""
_NOON_CALLS_END, _AFTERNOON_ENDS = 13, 17
_NO_GUARD = timedelta(0)


class DayPart(StrEnum):
    """Local time: the morning until 13:00, the afternoon until 17:00, and the evening."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @classmethod
    def of(cls, local: datetime) -> DayPart:
        if local.hour < _NOON_CALLS_END:
            return cls.MORNING
        return cls.AFTERNOON if local.hour < _AFTERNOON_ENDS else cls.EVENING


USUAL: Mapping[str, Windows] = {
    DayPart.MORNING: read_windows("08:00-13:00"),
    DayPart.AFTERNOON: read_windows("13:00-17:00"),
    DayPart.EVENING: read_windows("17:00-22:00"),
}
"""The same parts as hours, of a day on which somebody might be called."""


def zone_of(postcode: str | None, number: str) -> tzinfo:
    """Where several places are possible the first is taken: this is for an order, not for a permission."""
    return next((place.zone for place in possible_places(postcode, number) if place.zone), UTC)


def part_of(local: datetime, parts: Mapping[str, Windows]) -> str | None:
    """The part that holds a local time; None between them."""
    return next((name for name, hours in parts.items() if within(local, hours)), None)


def within(local: datetime, hours: Windows) -> bool:
    return is_open(local, EVERY_DAY, hours, _NO_GUARD)


def next_start(at: datetime, zone: tzinfo, hours: Windows) -> datetime | None:
    """The first instant after `at` at which one of these hours begins (UTC)."""
    return next_opening(at, (zone,), EVERY_DAY, hours, _NO_GUARD)
