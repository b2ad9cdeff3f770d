"""Names of people in a form that can be compared: `Élodie  MARTIN-LEROY` and `martin leroy, elodie` are one.

Kept apart because it decides who is one person, and whose permission is whose.
"""

from __future__ import annotations

import polars as pl

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}


def comparable_names(last: pl.Series, first: pl.Series) -> pl.Series:
    """Both names without accents, case and punctuation, their words in alphabetic order; null where none is given."""
    both = pl.select(pl.concat_str(last, first, separator=" ", ignore_nulls=True)).to_series()
    plain = both.str.normalize("NFKD").str.to_lowercase().str.replace_many(_LIGATURES).str.replace_all(r"\p{M}+", "")
    words = (
        pl.DataFrame({"word": plain.str.extract_all(r"[\p{L}\p{N}]+")})
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.UInt32))
        .explode("word")
    )
    # Sorted as one column: `list.sort` takes a hundred times as long.
    joined = words.drop_nulls("word").sort("place", "word").group_by("place").agg(pl.col("word").str.join(" "))
    places = pl.DataFrame({"place": pl.int_range(len(last), dtype=pl.UInt32, eager=True)})
    return places.join(joined, on="place", how="left", maintain_order="left")["word"]
