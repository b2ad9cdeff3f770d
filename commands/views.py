"""How reports, forecasts, decisions and summaries look in a terminal."""

from __future__ import annotations

from calendar import day_name
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from commands.desk import Desk
from dialer.forecast import OFFICE_ZONE, Forecast
from dialer.schema import ContactList
from dialer.summary import CampaignSummary
from lists import ListReport, Severity
from rules.decide import Decision
from rules.eligibility import Eligibility
from rules.rule import Verdict
from rules.rulebook import french_rulebook

COLOURS = {Verdict.ALLOW: "green", Verdict.DEFER: "yellow", Verdict.DENY: "red"}
_SHOWN_PROBLEMS = 12
_WEEKDAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def local(at: datetime) -> str:
    """An instant on the office's clock."""
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def weekday(desk: Desk, day: date) -> str:
    return desk.text(_WEEKDAYS_FR[day.weekday()], day_name[day.weekday()])


def verdict_word(desk: Desk, verdict: Verdict) -> str:
    french = {Verdict.ALLOW: "autorisé", Verdict.DEFER: "différé", Verdict.DENY: "refusé"}
    return desk.text(french[verdict], {0: "allowed", 1: "deferred", 2: "denied"}[verdict])


def import_report(desk: Desk, report: ListReport) -> RenderableType:
    """Counts and the first problems of a file, with line, column, value and remedy."""
    head = desk.text(
        f"{report.rows_read} lignes lues : [green]{report.accepted} acceptées[/], {report.merged} fusionnées, "
        f"[red]{report.rejected} rejetées[/] · {report.encoding}, séparateur {report.delimiter!r}",
        f"{report.rows_read} rows read: [green]{report.accepted} accepted[/], {report.merged} merged, "
        f"[red]{report.rejected} rejected[/] · {report.encoding}, delimiter {report.delimiter!r}",
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = (
        ("ligne", "line"),
        ("colonne", "column"),
        ("valeur", "value"),
        ("problème et remède", "problem and remedy"),
    )
    for fr, en in headings:
        table.add_column(desk.text(fr, en))
    for problem in sorted(report.problems, key=lambda each: each.severity is not Severity.REJECTED)[:_SHOWN_PROBLEMS]:
        colour = "red" if problem.severity is Severity.REJECTED else "yellow"
        said = desk.text(f"{problem.message_fr} → {problem.remedy_fr}", f"{problem.message_en} → {problem.remedy_en}")
        table.add_row(str(problem.line), problem.column, Text(problem.value), Text(said, style=colour))
    hidden = len(report.problems) - _SHOWN_PROBLEMS
    more = [Text(desk.text(f"… et {hidden} autres", f"… and {hidden} more"), style="dim")] if hidden > 0 else []
    return Panel(Group(head, table, *more), title=f"{report.file}", title_align="left")


def forecast_view(desk: Desk, forecast: Forecast) -> RenderableType:
    """Who is callable now, later, never; per rule; and the coming days."""
    head = desk.text(
        f"au {local(forecast.at)} (Paris), sur {forecast.contacts} contacts : [green]{forecast.now} joignables[/], "
        f"[yellow]{forecast.later} plus tard[/], [red]{forecast.never} jamais[/] en l'état",
        f"at {local(forecast.at)} (Paris), of {forecast.contacts} contacts: [green]{forecast.now} callable[/], "
        f"[yellow]{forecast.later} later[/], [red]{forecast.never} never[/] as things stand",
    )
    rules = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (desk.text("règle", "rule"), desk.text("contacts", "contacts"), "", desk.text("texte", "text")):
        rules.add_column(heading)
    for row in forecast.rules:
        title = f"{desk.text(row.title_fr, row.title_en)} — {row.citations[0]}"
        rules.add_row(
            row.rule_id, str(row.contacts), Text(verdict_word(desk, row.verdict), COLOURS[row.verdict]), title
        )
    days = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (desk.text("jour", "day"), desk.text("nouveaux joignables", "newly callable"), ""):
        days.add_column(heading)
    for day in forecast.days:
        best = max((count for _, count in day.by_hour), default=0)
        days.add_row(
            f"{weekday(desk, day.day)[:3]} {day.day:%d/%m}",
            str(day.first_callable or "·"),
            "█" * round(30 * best / max(forecast.contacts, 1)),
        )
    return Panel(Group(head, "", rules, "", days), title=desk.text("Prévision", "Forecast"), title_align="left")


def decision_view(desk: Desk, decision: Decision, eligibility: Eligibility) -> RenderableType:
    """Every finding of one decision: rule, layer, reason, article, until when."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (desk.text("règle", "rule"), "", desk.text("raison", "reason"), desk.text("article", "article"), ""):
        table.add_column(heading)
    for finding in decision.findings:
        verdict = finding.verdict
        until = finding.outcome.until
        lifted = (
            desk.text("levé par ", "lifted by ") + ", ".join(finding.discharged_by) if finding.discharged_by else ""
        )
        when = desk.text("jusqu'au ", "until ") + local(until) if until and not lifted else lifted
        said = finding.reason(desk.language) or desk.text("respectée", "met")
        table.add_row(
            finding.rule.id,
            Text(verdict_word(desk, verdict) if verdict else "✓", COLOURS[verdict]),
            said,
            str(finding.rule.citations[0]),
            when,
        )
    colour = COLOURS[decision.verdict]
    head = f"[bold {colour}]{verdict_word(desk, decision.verdict)}[/] · {local(decision.at)} (Paris)"
    return Group(head, table, when_possible(desk, eligibility))


def when_possible(desk: Desk, eligibility: Eligibility) -> str:
    if eligibility.at:
        return desk.text(
            f"Appel possible à partir du {local(eligibility.at)} (heure de Paris).",
            f"Callable from {local(eligibility.at)} (Paris time) on.",
        )
    return desk.text("Aucune date : un fait nouveau est nécessaire.", "No date: a new fact is needed.")


def summary_view(desk: Desk, summary: CampaignSummary) -> RenderableType:
    """A campaign's figures: where contacts stand, calls by disposition, quality, what comes next."""
    figures = Table(box=None, pad_edge=False, show_header=False)
    figures.add_column(style="bold")
    figures.add_column()
    quality = summary.quality
    rows = (
        (desk.text("contacts", "contacts"), _counts(summary.candidates)),
        (desk.text("décisions", "decisions"), _counts(summary.decisions)),
        (desk.text("appels partis", "calls made"), str(summary.attempts)),
        (desk.text("issues", "outcomes"), _counts({str(key): value for key, value in summary.dispositions.items()})),
        ("ASR / ACD", f"{_or_dash(quality.asr_percent)} % · {_or_dash(quality.acd_seconds)} s"),
        (desk.text("appels courts", "short calls"), f"{quality.short} ({_or_dash(quality.short_percent)} %)"),
        (desk.text("oppositions", "objections"), str(summary.objections)),
        (desk.text("inconnus", "unknown"), str(summary.unknown)),
    )
    for name, value in rows:
        figures.add_row(name, value)
    steps = [f"{local(step.due_at)}  {step.contacts} × {step.note}" for step in summary.next_steps[:8]]
    following = [desk.text("Ensuite :", "Next:"), *steps] if steps else []
    return Panel(Group(figures, *following), title=f"{summary.campaign} — {summary.state}", title_align="left")


def rules_view(desk: Desk, summary: CampaignSummary) -> RenderableType:
    """How often each rule held a call back, with its article."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (desk.text("règle", "rule"), desk.text("décisions", "decisions"), "", "article"):
        table.add_column(heading)
    titles = {rule.id: rule for rule in french_rulebook().rules}
    for rule_id, count in summary.rules.items():
        rule = titles[rule_id]
        table.add_row(rule_id, str(count), desk.text(rule.title.fr, rule.title.en), str(rule.citations[0]))
    return table


def list_line(stored: ContactList) -> str:
    report = stored.report
    return (
        f"{stored.name}: {report['accepted']}/{report['rows_read']} · {stored.file_name} · {local(stored.imported_at)}"
    )


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.items()) or "—"


def _or_dash(value: int | None) -> str:
    return "—" if value is None else str(value)
