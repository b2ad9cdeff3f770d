"""Hours as people write them, and the instants at which they open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.places import METROPOLE, MIQUELON, REUNION
from rules.windows import EVERY_DAY, in_common, is_open, next_opening, read_windows

MINUTE = timedelta(minutes=1)
NO_GUARD = timedelta(0)
TWO_DAYS = 49 * 60
"""In minutes; one of the two may have an hour more."""


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("18:00-20:00", ((time(18), time(20)),)),
        ("18:00-20:00;09:30-12:00", ((time(9, 30), time(12)), (time(18), time(20)))),
        (" 18:00 - 20:00 ; 09:30 - 12:00 ", ((time(9, 30), time(12)), (time(18), time(20)))),
    ],
)
def test_hours_are_read_in_order_of_the_clock(text: str, hours: object) -> None:
    assert read_windows(text) == hours


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Invalid isoformat"),
        ("18:00", "Invalid isoformat"),
        ("18:00-", "Invalid isoformat"),
        ("18:00-20:00;", "Invalid isoformat"),
        ("18h-20h", "Invalid isoformat"),
        ("18:00-24:00", "hour must be in"),
        ("20:00-18:00", "within one day"),
        ("18:00-18:00", "within one day"),
        ("18:00+02:00-20:00", "local"),
        ("18:00-20:00Z", "local"),
    ],
)
def test_what_is_no_span_of_local_hours_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_windows(text)


CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1))
"""In Paris, and in Miquelon."""
ZONES = [zone for zone in (METROPOLE.zone, MIQUELON.zone, REUNION.zone) if zone]
NIGHT = st.integers(0, 239).map(lambda minutes: time(minutes // 60, minutes % 60))


@given(st.sampled_from(CHANGES), st.sampled_from(ZONES), NIGHT, NIGHT, st.integers(-300, 600))
def test_an_opening_is_the_first_minute_that_is_open(
    day: date, zone: tzinfo, opens: time, ends: time, minutes: int
) -> None:
    """Found by walking through the night of a change of the clock, minute by minute."""
    at = datetime.combine(day, time(0), zone).astimezone(UTC) + minutes * MINUTE

    def open_in(ahead: int) -> bool:
        return is_open((at + ahead * MINUTE).astimezone(zone), EVERY_DAY, ((opens, ends),), NO_GUARD)

    assume(not open_in(0))
    first = next((ahead for ahead in range(1, TWO_DAYS) if open_in(ahead)), None)
    found = next_opening(at, (zone,), EVERY_DAY, ((opens, ends),), NO_GUARD)
    assert found == (at + first * MINUTE if first else None)


@pytest.mark.parametrize(
    ("texts", "common"),
    [
        (["09:00-12:00"], "09:00-12:00"),
        (["09:00-12:00;14:00-18:00", "11:00-15:00"], "11:00-12:00;14:00-15:00"),
        (["09:00-12:00", "12:00-14:00"], ""),
        (["09:00-18:00", "10:00-12:00", "11:00-13:00"], "11:00-12:00"),
    ],
)
def test_hours_in_common_lie_in_each(texts: list[str], common: str) -> None:
    assert in_common(*map(read_windows, texts)) == (read_windows(common) if common else ())
