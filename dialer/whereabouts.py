"""Where people may be when their lists differ in it: nobody is called by the clock of only one of these places.

Kept apart because every import that brings a postcode asks it, and because what is stored is what rules read.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from sqlalchemy import bindparam, update
from sqlmodel import Session, col

from dialer.schema import Contact
from dialer.tallying import recounted
from rules.places import possible_places

CHANGES = pl.Schema({"contact_id": pl.Int64, "postcode": pl.String, "postcode_before": pl.String})

_CHUNK = 20_000
"""Rows written at once."""


def together(postcodes: Iterable[str]) -> str:
    """These postcodes, of which each may be several, as one: the first of each place that the law tells apart."""
    each = [part.strip() for joined in postcodes for part in joined.split(";") if part.strip()]
    first = {possible_places(part, ""): part for part in reversed(each)}
    return ";".join(sorted(first.values(), key=each.index))


def changed_postcodes(rows: pl.DataFrame) -> pl.DataFrame:
    """What rows of a list change of the postcodes on record, as CHANGES: one row per person; before is "" for none.

    `rows`: contact_id, known (null: no postcode on record), postcode, passes (the row is theirs). A row of somebody
    else who has their number adds a place where they may be; it tells nothing where none is known.
    """
    said = rows.drop_nulls("postcode").filter(pl.col("postcode").ne_missing(pl.col("known")))
    by_person = (
        said.sort("contact_id", "passes", descending=[False, True], maintain_order=True)
        .group_by("contact_id", maintain_order=True)
        .agg(pl.col("known").first(), pl.col("postcode"), pl.col("passes").any())
        .filter(pl.col("known").is_not_null() | pl.col("passes"))
        .with_columns(said=pl.concat_list(pl.col("known").fill_null(""), "postcode").list.join(";"))
    )
    texts = by_person["said"].unique()
    stands = dict(zip(texts, (together([text]) for text in texts), strict=True))
    return (
        by_person.with_columns(postcode=pl.col("said").replace_strict(stands, return_dtype=pl.String))
        .filter(pl.col("postcode").ne_missing(pl.col("known")))
        .select("contact_id", "postcode", postcode_before=pl.col("known").fill_null(""))
    )


def lawfully_different(postcodes: pl.Series) -> pl.Series:
    """Postcodes as a list gives them, of those joined with `;` only what the law tells apart."""
    joined = postcodes.filter(postcodes.str.contains(";", literal=True).fill_null(False)).unique()
    return postcodes.replace({text: together([text]) for text in joined})


def put_down(session: Session, changes: pl.DataFrame) -> None:
    """Write CHANGES to the people."""
    statement = update(Contact).where(col(Contact.id) == bindparam("person")).values(postcode=bindparam("place"))
    with recounted(session, Contact, changes["contact_id"].to_list()):
        for chunk in changes.select(person="contact_id", place="postcode").iter_slices(_CHUNK):
            session.connection().execute(statement, chunk.to_dicts())
