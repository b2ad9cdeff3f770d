"""Rows of a list that are not taken, though what they say against calling is: whom they name, and who is not reached.

Kept apart from `list_rows`, which knows the people of a list; here are only rows that bring nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlmodel import Session

from dialer.naming import named_people
from lists.problems import Severity, found


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`said` as `lists.left_out`, with a `row` behind those of the people, and whether it is `reached`: it names
    somebody on record, or a number that can be called; `numbers`: row, number, rank; `touched`: row, contact_id of
    whoever the rows name; the problems."""

    said: pl.DataFrame
    numbers: pl.DataFrame
    touched: pl.DataFrame
    problems: pl.DataFrame

    @property
    def holds(self) -> bool:
        """Whether anything of it reaches anybody."""
        return bool(self.said["reached"].any())


def left_out_rows(session: Session, said: pl.DataFrame, first_row: int, source: str) -> LeftOut:
    """Look up whom the rows name: by each number, and by the customer id in this source."""
    rows = said.with_row_index("row", offset=first_row)
    named = named_people(session, rows.select("row", "numbers", "external_id"), source)
    touched = pl.concat([named.by_number, named.by_id.select("row", "contact_id")]).unique(maintain_order=True)
    numbers = rows.select("row", number="numbers").explode("number").drop_nulls()
    ranked = numbers.with_columns(rank=pl.int_range(pl.len()).over("row"))
    reached = pl.col("reachable") | pl.col("row").is_in(touched["row"].unique().implode())
    rows = rows.with_columns(reached=reached)
    return LeftOut(rows, ranked, touched, _told(rows))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    forbidding = rows.filter(~pl.col("taken") & (pl.col("refused") | pl.col("objected")))
    kept, lost = (forbidding.filter(where)["line"] for where in (pl.col("reached"), ~pl.col("reached")))
    return pl.concat(
        [
            found("prohibition-kept", lines=kept, column="", values=""),
            found("prohibition-without-effect", lines=lost, column="", values="", severity=Severity.REJECTED),
        ]
    )
