"""The instants of calls in a log, made alike, so that the same call is known again in another export.

Kept apart from `dates`, where a time of day says nothing: here it tells one call of a day from another.
"""

from __future__ import annotations

import polars as pl

_CLOCK = (
    r"[T ](?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d+)?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?$"
)
_FORMAT = "%Y-%m-%dT%H:%M:%S%.f"
_MIDNIGHT = "T00:00:00$"
"""What exports write behind a day of which they know no time."""


def call_times(texts: pl.Series, days: pl.Series) -> pl.Series:
    """The instant that each text ends with, on the day beside it (Date, null: none), or "".

    By the clock of whoever wrote it (`2026-11-20T10:00:00`), or in UTC (`…Z`) where its offset is written.
    """
    parts = texts.str.extract_groups(_CLOCK).struct.unnest().with_columns(day=days)
    written = pl.concat_str(
        pl.col("day").dt.to_string("%Y-%m-%dT"),
        pl.col("hour").str.zfill(2),
        pl.lit(":"),
        "minute",
        pl.lit(":"),
        pl.col("second").fill_null("00"),
        pl.col("fraction").fill_null(""),
    )
    clock = written.str.to_datetime(_FORMAT, strict=False, time_unit="us")
    offset = pl.col("offset").replace("Z", "+0000").str.replace(":", "")
    told = (
        pl.when(offset.is_null())
        .then(clock.dt.to_string(_FORMAT))
        .otherwise((clock - _east_of_utc(offset)).dt.to_string(f"{_FORMAT}Z"))
    )
    known = told.is_not_null() & ~clock.dt.to_string(_FORMAT).str.contains(_MIDNIGHT)
    return parts.select(pl.when(known).then(told).otherwise(pl.lit(""))).to_series()


def _east_of_utc(offset: pl.Expr) -> pl.Expr:
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    hours, minutes = (offset.str.slice(start, 2).cast(pl.Int64) for start in (1, 3))
    return pl.duration(minutes=sign * (60 * hours + minutes))
