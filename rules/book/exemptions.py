"""What lifts a rule: each exemption names the rules that it discharges, and reaches no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from rules.book.hours import NEW_TEXT, OLD_TEXT
from rules.facts import ContactKind, Contract, Facts, Sector
from rules.numbers import Numbers
from rules.rule import Citation, Exemption, Period, Text
from rules.situation import Situation

_HOURS = frozenset({"FR-HOURS", "FR-HOLIDAY", "FR-HOLIDAY-REGIONAL"})
_CONSUMER_LAW = _HOURS | {
    "FR-BLOCTEL",
    "FR-CONSENT",
    "FR-FREQ",
    "FR-REFUSAL-60D",
    "FR-REFUSAL-PERM",
    "FR-SECTOR-ADAPT",
    "FR-SECTOR-ENERGY",
    "FR-SECTOR-INSURANCE",
    "FR-TERRITORY-PACIFIC",
}


def is_professional(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """L.223-1 and D.223-9 protect consumers: natural persons acting outside their trade."""
    return facts.kind is ContactKind.PROFESSIONAL


def is_survey(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """A poll does not seek to conclude a contract; the caller-number rules still apply to it."""
    return facts.sector is Sector.SURVEY


def contract_in_progress(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """« dans le cadre de l'exécution d'un contrat en cours et […] un rapport avec l'objet de ce contrat »."""
    return facts.contract_on(situation.day) is Contract.RELATED


def is_press(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """The bans « ne s'appliquent pas à la prospection en vue de la fourniture de journaux, de périodiques
    ou de magazines »; days, hours and the cap do."""
    return facts.sector is Sector.PRESS


def called_back_in_time(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """A call « dans les cinq jours ouvrables suivant la demande », proven and limited to what was asked. A
    request justifies no call of an earlier day, on any clock."""
    if facts.callback_until is None or facts.callback_until < situation.day:
        return False
    asked = facts.callback_from
    return asked is None or all(asked <= moment.date() for moment in situation.clocks)


def day_of_the_request(facts: Facts, situation: Situation, numbers: Numbers) -> datetime | None:
    """The first instant of that day on every clock, while it is still to come."""
    if facts.callback_from is None:
        return None
    begins = (datetime.combine(facts.callback_from, time(0), moment.tzinfo) for moment in situation.clocks)
    return max((start.astimezone(UTC) for start in begins if start > situation.at), default=None)


def in_agreed_slot(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """« à une date et à un horaire précisément spécifiés »: from the agreed instant on, for the tolerance."""
    tolerance = timedelta(minutes=numbers.integer("slot-tolerance-minutes"))
    return any(slot <= situation.at <= slot + tolerance for slot in facts.slots)


def any_hour_or_slot(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
    """Until 2026-08-10 « le consentement exprès et préalable du consommateur » was enough."""
    return facts.any_hour_agreed or in_agreed_slot(facts, situation, numbers)


def next_slot(facts: Facts, situation: Situation, numbers: Numbers) -> datetime | None:
    return min((slot for slot in facts.slots if slot > situation.at), default=None)


_APPT_TITLE = Text("Rendez-vous convenu hors des heures", "Call agreed outside hours")
_APPT_READS = ("slot-tolerance-minutes",)

EXEMPTIONS = (
    Exemption(
        "FR-B2B",
        Text("Professionnel, pour son activité", "Professional, about their business"),
        (Citation("C. conso. article liminaire"),),
        _CONSUMER_LAW,
        is_professional,
        scope=True,
    ),
    Exemption(
        "FR-SURVEY",
        Text("Sondage ou étude, pas de prospection", "Poll or study, no prospecting"),
        (Citation("C. conso. L.221-16"), Citation("CE 6 juin 2024")),
        _CONSUMER_LAW | {"FR-ROBOCALL-L34-5"},
        is_survey,
        scope=True,
    ),
    Exemption(
        "FR-CONTRACT-EXC",
        Text("Contrat en cours, appel en rapport avec son objet", "Contract in progress, call about its object"),
        (Citation("C. conso. L.223-1", "al. 2 avant le 11 août 2026, al. 4 depuis"),),
        frozenset({"FR-CONSENT", "FR-BLOCTEL", "FR-SECTOR-CPF", "FR-SECTOR-ENERGY", "FR-SECTOR-ADAPT"}),
        contract_in_progress,
    ),
    Exemption(
        "FR-PRESS-EXC",
        Text("Journaux, périodiques et magazines", "Newspapers, periodicals and magazines"),
        (Citation("C. conso. L.223-5"),),
        frozenset({"FR-CONSENT", "FR-BLOCTEL"}),
        is_press,
    ),
    Exemption(
        "FR-CALLBACK-5WD",
        Text("Rappel demandé, dans les cinq jours ouvrables", "Requested call-back within five working days"),
        (Citation("C. conso. R.223-4", "décret 2026-662", "S2"),),
        frozenset({"FR-CONSENT"}),
        called_back_in_time,
        Period(date(2026, 8, 11)),
        opens=day_of_the_request,
    ),
    Exemption(
        "FR-HOURS-APPT",
        _APPT_TITLE,
        (Citation("C. conso. D.223-9 al. 2", "décret 2022-1313"),),
        _HOURS,
        any_hour_or_slot,
        OLD_TEXT,
        opens=next_slot,
        reads=_APPT_READS,
    ),
    Exemption(
        "FR-HOURS-APPT",
        _APPT_TITLE,
        (Citation("C. conso. L.223-1 al. 6", "loi 2025-594"),),
        _HOURS,
        in_agreed_slot,
        NEW_TEXT,
        opens=next_slot,
        reads=_APPT_READS,
    ),
)
