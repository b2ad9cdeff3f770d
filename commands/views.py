"""How reports, decisions and summaries look in a terminal."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Mapping
from datetime import date

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from commands.desk import Desk
from commands.instants import local, local_with_zone
from commands.tables import plain_table
from commands.words import in_words
from dialer.schema import ImportedList
from dialer.summary import CampaignSummary
from dialer.taking_back import TakenBack
from rules.decide import Decision
from rules.eligibility import Eligibility
from rules.explain import Change, layer_word, verdict_word, when
from rules.rule import Finding, Layer, Verdict
from rules.rulebook import french_rulebook

COLOURS = {Verdict.ALLOW: "green", Verdict.DEFER: "yellow", Verdict.DENY: "red"}
_WEEKDAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def weekday(desk: Desk, day: date) -> str:
    return desk.text(_WEEKDAYS_FR[day.weekday()], day_name[day.weekday()])


def taken_back_view(desk: Desk, taken: TakenBack) -> str:
    """What went with an import."""
    name, removed = escape(taken.name), counts_in_words(desk, taken.removed) or "—"
    lines = [
        desk.text(f"[green]✓[/] « {name} » est reprise : {removed}", f"[green]✓[/] {name!r} is taken back: {removed}")
    ]
    if taken.campaigns:
        lost = escape(", ".join(taken.campaigns))
        lines.append(desk.text(f"  perdue pour les campagnes : {lost}", f"  lost to the campaigns: {lost}"))
    if taken.dropped.numbers:
        numbers, persons = taken.dropped.numbers, taken.dropped.persons
        lines.append(
            desk.text(
                f"  [yellow]{numbers} numéros perdent ce qui limitait leurs appels ; {persons} personnes restantes "
                "n'ont plus aucune limite[/]",
                f"  [yellow]{numbers} numbers lose what limited calls to them; {persons} persons who stay have no "
                "limit left[/]",
            )
        )
    return "\n".join(lines)


def counts_in_words(desk: Desk, counts: Mapping[str, int]) -> str:
    """`persons_added` and the like as people say them."""
    return ", ".join(f"{count} {in_words(what, desk.language).replace('_', ' ')}" for what, count in counts.items())


def decision_view(desk: Desk, decision: Decision, eligibility: Eligibility) -> RenderableType:
    """Every finding of one decision, the blocking ones first: rule, layer, reason, article, until when."""
    table = plain_table(desk.text("règle", "rule"), "", desk.text("raison", "reason"), "article", "")
    for finding in sorted(decision.findings, key=lambda each: (-each.verdict, -each.outcome.verdict, each.rule.id)):
        if not finding.outcome.reason:
            continue
        verdict = finding.verdict
        layer = "" if finding.layer is Layer.STATUTE else f" ({layer_word(finding.layer, desk.language)})"
        said = finding.reason(desk.language)
        table.add_row(
            finding.rule.id,
            Text(verdict_word(verdict, desk.language) if verdict else "✓", COLOURS[verdict]),
            said + (layer if verdict else ""),
            str(finding.rule.citations[0]),
            _ends(desk, finding),
            style="" if finding.outcome.verdict else "dim",
        )
    colour = COLOURS[decision.verdict]
    word = verdict_word(decision.verdict, desk.language)
    rules_of = desk.text(f"règles du {decision.law_day}", f"rules of {decision.law_day}")
    head = f"[bold {colour}]{word}[/] · {local(decision.at)} (Paris) · {rules_of}"
    met = ", ".join(finding.rule.id for finding in decision.findings if not finding.outcome.reason)
    silent = Text(desk.text(f"Respectées : {met}", f"Met: {met}"), style="dim")
    return Group(head, table, silent, when_possible(desk, eligibility))


def changes_view(desk: Desk, changed: tuple[Change, ...]) -> RenderableType:
    """What two sets of rules answer differently, rule by rule."""
    if not changed:
        return desk.text("Aucune règle ne répond autrement.", "No rule answers differently.")
    table = plain_table(desk.text("règle", "rule"), desk.text("avant", "before"), desk.text("après", "after"))
    for change in changed:
        table.add_row(change.rule_id, verdict_or_dash(desk, change.before), verdict_or_dash(desk, change.after))
    return table


def when_possible(desk: Desk, eligibility: Eligibility) -> str:
    """The next eligible instant on the office's clock, or that there is none."""
    if eligibility.at is None:
        said = when(eligibility, desk.language)
        return f"{said[0].upper()}{said[1:]}."
    return desk.text(
        f"Appel possible à partir du {local(eligibility.at)} (heure de Paris).",
        f"Callable from {local(eligibility.at)} (Paris time) on.",
    )


def _ends(desk: Desk, finding: Finding) -> str:
    if finding.discharged_by:
        return desk.text("levée par ", "lifted by ") + ", ".join(finding.discharged_by)
    return desk.text("jusqu'au ", "until ") + local(finding.outcome.until) if finding.outcome.until else ""


def verdict_or_dash(desk: Desk, verdict: Verdict | None) -> Text:
    return Text("—") if verdict is None else Text(verdict_word(verdict, desk.language), COLOURS[verdict])


def rules_view(desk: Desk, summary: CampaignSummary) -> RenderableType:
    """How often each rule held a call back, with its article."""
    table = plain_table(desk.text("règle", "rule"), desk.text("décisions", "decisions"), "", "article")
    titles = {rule.id: rule for rule in french_rulebook().rules}
    for rule_id, count in summary.rules.items():
        rule = titles[rule_id]
        table.add_row(rule_id, str(count), desk.text(rule.title.fr, rule.title.en), str(rule.citations[0]))
    return table


def list_line(desk: Desk, stored: ImportedList) -> str:
    """One list of any kind: kind, rows, file, source, when."""
    report = stored.report
    source = f" · {stored.source}" if stored.source else ""
    accepted, rows = report["accepted"], report["rows_read"]
    taken = desk.text(f"lignes prises : {accepted} sur {rows}", f"rows taken: {accepted} of {rows}")
    return (
        f"{stored.name} · {in_words(stored.kind, desk.language)} · {taken} · "
        f"{stored.file_name}{source} · {local_with_zone(desk, stored.imported_at)}"
    )
