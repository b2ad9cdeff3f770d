"""How a simulated campaign looks in a terminal: its days, what became of people and calls, and what was held to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from adapters.simulation.recount import Breach
from adapters.simulation.report import SimulationReport
from commands.desk import Desk
from commands.instants import local
from commands.views import weekday
from commands.words import in_words
from dialer.dispositions import Disposition
from rules.rulebook import french_rulebook

_BREACHES = {
    Breach.TOO_OFTEN: ("plus de 4 tentatives en 30 jours", "more than 4 attempts in 30 days"),
    Breach.OUT_OF_HOURS: ("hors des heures", "outside the hours"),
    Breach.WEEKEND_OR_HOLIDAY: ("week-end ou jour férié", "weekend or holiday"),
    Breach.TWICE_AT_ONCE: ("deux appels à la fois", "two calls at once"),
    Breach.AFTER_AN_OBJECTION: ("après une opposition", "after an objection"),
    Breach.UNASSIGNED: ("numéro connu comme non attribué", "number known to be nobody's"),
}


def simulation_view(d: Desk, report: SimulationReport) -> RenderableType:
    """The whole report."""
    parts = (_days(d, report), _figures(d, report), _obstacles(d, report), _held_to(d, report))
    span, seed = f"{local(report.since)} → {local(report.until)}", d.text("graine", "seed")
    title = f"{report.campaign} · {span} · {report.operator} · {seed} {report.seed}"
    return Panel(Group(*parts), title=Text(title), title_align="left")


def _days(d: Desk, report: SimulationReport) -> RenderableType:
    counted = (
        d.text("appels", "calls"),
        d.text("décrochés", "answered"),
        d.text("personnes jointes", "people reached"),
        d.text("oppositions", "objections"),
        d.text("conversation", "talk"),
    )
    table = _table((d.text("jour", "day"), *counted))
    for column in table.columns[1:]:
        column.justify = "right"
    for day in report.days:
        table.add_row(
            f"{weekday(d, day.day)} {day.day}",
            *(str(count) for count in (day.calls, day.answered, day.reached, day.opted_out)),
            str(timedelta(seconds=round(day.talk.total_seconds()))),
        )
    return table


def _figures(d: Desk, report: SimulationReport) -> RenderableType:
    quality, spans = report.quality, report.durations
    share = f" ({100 * report.reached / report.contacts:.1f} %)" if report.contacts else ""
    charged = (quality.out_of_terms, quality.euros)
    table = _table(("", ""), heads=False)
    for name, value in (
        (d.text("personnes jointes", "people reached"), f"{report.reached} / {report.contacts}{share}"),
        (d.text("tentatives par personne", "attempts per person"), _tries(report.tries)),
        (d.text("contacts", "contacts"), _counts(d, report.candidates)),
        (d.text("attendent leur tour", "waiting their turn"), str(report.overdue)),
        (d.text("appels", "calls"), f"{report.calls} · {_counts(d, report.dispositions)}"),
        (d.text("décisions", "decisions"), _counts(d, report.decisions)),
        ("ASR / ACD", f"{_or_dash(quality.asr_percent)} % · {_or_dash(quality.acd_seconds)} s"),
        (d.text("appels courts", "short calls"), f"{_or_dash(quality.short_percent)} %"),
        (d.text("hors des conditions", "out of terms"), d.text("{} appels, {} €", "{} calls, {} €").format(*charged)),
        (d.text("jusqu'au décroché", "until the answer"), _span(spans.until_answer)),
        (d.text("conversation", "talk"), f"{_span(spans.talk)}, ≤ {_span(spans.longest)}"),
        (d.text("durée du calcul", "computed in"), f"{report.seconds:.0f} s"),
    ):
        table.add_row(Text(name, style="bold"), value)
    return table


def _obstacles(d: Desk, report: SimulationReport) -> RenderableType:
    titles = {rule.id: rule.title for rule in french_rulebook().rules}
    table = _table((d.text("règle", "rule"), d.text("décisions", "decisions"), ""))
    for rule, count in report.obstacles.items():
        table.add_row(rule, str(count), d.text(titles[rule].fr, titles[rule].en))
    return table if report.obstacles else Text("")


def _held_to(d: Desk, report: SimulationReport) -> RenderableType:
    """The recount, line by line: what was never broken, or the first attempt that broke it."""
    table = _table((d.text("recompte indépendant", "independent recount"), "", ""))
    count, seen, limits = report.recount, report.observed, report.limits
    shown = {Breach.TOO_OFTEN: f"{count.most_attempts} ≤ 4"}
    if count.earliest and count.latest:
        shown[Breach.OUT_OF_HOURS] = f"{count.earliest:%H:%M:%S} – {count.latest:%H:%M:%S}"
    for breach, number in count.broken.items():
        example = f"{number} × · {count.examples[breach]}" if number else shown.get(breach, "")
        table.add_row(d.text(*_BREACHES[breach]), _mark(not number), example)
    for name, most, limit in (
        (
            d.text("départs en une seconde", "starts in a second"),
            seen.most_starts_in_a_second,
            limits.starts_per_second,
        ),
        (d.text("appels à la fois", "calls at once"), seen.most_at_once, limits.channels),
    ):
        table.add_row(name, _mark(most <= limit), f"{most} ≤ {limit}" if most <= limit else f"{most} > {limit}")
    return table


def _table(headings: Iterable[str], *, heads: bool = True) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=heads)
    for heading in headings:
        table.add_column(heading)
    return table


def _mark(good: bool) -> Text:
    return Text("✓", style="green") if good else Text("✗", style="red")


def _counts(d: Desk, counted: Mapping[str, int] | Mapping[Disposition, int]) -> str:
    return ", ".join(f"{count} {in_words(name, d.language)}" for name, count in counted.items()) or "—"


def _tries(tries: Mapping[int, int]) -> str:
    return ", ".join(f"{number} × : {people}" for number, people in tries.items()) or "—"


def _span(span: timedelta | None) -> str:
    return "—" if span is None else f"{span.total_seconds():.0f} s"


def _or_dash(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
