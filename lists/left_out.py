"""What rows or numbers that are left out say against calling: it holds for whoever they name, though not taken.

Kept apart from `joining`, which decides which rows these are.
"""

from __future__ import annotations

import polars as pl

from lists.cells import Cells
from lists.consent import CONSENT, NARROWS
from lists.fields import Field
from lists.frame import PEOPLE
from lists.number_columns import judge_each
from lists.opposition_numbers import also_meant, written_numbers
from lists.problems import Severity, found

_FORBIDS = (Field.REFUSED_ON, Field.OBJECTED_ON, Field.OBJECTED, Field.CALLS_ALLOWED)
_SAID = ("line", "external_id", "refused", "refused_on", "objected", "objected_on", "past_calls", *CONSENT)
LEFT_OUT = pl.Schema(
    {name: PEOPLE[name] for name in _SAID}
    | {"numbers": pl.List(pl.String()), "reachable": pl.Boolean(), "taken": pl.Boolean()}
)
"""As `lists.frame`, but `numbers`: all that the row may mean, callable or not; `reachable`: one of them can be called;
`taken`: the row is, and stands here only for a number of its own that is not.

A consent stands here only where it agrees to less than to any call.
"""


def left_out(
    cells: Cells, rows: dict[str, pl.Series], gone: pl.Series, doubtful: pl.Series, misread: pl.Series
) -> pl.DataFrame:
    """LEFT_OUT of the rows that limit calls among those that are `gone`, then of those `misread` that refuse or object.

    `rows` are the columns of the file, the others are Boolean per row. Whoever is `doubtful` may object, and is held
    to, on a day that is not known. The `misread` are taken, with a number that is none: nothing else of them is told.
    """
    every = pl.DataFrame({name: rows[name] for name in _SAID} | {"gone": gone, "doubtful": doubtful, "taken": misread})
    every = every.with_row_index("place")
    said = pl.concat([_of_the_gone(every.filter("gone")), _of_the_misread(every.filter("taken"))])
    if said.is_empty():
        return pl.DataFrame(schema=LEFT_OUT)
    numbers, reachable = _numbers(cells, rows["numbers"].gather(said["place"]), said["place"])
    return said.with_columns(numbers.alias("numbers"), reachable.alias("reachable")).select(LEFT_OUT.names())


def _of_the_gone(rows: pl.DataFrame) -> pl.DataFrame:
    limits = pl.any_horizontal("refused", "objected", "doubtful", pl.col("past_calls").list.len() > 0, NARROWS)
    return rows.filter(limits).with_columns(
        pl.col("objected") | pl.col("doubtful"),
        objected_on=pl.when(~pl.col("doubtful")).then("objected_on"),
        consent_stated=NARROWS,
        taken=False,
    )


def _of_the_misread(rows: pl.DataFrame) -> pl.DataFrame:
    unsaid = {name: pl.lit(None, LEFT_OUT[name]) for name in CONSENT} | {
        "consent_stated": pl.lit(value=False),
        "past_calls": pl.lit([], LEFT_OUT["past_calls"]),
    }
    return rows.filter(pl.col("refused") | pl.col("objected")).with_columns(**unsaid)


def _numbers(cells: Cells, callable_ones: pl.Series, places: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Per row each number that stands in it or that one of these may mean, and whether one can be called."""
    columns = [(column.header, column.texts.gather(places)) for column in cells.of(Field.NUMBER)]
    written, _ = written_numbers(columns, len(places))
    every = pl.DataFrame({"number": pl.concat([callable_ones, written]), "row": [*range(len(places))] * 2})
    plain = every.explode("number").drop_nulls().unique(maintain_order=True)
    plain = plain.with_columns(pl.col("number").str.slice(1))
    plain = plain.with_columns(reachable=judge_each(plain["number"])["number"].is_not_null())
    meant = plain.select("row", "number").join(also_meant(plain["number"]), on="number")
    others = meant.select("row", number="meant", reachable=pl.lit(value=False))
    told = pl.concat([plain.select(others.columns), others]).with_columns(number=pl.lit("+") + pl.col("number"))
    by_row = told.group_by("row").agg(pl.col("number").unique(maintain_order=True), pl.col("reachable").any())
    listed = every.select("row").head(len(places)).join(by_row, on="row", how="left", maintain_order="left")
    return listed["number"].fill_null(pl.Series([[]], dtype=pl.List(pl.String))), listed["reachable"].fill_null(
        value=False
    )


def misshapen_rows(cells: Cells) -> pl.DataFrame:
    """A problem for each row of the wrong shape, where the file says in a column who is not to be called."""
    wrong = cells.table.problems.filter(pl.col("severity") == Severity.REJECTED.value)["line"].unique(
        maintain_order=True
    )
    lines = wrong if cells.of(*_FORBIDS) else wrong.clear()
    return found("row-may-forbid", lines=lines, column="", values="", severity=Severity.REJECTED)
