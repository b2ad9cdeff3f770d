"""What every kind of file comes down to: a header, then rows in batches, so that a long one passes in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from lists.dialect import Dialect


class Batch(NamedTuple):
    """`frame` has a column `line` and a tidied text column per place ("0", "1", …).

    `rejected` rows are not in it but in `problems` (see `lists.problems.PROBLEM_SCHEMA`); `done` is how far
    the file has been read, in the unit of `Opened.total`.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    rejected: int
    done: int


class Opened(NamedTuple):
    """A file whose header has been read. `headers` are never empty: a nameless column bears its place, as "(3)".

    `header_line` counts from 1; `total` is in bytes for a text and in rows for a sheet.
    """

    dialect: Dialect
    headers: tuple[str, ...]
    header_line: int
    total: int
    batches: Iterator[Batch]
