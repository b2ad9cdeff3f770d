"""Counts rows of tallied tables by the million, as frames.

Kept apart from `tally_rows` because it loads polars; both come to the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Column

from dialer.tallied import Tallied, Tallies, merge
from dialer.tallies import BYTES, Tally, TallyKey
from dialer.tally_rows import AT_ONCE, Row, digests, is_number

_LANE = np.dtype("<u4")
"""A sum is taken in lanes of 32 bits, in each of which there is room for 2^32 rows."""


def count(tallied: Tallied, key: TallyKey, rows: pl.DataFrame) -> Tallies:
    """By list; `rows` as they are written (`dialer.bulk`) or as `frame_of` gives them."""
    found: Tallies = {}
    for part in rows.iter_slices(AT_ONCE):
        numbers = _numbers(key, texts(tallied, part))
        lists = part[tallied.of_list].fill_null(0) if tallied.of_list else pl.zeros(len(part), pl.Int64, eager=True)
        for each in lists.unique():
            merge(found, {(tallied.table.name, each): _total(numbers[(lists == each).to_numpy()])})
    return found


def frame_of(tallied: Tallied, rows: Sequence[Row]) -> pl.DataFrame:
    """Stored rows, as `tally_rows` reads them. Raises `TypeError` for a number that is none."""
    schema = {column.name: pl.Int64 if is_number(column) else pl.String for column in tallied.columns}
    try:
        return pl.DataFrame(rows, schema=schema, orient="row")
    except pl.exceptions.PolarsError as error:
        raise TypeError(str(error)) from None


def texts(tallied: Tallied, rows: pl.DataFrame) -> pl.Series:
    """One for each row: see `tally_rows.text_of`."""
    parts = (_part(column, rows) for column in tallied.columns)
    return rows.select(text=pl.concat_str(pl.lit(tallied.table.name), *parts, separator="|"))["text"]


def _numbers(key: TallyKey, of: pl.Series) -> np.ndarray[Any, Any]:
    """What each text adds: one row of lanes for each."""
    joined = b"".join(digests(key, of.cast(pl.Binary).to_list()))
    return np.frombuffer(joined, _LANE).reshape(-1, BYTES // _LANE.itemsize)


def _total(numbers: np.ndarray[Any, Any]) -> Tally:
    lanes: Iterable[int] = numbers.sum(axis=0, dtype=np.uint64).tolist()
    return Tally(len(numbers)) + Tally(0, sum(lane << (8 * _LANE.itemsize * at) for at, lane in enumerate(lanes)))


def _part(column: Column[Any], rows: pl.DataFrame) -> pl.Expr:
    """What a row's text says of one column: a hyphen where there is nothing."""
    if column.name not in rows.columns:
        return pl.lit("-")
    value, held = pl.col(column.name), rows.schema[column.name]
    if is_number(column):
        return value.cast(pl.Int64).cast(pl.String).fill_null("-")
    if isinstance(held, pl.Datetime):
        value = value.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%d %H:%M:%S%.6f")
    elif isinstance(held, pl.Date):
        value = value.dt.to_string("%Y-%m-%d")
    value = value.cast(pl.String)
    return pl.concat_str(value.str.len_bytes(), pl.lit(":"), value).fill_null("-")
