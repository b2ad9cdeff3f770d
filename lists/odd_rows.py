"""Rows that columns cannot tell: quotes, line breaks in cells, endless fields, read by Python's strict `csv`.

Kept apart from the fast way because this is the definition of a row; the fast way only agrees with it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lists.errors import UnreadableDialect

LONGEST_ROW = 1 << 22
"""Characters of one row; past it a quote was never closed, or this is no list."""
MOST_IN_VAIN = 1 << 27
"""Characters that may be read again after broken quotes before a file is given up: about a second."""


@dataclass(slots=True)
class OddRows:
    """Rows with the line where each begins; lines are counted from 0 at the start of the block.

    `covered` marks the lines of rows over several; `broken` are lines whose row has bad quoting; `spread`
    are rows (first and last line) read as one though each of their lines has the delimiters of a whole
    row; from line `rest` on a row goes on in the next block.
    """

    covered: npt.NDArray[np.bool_]
    rest: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    spread: list[tuple[int, int]] = field(default_factory=list)


class OddReader:
    """Reads the odd lines of one file, block by block; counts what was read in vain, so that no file is endless."""

    def __init__(self, delimiter: str, width: int, place: str) -> None:
        self._delimiter = delimiter
        self._width = width
        self._place = place
        self._in_vain = 0

    def read(self, lines: list[str], odd: Sequence[bool], *, last: bool) -> OddRows:
        """The rows that begin in odd lines; in the `last` block an open quote is a broken one.

        Raises `UnreadableDialect` when too much had to be read again after broken quotes.
        """
        found = OddRows(np.zeros(len(lines), dtype=np.bool_), rest=len(lines))
        at = 0
        while (at := _next(odd, at)) < found.rest:
            at = self._read_run(lines, odd, at, found, last=last)
        return found

    def _read_run(self, lines: list[str], odd: Sequence[bool], at: int, found: OddRows, *, last: bool) -> int:
        """Rows from an odd line on, until one begins in a line that is not, or breaks; where to go on."""
        feed = _Feed(lines, at)
        try:
            for row in csv.reader(feed, delimiter=self._delimiter, strict=True):
                found.rows.append((at, row))
                if feed.at - at > 1:
                    found.covered[at : feed.at] = True
                    if self._is_whole(lines[at : feed.at]):
                        found.spread.append((at, feed.at - 1))
                at = feed.row_ended()
                if at == len(lines) or not odd[at]:
                    break
        except csv.Error as error:
            if feed.dry and not last:
                found.covered[at:] = True
                found.rest = at
                return at
            self._count(feed.read, error)
            found.broken.append(at)
            at += 1
        return at

    def _is_whole(self, lines: Sequence[str]) -> bool:
        return all(line.count(self._delimiter) == self._width - 1 for line in lines)

    def _count(self, read: int, error: csv.Error) -> None:
        self._in_vain += read
        if self._in_vain > MOST_IN_VAIN:
            raise UnreadableDialect(
                f"{self._place}: too many rows with badly closed quotes ({error}). "
                "Export the list again, or state another delimiter.",
                f"{self._place} : trop de lignes aux guillemets mal fermés ({error}). "
                "Refaites l'export, ou précisez un autre séparateur.",
            )


class _Feed:
    """The lines for `csv` from one on: where it is, how much it took for the row at hand, whether it ran dry."""

    def __init__(self, lines: list[str], at: int) -> None:
        self._lines = lines
        self.at = at
        self.read = 0
        self.dry = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at == len(self._lines):
            self.dry = True
            raise StopIteration
        line = self._lines[self.at]
        self.at += 1
        self.read += len(line)
        if self.read > LONGEST_ROW:
            raise csv.Error("row too long")
        return line + "\n"

    def row_ended(self) -> int:
        self.read = 0
        return self.at


def _next(odd: Sequence[bool], at: int) -> int:
    """The first odd line from `at` on, or the number of lines."""
    try:
        return odd.index(True, at)
    except ValueError:
        return len(odd)
