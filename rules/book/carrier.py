"""The carrier's terms: quality of the last hour, calls per second, channels, numbers that do not exist."""

from __future__ import annotations

from datetime import datetime

from rules.facts import Facts
from rules.line import Breach, Figure
from rules.numbers import Numbers
from rules.rule import PASS, Check, Citation, Layer, Outcome, Rule, Text, Verdict
from rules.situation import Situation


def within(figure: Figure) -> Check:
    """A rule that holds calls back before one figure of the rolling hour can leave the carrier's terms."""

    def in_terms(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
        held = facts.line.held(facts.caller_id, situation.at) if facts.line else ()
        longest = max((breach for breach in held if breach.figure is figure), key=_until, default=None)
        if longest is None:
            return PASS
        values: dict[str, int | str] = {"value": longest.value, "limit": longest.limit, "operator": _operator(facts)}
        if longest.caller_id:
            values["caller_id"] = longest.caller_id
        return Outcome(
            Verdict.DEFER, "next-failure-of-number" if longest.caller_id else "next-failure", values, longest.until
        )

    in_terms.__doc__ = (
        f"The operator's terms on {figure.name} over the rolling hour, of the trunk and of the number shown: a call "
        "waits while it would cross the limit if it failed, and with it every call under way."
    )
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


def _until(breach: Breach) -> datetime:
    return breach.until


def _next_failure(unit: str) -> dict[str, Text]:
    """Why a call waits, for a figure in this unit."""
    return {
        "next-failure": Text(
            f"le prochain échec mettrait l'heure glissante à {{value}} {unit}, limite {{limit}} {unit} "
            "chez {operator}",
            f"the next failed call would cross the limit: rolling hour {{value}} {unit}, limit {{limit}} {unit} "
            "with {operator}",
        ),
        "next-failure-of-number": Text(
            f"le prochain échec du {{caller_id}} mettrait son heure glissante à {{value}} {unit}, "
            f"limite {{limit}} {unit} chez {{operator}}",
            f"the next failed call of {{caller_id}} would cross the limit: its rolling hour {{value}} {unit}, "
            f"limit {{limit}} {unit} with {{operator}}",
        ),
    }


_TERMS = (Citation("conditions publiées de l'opérateur", "config/operators"),)

RULES = (
    Rule(
        "CT-ASR",
        Text("Taux de décroché (ASR)", "Answer ratio (ASR)"),
        Layer.CONTRACT,
        _TERMS,
        _next_failure("%"),
        within(Figure.ASR),
    ),
    Rule(
        "CT-ACD",
        Text("Durée moyenne (ACD)", "Mean duration (ACD)"),
        Layer.CONTRACT,
        _TERMS,
        _next_failure("s"),
        within(Figure.ACD),
    ),
    Rule(
        "CT-SHORT",
        Text("Part d'appels courts", "Share of short calls"),
        Layer.CONTRACT,
        _TERMS,
        _next_failure("%"),
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
