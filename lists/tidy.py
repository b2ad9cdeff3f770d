"""What counts as nothing around and in a cell, decided once for every kind of file."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
)
_SPACES += "\u2028\u2029\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Zero width: marks of direction as address books copy them, soft hyphens, a byte order mark in mid-file."""

BLANK = _SPACES + _UNSEEN
"""Characters that are taken off both ends of a cell; a cell of nothing else is empty."""


def tidied(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text column without `BLANK` at its ends, and without the rows in which nothing is left."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    stripped = frame.with_columns(pl.col(texts).str.strip_chars(BLANK))
    filled = stripped.select(pl.any_horizontal(pl.col(texts) != "")).to_series()
    return stripped if filled.all() else stripped.filter(filled)


def names(cells: Iterable[str]) -> tuple[str, ...]:
    """Header cells as headers: a blank one bears its place, as "(3)", so that its column can be spoken of."""
    return tuple(cell.strip(BLANK) or nameless(place) for place, cell in enumerate(cells, start=1))


def nameless(place: int) -> str:
    return f"({place})"
