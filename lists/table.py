"""Text to a table of cells: header, one text column per header, and the line where each row starts.

Kept apart so that a faster column engine can replace it; nothing here knows what a column means.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from lists.dialect import check_delimiter, find_delimiter
from lists.errors import EmptyFile, UnreadableDialect
from lists.problems import Problem, Severity, problem

_MOST_BROKEN_ROWS = 1_000
"""Rows with broken quoting after which the whole file is held to be unreadable (each costs a re-read)."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, stripped, empty where there is nothing. Column names are positions 0, 1, …

    `frame` is indexed by row position; `lines` gives the file line of each row, `rejected` the rows
    whose shape was wrong: they are in `problems` and not in `frame`.
    """

    headers: tuple[str, ...]
    header_line: int
    delimiter: str
    frame: pd.DataFrame
    lines: tuple[int, ...]
    rejected: int
    problems: tuple[Problem, ...]


def read_table(text: str, delimiter: str | None, file: str) -> Table:
    """Split `text` into cells; raises `EmptyFile` or `UnreadableDialect`.

    A row with too many or too few fields, or with broken quoting, is rejected, never shifted; reading
    goes on at the next line.
    """
    physical = list(io.StringIO(text, newline=""))
    delimiter = find_delimiter(physical, file) if delimiter is None else check_delimiter(delimiter, file)
    rows = _rows(physical, delimiter, file)
    header_line, header = next(rows, (0, None))
    if not header_line:
        raise EmptyFile(
            f"{file}: holds nothing. Export the list again, with its header line.",
            f"{file} : fichier vide. Refaites l'export, avec sa ligne d'en-têtes.",
        )
    if header is None:
        raise UnreadableDialect(
            f"{file}, line {header_line}: the header line has badly closed quotes or an oversized field. "
            "Correct it, or state another delimiter.",
            f"{file}, ligne {header_line} : guillemets mal fermés ou champ démesuré dans l'en-tête. "
            "Corrigez cette ligne, ou précisez un autre séparateur.",
        )
    headers = tuple(cell.strip() or f"({place})" for place, cell in enumerate(header, start=1))
    lines: list[int] = []
    cells: list[list[str]] = []
    problems: list[Problem] = []
    for line, row in rows:
        if row is not None and len(row) == len(headers):
            lines.append(line)
            cells.append(row)
        else:
            problems.append(_misshapen(line, row, headers))
    if not cells and not problems:
        raise EmptyFile(
            f"{file}: only a header line, no contact under it. Export the list again.",
            f"{file} : une ligne d'en-têtes, mais aucun contact. Refaites l'export.",
        )
    columns = zip(*cells, strict=True) if cells else [[] for _ in headers]
    frame = pd.DataFrame({place: _text(column) for place, column in enumerate(columns)})
    return Table(headers, header_line, delimiter, frame, tuple(lines), len(problems), tuple(problems))


def _text(cells: Iterable[str]) -> pd.Series[str]:
    return pd.Series([cell.strip() for cell in cells], dtype="str")


def _rows(physical: list[str], delimiter: str, file: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with its first line; `None` where its quoting is broken. Blank rows are skipped."""
    first, broken = 0, 0
    while first < len(physical):
        reader = csv.reader(physical[first:] if first else physical, delimiter=delimiter, strict=True)
        start = first
        try:
            for row in reader:
                if any(cell and not cell.isspace() for cell in row):
                    yield start + 1, row
                start = first + reader.line_num
            return
        except csv.Error as error:
            broken += 1
            if broken > _MOST_BROKEN_ROWS:
                raise UnreadableDialect(
                    f"{file}, line {start + 1}: over {_MOST_BROKEN_ROWS} rows with broken quotes ({error}). "
                    "Export the list again, or state another delimiter.",
                    f"{file}, ligne {start + 1} : plus de {_MOST_BROKEN_ROWS} lignes aux guillemets mal "
                    "fermés. Refaites l'export, ou précisez un autre séparateur.",
                ) from None
            yield start + 1, None
            first = start + 1


def _misshapen(line: int, row: list[str] | None, headers: tuple[str, ...]) -> Problem:
    if row is None:
        limit = csv.field_size_limit()
        return problem(
            "row-quoting",
            line=line,
            column="",
            value="",
            severity=Severity.REJECTED,
            detail=f"no field may pass {limit} characters",
            detail_fr=f"un champ ne dépasse pas {limit} caractères",
        )
    found, expected = len(row), len(headers)
    return problem(
        "row-short" if found < expected else "row-long",
        line=line,
        column=headers[min(found, expected) - 1],
        value=row[min(found, expected) - 1] if found < expected else row[expected],
        severity=Severity.REJECTED,
        detail=f"{found} fields, {expected} expected",
        detail_fr=f"{found} champs au lieu de {expected}",
    )
