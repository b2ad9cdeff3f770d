"""An error in an .xls or .ods workbook must not pass for an empty cell, which says no."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from lists.errors import UnreadableWorkbook
from lists.older_workbooks import refuse_errors
from lists.source import Source, read_source
from lists.table import read_table
from tests.lists.nasty.books import ods, zipped

COMPOUND = b"\xd0\xcf\x11\xe0" + b"\x00" * 508
ODS_CELL = (
    '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
)


def source(content: bytes) -> Source:
    return Source("liste.xls", content, "", len(content))


def bool_err(row: int, column: int, value: int, *, is_error: bool) -> bytes:
    return struct.pack("<HHHHHBB", 0x0205, 8, row, column, 15, value, is_error)


def formula(row: int, column: int, value: bytes) -> bytes:
    return struct.pack("<HHHHH", 0x0006, 24, row, column, 15) + value + b"\x00" * 10


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (bool_err(4, 2, 0x2A, is_error=True), "#N/A, row 5, column 3"),
        (bool_err(0, 0, 0x17, is_error=True), "#REF!, row 1, column 1"),
        (formula(4, 2, b"\x02\x00\x0f\x00\x00\x00\xff\xff"), "#VALUE!, row 5, column 3"),
    ],
)
def test_an_error_in_an_xls_is_refused_with_its_place(record: bytes, told: str) -> None:
    with pytest.raises(UnreadableWorkbook) as raised:
        refuse_errors(source(COMPOUND + b"\x00" * 77 + record))
    assert told in str(raised.value)
    assert ".xlsx" in raised.value.message_fr


@pytest.mark.parametrize(
    "record",
    [
        bool_err(4, 2, 1, is_error=False),
        formula(4, 2, struct.pack("<d", 42.0)),
        formula(4, 2, b"\x00\x00\x00\x00\x00\x00\xff\xff"),
    ],
    ids=["a truth", "a number", "a text"],
)
def test_other_cells_of_an_xls_are_no_errors(record: bytes) -> None:
    refuse_errors(source(COMPOUND + record))


def test_an_error_in_an_ods_is_refused(tmp_path: Path) -> None:
    good = ods([["Tél", "Ne pas appeler"], ["0639980001", "oui"]])
    path = tmp_path / "liste.ods"
    path.write_bytes(good)
    assert read_table(read_source(path)).frame.rows() == [("0639980001", "oui")]
    path.write_bytes(_with_error(good))
    with pytest.raises(UnreadableWorkbook, match="a cell shows an error"):
        read_table(read_source(path))


def _with_error(book: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    cell = '<table:table-cell office:value-type="string"><text:p>oui</text:p></table:table-cell>'
    parts["content.xml"] = (
        parts["content.xml"]
        .replace(cell, ODS_CELL)
        .replace(
            "<office:document-content",
            '<office:document-content xmlns:calcext="urn:org:documentfoundation:names:calc"',
            1,
        )
    )
    return zipped(parts)
