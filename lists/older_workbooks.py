"""Errors (#N/A, #REF!) in .xls and .ods workbooks, which are refused for them.

Kept apart from `cell_faults`, which puts the errors of an .xlsx into their cells: of these older formats the workbook
library gives them as empty cells, and does not tell where.
"""

from __future__ import annotations

import io
import re
import zipfile

from lists.errors import UnreadableWorkbook
from lists.source import Source

_CHUNK = 1 << 20
_CONTENT = "content.xml"
_ODS_ERROR = re.compile(rb""":value-type\s*=\s*["']error["']""")
_SIGNS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
"""[MS-XLS] 2.5.10 BErr."""
_SIGN = b"([" + re.escape(bytes(_SIGNS)) + b"])"
_PLACE = rb"(..)(..).."
"""Row and column from 0, and the format of the cell."""
_XLS_ERRORS = (
    re.compile(rb"\x05\x02\x08\x00" + _PLACE + _SIGN + rb"\x01", re.DOTALL),
    re.compile(rb"\x06\x00.." + _PLACE + rb"\x02." + _SIGN + rb"...\xff\xff", re.DOTALL),
)
"""[MS-XLS] 2.4.24 BoolErr, and 2.4.127 Formula whose value is an error: as they lie in the file, whatever the sheet."""


def refuse_errors(source: Source) -> None:
    """Raises `UnreadableWorkbook` where a cell of an .xls or .ods workbook shows an error: what it says is unknown."""
    if source.content.startswith(b"PK"):
        if _holds_errors(source.content):
            raise _refused(source, "", "")
        return
    for record in _XLS_ERRORS:
        if found := record.search(source.content):
            row, column = (int.from_bytes(found[place], "little") + 1 for place in (1, 2))
            sign = _SIGNS[found[3][0]]
            raise _refused(
                source, f" ({sign}, row {row}, column {column})", f" ({sign}, ligne {row}, colonne {column})"
            )


def _holds_errors(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if _CONTENT not in book.namelist():
            return False
        with book.open(_CONTENT) as packed:
            kept = b""
            while piece := packed.read(_CHUNK):
                kept = kept[-_CHUNK:] + piece
                if _ODS_ERROR.search(kept):
                    return True
    return False


def _refused(source: Source, where_en: str, where_fr: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"{source.place}: a cell shows an error{where_en}, so what it says cannot be known. Correct it, or save the "
        "workbook as .xlsx, of which the other rows can be read.",
        f"{source.place} : une cellule affiche une erreur{where_fr} : impossible de savoir ce qu'elle dit. "
        "Corrigez-la, ou enregistrez le classeur en .xlsx, dont les autres lignes peuvent être lues.",
    )
