"""Who is likely to answer now, judged from their own earlier calls alone.

No profile: nothing but how often this person took this advertiser's calls at this time of the day and of the
week. Used for the order of calls when few failures are left, never for whether somebody may be called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from functools import lru_cache

from sqlmodel import Session

from dialer.day_parts import DayPart, zone_of
from dialer.driver import Driver
from dialer.ledger import LIVE, NOT_COUNTED

_SATURDAY = 6
_NOT_OVER = tuple(sorted(str(state) for state in LIVE | NOT_COUNTED))
_EARLIER = (
    "SELECT attempt.contact_id, attempt.dialed_at, attempt.talk_ms, attempt.number, contact.postcode "
    "FROM attempt JOIN contact ON contact.id = attempt.contact_id "
    "WHERE attempt.contact_id IN ({}) AND attempt.advertiser_id = ? AND attempt.dialed_at IS NOT NULL "
    f"AND attempt.state NOT IN ({', '.join('?' for _ in _NOT_OVER)})"
)
"""To be formatted with a place for each contact."""

Time = tuple[DayPart, bool]
"""A part of the day, and whether it is of a weekend."""


def time_of(at: datetime, zone: tzinfo) -> Time:
    local = at.astimezone(zone)
    return DayPart.of(local), local.isoweekday() >= _SATURDAY


_time_of = lru_cache(maxsize=100_000)(time_of)
"""Remembered of an instant in UTC, where no two are equal, as they are on a clock that is set back."""


def likelihood(good: int, tries: int) -> Fraction:
    """Laplace's rule of succession: without any try a half, so that nobody is written off after one."""
    return Fraction(good + 1, tries + 2)


def likely_first(
    session: Session, advertiser_id: int, contact_ids: Sequence[int], short_call: timedelta, now: datetime
) -> list[int]:
    """The same contacts, the likeliest to take a call of some length first; among equals the order given stands.

    A call is good that was answered and lasted at least `short_call`: the only kind that harms no figure. One
    query; meant for the first few hundred who are due.
    """
    driver = Driver(session)
    among = _EARLIER.format(", ".join("?" for _ in contact_ids))
    rows = driver.rows(among, *contact_ids, advertiser_id, *_NOT_OVER)
    tries, good = Counter[int](), Counter[int]()
    shortest = short_call // timedelta(milliseconds=1)
    for contact_id, dialed_at, talk_ms, number, postcode in rows:
        zone = zone_of(postcode, number)
        at = driver.instant(dialed_at)
        if at is not None and _time_of(at, zone) == _time_of(now.astimezone(UTC), zone):
            tries[contact_id] += 1
            good[contact_id] += talk_ms >= shortest
    return sorted(contact_ids, key=lambda contact: _unlikely(good[contact], tries[contact]))


@lru_cache(maxsize=1024)
def _unlikely(good: int, tries: int) -> float:
    """To sort by: of two fractions of small numbers the greater is the greater as a float, and equal ones are equal."""
    return -float(likelihood(good, tries))
