"""From a file of contacts to people and a report: the order of the steps, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lists import consent, contracts, evidence, identity, prohibitions
from lists.attributes import refusals_kept
from lists.cells import Cells
from lists.date_order import settle_dates
from lists.headers import CONTACTS, ColumnMapping, Field, map_columns
from lists.joining import Joined, join_rows
from lists.left_out import misshapen_rows
from lists.number_lines import NumberLines
from lists.number_problems import number_problems
from lists.number_rows import numbers_of
from lists.persons import Persons
from lists.progress import Progress, Step, silent
from lists.refusal_cells import numbers_alone
from lists.report import ListReport, counted, first_in_words
from lists.source import Source, read_source
from lists.table import read_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ContactList:
    """One row per person in `people` (columns: see `lists.frame`), all problems (see `lists.problems`), a report.

    `references`: every customer id and whom it means (see `lists.references`); `left_out`: what rows that are not taken
    say against calling (see `lists.left_out`).
    """

    people: pl.DataFrame
    references: pl.DataFrame
    left_out: pl.DataFrame
    number_lines: NumberLines
    problems: pl.DataFrame
    report: ListReport

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The people in pandas."""
        from lists.pandas_form import in_pandas

        return in_pandas(self.people)


def read_contacts(
    path: Path,
    *,
    today: date,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    mapping: ColumnMapping | None = None,
    persons: Persons = Persons.BY_NUMBER,
    progress: Progress = silent,
) -> ContactList:
    """Read a file of contacts; encoding, delimiter and meaning of columns are detected unless stated.

    `today` is the day on which evidence is judged future or not. Bad rows are left out and reported;
    raises a `ListError` when the file as a whole cannot be read, and then nothing was taken from it.
    """
    source = read_source(path)
    table = read_table(source, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress)
    origin = replace(source, content=b"")
    del source
    fields = map_columns(table.headers, CONTACTS, mapping, file=origin.name, line=table.header_line, cells=table.frame)
    cells, doubtful = settle_dates(Cells(table, fields))
    rows, bad, unclear, problems = _read_cells(cells, today, progress)
    progress(Step.MERGE, 0, len(table.lines))
    joined = join_rows(cells, rows, persons, unclear, bad["row"])
    progress(Step.MERGE, len(table.lines), len(table.lines))
    numbers = number_problems(cells, bad, joined.numberless)
    found = pl.concat([table.problems, misshapen_rows(cells), doubtful, *problems, numbers, joined.problems])
    return ContactList(
        joined.people,
        joined.references,
        joined.left_out,
        joined.number_lines,
        found,
        _report(origin, cells, joined, found),
    )


def _read_cells(
    cells: Cells, today: date, progress: Progress
) -> tuple[dict[str, pl.Series], pl.DataFrame, pl.Series, list[pl.DataFrame]]:
    """Every column of the people frame but `attributes`, one entry per row of the file; bad numbers; where it is
    open whether somebody objects; problems."""
    columns = [(column.header, numbers_alone(column.texts)) for column in cells.of(Field.NUMBER)]
    numbers, bad = numbers_of(columns, cells.single(Field.POSTCODE).texts, progress=progress)
    objected, unclear, told = prohibitions.objections(cells, today)
    said = [
        identity.names(cells),
        identity.places(cells),
        identity.businesses(cells),
        consent.consents(cells, today),
        contracts.contracts(cells, today),
        prohibitions.refusals(cells, today),
        (objected, told),
        evidence.past_calls(cells, today),
    ]
    rows = {"line": cells.table.lines} | numbers.to_dict()
    for part, _ in said:
        rows |= part
    kept = refusals_kept(cells, rows["objected"], rows["refused"])
    return rows, bad, unclear, [identity.formulas(cells), kept, *(found for _, found in said)]


def _report(source: Source, cells: Cells, joined: Joined, problems: pl.DataFrame) -> ListReport:
    table, rejected = cells.table, int((joined.barred | joined.numberless).sum())
    rows, accepted = len(table.lines), joined.people.height
    return ListReport(
        file=source.name,
        sha256=source.sha256,
        size=source.size,
        encoding=table.dialect.encoding,
        delimiter=table.dialect.delimiter,
        columns={header: field.value for header, field in zip(table.headers, cells.fields, strict=True)},
        rows_read=rows + table.rejected,
        accepted=accepted,
        merged=rows - rejected - accepted,
        rejected=rejected + table.rejected,
        counts=counted(problems),
        problems_found=problems.height,
        problems=first_in_words(problems),
        sheet=table.dialect.sheet,
        member=table.dialect.member,
    )
