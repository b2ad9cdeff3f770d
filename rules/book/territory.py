"""Where the law applies, and what to do when the place is not known."""

from __future__ import annotations

from rules.facts import Facts
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Rule, Text, Verdict
from rules.situation import Situation


def zone_known(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """The hours are those « du fuseau horaire du consommateur »: no zone, no call."""
    if situation.local:
        return PASS
    return Outcome(Verdict.DEFER, "no-zone", {"postcode": facts.postcode or ""})


def national_law_applies(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """C. conso. L.252-1 does not extend L.223-1 and D.223-9 to the Pacific; local law is not in this book,
    so consumer prospecting is denied there by policy (U-9). The Terres australes have no consumers."""
    for place in situation.places:
        if not place.national_law:
            return Outcome(Verdict.DENY, "not-covered", {"place": place.name})
    return PASS


RULES = (
    Rule(
        "FR-TZ",
        Text("Fuseau horaire du consommateur", "Consumer's time zone"),
        Layer.STATUTE,
        (Citation("C. conso. D.223-9 al. 1"),),
        {
            "no-zone": Text(
                "code postal {postcode!r} inconnu : fuseau horaire introuvable, corriger le code postal",
                "postcode {postcode!r} is unknown: no time zone can be found, correct the postcode",
            )
        },
        zone_known,
    ),
    Rule(
        "FR-TERRITORY-PACIFIC",
        Text("Collectivités du Pacifique", "Pacific territories"),
        Layer.POLICY,
        (Citation("C. conso. L.252-1"),),
        {
            "not-covered": Text(
                "droit local de {place} non décrit ici : pas de prospection de consommateurs",
                "the local law of {place} is not in this book: no consumer prospecting",
            )
        },
        national_law_applies,
    ),
)
