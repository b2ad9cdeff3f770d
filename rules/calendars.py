"""Which days are public holidays, in the nation and in each place."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from dateutil.easter import easter

from rules.places import Place

_ABOLITION_OF_SLAVERY = {
    "mayotte": ((4, 27),),
    "martinique": ((5, 22),),
    "guadeloupe": ((5, 27),),
    "saint-martin": ((5, 27), (5, 28)),
    "guyane": ((6, 10),),
    "saint-barthelemy": ((10, 9),),
    "reunion": ((12, 20),),
}
"""Months and days of C. trav. L.3422-2; Saint-Martin celebrates on 28 May in practice, so both (U-8)."""


@lru_cache(maxsize=64)
def national_holidays(year: int) -> frozenset[date]:
    """The eleven days of C. trav. L.3133-1."""
    return frozenset(holidays.country_holidays("FR", years=year))


@lru_cache(maxsize=512)
def local_holidays(place: Place, year: int) -> frozenset[date]:
    """Days that are holidays in this place only (C. trav. L.3134-13 and L.3422-2)."""
    if place.name == "alsace-moselle":
        return frozenset({easter(year) - timedelta(days=2), date(year, 12, 26)})
    return frozenset(date(year, month, day) for month, day in _ABOLITION_OF_SLAVERY.get(place.name, ()))
