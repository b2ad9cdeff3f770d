"""What the joined row of one person says: all numbers, and of each evidence the strictest reading.

Kept apart from `persons`, which finds the rows; a change of policy on evidence is made here only.
"""

from __future__ import annotations

import polars as pl

from lists.names import comparable_names
from lists.permissions import NOTHING_DROPPED, shared_permissions

FIRST_FILLED = ("external_id", "last_name", "first_name", "city")
NUMBERS = ("numbers", "kinds", "regions")
"""Lists that run in parallel."""


def merge(rows: pl.DataFrame, limited: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per person of several rows: `person` and the columns of the people frame, by person.

    `rows` has these columns and `row`, sorted by person and row. `limited` are all rows whose limits hold
    for a person (person, row, refused …, past_calls): theirs, and those that had to leave a number to them.
    The second frame names the permissions that could not be shared: see `lists.permissions`.
    """
    if rows.is_empty():
        return rows.drop("row"), NOTHING_DROPPED
    people = rows.group_by("person", maintain_order=True).agg(
        pl.col("line").first(),
        pl.col(*FIRST_FILLED).first(ignore_nulls=True),
        pl.col("postcode").drop_nulls().unique(maintain_order=True).str.join(";").replace("", None),
        pl.when(pl.col("siret").n_unique() == 1).then(pl.col("siret").first()).alias("siret"),
    )
    permissions, dropped = shared_permissions(rows)
    for part in (_all_numbers(rows), permissions, _limits(limited), _all_calls(limited)):
        people = people.join(part, on="person", how="left", maintain_order="left")
    return people.with_columns(pl.col("past_calls").fill_null([])), dropped


def _all_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Each number once, in the order of the rows."""
    return (
        rows.select("person", *NUMBERS)
        .filter(pl.col("numbers").list.len() > 0)
        .explode(*NUMBERS)
        .unique(["person", "numbers"], keep="first", maintain_order=True)
        .group_by("person", maintain_order=True)
        .agg(*NUMBERS)
    )


def _limits(rows: pl.DataFrame) -> pl.DataFrame:
    """Any prohibition stands; its day is the latest, or unknown as soon as one of them is."""
    stated = []
    for said, day in (("refused", "refused_on"), ("objected", "objected_on")):
        days = pl.col(day).filter(pl.col(said))
        stated += [pl.col(said).any(), pl.when(days.null_count() == 0).then(days.max()).alias(day)]
    return rows.group_by("person", maintain_order=True).agg(stated)


def _all_calls(rows: pl.DataFrame) -> pl.DataFrame:
    """Each day as often as it may have been called.

    Of one name the row that holds the day most tells: an export repeats a history, it does not add to it. People of
    several names were each called, so theirs add up, and so do those of rows without a name: whose they repeat, if
    anybody's, is not known.
    """
    return (
        rows.select(
            "person", "row", comparable_names(rows["last_name"], rows["first_name"]).alias("name"), day="past_calls"
        )
        .filter(pl.col("day").list.len() > 0)
        .explode("day")
        .group_by("person", "name", "row", "day")
        .len()
        .group_by("person", "name", "day")
        .agg(pl.col("len").max())
        .group_by("person", "day")
        .agg(pl.col("len").sum())
        .sort("person", "day")
        .group_by("person", maintain_order=True)
        .agg(pl.col("day").repeat_by("len").explode().alias("past_calls"))
    )
