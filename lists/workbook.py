"""Excel and OpenDocument workbooks: which sheet is the list, and its typed cells as the text people would type.

Kept apart from the texts because a workbook has no encoding, no delimiter and no ragged row, but sheets and types.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from lists.archive import ZIP
from lists.batches import Batch, Opened
from lists.cell_faults import Errors, error_cells
from lists.dialect import Dialect
from lists.errors import AmbiguousSheet, EmptyFile, EncryptedFile, MissingSheet, UnreadableWorkbook
from lists.fields import Vocabulary
from lists.older_workbooks import refuse_errors
from lists.problems import nothing_found
from lists.source import Source
from lists.tidy import BLANK, names, tidied

_COMPOUND = b"\xd0\xcf\x11\xe0"
"""Begins an old .xls workbook, and a new one behind a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BATCH = 10_000
_EXACT = 10**15
"""From here on a spreadsheet has lost digits of an integer."""


def is_workbook(content: bytes) -> bool:
    """By its first bytes; a zip archive that is no workbook has been unpacked before."""
    return content.startswith((ZIP, _COMPOUND))


def open_sheet(source: Source, name: str | None, vocabulary: Vocabulary) -> Opened:
    """The stated sheet, or else the one that is a list.

    Without a name: the only sheet with rows; among several the only one whose header has the columns that are
    needed (beside a legend, say), or else the only visible one. Raises `AmbiguousSheet` with the candidates where
    that is not one, hidden sheets included: half a list must not pass for a whole one. Raises also `MissingSheet`,
    `EncryptedFile`, `UnreadableWorkbook` (also for a formula without a value), `EmptyFile`.
    """
    if source.content.startswith(_COMPOUND) and _ENCRYPTED in source.content:
        raise _encrypted(source)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.content))
        sheet = _stated(book, name, source) if name is not None else _found(book, vocabulary, source)
        refuse_errors(source)
        errors = error_cells(source, sheet.name)
    except PasswordError:
        raise _encrypted(source) from None
    except CalamineError as error:
        raise UnreadableWorkbook(
            f"{source.place}: the workbook cannot be read ({error}). Open it, save it again as .xlsx or CSV, and try "
            "again.",
            f"{source.place} : classeur illisible ({error}). Ouvrez-le, enregistrez-le en .xlsx ou en CSV, puis "
            "recommencez.",
        ) from None
    header_line, header = _header(sheet)
    if not header:
        raise EmptyFile(
            f"{source.place}: the sheet “{sheet.name}” holds nothing. Export the list again, with its header line.",
            f"{source.place} : feuille « {sheet.name} » vide. Refaites l'export, avec sa ligne d'en-têtes.",
        )
    dialect = Dialect(sheet=sheet.name, member=source.member)
    return Opened(dialect, names(header), header_line, _height(sheet), _batches(sheet, header_line, errors))


def _stated(book: CalamineWorkbook, name: str, source: Source) -> CalamineSheet:
    if name in book.sheet_names:
        return book.get_sheet_by_name(name)
    shown = ", ".join(f"“{each}”" for each in book.sheet_names)
    raise MissingSheet(
        f"{source.place}: there is no sheet “{name}”. Sheets: {shown}.",
        f"{source.place} : la feuille « {name} » n'existe pas. Feuilles : {shown}.",
    )


def _found(book: CalamineWorkbook, vocabulary: Vocabulary, source: Source) -> CalamineSheet:
    visible = {each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible}
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    if not sheets:
        raise EmptyFile(
            f"{source.place}: the workbook has no sheet. Export the list again.",
            f"{source.place} : classeur sans feuille. Refaites l'export.",
        )
    filled = [sheet for sheet in sheets if _height(sheet)]
    if len(filled) <= 1:
        return (filled or sheets)[0]
    lists = [sheet for sheet in filled if vocabulary.is_met_by(_header(sheet)[1])]
    seen = [sheet for sheet in filled if sheet.name in visible]
    if len(lists) == 1 and (lists[0] in seen or not seen):
        return lists[0]
    if not lists and len(seen) == 1:
        return seen[0]
    asked = lists if len(lists) > 1 else filled
    candidates = tuple(sheet.name for sheet in asked)
    shown_en, shown_fr = (
        ", ".join(f"“{sheet.name}” ({_height(sheet)}{'' if sheet.name in visible else hidden})" for sheet in asked)
        for hidden in (", hidden", ", masquée")
    )
    raise AmbiguousSheet(
        f"{source.place}: several sheets could be the list (with their rows): {shown_en}. State one, for example "
        f'--sheet "{candidates[0]}", and load the others the same way.',
        f"{source.place} : plusieurs feuilles peuvent être la liste (avec leurs lignes) : {shown_fr}. Précisez-en une, "
        f'par exemple --sheet "{candidates[0]}", et chargez les autres de même.',
        candidates,
    )


def _height(sheet: CalamineSheet) -> int:
    """Rows down to the last in which anything stands; the library's own total is one too few."""
    return sheet.end[0] + 1 if sheet.end else 0


def _header(sheet: CalamineSheet) -> tuple[int, list[str]]:
    """The first row in which anything stands, and its number; (0, []) in an empty sheet."""
    for line, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(cell) for cell in row]
        if any(cell.strip(BLANK) for cell in cells):
            return line, cells
    return 0, []


def _batches(sheet: CalamineSheet, header_line: int, errors: Errors) -> Iterator[Batch]:
    rows = islice(sheet.iter_rows(), header_line, None)
    line = header_line + 1
    while batch := list(islice(rows, _BATCH)):
        for wrong in errors.keys() & range(line, line + len(batch)) if errors else ():
            batch[wrong - line] = [errors[wrong].get(place, cell) for place, cell in enumerate(batch[wrong - line])]
        columns = zip(*batch, strict=True)
        texts = {str(place): pl.Series(map(_text, cells), dtype=pl.String) for place, cells in enumerate(columns)}
        lines = pl.int_range(line, line + len(batch), dtype=pl.Int64, eager=True)
        line += len(batch)
        yield Batch(tidied(pl.DataFrame({"line": lines, **texts})), nothing_found(), 0, line - 1)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    return _WORDS[type(cell)](cell)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


_WORDS: dict[type, Callable[[Any], str]] = {
    float: _number,
    int: str,
    bool: lambda value: "true" if value else "false",
    date: date.isoformat,
    datetime: lambda value: value.isoformat(" "),
    time: time.isoformat,
    timedelta: _duration,
}


def _encrypted(source: Source) -> EncryptedFile:
    return EncryptedFile(
        f"{source.place}: the workbook is behind a password. Remove it (Save as, without a password) and try again.",
        f"{source.place} : classeur protégé par mot de passe. Enregistrez-le sans mot de passe, puis recommencez.",
    )
