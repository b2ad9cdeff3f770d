"""Arithmetic on legal calling windows: open now, and if not, when next in every candidate zone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from heapq import merge

Windows = tuple[tuple[time, time], ...]
"""Half-open spans of local time; one that does not end later in the day than it begins holds nothing."""

EVERY_DAY = frozenset(range(1, 8))
"""ISO weekdays."""
_SEARCH_DAYS = 10
"""A week has five legal days, and the clocks of two French zones stay as far apart as they are: what does not
open in all of them within these days never will."""


def read_windows(text: str) -> Windows:
    """`18:00-20:00;09:30-12:00` as spans in order of the clock. Raises ValueError for anything else."""
    return tuple(sorted(_span(part) for part in text.split(";")))


def in_common(first: Windows, *others: Windows) -> Windows:
    """The spans that lie in each of these; none where they have nothing in common."""
    for windows in others:
        spans = {(max(ours[0], theirs[0]), min(ours[1], theirs[1])) for ours in first for theirs in windows}
        first = tuple(sorted(span for span in spans if span[0] < span[1]))
    return first


def _span(text: str) -> tuple[time, time]:
    opens, _, ends = (part.strip() for part in text.partition("-"))
    span = time.fromisoformat(opens), time.fromisoformat(ends)
    if span[0].tzinfo or span[1].tzinfo or not span[0] < span[1]:
        raise ValueError("hours are written as 18:00-20:00, local and within one day")
    return span


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
    """Instants of a local day (UTC, in order) at which a window may open: its start, both times where the clock
    shows it twice, and the instant at which the clock is changed, since that may set it into a window.

    Remembered, since every call that is too early or too late asks for the same few days.
    """
    shown = {
        datetime.combine(day, opens.replace(fold=fold), zone).astimezone(UTC) for opens, _ in windows for fold in (0, 1)
    }
    return tuple(sorted(shown | _clock_change(day, zone)))


def _clock_change(day: date, zone: tzinfo) -> set[datetime]:
    """The instant of this local day at which the clock goes forward or back, if there is one."""
    begins, ends = midnight_after(day - timedelta(days=1), zone), midnight_after(day, zone)
    usual = begins.astimezone(zone).utcoffset()

    def changed(seconds: int) -> bool:
        return (begins + timedelta(seconds=seconds)).astimezone(zone).utcoffset() != usual

    length = int((ends - begins).total_seconds())
    return {begins + timedelta(seconds=bisect_left(range(length), True, key=changed))} if changed(length) else set()
