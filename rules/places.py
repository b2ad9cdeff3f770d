"""From a postcode or a number to the places where the consumer may be, with their clocks.

The number tells nothing about the place since 2023-01-01, so the postcode decides (FR-TZ); without
one, every place that the country code leaves open is a candidate, and all of them must be callable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


def _zone(key: str) -> ZoneInfo:
    """A zone of the pinned `tzdata` package, whatever database the machine has."""
    with resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A territory with one clock and one calendar of local holidays. There is one of each: compared by identity.

    `national_law` is False where L.223-1 and D.223-9 are not extended (FR-TERRITORY-PACIFIC).
    """

    name: str
    zone: tzinfo | None
    national_law: bool = True


METROPOLE = Place("metropole", _zone("Europe/Paris"))
ALSACE_MOSELLE = Place("alsace-moselle", METROPOLE.zone)
GUADELOUPE = Place("guadeloupe", _zone("America/Guadeloupe"))
SAINT_BARTHELEMY = Place("saint-barthelemy", _zone("America/St_Barthelemy"))
SAINT_MARTIN = Place("saint-martin", _zone("America/Marigot"))
MARTINIQUE = Place("martinique", _zone("America/Martinique"))
GUYANE = Place("guyane", _zone("America/Cayenne"))
REUNION = Place("reunion", _zone("Indian/Reunion"))
MIQUELON = Place("saint-pierre-et-miquelon", _zone("America/Miquelon"))
MAYOTTE = Place("mayotte", _zone("Indian/Mayotte"))
TERRES_AUSTRALES = Place("terres-australes", None, national_law=False)
WALLIS_FUTUNA = Place("wallis-et-futuna", _zone("Pacific/Wallis"), national_law=False)
TAHITI = Place("polynesie-francaise", _zone("Pacific/Tahiti"), national_law=False)
MARQUESAS = Place("marquises", _zone("Pacific/Marquesas"), national_law=False)
GAMBIER = Place("gambier", _zone("Pacific/Gambier"), national_law=False)
NEW_CALEDONIA = Place("nouvelle-caledonie", _zone("Pacific/Noumea"), national_law=False)
POLYNESIA = (TAHITI, MARQUESAS, GAMBIER)

_BY_POSTCODE: dict[str, tuple[Place, ...]] = {
    **{f"{department:02d}": (METROPOLE,) for department in range(1, 96)},
    "2A": (METROPOLE,),
    "2B": (METROPOLE,),
    "57": (ALSACE_MOSELLE,),
    "67": (ALSACE_MOSELLE,),
    "68": (ALSACE_MOSELLE,),
    "971": (GUADELOUPE,),
    "97133": (SAINT_BARTHELEMY,),
    "97150": (SAINT_MARTIN,),
    "972": (MARTINIQUE,),
    "973": (GUYANE,),
    "974": (REUNION,),
    "975": (MIQUELON,),
    "976": (MAYOTTE,),
    "984": (TERRES_AUSTRALES,),
    "986": (WALLIS_FUTUNA,),
    "987": POLYNESIA,
    "988": (NEW_CALEDONIA,),
}

_BY_COUNTRY_CODE: dict[str, tuple[Place, ...]] = {
    "+33": (METROPOLE, ALSACE_MOSELLE),
    "+590": (GUADELOUPE, SAINT_BARTHELEMY, SAINT_MARTIN),
    "+594": (GUYANE,),
    "+596": (MARTINIQUE,),
    "+262": (REUNION, MAYOTTE),
    "+508": (MIQUELON,),
    "+681": (WALLIS_FUTUNA,),
    "+687": (NEW_CALEDONIA,),
    "+689": POLYNESIA,
}

_REPRESENTATIVES = {places: prefix.ljust(5, "0") for prefix, places in reversed(_BY_POSTCODE.items())}
"""One postcode of each territory, the first of the table."""

_POSTCODE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)


def possible_places(postcode: str | None, number: str) -> tuple[Place, ...]:
    """Every place where the consumer may be; none when the postcode is unknown or unreadable.

    A written postcode that names no French territory (`98000`, `7500`) is not overruled by the number:
    that would be a guess. A missing one leaves what the number's country code allows. Several, joined with `;`,
    are all those places; one among them that names none leaves all unknown.
    """
    return _places((postcode or "").strip().upper(), number[:4])


@lru_cache(maxsize=100_000)
def representative(postcode: str | None, number: str) -> tuple[str | None, str]:
    """A postcode and number that stand for the same places, alike for all who live there: of the number nothing is
    left where the postcode decides, and of a postcode that names no place nothing is lost."""
    postcode = (postcode or "").strip().upper()
    if not postcode:
        return None, next((number[:length] for length in (4, 3) if number[:length] in _BY_COUNTRY_CODE), number[:4])
    return _REPRESENTATIVES.get(_places(postcode, ""), postcode), ""


@lru_cache(maxsize=100_000)
def _places(postcode: str, number_start: str) -> tuple[Place, ...]:
    if not postcode:
        return _BY_COUNTRY_CODE.get(number_start) or _BY_COUNTRY_CODE.get(number_start[:3], ())
    if ";" in postcode:
        each = [_places(part.strip(), "") for part in postcode.split(";") if part.strip()]
        return tuple(dict.fromkeys(place for places in each for place in places)) if all(each) else ()
    if not _POSTCODE.fullmatch(postcode):
        return ()
    for length in (5, 3, 2):
        if postcode[:length] in _BY_POSTCODE:
            return _BY_POSTCODE[postcode[:length]]
    return ()
