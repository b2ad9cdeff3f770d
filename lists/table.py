"""A file to a table of cells: header, one text column per header, and the line where each row starts.

Kept apart because nothing here knows what a column means, and nothing above knows what kind of file it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lists.batches import Opened
from lists.dialect import Dialect
from lists.errors import EmptyFile, MissingSheet
from lists.fields import Vocabulary
from lists.headers import CONTACTS
from lists.progress import Progress, Step, silent
from lists.source import Source
from lists.text_file import open_text
from lists.tidy import nameless
from lists.workbook import is_workbook, open_sheet


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, tidied (see `lists.tidy`), "" where there is nothing, never null; a line break is "\\n".

    `frame` has a String column per header, named by position: "0", "1", …; `lines` (Int64) is where each
    row starts, the line of a text or the row of a sheet, from 1. Rows in which nothing stands are in
    neither; `rejected` rows, whose shape was wrong, are in `problems` (see `lists.problems.PROBLEM_SCHEMA`).
    """

    headers: tuple[str, ...]
    header_line: int
    dialect: Dialect
    frame: pl.DataFrame
    lines: pl.Series
    rejected: int
    problems: pl.DataFrame


def read_table(
    source: Source,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    vocabulary: Vocabulary = CONTACTS,
    progress: Progress = silent,
) -> Table:
    """Split a file into cells; what is not stated (encoding, delimiter, sheet) is told from the file.

    A row with too many or too few fields, or with broken quoting, is rejected, never shifted; reading goes on
    at the next line. `vocabulary` helps to tell the delimiter and the sheet. Raises a `ListError`.
    """
    if is_workbook(source.content):
        opened = open_sheet(source, sheet, vocabulary)
    elif sheet is None:
        opened = open_text(source, encoding, delimiter, vocabulary)
    else:
        raise MissingSheet(
            f"{source.place}: is a text file, it has no sheet “{sheet}”. Leave the sheet out.",
            f"{source.place} : fichier texte, sans feuille « {sheet} ». N'indiquez pas de feuille.",
        )
    parts, problems, rejected = [], [], 0
    for batch in opened.batches:
        parts.append(batch.frame)
        problems.append(batch.problems)
        rejected += batch.rejected
        progress(Step.READ, batch.done, opened.total)
    if not rejected and not any(len(part) for part in parts):
        raise EmptyFile(
            f"{source.place}: only a header line, no contact under it. Export the list again.",
            f"{source.place} : une ligne d'en-têtes, mais aucun contact. Refaites l'export.",
        )
    return _table(opened, parts, rejected, pl.concat(problems))


def _table(opened: Opened, parts: list[pl.DataFrame], rejected: int, problems: pl.DataFrame) -> Table:
    """Joins the batches without moving a cell: a long list must not stand in memory twice."""
    joined = pl.concat(parts, rechunk=False)
    columns = {name: joined[name] for name in joined.columns}
    lines = columns.pop("line")
    used = [
        position
        for position, header in enumerate(opened.headers)
        if header != nameless(position + 1) or columns[str(position)].str.len_bytes().max()
    ]
    headers = tuple(opened.headers[position] for position in used)
    frame = pl.DataFrame({str(new): columns.pop(str(old)) for new, old in enumerate(used)})
    return Table(headers, opened.header_line, opened.dialect, frame, lines, rejected, problems)
