"""Numbers that limit calls: whatever may be a number is kept, callable or not, under every number that it may mean.

Kept apart from the reading of contacts: there a number that cannot be called is left out, here it is better kept. So
it need not be known which ones can be called, and five million are read in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from lists import number_plan as plan
from lists.number_cells import numbers_in
from lists.number_columns import judge_each
from lists.number_shapes import digits_of_each, under_own_code, with_dialled
from lists.numbers import code_of
from lists.progress import Progress, Step, silent

_ROWS_AT_ONCE = 500_000
_FRENCH = "^33[1-9][0-9]{8}$"
"""Of these the digits as dialled are E.164 already, whether anybody has the number or not."""
_KEPT = "^[1-9][0-9]{5,14}$"
"""Six to fifteen digits (E.164 allows no more): an old, foreign or special number may come back into use."""
_OF_NINE = "|".join(code for code, size in plan.LENGTHS_WITH_CODE.items() if size == 9 + len(code))
_ZERO_BEHIND_PLUS = "^0+[1-9][0-9]{8}$"
_UNDER_ANOTHER_CODE = f"^(?:{_OF_NINE})0?([1-9][0-9]{{8}})$"
_UNDER_TWO_CODES = f"^33((?:{_OF_NINE})[1-9][0-9]{{8}})$"
_OVERSEAS = f"^33(?:{'|'.join(prefix[1:] for prefix in plan.OVERSEAS_PREFIXES)})"
_WITHOUT_ANY_CODE = f"^33([1-9](?:{'|'.join(f'[0-9]{{{size - 1}}}' for size in sorted(plan.LENGTHS_OVERSEAS))}))$"
_LETTER_O = r"(^|[0-9][\s.\-]?)[oO]([\s.\-]?[0-9]|$)"
_EXTENSION = r"(?i)(?:\bpostes?\b|\bext(?:ension)?\b\.?|#)\s*[0-9]+"
_AMONG_WORDS = r"\+?[0-9(][0-9\s.()\-]{7,}[0-9]"
"""Nine signs at least: fewer digits beside words are those of a street or a year."""

_DOUBTFUL = ~pl.col("number").str.contains(_FRENCH) | pl.col("number").str.contains(_OVERSEAS)
"""Numbers that may mean others; those of the metropole do not."""


def opposed_numbers(texts: pl.Series, progress: Progress = silent) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The numbers of each cell (`row`, `number`: E.164 as an integer), and what is none (`row`, `value`, `code`).

    A number stands beside each other one that it may mean: see `also_meant`.
    """
    written, bad = _written(texts, progress)
    doubtful = written.filter(_DOUBTFUL)
    meant = doubtful.join(also_meant(doubtful["number"]), on="number").select("row", number="meant")
    return pl.concat([written, meant]).with_columns(pl.col("number").cast(pl.Int64)), bad


