"""How the report of an import looks in a terminal: what was read, as what, and what was wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from commands.desk import Desk
from commands.tables import plain_table
from commands.views import counts_in_words
from lists import ListReport, Problem, Severity
from lists.field_wordings import meaning
from lists.fields import Field
from lists.problems import CATALOGUE

_SHOWN_PROBLEMS = 12
_SHOWN_HEADERS = 12
_UNREAD = {
    Field.ATTRIBUTE: ("conservées telles quelles, non lues", "kept as they are, not read"),
    Field.IGNORED: ("laissées dans le fichier", "left in the file"),
}


def import_report(
    desk: Desk, report: ListReport, stored: Mapping[str, int] | None = None, problems: Path | None = None
) -> RenderableType:
    """What became of a file: counts, what each column was taken for, the first problems, where all of them are."""
    head = desk.text(
        f"{report.rows_read} lignes lues : [green]{report.accepted} acceptées[/], {report.merged} fusionnées, "
        f"[red]{report.rejected} rejetées[/]",
        f"{report.rows_read} rows read: [green]{report.accepted} accepted[/], {report.merged} merged, "
        f"[red]{report.rejected} rejected[/]",
    )
    parts: list[RenderableType] = [" · ".join([head, *map(escape, _form(desk, report))])]
    if stored:
        parts.append(desk.text("enregistré : ", "stored: ") + counts_in_words(desk, stored))
    parts += [Text(line) for line in _columns(desk, report.columns)]
    if report.counts:
        parts.append(desk.text("remarques :", "remarks:"))
        parts += [Text(f"  {count} × {_in_short(desk, code)}") for code, count in report.counts.items()]
    shown = sorted(report.problems, key=lambda each: each.severity is not Severity.REJECTED)[:_SHOWN_PROBLEMS]
    if shown:
        parts.append(_problem_table(desk, shown))
    hidden = report.problems_found - len(shown)
    if hidden > 0:
        parts.append(Text(desk.text(f"… et {hidden} autres", f"… and {hidden} more"), style="dim"))
    if problems:
        parts.append(Text(desk.text(f"Toutes les remarques : {problems}", f"All remarks: {problems}"), style="bold"))
    return Panel(Group(*parts), title=Text(report.file), title_align="left")


def _problem_table(desk: Desk, problems: Sequence[Problem]) -> Table:
    headings = (
        ("ligne", "line"),
        ("colonne", "column"),
        ("valeur", "value"),
        ("problème et remède", "problem and remedy"),
    )
    table = plain_table(*(desk.text(fr, en) for fr, en in headings))
    for problem in problems:
        colour = "red" if problem.severity is Severity.REJECTED else "yellow"
        said = desk.text(f"{problem.message_fr} → {problem.remedy_fr}", f"{problem.message_en} → {problem.remedy_en}")
        table.add_row(str(problem.line), Text(problem.column), Text(problem.value), Text(said, style=colour))
    return table


def _form(desk: Desk, report: ListReport) -> list[str]:
    """A sheet, or encoding and delimiter, or neither where no file was read; and where in an archive it was."""
    if report.sheet:
        told = [desk.text(f"feuille « {report.sheet} »", f"sheet “{report.sheet}”")]
    elif not report.encoding:
        told = []
    else:
        delimiter = desk.text("tabulation", "tab") if report.delimiter == "\t" else f"'{report.delimiter}'"
        told = [desk.text(f"{report.encoding}, séparateur {delimiter}", f"{report.encoding}, delimiter {delimiter}")]
    if report.member:
        told.append(desk.text(f"« {report.member} » dans l'archive", f"“{report.member}” in the archive"))
    return told


def _columns(desk: Desk, columns: Mapping[str, str]) -> list[str]:
    """Headers by what they were taken for; those that were not read at the end."""
    headers: dict[Field, list[str]] = defaultdict(list)
    for header, field in columns.items():
        headers[Field(field)].append(header)
    read = [
        f"{_some(own)} → {meaning(field, desk.language.value)}"
        for field, own in headers.items()
        if field not in _UNREAD
    ]
    unread = [
        f"  {desk.text(*words)}{desk.text(' :', ':')} {_some(headers[field])}"
        for field, words in _UNREAD.items()
        if headers[field]
    ]
    return [desk.text("colonnes : ", "columns: ") + " · ".join(read), *unread]


def _some(headers: Sequence[str]) -> str:
    more = len(headers) - _SHOWN_HEADERS
    return ", ".join(headers[:_SHOWN_HEADERS]) + (f" … (+{more})" if more > 0 else "")


def _in_short(desk: Desk, code: str) -> str:
    """The sentence of a code without what differs from row to row; an old report may hold a code that is gone."""
    wording = CATALOGUE.get(code)
    return desk.text(wording.message_fr, wording.message_en).replace("{detail}", "…") if wording else code
