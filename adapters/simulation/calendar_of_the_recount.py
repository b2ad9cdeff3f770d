"""Where people live and when nobody may be called there, typed by hand for the recount alone."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_OVERSEAS = {
    "971": ZoneInfo("America/Guadeloupe"),
    "972": ZoneInfo("America/Martinique"),
    "973": ZoneInfo("America/Cayenne"),
    "974": ZoneInfo("Indian/Reunion"),
    "975": ZoneInfo("America/Miquelon"),
    "976": ZoneInfo("Indian/Mayotte"),
}
_WITHOUT_A_POSTCODE = {
    "+590": _OVERSEAS["971"],
    "+596": _OVERSEAS["972"],
    "+594": _OVERSEAS["973"],
    "+262": _OVERSEAS["974"],
    "+508": _OVERSEAS["975"],
}
_ABOLITION_OF_SLAVERY = {"971": (5, 27), "972": (5, 22), "973": (6, 10), "974": (12, 20), "976": (4, 27)}
_ABOLITION_ON_AN_ISLAND = {"97133": (10, 9), "97150": (5, 28)}
_FIXED = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
_ALSACE_AND_MOSELLE = ("57", "67", "68")


def zone_of(postcode: str, number: str) -> ZoneInfo:
    """The clock on a consumer's wall."""
    if postcode:
        return _OVERSEAS.get(postcode[:3], PARIS)
    return _WITHOUT_A_POSTCODE.get(number[:4], PARIS)


def is_holiday(day: date, postcode: str) -> bool:
    """A national holiday, or one of the consumer's own region."""
    after_easter = (day - _easter(day.year)).days
    here = (day.month, day.day)
    if here in _FIXED or after_easter in (1, 39, 50):
        return True
    if postcode[:2] in _ALSACE_AND_MOSELLE:
        return after_easter == -2 or here == (12, 26)
    return here in (_ABOLITION_ON_AN_ISLAND.get(postcode), _ABOLITION_OF_SLAVERY.get(postcode[:3]))


@lru_cache
def _easter(year: int) -> date:
    """Gauss, with the two corrections that 1900 to 2099 need."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    late = moon + sunday
    if (moon == 29 and sunday == 6) or (moon == 28 and sunday == 6 and year % 19 > 10):
        late -= 7
    return date(year, 3, 22) + timedelta(days=late)
