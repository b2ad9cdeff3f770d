"""How the PDF looks: fonts that can print every name, styles, tables whose headings follow them, pages that count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, LongTable, PageTemplate, Paragraph
from reportlab.platypus import Spacer as Space

INK, DIM, LINE, BAND, RED, GREEN = (
    HexColor(each) for each in ("#1b2733", "#5c6b78", "#cfd8df", "#f2f5f7", "#a32222", "#1f6b3a")
)
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
HEIGHT = A4[1] - 36 * mm
_ROOM_BELOW = 20 * mm
_ROWS_AT_ONCE = 400
"""A table is split at every page, and each split looks at all of its rows: long ones are laid out part by part."""
_FILES = {
    "Text": "DejaVuSans.ttf",
    "Text-Bold": "DejaVuSans-Bold.ttf",
    "Text-Italic": "DejaVuSans-Oblique.ttf",
    "Digits": "DejaVuSansMono.ttf",
}


_TOGETHER = re.compile(
    r" (?=[;:!?»])|(?<=«) |(?<=\bal\.) |(?<=\bart\.) |(?<=n°) |(?<=CPCE) (?=L)|"
    r"(?<=\bC\.) (?=conso|trav|assur)|(?<=conso\.) (?=[A-Z]\.)|(?<=trav\.) (?=[A-Z]\.)|(?<=assur\.) (?=[A-Z]\.)"
)
"""Spaces at which no line of French breaks: before its tall signs, inside its quotes, within the name of an article."""


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Register the fonts that lie beside matplotlib, which need not be loaded; the characters that they can print."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily("Text", normal="Text", bold="Text-Bold", italic="Text-Italic", boldItalic="Text-Bold")
    return frozenset(pdfmetrics.getFont("Text").face.charToGlyph)


def printable(text: object) -> str:
    """The text as markup; a character that no glyph is there for is told by its code point, never left out."""
    known = _glyphs()
    shown = "".join(each if ord(each) in known or each.isspace() else f"⟨U+{ord(each):04X}⟩" for each in str(text))
    return escape(_TOGETHER.sub("\u00a0", shown))


def _style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    given = {"fontName": "Text", "textColor": INK, "alignment": TA_LEFT, "splitLongWords": 1} | more
    return ParagraphStyle(name, fontSize=size, leading=leading, **given)


@lru_cache(maxsize=1)
def styles() -> dict[str, ParagraphStyle]:
    _glyphs()
    every = (
        _style("title", 21, 26, fontName="Text-Bold", spaceAfter=3 * mm),
        _style("subject", 12, 17, textColor=DIM, spaceAfter=6 * mm),
        _style("heading", 13, 17, fontName="Text-Bold", spaceBefore=8 * mm, spaceAfter=2.5 * mm),
        _style("below", 10, 14, fontName="Text-Bold", spaceBefore=4 * mm, spaceAfter=1.5 * mm),
        _style("text", 9, 13, spaceAfter=2 * mm),
        _style("note", 7.5, 10.5, textColor=DIM, spaceAfter=2 * mm),
        _style("cell", 7.2, 9.4),
        _style("head", 7.2, 9.4, fontName="Text-Bold", textColor=white),
        _style("digits", 6.4, 9.4, fontName="Digits"),
    )
    return {each.name: each for each in every}


def text(words: str, style: str = "text") -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph(printable(words), styles()[style])


def below(title: str) -> Paragraph:
    """A heading of a second rank."""
    return _Subheading(printable(title), styles()["below"])


def marked(words: str, good: bool) -> Paragraph:
    """A statement with its answer in colour."""
    colour, sign = (GREEN, "✓") if good else (RED, "✗")
    return Paragraph(f'<font color="#{colour.hexval()[2:]}"><b>{sign}</b></font> {printable(words)}', styles()["text"])


def cell(content: object, style: str = "cell") -> Paragraph:
    """Several lines are told with line breaks."""
    return Paragraph("<br/>".join(printable(line) for line in str(content).split("\n")), styles()[style])


def space(millimetres: float) -> Flowable:
    return Space(1, millimetres * mm)


def section(title: str, *parts: Flowable) -> list[Flowable]:
    """A heading that never stands at the foot of a page without what it announces."""
    heading = text(title, "heading")
    heading.keepWithNext = True
    return [heading, *parts]


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    shares: Sequence[float],
    digits: Sequence[int] = (),
    none: str = "Aucune ligne.",
) -> list[Flowable]:
    """Rows under headings that are repeated on every page; `shares` of the width, `digits` the columns of hashes.

    A table without rows is a sentence.
    """
    if not rows:
        return [text(none, "note")]
    widths = [WIDTH * share / sum(shares) for share in shares]
    head = [cell(each, "head") for each in headings]
    parts: list[Flowable] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        body = [
            [cell(each, "digits" if place in digits else "cell") for place, each in enumerate(row)]
            for row in rows[start : start + _ROWS_AT_ONCE]
        ]
        part = _Rows([head, *body], colWidths=widths, repeatRows=1, splitByRow=1)
        part.setStyle(_GRID)
        parts.append(part)
    return [*parts, space(2)]


def pairs(rows: Sequence[tuple[str, object]]) -> Flowable:
    """Names and what they are, side by side."""
    body = [[cell(name), cell(what)] for name, what in rows]
    part = _Rows(body, colWidths=[WIDTH * 0.32, WIDTH * 0.68])
    part.setStyle([*_LINES, ("BACKGROUND", (0, 0), (0, -1), BAND)])
    return part


class _Subheading(Paragraph):  # type: ignore[misc]  # reportlab tells no types
    """Never at the foot of a page without the first rows of what it announces: it wants more height than there is."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        taken, high = super().wrap(width, height)
        return taken, high if height >= high + _ROOM_BELOW else height + 1

    def split(self, _width: float, _height: float) -> list[Flowable]:
        return []


