"""The people of a list in pandas, for whoever works on them there.

Kept apart from `frame` because loading pandas takes longer than reading a short list, which does without.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl


def in_pandas(people: pl.DataFrame) -> pd.DataFrame:
    """The same in pandas: lists joined with `;` (days in ISO), days as `date` or None, missing text as NaN."""
    return pd.DataFrame({name: _in_pandas(people[name]) for name in people.columns})


def _in_pandas(column: pl.Series) -> pd.Series[Any]:
    kind = column.dtype
    if isinstance(kind, pl.List):
        column = column.list.eval(pl.element().cast(pl.String)).list.join(";").replace("", None)
    if kind == pl.Date:
        return pd.Series(column.to_list(), dtype="object")
    if kind == pl.Boolean:
        return pd.Series(column.to_numpy(), dtype="bool")
    if kind == pl.Int64:
        return pd.Series(column.to_numpy(), dtype="int64")
    return pd.Series(column.to_list(), dtype="str")