def written_numbers(columns: Sequence[tuple[str, pl.Series]], rows: int) -> tuple[pl.Series, pl.DataFrame]:
    """Per row the distinct numbers as they are written (E.164, callable or not), in the order of the columns; and
    what is none, as `number_rows.BAD`. `columns` are (header, texts)."""
    headers = pl.Series([header for header, _ in columns], dtype=pl.String)
    cells = pl.concat([pl.Series(dtype=pl.String), *(texts for _, texts in columns)])
    numbers, wrong = (each.sort("row", maintain_order=True) for each in _written(cells))
    found = numbers.select(pl.col("row") % rows, ("+" + pl.col("number")).alias("number"))
    listed = found.unique(maintain_order=True).group_by("row").agg("number")
    every = pl.DataFrame({"row": pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    whole = every.join(listed, on="row", how="left", maintain_order="left")["number"]
    bad = wrong.select(pl.col("row") % rows, headers.gather(wrong["row"] // rows).alias("column"), "value", "code")
    return whole.fill_null(pl.Series([[]], dtype=pl.List(pl.String))), bad.sort("row", maintain_order=True)


def also_meant(numbers: pl.Series) -> pl.DataFrame:
    """Other numbers that a wrongly written one may mean (`number`, `meant`: digits as dialled from anywhere).

    A number that stands under another code of the plan than its own (`+33 6 92 …`, `+262 6 12 …`), under two of them
    (`+33 262 692 …`), or under none because it is of a place where none is written (`25 00 00`, held to be French).
    """
    rows = pl.DataFrame({"number": numbers}).filter(_DOUBTFUL).unique(maintain_order=True)
    nine = rows["number"].str.extract(_UNDER_ANOTHER_CODE)
    local = pl.col("number").str.extract(_WITHOUT_ANY_CODE)
    codes = sorted({code_of(territory) for territory in plan.POSTCODE_TERRITORIES.values()})
    meant = [
        rows.select("number", under_own_code("33" + nine).alias("meant")),
        rows.select("number", pl.col("number").str.extract(_UNDER_TWO_CODES).alias("meant")),
        *(_callable(rows.select("number", (code + local).alias("meant"))) for code in codes),
    ]
    return pl.concat(meant).drop_nulls().filter(pl.col("number") != pl.col("meant")).unique(maintain_order=True)


def _callable(rows: pl.DataFrame) -> pl.DataFrame:
    some = rows.drop_nulls()
    return some.filter(judge_each(some["meant"])["number"].is_not_null())


def _written(texts: pl.Series, progress: Progress = silent) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The numbers of each cell as it has them (`row`, `number`: digits), and what is none (`row`, `value`, `code`)."""
    total = len(texts)
    numbers, bad = [], []
    for start in range(0, max(total, 1), _ROWS_AT_ONCE):
        part = texts[start : start + _ROWS_AT_ONCE]
        found, wrong = _read(part)
        numbers.append(found.with_columns(pl.col("row") + start))
        bad.append(wrong.with_columns(pl.col("row") + start))
        progress(Step.NORMALISE, start + len(part), total)
    return pl.concat(numbers, rechunk=True), pl.concat(bad, rechunk=True)


def _read(texts: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    read = _as_dialled(texts).with_row_index("row").with_columns(texts.alias("text"))
    french = pl.col("far").str.contains(_FRENCH).fill_null(value=False)
    odd = read.filter(~french & (pl.col("text") != ""))
    found, wrong = numbers_in(odd["text"], pl.repeat("", len(odd), dtype=pl.String, eager=True))
    wrong = _read_by_a_human(wrong)
    told = wrong.select(odd["row"].gather(wrong["cell"]), "value", "code").hstack(_as_dialled(wrong["text"]))
    kept = pl.col("far").str.contains(_KEPT).fill_null(value=False)
    behind_plus = pl.col("far").str.contains(_ZERO_BEHIND_PLUS).fill_null(value=False)
    numbers = (
        read.filter(french).select("row", "far"),
        found.select(odd["row"].gather(found["cell"]), pl.col("number").str.slice(1).alias("far")),
        told.filter(kept).select("row", "far"),
        told.filter(behind_plus).select("row", ("33" + pl.col("far").str.strip_chars_start("0")).alias("far")),
    )
    whole = pl.concat(part.rename({part.columns[1]: "number"}) for part in numbers)
    return whole, told.filter(~kept & ~behind_plus).select("row", "value", "code")


def _read_by_a_human(wrong: pl.DataFrame) -> pl.DataFrame:
    """`text` beside each value that is no number: what a reader takes for a number in it, a row each, else itself.

    An extension behind it, the name of whoever has it, the letter O for a zero: the number is opposed all the same.
    """
    corrected = pl.col("value").str.replace_all(_LETTER_O, "${1}0${2}").str.replace_all(_LETTER_O, "${1}0${2}")
    named = corrected.str.replace_all(_EXTENSION, " | ").str.extract_all(_AMONG_WORDS)
    wordy = pl.col("value").str.contains(r"[\p{L}#]") & (named.list.len() > 0)
    return wrong.with_columns(pl.when(wordy).then(named).otherwise(pl.concat_list("value")).alias("text")).explode(
        "text"
    )


def _as_dialled(texts: pl.Series) -> pl.DataFrame:
    """`far`: the digits as they are dialled from anywhere, without plus; null where there are none."""
    digits = digits_of_each(texts).lazy().with_columns(pl.lit("").alias("hint"))
    return digits.pipe(with_dialled).select(pl.col("dialled").alias("far")).collect(engine="streaming")
