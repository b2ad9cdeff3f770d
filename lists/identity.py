"""Who a row is about: place, business, and the columns that only the customer understands.

Kept apart from `evidence`: nothing here can forbid or allow a call by itself, but a wrong postcode or
SIRET would change which law applies, so neither is ever guessed.
"""

from __future__ import annotations

import re

from lists.cells import Cells, Column, Reading, flatten
from lists.dates import NEGATIVE
from lists.headers import Field
from lists.problems import Problem, problem

_OVERSEAS_987 = ("984", "986", "987", "988")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_NUMERIC = re.compile(r"[+-]?[\d\s.,]+[%€]?")


def read_postcode(text: str) -> Reading[str]:
    """A postcode as written; five digits of a French place are clean, anything else is warned about."""
    if not text:
        return Reading(text, "postcode-missing")
    if re.fullmatch(r"[0-9]{4}", text):
        return Reading(text, "postcode-short")
    if not re.fullmatch(r"[0-9]{5}", text):
        return Reading(text, "postcode-unreadable")
    if text[:2] in ("00", "96", "99") or (text[:2] == "98" and text[:3] not in _OVERSEAS_987):
        return Reading(text, "postcode-unknown")
    return Reading(text)


def read_siret(text: str) -> Reading[str]:
    """The fourteen digits of a SIRET that passes the Luhn check, else empty: then a consumer."""
    if not text or text.casefold() in NEGATIVE:
        return Reading("")
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{14}", digits):
        return Reading("", "siret-unreadable")
    return Reading(digits) if _luhn(digits) else Reading("", "siret-checksum")


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B, over digits of which the last is the check digit."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)) % 10 == 0


def postcodes(cells: Cells) -> tuple[list[str], list[Problem]]:
    column = cells.single(Field.POSTCODE)
    if not column.header:
        return column.texts(), []
    return column.read(read_postcode)


def sirets(cells: Cells) -> tuple[list[str], list[Problem]]:
    return cells.single(Field.SIRET).read(read_siret)


def attributes(cells: Cells) -> list[dict[str, str]]:
    """The filled cells of unknown columns, by header, per row."""
    columns = cells.of(Field.ATTRIBUTE)
    if not columns:
        return [{} for _ in cells.table.lines]
    headers = [column.header for column in columns]
    rows = zip(*(column.texts() for column in columns), strict=True)
    return [{header: text for header, text in zip(headers, row, strict=True) if text} for row in rows]


def formulas(cells: Cells) -> list[Problem]:
    """A warning for each text that a spreadsheet would run; numbers may start with a plus."""
    columns = cells.of(*(field for field in Field if field is not Field.NUMBER))
    headers = [
        problem("formula-like", line=cells.table.header_line, column=header, value=header)
        for header in cells.table.headers
        if _runs(header)
    ]
    return headers + flatten(_formulas_of(column) for column in columns)


def _formulas_of(column: Column) -> list[Problem]:
    return [column.warning(row, "formula-like") for row, text in enumerate(column.texts()) if _runs(text)]


def _runs(text: str) -> bool:
    return text.startswith(_FORMULA_SIGNS) and text not in NEGATIVE and not _NUMERIC.fullmatch(text)
