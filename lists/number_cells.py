"""All numbers of each row, from every number column in file order, and what was wrong with the rest.

Kept apart from `numbers`, which knows one number and no column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lists.cells import Cells, Column
from lists.headers import Field
from lists.number_plan import POSTCODE_TERRITORIES
from lists.numbers import Number, NumberProblem, normalise_number

_BETWEEN_NUMBERS = re.compile(r"[/;,|\n]|\bou\b|\bor\b|\bet\b|\band\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BadNumber:
    """One text of a number cell that is no callable number."""

    row: int
    column: str
    value: str
    code: str


def read_cell(text: str, postcode: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The E.164 numbers of one cell, and the (text, code) of what is none; an empty cell has neither.

    A cell is read as one number first, because the signs that part two numbers also part digits.
    """
    whole = normalise_number(text, postcode)
    if isinstance(whole, Number):
        return (whole.e164,), ()
    if whole.code == "number-missing":
        return (), ()
    pieces = [piece.strip() for piece in _BETWEEN_NUMBERS.split(text) if piece.strip()]
    readings = [(piece, normalise_number(piece, postcode)) for piece in pieces]
    numbers = tuple(reading.e164 for _, reading in readings if isinstance(reading, Number))
    if not numbers:
        return (), ((text, whole.code),)
    wrong = ((piece, each.code) for piece, each in readings if isinstance(each, NumberProblem))
    return numbers, tuple(wrong)


def numbers_of(cells: Cells, postcodes: list[str]) -> tuple[list[tuple[str, ...]], list[BadNumber]]:
    """Per row, its distinct numbers, the preferred one first; and every text that is no number."""
    hints = [postcode if postcode[:3] in POSTCODE_TERRITORIES else "" for postcode in postcodes]
    numbers: list[tuple[str, ...]] = [()] * len(hints)
    bad: list[BadNumber] = []
    for column in cells.of(Field.NUMBER):
        pairs = list(zip(column.texts(), hints, strict=True))
        memo = {pair: read_cell(*pair) for pair in set(pairs)}
        for row, pair in enumerate(pairs):
            found, wrong = memo[pair]
            if found:
                numbers[row] = tuple(dict.fromkeys((*numbers[row], *found)))
            bad.extend(BadNumber(row, column.header, value, code) for value, code in wrong)
    return numbers, bad


def holder_of(cells: Cells, postcode: str, row: int, number: str) -> Column:
    """The column whose cell in this row holds this E.164 number."""
    hint = postcode if postcode[:3] in POSTCODE_TERRITORIES else ""
    columns = cells.of(Field.NUMBER)
    return next(column for column in columns if number in read_cell(column.text(row), hint)[0])
