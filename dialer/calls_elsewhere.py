"""How often somebody was called elsewhere: what several files tell of the same days, counted once or added up.

Kept apart from `facts` because it is a reading of files, and may only ever count too much (dossier, FR-FREQ).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from dialer.schema import PastCall, Telling

_Told: TypeAlias = Counter[str]
"""How often a file tells each instant of one day; under "" the calls of which only the day is known."""


def calls_elsewhere(past: Iterable[PastCall], advertiser_id: int) -> list[date]:
    """The days of calls made before, each as often as the number may have been called for this advertiser.

    Sources add up. Within a source a number was called on a day as often as its call logs tell together, an instant
    that several of them tell being one call, or as a contact list tells, where that is more.
    """
    files: dict[tuple[int, date, str | int | None], dict[tuple[int, Telling], _Told]] = {}
    for call in past:
        if call.advertiser_id in (None, advertiser_id):
            of_day = files.setdefault((call.number, call.made_on, call.source or call.list_id), {})
            of_day.setdefault((call.list_id or 0, call.telling), Counter())[call.made_at] += 1
    return [day for (_, day, _), told in files.items() for _ in range(_count(told))]


def _count(files: dict[tuple[int, Telling], _Told]) -> int:
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
    return max(state, instants.total() + days_only)
