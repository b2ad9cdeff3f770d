"""Who of a list is on record already: by one of their numbers, or by their customer id.

Kept apart from the storing because here it is decided whose permission a row may bring. A number is one person's: it is
never moved. A customer id means whoever any list of the same source gave it to. What a row says against calling holds
for everybody it touches; what it says in favour goes to one person, and only where nothing speaks against its being
theirs.

=============================================  ========================  ================  ============
the row touches                                its person                permission        more numbers
=============================================  ========================  ================  ============
nobody                                         a new one                 passes            taken
one, of the same name or id in this source     that one                  passes            taken
one, where a name is missing                   that one, who gets the    passes, unless    left out
                                               row's name                rows of other
                                                                         names come too
one, of another name or SIRET                  that one (or, apart,      not passed        left out
                                               a new one)
several, one of them of the same name or id    the one who agrees (who   passes            taken
                                               else does: see
                                               `same_people`)
several, none of whom agrees                   the first (or, apart,     not passed        left out
                                               a new one)
=============================================  ========================  ================  ============
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select
from sqlmodel import Session, col

from dialer.bulk import read_rows_of
from dialer.schema import Contact, CustomerReference, Phone
from lists import Persons
from lists.names import comparable_names

_PHONES = pl.Schema({"number": pl.String, "contact_id": pl.Int64})
_COMPARED = ("last_name", "first_name", "siret", "postcode")
_IDS = pl.Schema({"external_id": pl.String, "contact_id": pl.Int64, "source": pl.String, "theirs_known": pl.Boolean})
_CONTACTS = pl.Schema(
    {
        "contact_id": pl.Int64,
        "last_name": pl.String,
        "first_name": pl.String,
        "siret": pl.String,
        "postcode": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Matches:
    """What the database knows of a list's rows; `row` counts the people of the list from 0.

    `homes`: row, contact_id (null: a new person), passes (the row's permission is theirs), agrees (the same by name
    or id), several (touches more than one person), differs (another name or SIRET), known_postcode: one row per person
    of the list, and whether the row `gives_name` to somebody who has none. `touched`: row, contact_id of everybody on
    record whom the row touches; `ties`: of these, the several who each agree with their row, and so are one person;
    `held`: number, contact_id of the list's numbers that are somebody's already; `ids`: external_id, contact_id that
    are on record for this source.
    """

    homes: pl.DataFrame
    touched: pl.DataFrame
    ties: pl.DataFrame
    held: pl.DataFrame
    ids: pl.DataFrame


def match(
    session: Session,
    people: pl.DataFrame,
    numbers: pl.DataFrame,
    references: pl.DataFrame,
    source: str,
    persons: Persons,
) -> Matches:
    """Find the persons of a list among those on record.

    `people` with `row`; `numbers`: row, number; `references`: row, external_id, theirs (see `lists.references`).
    """
    phones = select(col(Phone.number), col(Phone.contact_id))
    held = read_rows_of(session, phones, col(Phone.number), numbers["number"], _PHONES)
    by_number = numbers.join(held, on="number").select("row", "contact_id")
    ids = select(
        col(CustomerReference.external_id),
        col(CustomerReference.contact_id),
        col(CustomerReference.source),
        col(CustomerReference.theirs),
    )
    known = read_rows_of(session, ids, col(CustomerReference.external_id), references["external_id"], _IDS)
    by_id = references.join(known, on="external_id").select(
        "row",
        "contact_id",
        of_source=(pl.col("source") == source) & pl.lit(bool(source)),
        theirs=pl.col("theirs") & pl.col("theirs_known"),
    )
    contacts = _contacts(session, pl.concat([by_number["contact_id"], by_id["contact_id"]]))
    pairs = _judged(people, contacts, by_number, by_id)
    homes = _homes(people, pairs.filter("may_be"), _free_rows(numbers, held), persons)
    ids_there = known.filter(pl.col("source") == source).select("external_id", "contact_id")
    agreeing = pairs.filter("agrees").filter(pl.len().over("row") > 1)
    touched, ties = (each.select("row", "contact_id") for each in (pairs, agreeing))
    return Matches(homes, touched, ties, held, ids_there)


def _contacts(session: Session, contact_ids: pl.Series) -> pl.DataFrame:
    query = select(
        col(Contact.id), col(Contact.last_name), col(Contact.first_name), col(Contact.siret), col(Contact.postcode)
    )
    return read_rows_of(session, query, col(Contact.id), contact_ids, _CONTACTS)


def _judged(
    people: pl.DataFrame, on_record: pl.DataFrame, by_number: pl.DataFrame, by_id: pl.DataFrame
) -> pl.DataFrame:
    """Every pair of a row and a person whom it touches, with what speaks for and against their being the same.

    `may_be`: not merely somebody whom the id of a row of another name touched before.
    """
    ways = pl.concat(
        [
            by_number.with_columns(shares=True, of_source=False, theirs=False),
            by_id.with_columns(shares=False).select("row", "contact_id", "shares", "of_source", "theirs"),
        ]
    )
    compared = (
        ways.group_by("row", "contact_id")
        .agg(
            pl.col("shares", "of_source").any(),
            same_id=(pl.col("of_source") & pl.col("theirs")).any(),
            some_id=pl.col("theirs").any(),
        )
        .join(people.select("row", *_COMPARED), on="row")
        .join(on_record, on="contact_id", suffix="_known")
    )
    compared = compared.with_columns(
        comparable_names(compared["last_name"], compared["first_name"]).alias("name"),
        comparable_names(compared["last_name_known"], compared["first_name_known"]).alias("name_known"),
    )
    other_name = (pl.col("name") != pl.col("name_known")).fill_null(False)
    other_siret = _contradict("siret", "siret_known")
    same_id = pl.col("same_id")
    may_be = pl.col("shares") | same_id | (pl.col("some_id") & _equal("name") & _equal("postcode"))
    return compared.filter(may_be | pl.col("of_source")).select(
        "row",
        "contact_id",
        may_be=may_be,
        same_id=same_id & ~other_siret,
        agrees=(same_id | _equal("name")) & ~other_siret,
        differs=other_siret | (other_name & ~same_id),
        known_postcode="postcode_known",
        gives_name=pl.col("name").is_not_null() & pl.col("name_known").is_null() & ~other_siret,
    )


def _equal(column: str) -> pl.Expr:
    return (pl.col(column) == pl.col(f"{column}_known")).fill_null(False)


def _contradict(one: str, other: str) -> pl.Expr:
    """Two business ids of different businesses; a SIREN (nine digits) does not contradict a SIRET of its own."""
    begins = pl.col(one).str.starts_with(pl.col(other)) | pl.col(other).str.starts_with(pl.col(one))
    return (~begins).fill_null(False)


def _homes(people: pl.DataFrame, pairs: pl.DataFrame, free: pl.Series, persons: Persons) -> pl.DataFrame:
    best_first = pairs.sort(
        "row", "same_id", "agrees", "differs", "contact_id", descending=[False, True, True, False, False]
    )
    chosen = best_first.group_by("row", maintain_order=True).agg(
        pl.col("contact_id", "agrees", "differs", "known_postcode", "gives_name").first(), several=pl.len() > 1
    )
    if persons is Persons.APART:
        stays_apart = pl.col("differs") & pl.col("row").is_in(free.implode())
        chosen = chosen.with_columns(pl.when(~stays_apart).then("contact_id"))
    known = pl.col("contact_id").is_not_null()
    passes = ~known | pl.when(pl.col("several")).then(pl.col("agrees")).otherwise(~pl.col("differs"))
    return (
        people.select("row")
        .join(_with_several_names(chosen, people), on="row", how="left", maintain_order="left")
        .with_columns(pl.col("agrees", "differs", "several", "several_names", "gives_name").fill_null(False))
        .with_columns(
            passes=passes & ~(known & pl.col("several_names") & ~pl.col("agrees")),
            agrees=pl.col("agrees") | ~known,
            gives_name=pl.col("gives_name") & (pl.col("agrees") | ~pl.col("several")),
        )
        .drop("several_names")
    )


def _with_several_names(chosen: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """`several_names`: rows of more than one name are this person's. Names of whoever is new are not looked at: those
    of a million rows take more memory than all else that a list brings."""
    named = chosen.join(people.select("row", "last_name", "first_name"), on="row", maintain_order="left")
    names = comparable_names(named["last_name"], named["first_name"])
    several = pl.col("name").drop_nulls().n_unique().over("contact_id") > 1
    return named.with_columns(name=names).with_columns(several_names=several).drop("name", "last_name", "first_name")


def _free_rows(numbers: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """Rows that bring a number nobody has yet."""
    return numbers.join(held, on="number", how="anti")["row"].unique()
