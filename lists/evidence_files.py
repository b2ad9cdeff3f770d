"""From a file of evidence to typed rows and a report: consents, objections, contracts, requests, calls, scrubs.

Rows name people by number, by the customer's own reference, or both; who that is, the database knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from lists import evidence_limits as limits
from lists import evidence_permits as permits
from lists.cells import Cells
from lists.date_order import settle_dates
from lists.evidence import Said
from lists.evidence_refusals import nobody_opposed, refused_beside_numbers
from lists.evidence_scrubs import scrubs
from lists.evidence_vocabularies import EvidenceKind, callers_left_out, vocabulary_of
from lists.fields import Field
from lists.headers import ColumnMapping, map_columns
from lists.identity import formulas, names
from lists.number_problems import number_problems
from lists.number_rows import numbers_of
from lists.opposition_numbers import opposed_numbers, written_numbers
from lists.problems import Severity, found, nothing_found
from lists.progress import Progress, silent
from lists.refusal_cells import numbers_alone
from lists.report import ListReport, counted, first_in_words
from lists.source import Source, read_source
from lists.table import Table, read_table

__all__ = ["EvidenceFile", "EvidenceKind", "read_evidence"]

_READERS: Mapping[EvidenceKind, Callable[[Cells, date], Said]] = {
    EvidenceKind.CONSENTS: permits.consents,
    EvidenceKind.CONTRACTS: permits.contracts,
    EvidenceKind.CALLBACKS: permits.callbacks,
    EvidenceKind.SLOTS: permits.slots,
    EvidenceKind.OBJECTIONS: limits.objections,
    EvidenceKind.OPPOSITION: limits.opposition,
    EvidenceKind.PAST_CALLS: limits.past_calls,
    EvidenceKind.SCRUBS: scrubs,
}
"""Typed columns, one entry per row of the file, and problems: a row with a rejecting one is left out."""
LIMITING = frozenset({EvidenceKind.OBJECTIONS, EvidenceKind.OPPOSITION, EvidenceKind.PAST_CALLS})
"""What forbids calls, or counts them: a row of such a file that has no effect is an answer of no."""
_WITHOUT_OTHER_WORDS = frozenset({EvidenceKind.OBJECTIONS, EvidenceKind.OPPOSITION, EvidenceKind.SCRUBS})
"""Files of which each number is opposed whatever stands beside it, or that name none."""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What a file says. `rows` are typed by kind and bear their `line`; `problems` as `lists.problems` words them.

    People: `numbers` List[String] (E.164; of what limits calls, callable or not), `external_id`, `last_name`,
    `first_name` String (null where not said); `advertiser` String as written, "" where not said.
    An opposition list has one row per number instead: `number` Int64 without its plus.
    """

    kind: EvidenceKind
    rows: pl.DataFrame
    problems: pl.DataFrame
    report: ListReport
    opposed: pl.DataFrame = field(default_factory=nobody_opposed)
    """Rows that name people like `rows`, with words of refusal beside their number: an objection, whatever else."""


def read_evidence(
    path: Path,
    kind: EvidenceKind,
    *,
    today: date,
    mapping: ColumnMapping | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress = silent,
) -> EvidenceFile:
    """Read a file of one kind of evidence; what is not stated about its form is detected.

    What permits a call and cannot be read, or has no proof, is kept without what it lacks or left out; what limits
    calls survives an unreadable date. Raises a `ListError` when the file as a whole cannot be read.
    """
    source, vocabulary = read_source(path), vocabulary_of(kind)
    table = read_table(
        source, encoding=encoding, delimiter=delimiter, sheet=sheet, vocabulary=vocabulary, progress=progress
    )
    origin = replace(source, content=b"")
    del source
    if kind in (EvidenceKind.OPPOSITION, EvidenceKind.OBJECTIONS) and mapping is None:
        table = _with_its_header(table)
    place, line = origin.place, table.header_line
    fields = map_columns(table.headers, vocabulary, mapping, file=place, line=line, cells=table.frame)
    if kind is EvidenceKind.PAST_CALLS:
        fields = callers_left_out(table.headers, fields, mapping.fields if mapping else ())
    cells, doubtful = settle_dates(Cells(table, fields))
    columns, told = _READERS[kind](cells, today)
    rows = pl.DataFrame({"line": table.lines, **columns})
    if kind is EvidenceKind.OPPOSITION:
        rows, unnamed = _numbered(cells, rows, progress)
    elif kind is EvidenceKind.SCRUBS:
        unnamed = nothing_found()
    else:
        rows, unnamed = _about_people(cells, rows, kind, progress)
    opposed, beside = nobody_opposed(), nothing_found()
    if kind not in _WITHOUT_OTHER_WORDS:
        opposed, beside = refused_beside_numbers(cells, rows)
    unsaid, boxes = (
        limits.not_ticked(cells) if kind is EvidenceKind.OBJECTIONS else (table.lines.clear(), beside.clear())
    )
    problems = pl.concat([table.problems, doubtful, unnamed, told, beside, boxes, formulas(cells)])
    refused = problems.filter(pl.col("severity") == Severity.REJECTED.value)["line"].unique()
    problems = pl.concat([problems, _lost_withdrawals(rows, refused)])
    left_out = pl.concat([refused, unsaid, *([] if kind in LIMITING else [opposed["line"]])])
    kept = rows.filter(~pl.col("line").is_in(left_out.implode()))
    lines = len(table.lines) - int(table.lines.is_in(refused.implode()).sum())
    return EvidenceFile(kind, kept, problems, _report(origin, cells, lines, problems), opposed)


