"""Cells of an .xlsx sheet that hold no value: Excel's errors (#N/A, #REF!), and formulas that were never calculated.

Kept apart because the workbook library gives both as empty cells, and an empty cell in a column of objections is a no.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from lists.archive import DAMAGE
from lists.errors import UnreadableWorkbook
from lists.source import Source

_CHUNK = 1 << 23
_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^<>]*\bt=["']e["'])([^<>]*)>((?:(?!</(?:\w+:)?c>).)*)""", re.DOTALL)
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c(\s[^<>]*)?>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(<(?:\w+:)?v(?:\s[^<>]*)?(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"""
)
"""With no value, or an empty one: that is a result only where the formula gives a text."""
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_TEXT = re.compile(rb"""\bt=["']str["']""")
_VALUE = re.compile(rb"""<(?:\w+:)?v[^<>]*>([^<]*)<""")

Errors = dict[int, dict[int, str]]
"""By row from 1, by column from 0: what Excel shows there."""


def error_cells(source: Source, sheet: str) -> Errors:
    """The errors of a sheet; none where the workbook is no .xlsx.

    Raises `UnreadableWorkbook` where a formula of the sheet was never calculated: nobody knows what it says.
    """
    try:
        return _errors(source, sheet)
    except (*DAMAGE, ElementTree.ParseError) as error:
        raise UnreadableWorkbook(
            f"{source.place}: the workbook cannot be read ({error}). Open it, save it again as .xlsx or CSV, and try "
            "again.",
            f"{source.place} : classeur illisible ({error}). Ouvrez-le, enregistrez-le en .xlsx ou en CSV, puis "
            "recommencez.",
        ) from None


def _errors(source: Source, sheet: str) -> Errors:
    errors: Errors = {}
    for part in _parts(source, sheet):
        if (b"<f" in part or b":f" in part) and (
            formula := next(filter(_is_uncalculated, _FORMULA.finditer(part)), None)
        ):
            raise _uncalculated(source, sheet, _PLACE.search(formula[1] or b""))
        for cell in _ERROR.finditer(part) if b't="e"' in part or b"t='e'" in part else ():
            place, value = _PLACE.search(cell[1]), _VALUE.search(cell[2])
            if place is None:
                raise _uncalculated(source, sheet, None)
            shown = value[1].decode() if value else "#?"
            errors.setdefault(int(place[2]), {})[_column(place[1])] = shown
    return errors


def _is_uncalculated(formula: re.Match[bytes]) -> bool:
    return not (formula[2] and _TEXT.search(formula[1] or b""))


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _parts(source: Source, sheet: str) -> Iterator[bytes]:
    """The sheet's XML piece by piece, each ending with a row."""
    if not source.content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(source.content)) as book:
        if _BOOK not in book.namelist():
            return
        with book.open(_file_of(book, sheet)) as packed:
            kept = b""
            while piece := packed.read(_CHUNK):
                kept += piece
                rows, end, kept = kept.rpartition(b"row>")
                yield rows + end
            yield kept


def _file_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Where the sheet of that name lies. Raises `ValueError` where the workbook does not say."""
    sheets = ElementTree.fromstring(book.read(_BOOK)).iter()
    (named,) = [each for each in sheets if each.tag.endswith("}sheet") and each.get("name") == sheet]
    ids = {value for key, value in named.attrib.items() if key.endswith("}id")}
    links = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(book.read(_LINKS))}
    (target,) = [links[each] for each in ids if each in links]
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    (name,) = [each for each in book.namelist() if each.casefold() == path.casefold()]
    return name


def _uncalculated(source: Source, sheet: str, place: re.Match[bytes] | None) -> UnreadableWorkbook:
    where = (place[1] + place[2]).decode() if place else "?"
    return UnreadableWorkbook(
        f"{source.place}: in the sheet “{sheet}” the value of a formula is not stored (cell {where}), so what it "
        "says cannot be known. Open the file in Excel or LibreOffice, save it, and try again.",
        f"{source.place} : dans la feuille « {sheet} », la valeur d'une formule n'est pas enregistrée (cellule "
        f"{where}) : impossible de savoir ce qu'elle dit. Ouvrez le fichier dans Excel ou LibreOffice, enregistrez-le, "
        "puis recommencez.",
    )
