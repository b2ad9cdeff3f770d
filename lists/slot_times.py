"""Dates with a time of day, as appointments are written: by the person's own clock unless an offset is given.

Kept apart from `dates`, where a time of day says nothing: an appointment without one is none.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import NamedTuple

from lists.dates import read_date

_WRITTEN = re.compile(
    r"(?P<day>\S+?)(?:T|\s+(?:à\s+|at\s+)?)(?P<hour>\d{1,2})\s?[h:](?P<minute>\d{2})?(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
)


class SlotTime(NamedTuple):
    """A time on some clock, None where none is written; `offset` east of UTC where it says on which."""

    at: datetime | None = None
    offset: timedelta | None = None


def read_slot(text: str) -> SlotTime:
    """Reads `24/11/2026 18:30`, `24/11/2026 à 18h30`, `2026-11-24T18:30+01:00`; nothing else is a time."""
    written = _WRITTEN.fullmatch(text)
    day = read_date(written["day"]) if written else None
    if written is None or day is None:
        return SlotTime()
    try:
        clock = time(int(written["hour"]), int(written["minute"] or 0), int(written["second"] or 0))
    except ValueError:
        return SlotTime()
    return SlotTime(datetime.combine(day, clock), _offset(written["offset"]))


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text == "Z":
        return timedelta(0)
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -span if text[0] == "-" else span
