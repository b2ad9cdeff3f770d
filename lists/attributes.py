"""The columns that only the customer understands, kept per person as one JSON object.

Kept apart because it is plain text work on columns of which a file may have thousands.
"""

from __future__ import annotations

import json

import polars as pl

from lists.cells import Cells
from lists.headers import Field
from lists.problems import nothing_found
from lists.refusal_cells import merely_refused, refusing
from lists.refusal_words import is_of_another_channel

_ESCAPES = {chr(code): json.dumps(chr(code))[1:-1] for code in (*range(0x20), ord('"'), ord("\\"))}
_TO_ESCAPE = r'["\\\x00-\x1f]'


def attributes(cells: Cells, members: pl.DataFrame, index: pl.Series) -> pl.Series:
    """A JSON object of the filled cells for each place of `index`.

    Places are rows of the file, and after them the persons of `members` (person, row; sorted by both), for
    whom the earlier row wins where several fill the same column.
    """
    columns = [column for column in cells.of(Field.ATTRIBUTE) if column.filled().any()]
    if not columns:
        return pl.Series(["{}"]).new_from_index(0, len(index))
    names = [str(place) for place in range(len(columns))]
    texts = pl.DataFrame([column.texts.alias(name) for name, column in zip(names, columns, strict=True)])
    joined = (
        pl.concat([members.select("person"), texts[members["row"]]], how="horizontal")
        .group_by("person", maintain_order=True)
        .agg(pl.col(name).filter(pl.col(name) != "").first().fill_null("") for name in names)
    )
    listed = pl.DataFrame(
        [
            _member(column.header, pl.concat([texts[name], joined[name]]).gather(index)).alias(name)
            for name, column in zip(names, columns, strict=True)
        ]
    ).select(pl.concat_str(pl.all(), separator=", ", ignore_nulls=True))
    return "{" + listed.to_series() + "}"


def refusals_kept(cells: Cells, objected: pl.Series, refused: pl.Series) -> pl.DataFrame:
    """A warning for each of these cells that refuses calls, but in rows that say as much elsewhere (Boolean per row):
    the user said that the column is only kept."""
    told = [nothing_found()]
    for column in cells.of(Field.ATTRIBUTE):
        where = refusing(column.texts)
        if where.any() and not is_of_another_channel(column.header):
            repeated = objected | (refused & merely_refused(column.texts))
            told.append(column.warn("refusal-only-kept", where & ~repeated))
    return pl.concat(told)


def _member(header: str, texts: pl.Series) -> pl.Series:
    """`"header": "text"` for each text, null for an empty one."""
    escaped = texts.str.replace_many(_ESCAPES) if texts.str.contains(_TO_ESCAPE).any() else texts
    key = pl.lit(json.dumps(header, ensure_ascii=False) + ': "')
    return pl.select(pl.when(escaped != "").then(pl.concat_str(key, escaped, pl.lit('"')))).to_series()
