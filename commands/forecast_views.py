"""How a forecast and a comparison of two laws look in a terminal."""

from __future__ import annotations

from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from commands.desk import Desk
from commands.instants import local
from commands.tables import plain_table
from commands.views import COLOURS, verdict_or_dash, weekday
from dialer.cliff import Cliff, Drop
from dialer.comparison import Comparison
from dialer.forecast import DayCount, Forecast, RuleCount
from dialer.outlook import OFFICE_ZONE
from rules.explain import layer_word, verdict_word

_BAR = 24
_SHOWN_INSTANTS = 5
_SHOWN_RULES = 3
_ROOM_FOR_BARS = 100
"""Columns of a terminal below which a day has its figures and the first of its rules, and no bar."""


def forecast_view(desk: Desk, forecast: Forecast) -> RenderableType:
    """Who is callable now, later, never; by rule and layer; the coming days; the cliff."""
    head = desk.text(
        f"au {local(forecast.at)} (Paris), sur {forecast.contacts} contacts : [green]{forecast.now} joignables[/], "
        f"[yellow]{forecast.later} plus tard[/], [red]{forecast.never} jamais[/] en l'état",
        f"at {local(forecast.at)} (Paris), of {forecast.contacts} contacts: [green]{forecast.now} callable[/], "
        f"[yellow]{forecast.later} later[/], [red]{forecast.never} never[/] as things stand",
    )
    parts: list[RenderableType] = [head, "", _rules(desk, forecast.rules), "", _days(desk, forecast)]
    if forecast.next_instants:
        told = ", ".join(f"{local(each.at)} ({each.contacts})" for each in forecast.next_instants[:_SHOWN_INSTANTS])
        parts += ["", desk.text(f"Prochains instants : {told}", f"Next instants: {told}")]
    parts += ["", _cliff(desk, forecast.cliff)]
    return Panel(Group(*parts), title=desk.text("Prévision", "Forecast"), title_align="left")


def comparison_view(desk: Desk, compared: Comparison) -> RenderableType:
    """How many contacts fare differently under the two sets of rules, and which rules make the difference."""
    verdicts = plain_table(
        desk.text(f"règles du {compared.under}", f"rules of {compared.under}"), local(compared.at), "contacts"
    )
    for (before, after), count in compared.verdicts.items():
        verdicts.add_row(verdict_or_dash(desk, before), verdict_or_dash(desk, after), str(count))
    rules = plain_table(
        desk.text("règle", "rule"), desk.text("avant", "before"), desk.text("après", "after"), "contacts"
    )
    for change, count in compared.rules.items():
        before_word, after_word = verdict_or_dash(desk, change.before), verdict_or_dash(desk, change.after)
        rules.add_row(change.rule_id, before_word, after_word, str(count))
    title = desk.text("Deux lois côte à côte", "Two laws side by side")
    return Panel(Group(verdicts, "", rules), title=title, title_align="left")


def _rules(desk: Desk, rules: tuple[RuleCount, ...]) -> Table:
    table = plain_table(
        desk.text("règle", "rule"), "contacts", "", desk.text("couche", "layer"), desk.text("jusqu'au", "until"),
        desk.text("texte", "text"),
    )  # fmt: skip
    table.columns[0].no_wrap = True  # a rule is asked for by its whole name
    for row in rules:
        title = f"{desk.text(row.title_fr, row.title_en)} — {row.citations[0]}"
        verdict = Text(verdict_word(row.verdict, desk.language), COLOURS[row.verdict])
        layer = layer_word(row.layer, desk.language)
        until = _span(row.first_until, row.last_until)
        table.add_row(row.rule_id, str(row.contacts), verdict, layer, until, title)
    return table


def _days(desk: Desk, forecast: Forecast) -> Table:
    """A bar of callable contacts for each day, and the rules that hold back most of the others."""
    table = plain_table(
        desk.text("jour", "day"), "", desk.text("joignables", "callable"), desk.text("nouveaux", "new"),
        desk.text("différés", "deferred"), desk.text("jamais", "never"), desk.text("retenus par", "held back by"),
    )  # fmt: skip
    wide = desk.console.width >= _ROOM_FOR_BARS
    shown = _SHOWN_RULES if wide else 1
    for day in forecast.days:
        bar = "█" * round(_BAR * day.callable / max(forecast.contacts, 1)) if wide else ""
        more = ", …" if not wide and len(day.rules) > shown else ""
        table.add_row(
            f"{weekday(desk, day.day)[:3]} {day.day:%d/%m}",
            Text(bar, "green"),
            str(day.callable),
            str(day.first_callable or "·"),
            _deferred(day),
            str(day.never),
            ", ".join(f"{rule.rule_id} {rule.contacts}" for rule in day.rules[:shown]) + more,
        )
    return table


def _deferred(day: DayCount) -> str:
    """How many wait for another day, and for which instant of the office's clock most of them do."""
    if not day.until:
        return str(day.deferred)
    return f"{day.deferred} → {day.until[0].at.astimezone(OFFICE_ZONE):%d/%m %H:%M}"


def _cliff(desk: Desk, cliff: Cliff) -> RenderableType:
    head = desk.text(
        f"Consentements valables aujourd'hui : {cliff.consented}", f"Consents that count today: {cliff.consented}"
    )
    if not cliff.days:
        return head
    names = (desk.text("jour", "day"), desk.text("semaine", "week"), desk.text("mois", "month"))
    told = [f"{name} {_days_of(drop)} : {drop.contacts}" for name, drop in zip(names, cliff.steepest, strict=True)]
    steepest = ", ".join(told)
    return desk.text(f"{head} · plus fortes échéances : {steepest}", f"{head} · largest drops: {steepest}")


def _days_of(drop: Drop) -> str:
    return str(drop.first) if drop.first == drop.last else f"{drop.first} → {drop.last}"


def _span(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "—"
    return local(first) if first == last else f"{local(first)} → {local(last)}"
