"""Where the numbers of a file stand, for whoever finds only later that something is to be said of one.

Kept apart from the people frame: a person of several rows has numbers of several lines and columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class NumberLines:
    """`lines`, `numbers` and `columns` of each row as in `lists.number_rows`, and the `headers` of these columns."""

    lines: pl.Series
    numbers: pl.Series
    columns: pl.Series
    headers: tuple[str, ...]

    def of(self, numbers: pl.Series) -> pl.DataFrame:
        """`number`, and `line` and `column` (its header) where each of these stands first."""
        return (
            pl.DataFrame({"line": self.lines, "number": self.numbers, "column": self.columns})
            .filter(pl.col("number").list.len() > 0)
            .explode("number", "column")
            .filter(pl.col("number").is_in(numbers.unique().implode()))
            .unique("number", keep="first", maintain_order=True)
            .select("number", "line", column=pl.lit(pl.Series(self.headers, dtype=pl.String)).gather("column"))
        )
