"""Every customer id of a file, and whom it means: those of rows that were joined too, which people bear only one of.

Kept apart from `merging`, where a person gets one value per column: an objection may come by any of the ids.
"""

from __future__ import annotations

import polars as pl

from lists.names import comparable_names

REFERENCES = pl.Schema({"person": pl.Int64, "external_id": pl.String, "theirs": pl.Boolean})
"""`person` counts people from 0. Not `theirs` is the id of a row of another name that shares a number with them."""


def references_of(
    ids: pl.Series, first: pl.Series, accepted: pl.Series, together: pl.DataFrame, members: pl.DataFrame
) -> pl.DataFrame:
    """REFERENCES of a whole file.

    `ids`, `first` and `accepted` have an entry per row of the file: its customer id, the first row of its person, and
    whether that person is taken. `together` are the rows (person: a row, row, external_id, last_name, first_name)
    that say something about people of several rows, in their order, `members` those (person, row) that are theirs.
    """
    people = _people(first, accepted)
    named = together.with_columns(name=comparable_names(together["last_name"], together["first_name"])).join(
        members.with_columns(member=True), on=["person", "row"], how="left", maintain_order="left"
    )
    own = pl.when(pl.col("member")).then("name")
    theirs = (pl.col("name") == own.drop_nulls().first().over("person")).fill_null(
        own.drop_nulls().n_unique().over("person") < 2  # who gives no name does not differ from one, but from two
    )
    joined = (
        named.with_columns(theirs=theirs & pl.col("member").fill_null(False), person=people.gather(named["person"]))
        .drop_nulls(["person", "external_id"])
        .group_by("person", "external_id", maintain_order=True)
        .agg(pl.col("theirs").any())
    )
    several = joined.select(REFERENCES.names()).cast(REFERENCES)  # of no row at all, columns have no type
    alone = pl.DataFrame({"person": people, "external_id": ids, "theirs": True}).drop_nulls().cast(REFERENCES)
    return pl.concat([alone.join(several, on=["person", "external_id"], how="anti", maintain_order="left"), several])


def _people(first: pl.Series, accepted: pl.Series) -> pl.Series:
    """For the first row of each person who is taken their place among them, in file order; null for other rows."""
    rows = pl.DataFrame({"first": first, "accepted": accepted})
    leads = pl.col("accepted") & (pl.col("first") == pl.int_range(pl.len()))
    return rows.select(pl.when(leads).then(leads.cum_sum().cast(pl.Int64) - 1)).to_series()
