"""What a list says against calling, for the tables: of its people, and of rows that are not taken.

Kept apart from `contacts`, which stores people: a limit reaches everybody whom a row names, taken or not.
"""

from __future__ import annotations

import polars as pl
import sqlalchemy
from sqlmodel import Session, SQLModel, col

from dialer import list_rows
from dialer.bulk import read_rows_of
from dialer.left_out import LeftOut
from dialer.matching import Matches
from dialer.schema import ImportedList, Opposition, PastCall, Phone

_PHONES = pl.Schema({"contact_id": pl.Int64, "number": pl.String, "rank": pl.Int64})
_SAID = ("row", "refused", "refused_on", "objected", "objected_on", "past_calls")


def limits_of_list(
    session: Session,
    row: ImportedList,
    people: pl.DataFrame,
    numbers: pl.DataFrame,
    matches: Matches,
    phones: pl.DataFrame,
    left: LeftOut,
) -> dict[type[SQLModel], pl.DataFrame]:
    """Oppositions and past calls, for everybody whom the rows touch; `phones` are the numbers that the list brings."""
    said = pl.concat([people.select(_SAID), left.said.select(_SAID)])
    limited = said.filter(pl.col("refused") | pl.col("objected") | (pl.col("past_calls").list.len() > 0))
    named = pl.concat([each.select("row", "number", "rank") for each in (numbers, left.numbers)])
    named = named.join(limited, on="row", how="semi")
    touched = pl.concat([matches.touched, left.touched]).join(limited, on="row", how="semi")
    theirs = _numbers_of(session, touched)
    mentioned = list_rows.one_number_each(named, pl.concat([matches.held, phones.select("number", "contact_id")]))
    unmentioned = theirs.join(mentioned, on=["row", "contact_id"], how="anti").sort("rank")
    reached = pl.concat([mentioned, unmentioned.unique(["row", "contact_id"], keep="first").select(mentioned.columns)])
    return {
        Opposition: list_rows.oppositions(limited, named, theirs.select("row", "number"), row.id),
        PastCall: list_rows.past_calls(limited, named, reached.select("row", "number"), row.id, row.source),
    }


def counted(oppositions: pl.DataFrame) -> dict[str, int]:
    """How many numbers a list says are not to be called, by what it says."""
    kinds = dict(oppositions.group_by("kind").len().iter_rows())
    return {f"{kind}s_added": kinds.get(kind, 0) for kind in ("objection", "refusal")}


def _numbers_of(session: Session, touched: pl.DataFrame) -> pl.DataFrame:
    """row, contact_id, number, rank: all numbers on record of whom the rows touch."""
    phones = sqlalchemy.select(col(Phone.contact_id), col(Phone.number), col(Phone.rank))
    held = read_rows_of(session, phones, col(Phone.contact_id), touched["contact_id"], _PHONES)
    return touched.join(held, on="contact_id")
