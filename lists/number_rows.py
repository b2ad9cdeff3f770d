"""All numbers of each row, over every number column of a list in file order, and what was wrong with the rest.

Kept apart from `number_cells`, which knows one cell and no row.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from lists.number_cells import in_lists, numbers_in
from lists.number_plan import POSTCODE_TERRITORIES
from lists.progress import Progress, Step, silent

NUMBERS = pl.Schema(
    {
        "numbers": pl.List(pl.String),
        "kinds": pl.List(pl.String),
        "regions": pl.List(pl.String),
        "columns": pl.List(pl.UInt32),
    }
)
"""Of a row: its distinct numbers (E.164), the preferred one first; parallel to them their kinds, their
regions, and which of the given columns (from 0) holds each first."""
BAD = pl.Schema({"row": pl.UInt32, "column": pl.String, "value": pl.String, "code": pl.String})
"""A text that is no callable number: its row (from 0), the header of its column, and why."""

_LISTED = {"numbers": "number", "kinds": "kind", "regions": "region", "columns": "column"}
_ROWS_AT_ONCE = 200_000


def numbers_of(
    columns: Sequence[tuple[str, pl.Series]], postcodes: pl.Series, *, progress: Progress = silent
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """NUMBERS of each row, and every text that is no number as BAD, in the order of the file.

    `columns` are (header, texts); texts and postcodes have one entry per row. `progress` counts rows.
    """
    total = len(postcodes)
    headers = pl.Series([header for header, _ in columns], dtype=pl.String)
    numbers, bad = [pl.DataFrame(schema=NUMBERS)], [pl.DataFrame(schema=BAD)]
    for start in range(0, total, _ROWS_AT_ONCE):
        rows = slice(start, min(start + _ROWS_AT_ONCE, total))
        cells = _cells([texts[rows] for _, texts in columns], territories(postcodes[rows]))
        found, wrong = numbers_in(cells["text"], cells["hint"])
        numbers.append(in_lists(_placed(found, cells), "row", rows.stop - start, _LISTED))
        told = _placed(wrong, cells)
        bad.append(told.with_columns(pl.col("row") + start, headers.gather(told["column"]).alias("column")))
        progress(Step.NORMALISE, rows.stop, total)
    return pl.concat(numbers), pl.concat(bad)


def territories(postcodes: pl.Series) -> pl.Series:
    """The territory whose subscribers write no prefix, where a postcode tells it, else ""."""
    return postcodes.fill_null("").str.slice(0, 3).replace_strict(POSTCODE_TERRITORIES, default="")


def _cells(columns: Sequence[pl.Series], hints: pl.Series) -> pl.DataFrame:
    """The filled cells (`row`, `column`, `text`, `hint`), by row and by the order of the columns."""
    rows = hints.alias("hint").to_frame().with_row_index("row")
    filled = [
        rows.with_columns(pl.lit(place, pl.UInt32).alias("column"), texts.alias("text")).filter(pl.col("text") != "")
        for place, texts in enumerate(columns)
    ]
    empty = rows.clear().with_columns(column=pl.lit(0, pl.UInt32), text=pl.lit(""))
    return pl.concat([empty, *filled]).sort("row", maintain_order=True)


def _placed(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """What was found, with the row and column of its cell instead of the cell."""
    return cells.select("row", "column")[found["cell"]].hstack(found.drop("cell"))
