"""What was wrong with numbers, once it is known whether their row could be kept."""

from __future__ import annotations

import polars as pl

from lists.cells import Cells
from lists.headers import Field
from lists.problems import Severity, found


def number_problems(cells: Cells, bad: pl.DataFrame, rejected: pl.Series) -> pl.DataFrame:
    """Bad numbers (row, column, value, code) reject a row only where its person has no good one.

    A rejected row that has not even a bad number has none at all.
    """
    explained = pl.Series([False]).new_from_index(0, len(rejected)).scatter(bad["row"].unique(), True)
    silent = found(
        "number-missing",
        lines=cells.table.lines.filter(rejected & ~explained),
        column=cells.of(Field.NUMBER)[0].header,
        values="",
        severity=Severity.REJECTED,
    )
    told = bad.with_columns(
        line=cells.table.lines.gather(bad["row"]),
        severity=pl.when(rejected.gather(bad["row"]))
        .then(pl.lit(Severity.REJECTED.value))
        .otherwise(pl.lit(Severity.WARNING.value)),
    )
    of_each_code = (
        found(code, lines=part["line"], column=part["column"], values=part["value"], severity=part["severity"])
        for (code,), part in told.group_by("code", maintain_order=True)
    )
    return pl.concat([silent, *of_each_code])
