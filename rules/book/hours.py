"""Days, hours and public holidays: when a consumer may be called at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from rules.calendars import local_holidays, national_holidays
from rules.facts import Facts
from rules.numbers import Numbers
from rules.rule import PASS, Citation, Layer, Outcome, Period, Rule, Text, Verdict
from rules.situation import Situation
from rules.windows import is_open, midnight_after, next_opening

OLD_TEXT = Period(date(2023, 3, 1), date(2026, 8, 10))
NEW_TEXT = Period(date(2026, 8, 11))
D223_9_OLD = Citation("C. conso. D.223-9 al. 1", "décret 2022-1313")
D223_9_NEW = Citation("C. conso. D.223-9 al. 1", "décret 2026-662 art. 4", "S2")


def within_hours(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """« du lundi au vendredi », « de 10 heures à 13 heures et de 14 heures à 20 heures », « correspondant
    à celles du fuseau horaire du consommateur ».

    Windows are half-open, must hold in every candidate zone, and close early by the ring guard.
    """
    weekdays, windows = numbers.weekdays("call-weekdays"), numbers.windows("call-windows")
    guard = timedelta(seconds=situation.ring_guard_seconds)
    closed = [moment for moment in situation.local if not is_open(moment, weekdays, windows, guard)]
    if not closed:
        return PASS
    zones = situation.zones
    local = closed[0]
    return Outcome(
        Verdict.DEFER,
        "closed",
        {
            "local": local.time().isoformat("seconds"),
            "day": local.date().isoformat(),
            "zone": str(local.tzinfo),
        },
        next_opening(situation.at, zones, weekdays, windows, guard),
    )


def not_on_a_national_holiday(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Not on days « fériés en application de l'article L. 3133-1 du code du travail », local date."""
    held = [
        (_after_holidays(moment.date(), moment.tzinfo, national_holidays), moment.date())
        for moment in situation.local
        if moment.tzinfo and moment.date() in national_holidays(moment.year)
    ]
    if not held:
        return PASS
    until, day = max(held)
    return Outcome(Verdict.DEFER, "holiday", {"day": day.isoformat()}, until)


def not_on_a_local_holiday(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    """Outside the letter of D.223-9, which points to L.3133-1 only: Alsace-Moselle and the days of the
    abolition of slavery overseas are blocked in the territory concerned by policy (U-8)."""
    held = [
        (_after_holidays(moment.date(), place.zone, partial(local_holidays, place)), moment.date(), place.name)
        for place, moment in zip(situation.places, situation.local, strict=False)
        if place.zone and moment.date() in local_holidays(place, moment.year)
    ]
    if not held:
        return PASS
    until, day, name = max(held)
    return Outcome(Verdict.DEFER, "local-holiday", {"day": day.isoformat(), "place": name}, until)


def _after_holidays(day: date, zone: tzinfo, holidays_of: Callable[[int], frozenset[date]]) -> datetime:
    """The first instant after `day` and the holidays that follow it without a gap, in UTC."""
    while (tomorrow := day + timedelta(days=1)) in holidays_of(tomorrow.year):
        day = tomorrow
    return midnight_after(day, zone)


_CLOSED = {
    "closed": Text(
        "il est {local} le {day} chez le consommateur ({zone}) : hors des jours et heures permis",
        "it is {local} on {day} where the consumer lives ({zone}): outside the permitted days and hours",
    )
}
_HOLIDAY = {"holiday": Text("le {day} est un jour férié national", "{day} is a national public holiday")}
_HOURS_TITLE = Text("Jours et heures d'appel", "Days and hours of calls")
_HOLIDAY_TITLE = Text("Jours fériés nationaux", "National public holidays")
_L3133 = Citation("C. trav. L.3133-1")

RULES = tuple(
    rule
    for period, citation in ((OLD_TEXT, D223_9_OLD), (NEW_TEXT, D223_9_NEW))
    for rule in (
        Rule(
            "FR-HOURS",
            _HOURS_TITLE,
            Layer.STATUTE,
            (citation,),
            _CLOSED,
            within_hours,
            period,
            reads=("call-weekdays", "call-windows"),
        ),
        Rule(
            "FR-HOLIDAY",
            _HOLIDAY_TITLE,
            Layer.STATUTE,
            (citation, _L3133),
            _HOLIDAY,
            not_on_a_national_holiday,
            period,
        ),
        Rule(
            "FR-HOLIDAY-REGIONAL",
            Text("Jours fériés locaux", "Local public holidays"),
            Layer.POLICY,
            (Citation("C. trav. L.3134-13 et L.3422-2", "hors de la lettre de D.223-9", "M"),),
            {
                "local-holiday": Text(
                    "le {day} est férié en {place} (choix de prudence)",
                    "{day} is a holiday in {place} (our stricter choice)",
                )
            },
            not_on_a_local_holiday,
            period,
        ),
    )
)
