"""Numbers of an opposition list, by the million: whatever may be a number stays opposed, callable or not.

Kept apart from the reading of contacts: there a number that cannot be called is left out, here it is better kept. So
it need not be known which ones can be called, and five million are read in seconds.
"""

from __future__ import annotations

import polars as pl

from lists import number_plan as plan
from lists.number_cells import numbers_in
from lists.number_shapes import digits_of_each, with_dialled
from lists.progress import Progress, Step, silent

_ROWS_AT_ONCE = 500_000
_FRENCH = "^33[1-9][0-9]{8}$"
"""Of these the digits as dialled are E.164 already, whether anybody has the number or not."""
_OVERSEAS = f"^33(?:{'|'.join(prefix[1:] for prefix in plan.OVERSEAS_PREFIXES)})"
_KEPT = "^[1-9][0-9]{5,14}$"
"""Six to fifteen digits (E.164 allows no more): an old, foreign or special number may come back into use."""


def opposed_numbers(texts: pl.Series, progress: Progress = silent) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The numbers of each cell (`row`, `number`: E.164 as an integer), and what is none (`row`, `value`, `code`)."""
    total = len(texts)
    numbers, bad = [], []
    for start in range(0, max(total, 1), _ROWS_AT_ONCE):
        part = texts[start : start + _ROWS_AT_ONCE]
        found, wrong = _read(part)
        numbers.append(found.with_columns(pl.col("row") + start))
        bad.append(wrong.with_columns(pl.col("row") + start))
        progress(Step.NORMALISE, start + len(part), total)
    return pl.concat(numbers), pl.concat(bad)


def _read(texts: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    read = _as_dialled(texts).with_row_index("row").with_columns(texts.alias("text"))
    french = pl.col("far").str.contains(_FRENCH).fill_null(value=False)
    odd = read.filter(~french & (pl.col("text") != ""))
    found, wrong = numbers_in(odd["text"], pl.repeat("", len(odd), dtype=pl.String, eager=True))
    told = wrong.select(odd["row"].gather(wrong["cell"]), "value", "code").hstack(_as_dialled(wrong["value"]))
    kept = pl.col("far").str.contains(_KEPT).fill_null(value=False)
    numbers = (
        read.filter(french).select("row", "far"),
        _overseas(read.filter(french & pl.col("far").str.contains(_OVERSEAS))),
        found.select(odd["row"].gather(found["cell"]), pl.col("number").str.slice(1).alias("far")),
        told.filter(kept).select("row", "far"),
    )
    whole = pl.concat(numbers).select("row", pl.col("far").cast(pl.Int64).alias("number"))
    return whole, told.filter(~kept).select("row", "value", "code")


def _overseas(read: pl.DataFrame) -> pl.DataFrame:
    """Numbers overseas that were given the country code of the metropole, under their own: as contacts have them."""
    own = _as_dialled("0" + read["far"].str.slice(2))
    return read.select("row").hstack(own).filter(own["far"] != read["far"])


def _as_dialled(texts: pl.Series) -> pl.DataFrame:
    """`far`: the digits as they are dialled from anywhere, without plus; null where there are none."""
    digits = digits_of_each(texts).lazy().with_columns(pl.lit("").alias("hint"))
    return digits.pipe(with_dialled).select(pl.col("dialled").alias("far")).collect(engine="streaming")
