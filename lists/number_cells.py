"""Cells of numbers: most hold one, some hold several, and what is wrong with one must not cost the others.

Kept apart from `number_columns`, which reads one number from each text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from lists.number_columns import normalise_numbers
from lists.numbers import LONGEST_TEXT

_BETWEEN_NUMBERS = re.compile(r"[/;,|\n]|\b(?:ou|or|et|and)\b", re.IGNORECASE)
_PERHAPS_SEVERAL = r"(?i)[/;,|\n]|ou|or|et|and"
_NEVER_SEVERAL = ("number-missing", "number-scientific")
"""Nothing to part, and `6,12E+08`, whose comma parts no two numbers."""


def in_lists(found: pl.DataFrame, key: str, count: int, columns: Mapping[str, str]) -> pl.DataFrame:
    """One row for each key from 0 to count, with its distinct numbers and what belongs to them: `columns`, as lists.

    `found` is in the order of the key. Most keys have one number: only the others are worth grouping.
    """
    alone = found[key].is_unique()
    lists = pl.concat(
        [
            found.filter(alone).select(key, **{name: pl.concat_list(column) for name, column in columns.items()}),
            found.filter(~alone)
            .unique([key, "number"], keep="first", maintain_order=True)
            .group_by(key)
            .agg(**{name: pl.col(column) for name, column in columns.items()}),
        ]
    )
    every = pl.DataFrame({key: pl.arange(count, dtype=pl.UInt32, eager=True)})
    return every.join(lists, on=key, how="left", maintain_order="left").select(
        pl.col(name).fill_null([]) for name in columns
    )


def numbers_in(texts: pl.Series, hints: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbers (`cell`, `number`, `kind`, `region`), and texts that are none (`cell`, `value`, `code`).

    Cells count from 0; both frames are in the order of the cells and of the texts in them. A cell is read as one
    number first, because the signs that part two numbers also part digits.
    """
    whole = normalise_numbers(texts, hints).with_columns(texts.alias("value"), hints.alias("hint"))
    cells = whole.with_row_index("cell")
    bad = pl.col("code").is_not_null() & ~pl.col("code").is_in(_NEVER_SEVERAL)
    several = (pl.col("value").str.len_chars() <= LONGEST_TEXT) & pl.col("value").str.contains(_PERHAPS_SEVERAL)
    parted = _parted(cells.filter(bad & several))
    one = cells.join(parted, on="cell", how="anti")
    read = pl.concat([one.drop("hint"), parted], how="diagonal").sort("cell", maintain_order=True)
    found = read.filter(pl.col("number").is_not_null()).select("cell", "number", "kind", "region")
    wrong = read.filter(pl.col("code") != "number-missing").select("cell", "value", "code")
    return found, wrong


def _parted(cells: pl.DataFrame) -> pl.DataFrame:
    """The readings of the pieces of each cell of which at least one is a number; the other cells are left out."""
    texts = cells["value"].unique()
    pieces = [[piece.strip() for piece in _BETWEEN_NUMBERS.split(text)] for text in texts]
    parted = pl.DataFrame({"value": texts, "piece": pl.Series(pieces, dtype=pl.List(pl.String))})
    exploded = cells.select("cell", "value", "hint").join(parted, on="value", maintain_order="left").explode("piece")
    read = normalise_numbers(exploded["piece"], exploded["hint"])
    told = exploded.select("cell", value="piece").hstack(read)
    return told.filter(pl.col("number").is_not_null().any().over("cell"))
