"""The number that is shown: never masked, mobile or surcharged, and an NPV for automated systems."""

from __future__ import annotations

from datetime import date

from rules.caller_ids import CallerIdKind, caller_id_kind
from rules.facts import ContactKind, Facts, SystemKind
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Period, Rule, Text, Verdict
from rules.situation import Situation

_PLAN = Period(date(2023, 1, 1))
_READS = (
    "caller-npv",
    "caller-unattested",
    "caller-mobile",
    "caller-mobile-policy",
    "caller-premium",
    "caller-premium-policy",
    "caller-fixed",
)


def not_masked(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """A masked number is banned; the displayed number « est affecté au professionnel pour le compte duquel
    l'appel est effectué ». Extended to professionals by policy."""
    if caller_id_kind(facts.caller_id, numbers) is not CallerIdKind.MASKED:
        return PASS
    professional = facts.kind is ContactKind.PROFESSIONAL
    return Outcome(Verdict.DENY, "masked", layer=Layer.POLICY if professional else None)


def not_mobile(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """A mobile number is for one person on a mobile terminal; a platform never is one, so 06, 07 and the
    overseas mobile ranges are refused for every system kind and for professionals."""
    return _refuse(facts, numbers, CallerIdKind.MOBILE, "mobile", "caller-mobile")


def not_surcharged(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """L.221-17 al. 3 and the numbering plan exclude surcharged numbers, 089 expressly; 081, 082 and 118 are
    refused by policy."""
    return _refuse(facts, numbers, CallerIdKind.PREMIUM, "surcharged", "caller-premium")


def open_to_the_system(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Systems « émettant des appels […] de manière automatique » may show « numéros polyvalents vérifiés »
    only. A human agent who commands each call may show 01 to 05, 09 or an NPV; 08 and short numbers are
    refused without an operator's attestation by policy (U-14). No exception for polls or professionals."""
    kind = caller_id_kind(facts.caller_id, numbers)
    if kind is CallerIdKind.NPV:
        return PASS
    if facts.system is not SystemKind.HUMAN_AGENT:
        return Outcome(Verdict.DENY, "not-npv", {"caller_id": facts.caller_id})
    if kind is CallerIdKind.OTHER:
        return Outcome(Verdict.DENY, "unattested", {"caller_id": facts.caller_id}, layer=Layer.POLICY)
    return PASS


def authorised(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """The caller must be the assignee or have the assignee's prior agreement; numbers that are not on the
    carrier's list are refused."""
    if facts.caller_id_authorised:
        return PASS
    return Outcome(Verdict.DENY, "not-registered", {"caller_id": facts.caller_id})


def _refuse(facts: Facts, numbers: Numbers, kind: CallerIdKind, reason: str, by_statute: str) -> Outcome:
    """Refuse a kind of number: by statute in the ranges of that name, by policy in the wider ones."""
    if caller_id_kind(facts.caller_id, numbers) is not kind:
        return PASS
    stated = facts.caller_id.startswith(numbers.prefixes(by_statute))
    return Outcome(Verdict.DENY, reason, {"caller_id": facts.caller_id}, layer=None if stated else Layer.POLICY)


_AUTH_TITLE = Text("Numéro affiché autorisé par l'opérateur", "Caller id authorised by the operator")
_NOT_REGISTERED = {
    "not-registered": Text(
        "{caller_id} n'est pas sur la liste des numéros prouvés de cette ligne",
        "{caller_id} is not on this trunk's list of proven numbers",
    )
}
_ARCEP = Citation("Arcep 2018-0881", "modifiée par 2022-1583")

RULES = (
    Rule(
        "FR-CLI-MASKED",
        Text("Numéro masqué interdit", "No masked number"),
        Layer.STATUTE,
        (Citation("C. conso. L.221-17"),),
        {"masked": Text("le numéro affiché serait masqué", "the shown number would be masked")},
        not_masked,
        reads=_READS,
    ),
    Rule(
        "FR-CLI-MOBILE",
        Text("Pas de numéro 06 ou 07 affiché", "No 06 or 07 shown"),
        Layer.STATUTE,
        (Citation("CPCE L.44"), _ARCEP),
        {"mobile": Text("{caller_id} est un numéro mobile", "{caller_id} is a mobile number")},
        not_mobile,
        _PLAN,
        _READS,
    ),
    Rule(
        "FR-CLI-PREMIUM",
        Text("Pas de numéro surtaxé affiché", "No surcharged number shown"),
        Layer.STATUTE,
        (Citation("C. conso. L.221-17 al. 3", confidence="S"), _ARCEP),
        {"surcharged": Text("{caller_id} est un numéro surtaxé", "{caller_id} is a surcharged number")},
        not_surcharged,
        reads=_READS,
    ),
    Rule(
        "FR-CLI-NPV",
        Text("Numéro polyvalent vérifié pour les automates", "Verified NPV number for automated systems"),
        Layer.STATUTE,
        (Citation("CPCE L.44 VI"), _ARCEP),
        {
            "not-npv": Text(
                "{caller_id} n'est pas un numéro polyvalent vérifié, seul permis à un système automatisé",
                "{caller_id} is not an NPV, the only kind open to an automated system",
            ),
            "unattested": Text(
                "{caller_id} n'est ni 01-05, ni 09, ni NPV : attestation de l'opérateur requise",
                "{caller_id} is neither 01-05, 09 nor NPV: an operator's attestation is needed",
            ),
        },
        open_to_the_system,
        _PLAN,
        _READS,
    ),
    Rule(
        "FR-CLI-AUTH",
        _AUTH_TITLE,
        Layer.STATUTE,
        (Citation("CPCE L.44 IV", confidence="S2"),),
        _NOT_REGISTERED,
        authorised,
        Period(date(2023, 7, 25), date(2025, 12, 31)),
    ),
    Rule(
        "FR-CLI-AUTH",
        _AUTH_TITLE,
        Layer.STATUTE,
        (Citation("CPCE L.44 IV", confidence="S2"), Citation("Arcep 2025-2215", confidence="S2")),
        _NOT_REGISTERED,
        authorised,
        Period(date(2026, 1, 1)),
    ),
)
