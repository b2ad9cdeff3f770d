"""The cells of a table by what they mean, read one distinct value at a time.

Kept apart because it is the one place that decides how cells are walked: a list of a million rows has
few distinct dates, postcodes or notices, so each is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import pandas as pd

from lists.headers import Field
from lists.problems import Problem, problem
from lists.table import Table

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """What a cell says, with the code of its problem (empty when it is clean)."""

    value: T
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header (empty when the file has no such column), its cells, their lines."""

    header: str
    cells: pd.Series[str]
    lines: Sequence[int]

    def text(self, row: int) -> str:
        return str(self.cells.iat[row])

    def texts(self) -> list[str]:
        return self.cells.tolist()

    def read(self, reader: Callable[[str], Reading[T]]) -> tuple[list[T], list[Problem]]:
        """Every cell's value, in row order, and a warning for each cell whose reading has a code."""
        memo = {text: reader(text) for text in self.cells.unique()}
        texts = self.texts()
        dirty = {text for text, reading in memo.items() if reading.code}
        problems = [
            self.warning(row, memo[text].code, memo[text].detail)
            for row, text in enumerate(texts if dirty else ())
            if text in dirty
        ]
        return [memo[text].value for text in texts], problems

    def warning(self, row: int, code: str, detail: str = "") -> Problem:
        return problem(code, line=self.lines[row], column=self.header, value=self.text(row), detail=detail)


@dataclass(frozen=True, slots=True)
class Cells:
    """A table whose columns have a meaning."""

    table: Table
    fields: tuple[Field, ...]

    def of(self, *wanted: Field) -> list[Column]:
        """The columns of these fields, in file order."""
        return [
            Column(self.table.headers[place], self.table.frame[place], self.table.lines)
            for place, field in enumerate(self.fields)
            if field in wanted
        ]

    def single(self, field: Field) -> Column:
        """The column of a single-valued field; one of empty cells when the file has none."""
        found = self.of(field)
        if found:
            return found[0]
        empty = pd.Series([""] * len(self.table.lines), dtype="str")
        return Column("", empty, self.table.lines)


def flatten(problems: Iterable[Iterable[Problem]]) -> list[Problem]:
    return [each for several in problems for each in several]
