"""Places that a row names without a postcode: territories overseas, France, and any other country.

Kept apart because it is data. It holds no towns: those of two territories share too many names.
"""

from __future__ import annotations

import re

from lists.boxes import is_unsaid
from lists.cells import Reading
from lists.fields import plain

_OVERSEAS = {
    "97100": ("guadeloupe", "gp", "glp", "971"),
    "97200": ("martinique", "mq", "mtq", "972"),
    "97300": ("guyane", "guyane française", "french guiana", "gf", "guf", "973"),
    "97400": ("réunion", "la réunion", "île de la réunion", "reunion island", "re", "reu", "974"),
    "97500": ("saint-pierre-et-miquelon", "saint pierre and miquelon", "st pierre et miquelon", "pm", "spm", "975"),
    "97600": ("mayotte", "yt", "myt", "976"),
    "97133": ("saint-barthélemy", "st barthélemy", "bl", "blm"),
    "97150": ("saint-martin", "st martin", "mf", "maf"),
    "98600": ("wallis-et-futuna", "wallis and futuna", "wf", "wlf", "986"),
    "98700": ("polynésie française", "polynésie", "french polynesia", "tahiti", "pf", "pyf", "987"),
    "98800": ("nouvelle-calédonie", "new caledonia", "nc", "ncl", "988"),
}
_FRANCE = frozenset(
    map(
        plain,
        (
            "France", "FR", "FRA", "F", "33", "0033", "France métropolitaine", "Métropole", "République française",
            "Metropolitan France", "Mainland France", "French Republic", "FX",
        ),
    )
)  # fmt: skip
_POSTCODE_OF = {plain(name): postcode for postcode, names in _OVERSEAS.items() for name in names}
_IN_TOWNS = {
    name: postcode
    for name, postcode in _POSTCODE_OF.items()
    if (len(name) > 3 or name.isdigit()) and postcode not in ("97133", "97150")
}
"""Names that a town's column bears beside the town; of some territories they are those of towns elsewhere."""
_LONG = 6
"""Letters of a name that is no chance ending of a town's."""
_PARTS = re.compile(r"[(),;/]| - ")


def read_country(text: str) -> Reading[str]:
    """A postcode of the territory; "" for France or nothing; any other country as written: its place is not known."""
    if is_unsaid(text):
        return Reading("")
    names = [name for part in _PARTS.split(text) if (name := plain(part))]
    for name in names:
        if postcode := _POSTCODE_OF.get(name):
            return Reading(postcode, "place-overseas", postcode)
    if names and _FRANCE.issuperset(names):
        return Reading("")
    return Reading(text.replace(";", " "), "country-foreign")


def read_town(text: str) -> Reading[str]:
    """A postcode of the territory overseas that is named alone, or beside the town: `Saint-Denis (La Réunion)`."""
    for name in (plain(part) for part in _PARTS.split(text)):
        for known, postcode in _IN_TOWNS.items():
            if name == known or (len(known) >= _LONG and name.endswith(known)):
                return Reading(postcode, "place-overseas", postcode)
    return Reading("")
