"""Refusals of calls in columns that are only kept: nothing is read from these, so that they would be lost.

Kept apart from `headers`, which asks what such a column means: here is which cells make it ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from lists.boxes import POSITIVE
from lists.dates import NEGATIVE
from lists.fields import Field
from lists.refusal_cells import merely_refused, refusing
from lists.refusal_words import is_of_another_channel

_KEPT = frozenset({Field.ATTRIBUTE, Field.REMARK})


def refusing_columns(
    headers: Sequence[str], fields: Sequence[Field], guessed: Mapping[str, Field], cells: pl.DataFrame
) -> dict[str, str]:
    """Headers of columns that were guessed to be only kept, each with its first cell that refuses calls.

    Where the row is an objection anyhow, such a remark loses nothing, nor does `pas intéressé` beside a refusal.
    `cells` are those of a `lists.table.Table`.
    """
    told: dict[str, str] = {}
    for name, header in zip(cells.columns, headers, strict=False):
        if guessed.get(header) in _KEPT and not is_of_another_channel(header):
            where = refusing(cells[name])
            if where.any() and len(lost := _lost(cells.filter(where), name, fields)):
                told[header] = lost[0]
    return told


def _lost(cells: pl.DataFrame, name: str, fields: Sequence[Field]) -> pl.Series:
    repeated = cells.select(_stated(fields, Field.REFUSED_ON)).to_series() & merely_refused(cells[name])
    return cells.filter(~_objecting(fields) & ~repeated)[name]


def _objecting(fields: Sequence[Field]) -> pl.Expr:
    """Whether a row holds a dated objection or a tick."""
    ticked = (_words(place).is_in(list(POSITIVE)) for place, field in enumerate(fields) if field is Field.OBJECTED)
    return pl.any_horizontal(_stated(fields, Field.OBJECTED_ON), *ticked)


def _stated(fields: Sequence[Field], wanted: Field) -> pl.Expr:
    """Whether anything but a no stands in one of these columns of days."""
    dated = (~_words(place).is_in(["", *NEGATIVE]) for place, field in enumerate(fields) if field is wanted)
    return pl.any_horizontal(pl.lit(value=False), *dated)


def _words(place: int) -> pl.Expr:
    return pl.col(str(place)).str.to_lowercase()
