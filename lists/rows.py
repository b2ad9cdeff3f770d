"""Blocks of text to rows of cells: whole columns at once where a line is a row for sure, `csv` where not.

Kept apart because it is where the time goes in a long list; what a row is, is said in `lists.odd_rows`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from lists.odd_rows import OddReader
from lists.sure_lines import MARK, sure_lines
from lists.tidy import BLANK, tidied

MISFIT = pl.Schema({"line": pl.Int64, "fields": pl.Int64, "value": pl.String})
_SHOWN = 100
"""Characters of a cell that a misfit keeps."""
_TEXT = pl.col("text")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a block holds; lines are counted from 0 at its start. `broken` and `spread`: see `OddRows`.

    `good` has a column `line` and a tidied text column per place; `misfits` (see `MISFIT`) are rows with
    another number of fields, `value` is the cell where they leave the shape; `rest` is the text of a row
    that goes on in the next block.
    """

    good: pl.DataFrame
    misfits: pl.DataFrame
    broken: list[int]
    spread: list[tuple[int, int]]
    rest: str


class RowReader:
    """Reads the blocks of one file, whose rows have `width` fields."""

    def __init__(self, delimiter: str, width: int, place: str) -> None:
        self._delimiter = delimiter
        self._width = width
        self._names = [str(position) for position in range(width)]
        self._odd = OddReader(delimiter, width, place)

    def read(self, text: str, *, last: bool) -> Rows:
        """`text` is whole lines; a row left open at its end goes to `rest`, unless this is the `last` block.

        Raises `UnreadableDialect` when too much had to be read again after broken quotes.
        """
        lines = pl.Series("text", [text.removesuffix("\n")]).str.split("\n").explode()
        sure = sure_lines(lines, self._delimiter, any_quote='"' in text)
        if len(sure) == len(lines):
            return Rows(self._split(sure), self._misfits(sure), [], [], "")
        listed, odd = lines.to_list(), np.ones(len(lines), dtype=np.bool_)
        odd[sure["line"].to_numpy()] = False
        found = self._odd.read(listed, odd.tolist(), last=last)
        sure = sure.filter(~pl.Series(found.covered[~odd]))
        good = pl.concat([self._split(sure), self._gathered(found.rows)]).sort("line")
        misfits = pl.concat([self._misfits(sure), self._misfit_rows(found.rows)])
        rest = "\n".join([*listed[found.rest :], ""]) if found.rest < len(listed) else ""
        return Rows(good, misfits, found.broken, found.spread, rest)

    def _split(self, sure: pl.DataFrame) -> pl.DataFrame:
        fitting = sure.filter(pl.col("fields") == self._width)
        cells = fitting["text"].str.split_exact(MARK, self._width - 1).struct.unnest()  # as an expression, quadratic
        cells.columns = self._names
        return tidied(cells.insert_column(0, fitting["line"]))

    def _gathered(self, rows: list[tuple[int, list[str]]]) -> pl.DataFrame:
        fitting = [(line, row) for line, row in rows if len(row) == self._width]
        cells = zip(*(row for _, row in fitting), strict=True) if fitting else [()] * self._width
        columns = {name: pl.Series(column, dtype=pl.String) for name, column in zip(self._names, cells, strict=True)}
        return tidied(pl.DataFrame({"line": pl.Series([line for line, _ in fitting], dtype=pl.Int64), **columns}))

    def _misfits(self, sure: pl.DataFrame) -> pl.DataFrame:
        misfits = sure.filter(pl.col("fields") != self._width)
        misfits = misfits.filter(_TEXT.str.strip_chars(BLANK + MARK) != "")
        value = _TEXT.str.split(MARK).list.get(pl.min_horizontal(pl.col("fields") - 1, self._width))
        return misfits.select("line", "fields", value=value.str.slice(0, _SHOWN))

    def _misfit_rows(self, rows: list[tuple[int, list[str]]]) -> pl.DataFrame:
        misfits = [(line, row) for line, row in rows if len(row) != self._width and any(map(_filled, row))]
        told = [(line, len(row), row[min(len(row) - 1, self._width)][:_SHOWN]) for line, row in misfits]
        return pl.DataFrame(told, schema=MISFIT, orient="row")


def _filled(cell: str) -> bool:
    return cell.strip(BLANK) != ""
