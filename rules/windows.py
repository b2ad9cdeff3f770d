"""Arithmetic on legal calling windows: open now, and if not, when next in every candidate zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from heapq import merge

Windows = tuple[tuple[time, time], ...]

_SEARCH_DAYS = 10
"""A week has five legal days; any two French zones share hours on each of them."""


def is_open(local: datetime, weekdays: frozenset[int], windows: Windows, guard: timedelta) -> bool:
    """Whether a call may start at this local time; `guard` closes each window earlier."""
    if local.isoweekday() not in weekdays:
        return False
    now = local.time()
    ring = (local + guard).time() if guard else now
    return any(opens <= now <= ring < ends for opens, ends in windows)


def next_opening(
    at: datetime, zones: tuple[tzinfo, ...], weekdays: frozenset[int], windows: Windows, guard: timedelta
) -> datetime | None:
    """The first instant after `at` that lies in a window of every zone, in UTC; None if there is none soon."""
    starts = [_openings(at, zone, weekdays, windows) for zone in zones]
    for start in starts[0] if len(starts) == 1 else merge(*starts):
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
            for start in _openings_of(day, zone, windows):
                if start > at:
                    yield start


@lru_cache(maxsize=4096)
def _openings_of(day: date, zone: tzinfo, windows: Windows) -> tuple[datetime, ...]:
    """In UTC. Remembered, since every call that is too early or too late asks for the same few days."""
    return tuple(datetime.combine(day, opens, zone).astimezone(UTC) for opens, _ in windows)