def _lost_withdrawals(rows: pl.DataFrame, refused: pl.Series) -> pl.DataFrame:
    """Rows that withdraw a consent and name nobody."""
    withdrawn = rows.filter("withdrawn")["line"] if "withdrawn" in rows.columns else rows["line"].clear()
    lines = withdrawn.filter(withdrawn.is_in(refused.implode()))
    return found("prohibition-without-effect", lines=lines, column="", values="", severity=Severity.REJECTED)


def _about_people(
    cells: Cells, rows: pl.DataFrame, kind: EvidenceKind, progress: Progress
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whom each row names; one that names nobody is rejected. What limits calls names numbers that nobody may call
    today, too."""
    columns = [(column.header, numbers_alone(column.texts)) for column in cells.of(Field.NUMBER)]
    if kind in LIMITING:
        numbers, bad = written_numbers(columns, len(rows))
    else:
        read, bad = numbers_of(columns, cells.single(Field.POSTCODE).texts, progress=progress)
        numbers = read["numbers"]
    who, _ = names(cells)
    reference, advertiser = cells.single(Field.EXTERNAL_ID), cells.single(Field.ADVERTISER)
    named = rows.with_columns(numbers.alias("numbers"), advertiser.texts.alias("advertiser"), **who)
    nobody = (numbers.list.len() == 0) & ~reference.filled()
    if columns:
        return named, number_problems(cells, bad, nobody)
    silent_rows = reference.lines.filter(nobody)
    return named, found(
        "number-missing", lines=silent_rows, column=reference.header, values="", severity=Severity.REJECTED
    )


def _numbered(cells: Cells, rows: pl.DataFrame, progress: Progress) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per number of an opposition list; a row without any is rejected."""
    parts, problems = [rows.clear().with_columns(number=pl.lit(0, pl.Int64))], [nothing_found()]
    held = pl.Series([False]).new_from_index(0, len(rows))
    for column in cells.of(Field.NUMBER):
        numbers, bad = opposed_numbers(column.texts, progress)
        parts.append(rows[numbers["row"]].with_columns(numbers["number"]))
        held = held.scatter(numbers["row"].unique(), True)
        problems += [
            found(code, lines=column.lines.gather(each["row"]), column=column.header, values=each["value"])
            for (code,), each in bad.partition_by("code", as_dict=True, maintain_order=True).items()
        ]
    column = cells.of(Field.NUMBER)[0]
    missing = found(
        "number-missing",
        lines=column.lines.filter(~held),
        column=column.header,
        values=column.texts.filter(~held),
        severity=Severity.REJECTED,
    )
    return pl.concat(parts), pl.concat([*problems, missing])


def _with_its_header(table: Table) -> Table:
    """A list of who is not to be called is often nothing but numbers: its first line is then one, and no header."""
    numbers, _ = opposed_numbers(pl.Series(table.headers))
    if len(table.headers) > 1 or numbers.is_empty():
        return table
    first = pl.DataFrame({"0": table.headers})
    lines = pl.concat([pl.Series([table.header_line], dtype=pl.Int64), table.lines])
    return replace(table, headers=("numéro",), frame=pl.concat([first, table.frame]), lines=lines)


def _report(source: Source, cells: Cells, accepted: int, problems: pl.DataFrame) -> ListReport:
    table = cells.table
    return ListReport(
        file=source.name,
        sha256=source.sha256,
        size=source.size,
        encoding=table.dialect.encoding,
        delimiter=table.dialect.delimiter,
        columns={header: field.value for header, field in zip(table.headers, cells.fields, strict=True)},
        rows_read=len(table.lines) + table.rejected,
        accepted=accepted,
        merged=0,
        rejected=len(table.lines) - accepted + table.rejected,
        counts=counted(problems),
        problems_found=problems.height,
        problems=first_in_words(problems),
        sheet=table.dialect.sheet,
        member=table.dialect.member,
    )
