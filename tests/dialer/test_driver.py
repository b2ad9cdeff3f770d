"""What the driver writes is what was meant, also where it remembers what it wrote before."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.driver import shape_of
from dialer.schema import Limiter

PARIS = ZoneInfo("Europe/Paris")


def written(instant: datetime) -> object:
    _, values = shape_of(Limiter, postgresql=False).insert({"name": "trunk:boucle", "next_start": instant})
    return values[1]


def test_the_hour_that_a_clock_shows_twice_is_written_as_the_two_instants_that_it_is() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    again = first.replace(fold=1)
    assert first == again  # so says Python of one clock
    assert [written(first), written(again)] == ["2026-10-25 00:30:00.000000", "2026-10-25 01:30:00.000000"]


def test_an_instant_without_a_zone_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="without a time zone"):
            written(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS).replace(tzinfo=None))
