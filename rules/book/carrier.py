"""The carrier's terms: quality of the last hour, calls per second, channels, numbers that do not exist."""

from __future__ import annotations

from rules.facts import Facts
from rules.line import Figure
from rules.numbers import Numbers
from rules.rule import PASS, Check, Citation, Layer, Outcome, Rule, Text, Verdict
from rules.situation import Situation


def within(figure: Figure) -> Check:
    """A rule that holds calls back while one figure of the rolling hour is out of the carrier's terms."""

    def in_terms(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
        for breach in facts.line.breaches if facts.line else ():
            if breach.figure is figure and breach.holds_at(situation.at):
                return Outcome(
                    Verdict.DEFER,
                    "out-of-terms",
                    {"value": breach.value, "limit": breach.limit, "operator": _operator(facts)},
                    breach.until,
                )
        return PASS

    in_terms.__doc__ = f"The operator's terms on {figure.name} over the rolling hour; new calls wait until it is back."
    return in_terms


def start_permitted(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Calls per second: starts are evenly spaced, so that no window of a second holds more than the limit."""
    if facts.line is None or facts.line.next_start is None or facts.line.next_start <= situation.at:
        return PASS
    return Outcome(Verdict.DEFER, "too-soon", {"operator": _operator(facts)}, facts.line.next_start)


def channel_free(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Simultaneous calls: a call that would need one channel more than agreed waits for one."""
    line = facts.line
    if line is None or line.in_use < line.channels or (line.room_at and line.room_at <= situation.at):
        return PASS
    return Outcome(Verdict.DEFER, "full", {"channels": line.channels, "operator": line.operator}, line.room_at)


def number_assigned(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Calls to numbers that nobody has are penalised; once the network has said so, the number is not called."""
    return Outcome(Verdict.DENY, "unassigned", {"number": facts.number}) if facts.number_unassigned else PASS


def _operator(facts: Facts) -> str:
    return facts.line.operator if facts.line else ""


_OUT_OF_TERMS = {
    "out-of-terms": Text(
        "{value} sur l'heure glissante, limite {limit} chez {operator}",
        "{value} over the rolling hour, limit {limit} with {operator}",
    )
}
_TERMS = (Citation("conditions publiées de l'opérateur", "config/operators"),)

RULES = (
    Rule(
        "CT-ASR",
        Text("Taux de décroché (ASR)", "Answer ratio (ASR)"),
        Layer.CONTRACT,
        _TERMS,
        _OUT_OF_TERMS,
        within(Figure.ASR),
    ),
    Rule(
        "CT-ACD",
        Text("Durée moyenne (ACD)", "Mean duration (ACD)"),
        Layer.CONTRACT,
        _TERMS,
        _OUT_OF_TERMS,
        within(Figure.ACD),
    ),
    Rule(
        "CT-SHORT",
        Text("Part d'appels courts", "Share of short calls"),
        Layer.CONTRACT,
        _TERMS,
        _OUT_OF_TERMS,
        within(Figure.SHORT),
    ),
    Rule(
        "CT-CAPS",
        Text("Appels par seconde (CAPS)", "Calls per second (CAPS)"),
        Layer.CONTRACT,
        _TERMS,
        {"too-soon": Text("débit maximal de {operator} atteint", "the rate limit of {operator} is reached")},
        start_permitted,
    ),
    Rule(
        "CT-CHANNELS",
        Text("Canaux simultanés", "Simultaneous channels"),
        Layer.CONTRACT,
        _TERMS,
        {
            "full": Text(
                "les {channels} canaux de {operator} sont pris", "the {channels} channels of {operator} are in use"
            )
        },
        channel_free,
    ),
    Rule(
        "CT-UNASSIGNED",
        Text("Numéro non attribué", "Unassigned number"),
        Layer.CONTRACT,
        _TERMS,
        {
            "unassigned": Text(
                "{number} n'est pas attribué, dit le réseau", "{number} is not assigned, says the network"
            )
        },
        number_assigned,
    ),
)
