"""From a file of contacts to a clean frame and a report: the order of the steps, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lists import consent, evidence, identity
from lists.cells import Cells
from lists.encoding import decode
from lists.frame import contact_frame
from lists.headers import Field, map_columns
from lists.merging import Columns, merge
from lists.number_cells import BadNumber, holder_of, numbers_of
from lists.persons import Join, find_joins
from lists.problems import Problem, Severity, problem
from lists.report import ListReport
from lists.source import Source, read_source
from lists.table import read_table


@dataclass(frozen=True, slots=True)
class ContactList:
    """One row per person in `frame` (columns: see `lists.frame`), and what became of the file."""

    frame: pd.DataFrame
    report: ListReport


def read_contacts(path: Path, *, today: date, encoding: str | None = None, delimiter: str | None = None) -> ContactList:
    """Read a CSV file of contacts; encoding and delimiter are detected unless stated.

    `today` is the day on which evidence is judged future or not. Bad rows are left out and reported;
    raises a `ListError` when the file as a whole cannot be read, and then nothing was taken from it.
    """
    source = read_source(path)
    text, encoding = decode(source, encoding)
    table = read_table(text, delimiter, source.name)
    cells = Cells(table, map_columns(table.headers, source.name, table.header_line))
    columns, bad, problems = _columns(cells, today)

    joins = find_joins(columns["external_id"], columns["numbers"])
    persons_of = {join.row: join.into for join in joins}
    reachable = {persons_of.get(row, row) for row, numbers in enumerate(columns["numbers"]) if numbers}
    rejected = {row for row in range(len(table.lines)) if persons_of.get(row, row) not in reachable}
    merged = [join for join in joins if join.row not in rejected]
    problems += _number_problems(cells, columns, bad, rejected)
    problems += [_merged(cells, columns["postcode"], join) for join in merged]
    headers = {field.value: cells.single(field).header for field in (Field.POSTCODE, Field.SIRET)}
    problems += merge(columns, merged, table.lines, headers)
    gone = rejected | {join.row for join in merged}
    frame = contact_frame(columns, table.lines, [row for row in range(len(table.lines)) if row not in gone])
    counts = (len(frame), len(merged), len(rejected) + table.rejected)
    problems += table.problems
    return ContactList(frame, _report(source, encoding, cells, counts, problems))


def _columns(cells: Cells, today: date) -> tuple[Columns, list[BadNumber], list[Problem]]:
    """Every frame column but `line`, one entry per row of the file, and the problems of their cells."""
    postcodes, problems = identity.postcodes(cells)
    numbers, bad = numbers_of(cells, postcodes)
    columns: Columns = {
        "external_id": cells.single(Field.EXTERNAL_ID).texts(),
        "last_name": cells.single(Field.LAST_NAME).texts(),
        "first_name": cells.single(Field.FIRST_NAME).texts(),
        "postcode": postcodes,
        "city": cells.single(Field.CITY).texts(),
        "numbers": numbers,
        "attributes": identity.attributes(cells),
    }
    columns["siret"], found = identity.sirets(cells)
    problems += found + identity.formulas(cells)
    columns["past_calls"], found = evidence.past_calls(cells, today)
    problems += found
    for read in (consent.consents, evidence.refusals, evidence.objections):
        said, found = read(cells, today)
        columns |= said
        problems += found
    said, found = evidence.contracts(cells)
    return columns | said, bad, problems + found


def _number_problems(cells: Cells, columns: Columns, bad: list[BadNumber], rejected: set[int]) -> list[Problem]:
    """Bad numbers reject a row only where the person has no good one; then they say why."""
    explained = {each.row for each in bad}
    silent = [BadNumber(row, cells.of(Field.NUMBER)[0].header, "", "number-missing") for row in rejected]
    return [
        problem(
            each.code,
            line=cells.table.lines[each.row],
            column=each.column,
            value=each.value,
            severity=Severity.REJECTED if each.row in rejected else Severity.WARNING,
        )
        for each in (*bad, *(each for each in silent if each.row not in explained))
    ]


def _merged(cells: Cells, postcodes: list[str], join: Join) -> Problem:
    """Names both lines, and the cell of the later one that shows that it is the same person."""
    column = cells.single(Field.EXTERNAL_ID)
    if not join.by_id:
        column = holder_of(cells, postcodes[join.row], join.row, join.shared)
    return problem(
        "merged-same-id" if join.by_id else "merged-same-number",
        line=cells.table.lines[join.row],
        column=column.header,
        value=column.text(join.row),
        severity=Severity.MERGED,
        detail=str(cells.table.lines[join.into]),
    )


def _report(
    source: Source, encoding: str, cells: Cells, counts: tuple[int, int, int], problems: list[Problem]
) -> ListReport:
    accepted, merged, rejected = counts
    return ListReport(
        file=source.name,
        sha256=source.sha256,
        size=source.size,
        encoding=encoding,
        delimiter=cells.table.delimiter,
        columns=dict(zip(cells.table.headers, (field.value for field in cells.fields), strict=True)),
        rows_read=sum(counts),
        accepted=accepted,
        merged=merged,
        rejected=rejected,
        problems=tuple(sorted(problems, key=lambda each: (each.line, each.column, each.code))),
    )
