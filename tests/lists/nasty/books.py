"""Workbooks from a few words: the smallest .xlsx and .ods that a reader takes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = str | float | bool | None | tuple[float | str, str]
"""A text, a number, a truth, nothing, a number shown as "date", "instant" or "duration", an "error" by its sign, or the
XML within a cell with a "formula", or with one that gives a "text"."""

_STYLES = {"date": 1, "instant": 2, "duration": 3}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLE_SHEET = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (0, 14, 22, 46))
    + "</cellXfs></styleSheet>"
)


def xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = (), merged: str = "") -> bytes:
    """Sheets of rows from A1 on; `merged` is a range such as "A1:C1", in every sheet."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{place}" r:id="r{place}"'
            + (' state="hidden"/>' if name in hidden else "/>")
            for place, name in enumerate(sheets, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            {"styles": ("styles", "styles.xml")}
            | {f"r{place}": ("worksheet", f"worksheets/sheet{place}.xml") for place, _ in enumerate(sheets, start=1)}
        ),
        "xl/styles.xml": _STYLE_SHEET,
    }
    ranges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    for place, rows in enumerate(sheets.values(), start=1):
        listed = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
        parts[f"xl/worksheets/sheet{place}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{listed}</sheetData>{ranges}</worksheet>'
        )
    return zipped(parts)


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    names = {each: f"urn:oasis:names:tc:opendocument:xmlns:{each}:1.0" for each in ("office", "table", "text")}
    listed = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = "".join(f' xmlns:{short}="{name}"' for short, name in names.items())
    content = (
        f'<office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="Liste">{listed}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kept_bare = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, kept_bare)
    return packed.getvalue()


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = (_cell(f"{_letters(place)}{number}", cell) for place, cell in enumerate(row) if cell is not None)
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(where: str, cell: Cell) -> str:
    match cell:
        case str():
            return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        case bool():
            return f'<c r="{where}" t="b"><v>{int(cell)}</v></c>'
        case (value, "error"):
            return f'<c r="{where}" t="e"><v>{value}</v></c>'
        case (inner, "formula"):
            return f'<c r="{where}">{inner}</c>'
        case (inner, "text"):
            return f'<c r="{where}" t="str">{inner}</c>'
        case (value, shown):
            return f'<c r="{where}" s="{_STYLES[shown]}"><v>{value}</v></c>'
        case _:
            return f'<c r="{where}"><v>{cell}</v></c>'


def _letters(place: int) -> str:
    return chr(ord("A") + place)
