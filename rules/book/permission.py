"""On what ground: consent since 2026-08-11, the Bloctel list before, objection and machine calls at all dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rules.book.accepted_hours import OUTSIDE_REASON, within_accepted_hours
from rules.book.hours import NEW_TEXT
from rules.facts import Bloctel, Consent, ContactKind, Facts, SystemKind
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Period, Rule, Text, Verdict
from rules.situation import Situation

UNTIL_ABOLITION = Period(None, date(2026, 8, 10))


def consented(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« Il est interdit de démarcher par téléphone […] un consommateur qui n'a pas exprimé préalablement
    son consentement » ; « Il appartient au professionnel d'apporter la preuve ». A call outside the hours
    accepted is not covered, not even at a slot agreed otherwise."""
    consent = facts.consent_on(situation.day)
    if consent is not Consent.VALID:
        return Outcome(Verdict.DENY, consent.value)
    return within_accepted_hours(facts, situation) if facts.consent_hours else PASS


def not_on_bloctel(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Listed consumers may not be called; files must be scrubbed « au moins une fois par mois ».
    The text had no consent exception, and the tolerance for call-backs is not relied on (U-16)."""
    match facts.bloctel_on(situation.day):
        case Bloctel.LISTED:
            return Outcome(Verdict.DENY, "listed")
        case Bloctel.NOT_CHECKED:
            return Outcome(Verdict.DEFER, "not-checked")
    return PASS


def not_objected(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Once the person objects to direct marketing, the data may no longer be used for it; only a new,
    later, explicit consent ends it. Consumers and professionals."""
    return Outcome(Verdict.DENY, "objected") if facts.consent is Consent.WITHDRAWN else PASS


def consented_to_machines(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« Est interdite la prospection directe au moyen de système automatisé » without prior consent that
    covers automated voice calls at this hour; contract and press exemptions do not reach it. For
    professionals the same by policy, since sole traders are natural persons (U-12)."""
    if facts.system is not SystemKind.AI_AGENT:
        return PASS
    consented = facts.consent_on(situation.day) is Consent.VALID
    outcome = within_accepted_hours(facts, situation) if consented else Outcome(Verdict.DENY, "no-machine-consent")
    if outcome is PASS or facts.kind is not ContactKind.PROFESSIONAL:
        return outcome
    return replace(outcome, layer=Layer.POLICY)


_GDPR_21 = Citation("RGPD art. 21(2)-(3)")
_OBJECTION_TITLE = Text("Opposition à la prospection", "Objection to direct marketing")
_OBJECTED = {
    "objected": Text(
        "la personne s'est opposée à la prospection ou a retiré son consentement",
        "the person objected to marketing or withdrew consent",
    )
}

RULES = (
    Rule(
        "FR-CONSENT",
        Text("Consentement préalable", "Prior consent"),
        Layer.STATUTE,
        (
            Citation("C. conso. L.223-1 al. 1-3", "loi 2025-594 art. 13"),
            Citation("C. conso. R.223-1", "décret 2026-662", "S2"),
        ),
        {
            Consent.NONE.value: Text("aucun consentement enregistré", "no consent on record"),
            Consent.UNPROVEN.value: Text(
                "consentement expiré, incomplet, sans preuve ou hors de son objet",
                "consent expired, incomplete, without proof, or given for something else",
            ),
            Consent.WITHDRAWN.value: Text("consentement retiré", "consent withdrawn"),
            **OUTSIDE_REASON,
        },
        consented,
        NEW_TEXT,
    ),
    Rule(
        "FR-BLOCTEL",
        Text("Liste d'opposition Bloctel", "Bloctel opposition list"),
        Layer.STATUTE,
        (Citation("C. conso. L.223-1 al. 1-6", "loi 2020-901"),),
        {
            "listed": Text("numéro inscrit sur Bloctel", "number listed on Bloctel"),
            "not-checked": Text(
                "fichier non expurgé depuis 30 jours : le faire expurger d'abord",
                "file not scrubbed in the last 30 days: scrub it first",
            ),
        },
        not_on_bloctel,
        UNTIL_ABOLITION,
    ),
    Rule(
        "FR-OBJECTION",
        _OBJECTION_TITLE,
        Layer.STATUTE,
        (_GDPR_21,),
        _OBJECTED,
        not_objected,
        UNTIL_ABOLITION,
    ),
    Rule(
        "FR-OBJECTION",
        _OBJECTION_TITLE,
        Layer.STATUTE,
        (_GDPR_21, Citation("C. conso. R.223-3", "décret 2026-662", "S2")),
        _OBJECTED,
        not_objected,
        NEW_TEXT,
    ),
    Rule(
        "FR-ROBOCALL-L34-5",
        Text("Prospection par automate", "Machine-delivered prospecting"),
        Layer.STATUTE,
        (Citation("CPCE L.34-5"),),
        {
            "no-machine-consent": Text(
                "appel par automate sans consentement couvrant les appels automatisés",
                "machine call without a consent that covers automated calls",
            ),
            **OUTSIDE_REASON,
        },
        consented_to_machines,
    ),
)
