"""`dialer rules check`: decide a file of cases, row by row as it is read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from commands.desk import Desk, Exit, Json, Lang, desk
from dialer.errors import DialerError
from rules.rulebook import LawNotCovered
from rules.vectors import ANSWER_COLUMNS, CASE_COLUMNS, Answer, CaseUnreadable, answer

EXPECTED_COLUMNS = ("expected", "expected_rule_ids")
_BEYOND = "\0"
"""The name of cells to the right of the last column."""


class CaseFileRefused(DialerError):
    """A case file cannot be used at all."""


class AnswersNotWritten(DialerError):
    """The answers cannot be stored where they were asked for."""


@dataclass
class Tally:
    """What became of the rows: decided ones are counted, the others named by line."""

    decided: int = 0
    unreadable: list[dict[str, object]] = field(default_factory=list)
    differences: list[dict[str, object]] = field(default_factory=list)

    lines: dict[str, int] = field(default_factory=dict)
    """By case_id, where it stood first."""

    @property
    def good(self) -> bool:
        return not self.unreadable and not self.differences

    def require_own_row(self, line: int, row: Mapping[str, str]) -> None:
        """Raises `CaseUnreadable` where answers could not be told apart, or cells may stand under wrong names."""
        if not row["case_id"].strip():
            raise CaseUnreadable("column case_id: empty; give every case an id of its own")
        if (first := self.lines.setdefault(row["case_id"], line)) != line:
            raise CaseUnreadable(f"column case_id: {row['case_id']!r} stands in line {first} already")
        if _BEYOND in row:
            raise CaseUnreadable("more cells than columns; put quotes around a text with a comma in it")


def check(
    cases: Annotated[Path, typer.Argument(help="CSV with the columns of law/cases.csv.")],
    output: Annotated[Path | None, typer.Option(help="Write case_id,verdict,rule_ids,next_eligible_at here.")] = None,
    expect: Annotated[bool, typer.Option("--expect", help="Compare with `expected` and `expected_rule_ids`.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Decide every case of a file under the strict profile; exit 1 on any difference with --expect.

    Example: dialer rules check cases.csv --output answers.csv --expect
    """
    with desk(json, lang) as d:
        tally = Tally()
        with _rows(d, cases, expect) as rows, _answers(output) as write:
            for line, row in rows:
                _decide(line, row, expect, tally, write)
            if not tally.lines:
                raise CaseFileRefused(
                    f"{cases}: no case below line 1; give a file with a case a line",
                    f"{cases} : aucun cas sous la ligne 1 ; indiquer un fichier d'un cas par ligne",
                )
        _tell(d, tally, expect)
        d.document(
            {
                "ok": tally.good,
                "decided": tally.decided,
                "unreadable": tally.unreadable,
                "differences": tally.differences if expect else None,
            }
        )
        if tally.unreadable:
            raise typer.Exit(Exit.BAD_INPUT)
        if tally.differences:
            raise typer.Exit(Exit.NO)


Write = Callable[[Answer], None]


def _decide(line: int, row: dict[str, str], expect: bool, tally: Tally, write: Write) -> None:
    try:
        tally.require_own_row(line, row)
        found = answer(row)
    except (CaseUnreadable, LawNotCovered) as error:
        tally.unreadable.append({"line": line, "case_id": row["case_id"], "message": str(error)})
        return
    tally.decided += 1
    write(found)
    wanted = f"{row['expected']} {row['expected_rule_ids']}" if expect else ""
    if expect and wanted != (said := f"{found.verdict} {found.rule_ids}"):
        tally.differences.append({"line": line, "case_id": row["case_id"], "expected": wanted, "found": said})


@contextmanager
def _rows(d: Desk, path: Path, expect: bool) -> Iterator[Iterator[tuple[int, dict[str, str]]]]:
    """Rows with their line numbers. Raises `CaseFileRefused` for a file without the columns."""
    wanted = {*CASE_COLUMNS, *(EXPECTED_COLUMNS if expect else ())}
    try:
        with d.reading(path, encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", restkey=_BEYOND)
            if twice := sorted(name for name, count in Counter(reader.fieldnames or ()).items() if count > 1):
                raise CaseFileRefused(
                    f"{path}: columns twice in line 1: {', '.join(twice)}; leave each once",
                    f"{path} : colonnes en double en ligne 1 : {', '.join(twice)} ; n'en garder qu'une de chaque",
                )
            if missing := sorted(wanted - set(reader.fieldnames or ())):
                raise CaseFileRefused(
                    f"{path}: columns missing in line 1: {', '.join(missing)}; use the columns of cases.csv",
                    f"{path} : colonnes absentes en ligne 1 : {', '.join(missing)} ; reprendre celles de cases.csv",
                )
            yield ((reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseFileRefused(
            f"{path}: cannot be read as UTF-8 CSV ({error}); give the path of a case file saved as UTF-8",
            f"{path} : illisible comme CSV en UTF-8 ({error}) ; indiquer un fichier de cas enregistré en UTF-8",
        ) from None


@contextmanager
def _answers(path: Path | None) -> Iterator[Write]:
    """Where answers go: a file that appears whole at the end, or nowhere. Without any answer nothing is replaced."""
    if path is None:
        yield lambda found: None
        return
    part = path.with_name(f"{path.name}.part")
    with ExitStack() as stack:
        try:
            file = stack.enter_context(part.open("w", encoding="utf-8", newline=""))
            stack.callback(part.unlink, missing_ok=True)
            writer = csv.writer(file)
            header = writer.writerow(ANSWER_COLUMNS)
            yield lambda found: writer.writerow(found.row())
            answered = file.tell() > header
            file.close()
            if answered:
                part.replace(path)
        except OSError as error:
            raise AnswersNotWritten(
                f"{path}: cannot be written ({error.strerror}); choose another --output, or make room for it",
                f"{path} : écriture impossible ({error.strerror}) ; choisir un autre --output, ou lui faire place",
            ) from None


def _tell(d: Desk, tally: Tally, expect: bool) -> None:
    for fault in tally.unreadable:
        line, message = fault["line"], escape(str(fault["message"]))
        d.say(f"[red]ligne {line}[/] : {message}", f"[red]line {line}[/]: {message}")
    for row in tally.differences:
        d.show(Text.assemble((str(row["case_id"]), "red"), f" {row['expected']} ≠ {row['found']}"))
    said = d.text(f"{tally.decided} cas décidés", f"{tally.decided} cases decided")
    if expect:
        alike = tally.decided - len(tally.differences)
        said += d.text(f", {alike} conformes", f", {alike} as expected")
    d.show(said)
