"""The rulebook in the French of the dossier: sectors, places, values, and what the marks of sources mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from rules.facts import Sector
from rules.rule import Citation

MARKS = (
    "Sources sans marque : lues dans le texte officiel ou sa reproduction. [S2] : rapportées par au moins deux sources "
    "secondaires datées et concordantes. [S] : par une seule. [M] : de mémoire, à vérifier. U-n : point douteux n° n "
    "du registre des incertitudes publié avec le logiciel (docs/dossier.md, partie 9), tranché au plus strict."
)
_SECTORS: Mapping[Sector, str] = {
    Sector.GENERIC: "tous biens et services",
    Sector.TELECOM: "télécommunications",
    Sector.ENERGY_SUPPLY: "fourniture d'énergie",
    Sector.INSURANCE: "assurance",
    Sector.PRESS: "presse",
    Sector.ENERGY_RENOVATION: "rénovation énergétique",
    Sector.HOME_ADAPTATION: "adaptation du logement",
    Sector.CPF_TRAINING: "formation (CPF)",
    Sector.SURVEY: "sondage ou étude",
}
_VALUES: Mapping[str, str] = {
    "call-weekdays": "Jours d'appel",
    "call-windows": "Heures d'appel, fin exclue",
    "frequency-cap": "Tentatives au plus",
    "frequency-days": "Jours sur lesquels elles se comptent",
    "refusal-days": "Jours sans appel après un refus",
    "slot-tolerance-minutes": "Minutes après l'heure d'un rendez-vous",
    "caller-npv": "Débuts des numéros polyvalents vérifiés",
    "caller-unattested": "Débuts de numéros à attester",
    "caller-mobile": "Débuts de numéros mobiles, interdits",
    "caller-mobile-policy": "Débuts de numéros refusés avec eux",
    "caller-premium": "Débuts de numéros surtaxés, interdits",
    "caller-premium-policy": "Débuts de numéros refusés avec eux",
    "caller-fixed": "Débuts de numéros fixes",
    "recording-days-max": "Jours de garde d'un enregistrement, au plus",
    "consent-proof-days-min": "Jours de garde d'une preuve, au moins",
    "abandoned-percent-max": "Appels abandonnés, en pour cent au plus",
}
_PLACES: Mapping[str, str] = {
    "alsace-moselle": "Alsace-Moselle",
    "guadeloupe": "Guadeloupe",
    "saint-barthelemy": "Saint-Barthélemy",
    "saint-martin": "Saint-Martin",
    "martinique": "Martinique",
    "guyane": "Guyane",
    "reunion": "La Réunion",
    "saint-pierre-et-miquelon": "Saint-Pierre-et-Miquelon",
    "mayotte": "Mayotte",
    "terres-australes": "Terres australes",
    "wallis-et-futuna": "Wallis-et-Futuna",
    "polynesie-francaise": "Polynésie française",
    "marquises": "îles Marquises",
    "gambier": "îles Gambier",
    "nouvelle-caledonie": "Nouvelle-Calédonie",
}
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_PLACE = re.compile(r"(?<![\w/-])(?:" + "|".join(sorted(_PLACES, key=len, reverse=True)) + r")(?![\w-])")
_OFFICIAL = re.compile(r" \[P\]")


def sector_word(sector: Sector) -> str:
    return _SECTORS[sector]


def value_name(name: str) -> str:
    """What a number of the law is; its own name where this version has no words for it."""
    return _VALUES.get(name, name)


def value_parts(value: object) -> Iterator[str]:
    """Hours as spans, weekdays by name, prefixes as a list, a number as it is."""
    if isinstance(value, frozenset):
        yield from (_WEEKDAYS[day - 1] for day in sorted(value))
    elif isinstance(value, tuple):
        for each in value:
            yield f"{each[0]:%H:%M}–{each[1]:%H:%M}" if isinstance(each, tuple) else str(each)
    else:
        yield str(value)


def reason_words(words: str) -> str:
    """A reason as the book tells it, with days and places as French readers write them."""
    dated = _DAY.sub(r"\3/\2/\1", words)
    return _PLACE.sub(lambda found: _PLACES[found[0]], dated)


def citation_word(citation: Citation) -> str:
    """With its mark, unless the official text was read."""
    return source_word(f"{citation} [{citation.confidence}]")


def source_word(source: str) -> str:
    return _OFFICIAL.sub("", source)


def date_word(day: date) -> str:
    return f"{day:%d/%m/%Y}"