class _Rows(LongTable):  # type: ignore[misc]  # reportlab tells no types
    """Breaks between rows; within one only when a whole page is too low for it."""

    def split(self, width: float, height: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(width, height)
        if parts or height < HEIGHT:
            return parts
        self.splitInRow = 1
        try:
            return list(super().split(width, height))
        finally:
            self.splitInRow = 0


_LINES: list[tuple[object, ...]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]
_GRID: list[tuple[object, ...]] = [
    *_LINES,
    ("BACKGROUND", (0, 0), (-1, 0), INK),
    ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, BAND]),
]


def number(value: int) -> str:
    """A whole number as French readers write it."""
    return f"{value:,}".replace(",", "\u202f")


class _Counted(Canvas):  # type: ignore[misc]  # reportlab tells no types
    """Writes `page x sur y` once the number of pages is known."""

    def __init__(self, *arguments: object, footer: str = "", **named: object) -> None:
        super().__init__(*arguments, **named)
        self._footer = footer
        self._pages: list[dict[str, object]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        pages = self._pages
        for page_number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self.setFont("Text", 7)
            self.setFillColor(DIM)
            self.drawString(MARGIN, 10 * mm, self._footer)
            self.drawRightString(A4[0] - MARGIN, 10 * mm, f"page {page_number} sur {len(pages)}")
            super().showPage()
        super().save()


def typeset(path: Path, title: str, footer: str, story: list[Flowable]) -> None:
    """Write the PDF. Raises `OSError`."""
    _glyphs()
    document = BaseDocTemplate(
        str(path), pagesize=A4, title=title, author="", leftMargin=MARGIN, rightMargin=MARGIN, lang="fr-FR"
    )
    frame = Frame(MARGIN, 18 * mm, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    document.addPageTemplates(PageTemplate("page", [frame]))
    document.build(story, canvasmaker=partial(_Counted, footer=footer))
