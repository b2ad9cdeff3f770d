"""How often somebody was called elsewhere: what several files tell of the same days, counted once or added up.

Kept apart from `facts` because it is a reading of files, and may only ever count too much (dossier, FR-FREQ).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import TypeAlias

from dialer.schema import PastCall, Telling

_Told: TypeAlias = Counter[str]
"""How often a file tells each instant of one day; under "" the calls of which only the day is known."""


_HOUR_OF_A_DAY = time(11, tzinfo=UTC)
"""Stands for a day of which no hour is known: it lies on that very day in every French territory."""


def instant_of(day: date) -> datetime:
    """The instant that stands for a day of which no hour is known."""
    return datetime.combine(day, _HOUR_OF_A_DAY)


def calls_elsewhere(past: Iterable[PastCall], advertiser_id: int) -> list[datetime]:
    """The instants of calls made before, as many as the number may have got for this advertiser.

    One that a file tells with its offset is itself: what day it was depends on where the consumer is. For any other
    stands its day, see `instant_of`.
    Sources add up. Within a source a number was called on a day as often as its call logs tell together, an instant
    that several of them tell being one call, or as a contact list tells, where that is more.
    """
    files: dict[tuple[int, date, str | int | None], dict[tuple[int, Telling], _Told]] = {}
    for call in past:
        if call.advertiser_id in (None, advertiser_id):
            of_day = files.setdefault((call.number, call.made_on, call.source or call.list_id), {})
            of_day.setdefault((call.list_id or 0, call.telling), Counter())[call.made_at] += 1
    return [at for (_, day, _), told in files.items() for at in _calls(day, told)]


def _calls(day: date, files: dict[tuple[int, Telling], _Told]) -> list[datetime]:
    """Calls to one number on one day that the files of one source tell, by list in the order of their import."""
    instants: _Told = Counter()
    days_only = state = 0
    for (_, telling), told in sorted(files.items()):
        if telling is Telling.STATE:
            state = max(state, told.total())
            continue
        before = instants.total() + days_only
        instants |= Counter({at: count for at, count in told.items() if at})
        if telling is Telling.PART:
            days_only += told[""]
        else:
            days_only = max(0, before - instants.total(), told.total() - instants.total())
    known = [datetime.fromisoformat(at) for at in instants.elements() if at.endswith("Z")]
    others = max(state, instants.total() + days_only) - len(known)
    return [*known, *(instant_of(day) for _ in range(others))]
