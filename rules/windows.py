"""Arithmetic on legal calling windows: open now, and if not, when next in every candidate zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import merge

Windows = tuple[tuple[time, time], ...]

_SEARCH_DAYS = 10
"""A week has five legal days; any two French zones share hours on each of them."""


def is_open(local: datetime, weekdays: frozenset[int], windows: Windows, guard: timedelta = timedelta(0)) -> bool:
    """Whether a call may start at this local time; `guard` closes each window earlier."""
    if local.isoweekday() not in weekdays:
        return False
    now, ring = local.time(), (local + guard).time() if guard else local.time()
    return any(opens <= now and ring < ends and now <= ring for opens, ends in windows)


def next_opening(
    at: datetime, zones: tuple[tzinfo, ...], weekdays: frozenset[int], windows: Windows, guard: timedelta
) -> datetime | None:
    """The first instant after `at` that lies in a window of every zone, in UTC; None if there is none soon."""
    for start in merge(*(_openings(at, zone, weekdays, windows) for zone in zones)):
        if all(is_open(start.astimezone(zone), weekdays, windows, guard) for zone in zones):
            return start
    return None


def midnight_after(day: date, zone: tzinfo) -> datetime:
    """The first instant of the next local day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def _openings(at: datetime, zone: tzinfo, weekdays: frozenset[int], windows: Windows) -> Iterator[datetime]:
    today = at.astimezone(zone).date()
    for offset in range(_SEARCH_DAYS):
        day = today + timedelta(days=offset)
        if day.isoweekday() in weekdays:
            for opens, _ in windows:
                start = datetime.combine(day, opens, zone).astimezone(UTC)
                if start > at:
                    yield start
