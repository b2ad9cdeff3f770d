"""Offers that have a law of their own: bans on sectors, and the insurance rules of 2022-2026."""

from __future__ import annotations

from datetime import date

from rules.book.hours import NEW_TEXT
from rules.facts import Facts, Sector
from rules.numbers import Numbers
from rules.rule import PASS, Check, Citation, Layer, Outcome, Period, Rule, Text, Verdict
from rules.situation import Situation


def ban_on(sector: Sector, words: str) -> Check:
    """A rule that denies every call of one sector, in the article's words; only the contract exemption lifts it."""

    def banned(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
        return Outcome(Verdict.DENY, "banned") if facts.sector is sector else PASS

    banned.__doc__ = words
    return banned


def insurance_not_refused(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """C. assur. L.112-2-2 (2022-2026): a person who declined an insurance offer may not be contacted
    again; any recorded refusal denies."""
    refused = facts.last_refusal is not None and facts.last_refusal <= situation.at
    return Outcome(Verdict.DENY, "declined") if refused and facts.sector is Sector.INSURANCE else PASS


_CPF_WORDS = (
    "« Est interdite toute prospection commerciale des titulaires d'un compte personnel de formation »; "
    "excepted is « une action en cours et présentant un lien direct ». Consent does not lift it."
)
_ENERGY_WORDS = (
    "Prospecting consumers by phone is banned for equipment or works « pour des logements en vue de la réalisation "
    "d'économies d'énergie ou de la production d'énergies renouvelables »; a supply contract is not covered. Consent "
    "does not lift it."
)
_ADAPT_WORDS = (
    "Prospecting consumers by phone is banned for adapting homes to age or disability, in the same shape; denied from "
    "2025-07-02 although the date for the telephone is disputed (U-3). Consent does not lift it."
)
_ENERGY = Citation("C. conso. L.223-1", "interdiction travaux d'économies d'énergie, loi 2020-901 puis 2025-594")
_ADAPT = Citation("C. conso. L.223-1 al. 5", "loi 2025-594")
_ADAPT_TITLE = Text("Adaptation des logements : démarchage interdit", "Home adaptation: prospecting banned")
_ADAPT_REASONS = {
    "banned": Text(
        "démarchage interdit pour l'adaptation des logements à l'âge ou au handicap",
        "prospecting is banned for adapting homes to age or disability",
    )
}

RULES = (
    Rule(
        "FR-SECTOR-CPF",
        Text(
            "Compte personnel de formation : démarchage interdit",
            "Personal training account: prospecting banned",
        ),
        Layer.STATUTE,
        (Citation("C. trav. L.6323-8-1", "loi 2022-1587"),),
        {
            "banned": Text(
                "toute prospection des titulaires d'un CPF est interdite, même consentie",
                "any prospecting of training-account holders is banned, even with consent",
            )
        },
        ban_on(Sector.CPF_TRAINING, _CPF_WORDS),
        Period(date(2022, 12, 21)),
    ),
    Rule(
        "FR-SECTOR-ENERGY",
        Text("Travaux d'économies d'énergie : démarchage interdit", "Energy-saving works: prospecting banned"),
        Layer.STATUTE,
        (_ENERGY,),
        {
            "banned": Text(
                "démarchage interdit pour les travaux d'économies d'énergie ou d'énergies renouvelables",
                "prospecting is banned for energy-saving or renewable-energy works",
            )
        },
        ban_on(Sector.ENERGY_RENOVATION, _ENERGY_WORDS),
        Period(date(2020, 7, 26)),
    ),
    Rule(
        "FR-SECTOR-ADAPT",
        _ADAPT_TITLE,
        Layer.POLICY,
        (_ADAPT, Citation("date téléphone incertaine (U-3)", confidence="S")),
        _ADAPT_REASONS,
        ban_on(Sector.HOME_ADAPTATION, _ADAPT_WORDS),
        Period(date(2025, 7, 2), date(2026, 8, 10)),
    ),
    Rule(
        "FR-SECTOR-ADAPT",
        _ADAPT_TITLE,
        Layer.STATUTE,
        (_ADAPT,),
        _ADAPT_REASONS,
        ban_on(Sector.HOME_ADAPTATION, _ADAPT_WORDS),
        NEW_TEXT,
    ),
    Rule(
        "FR-SECTOR-INSURANCE",
        Text("Assurance : ne pas recontacter après un refus", "Insurance: no new contact after a refusal"),
        Layer.STATUTE,
        (Citation("C. assur. L.112-2-2", "décret 2022-34"),),
        {
            "declined": Text(
                "la personne a décliné une offre d'assurance : ne pas la recontacter",
                "the person declined an insurance offer: no new contact",
            )
        },
        insurance_not_refused,
        Period(date(2022, 4, 1), date(2026, 8, 10)),
    ),
)
