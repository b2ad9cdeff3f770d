"""Whom the rows of a file of evidence name: by number, or by the customer's own reference in one CRM."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlmodel import Session, select

from dialer.bulk import read_rows_of
from dialer.schema import Contact, CustomerReference, Phone
from lists.names import comparable_names

_PHONES = pl.Schema({"number": pl.String, "contact_id": pl.Int64, "rank": pl.Int64})
_KNOWN = pl.Schema({"contact_id": pl.Int64, "known_last": pl.String, "known_first": pl.String})
_BY_ID = pl.Schema({"external_id": pl.String, "contact_id": pl.Int64, "theirs": pl.Boolean})
_BY_PERSON = pl.Schema({"contact_id": pl.Int64, "external_id": pl.String, "theirs": pl.Boolean})


@dataclass(frozen=True, slots=True)
class Named:
    """The people of each row, as (row, contact_id): `by_number` those with one of its numbers, `by_id` those of its
    reference, with `theirs` (see `CustomerReference`). A reference means nothing without the CRM that gave it."""

    rows: pl.DataFrame
    by_number: pl.DataFrame
    by_id: pl.DataFrame

    def one_each(self) -> pl.DataFrame:
        """Per row `contact_id`, or the `code` of why what it permits can be given to nobody.

        A row that names numbers is about whoever has them; a reference beside them must agree. One that came with a
        row of another name permits nothing.
        """
        numbered = pl.col("numbers").list.len() > 0
        people = _gathered(self.by_number, "by_number"), _gathered(self.by_id.filter("theirs"), "by_id")
        rows = self.rows.select("row", "numbers", "external_id")
        for each in people:
            rows = rows.join(each, on="row", how="left", maintain_order="left")
        of_another = pl.col("row").is_in(self.by_id.filter(~pl.col("theirs"))["row"].implode())
        chosen = pl.when(numbered).then(pl.col("by_number")).otherwise(pl.col("by_id")).fill_null([])
        disagree = numbered & (pl.col("by_id").list.len() > 0) & (pl.col("by_id") != pl.col("by_number"))
        code = (
            pl.when(chosen.list.len() == 0)
            .then(pl.when(of_another).then(pl.lit("person-other-name")).otherwise(pl.lit("person-unknown")))
            .when((chosen.list.len() > 1) | disagree)
            .then(pl.lit("person-several"))
        )
        return rows.select("row", code.alias("code"), chosen.list.first().alias("contact_id"))


def named_people(session: Session, rows: pl.DataFrame, source: str) -> Named:
    """Look up the people whom rows name (`row`, `numbers`, `external_id`); references are those of `source`."""
    numbers = rows.select("row", pl.col("numbers").alias("number")).explode("number").drop_nulls()
    phones = read_rows_of(
        session, select(Phone.number, Phone.contact_id, Phone.rank), Phone.number, numbers["number"], _PHONES
    )
    by_number = numbers.join(phones, on="number").select("row", "contact_id").unique()
    ids = rows.select("row", "external_id").drop_nulls() if source else rows.clear().select("row", "external_id")
    of_the_source = select(CustomerReference.external_id, CustomerReference.contact_id, CustomerReference.theirs).where(
        CustomerReference.source == source
    )
    people = read_rows_of(session, of_the_source, CustomerReference.external_id, ids["external_id"], _BY_ID)
    by_id = ids.join(people, on="external_id").select("row", "contact_id", "theirs")
    return Named(rows, by_number, by_id)


def known_otherwise(session: Session, rows: pl.DataFrame, source: str) -> pl.Series:
    """Where a row's `contact_id` is known by other references of this source only, or by another name and no reference
    agrees: the number may have passed to somebody else."""
    contacts = select(Contact.id, Contact.last_name, Contact.first_name)
    people = read_rows_of(session, contacts, Contact.id, rows["contact_id"], _KNOWN)
    known = rows.select("contact_id").join(people, on="contact_id", how="left", maintain_order="left")
    names = (
        comparable_names(rows["last_name"], rows["first_name"]),
        comparable_names(known["known_last"], known["known_first"]),
    )
    other_name = (names[0] != names[1]).fill_null(value=False)
    same_id, other_id = _by_reference(session, rows.select("contact_id", "external_id"), source)
    return other_id | (other_name & ~same_id)


def _by_reference(session: Session, rows: pl.DataFrame, source: str) -> tuple[pl.Series, pl.Series]:
    """Where the reference of a row is its person's, and where they have others or it is somebody else's."""
    of_the_source = select(CustomerReference.contact_id, CustomerReference.external_id, CustomerReference.theirs).where(
        CustomerReference.source == source, CustomerReference.source != ""
    )
    known = read_rows_of(session, of_the_source, CustomerReference.contact_id, rows["contact_id"], _BY_PERSON)
    has_others = pl.col("contact_id").is_in(known.filter("theirs")["contact_id"].unique().implode())
    told = rows.join(known, on=["contact_id", "external_id"], how="left", maintain_order="left").select(
        same=pl.col("theirs").fill_null(False),
        other=pl.col("external_id").is_not_null() & pl.col("theirs").not_().fill_null(has_others).fill_null(False),
    )
    return told["same"], told["other"]


def numbers_of_people(session: Session, people: pl.Series) -> pl.DataFrame:
    """Every number (`contact_id`, `number`, `rank`) of these contacts."""
    schema = pl.Schema({"contact_id": pl.Int64, "number": pl.String, "rank": pl.Int64})
    return read_rows_of(session, select(Phone.contact_id, Phone.number, Phone.rank), Phone.contact_id, people, schema)


def _gathered(people: pl.DataFrame, name: str) -> pl.DataFrame:
    return people.sort("row", "contact_id").group_by("row", maintain_order=True).agg(pl.col("contact_id").alias(name))
