"""Rows of one file that are one person: found by customer id or by number, through any chain of both.

Kept apart from `merging`, which decides what the joined row then says. Rows are positions from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from lists.names import comparable_names


class Persons(StrEnum):
    """Whom a shared number joins."""

    BY_NUMBER = "by-number"
    """Everybody who shares it: strict, since the legal cap is then counted for all of them together."""
    APART = "apart"
    """Only who does not differ in name or customer id; the number stays with its first holder."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who is whom.

    `first`: UInt32, for each row the earliest row of its person. `joins`: each row that belongs to an
    earlier one, in row order, as (row, into, by_id, shared): because of this shared id or number.
    `taken`: each number that a row must leave to the earlier holder, as (row, number, owner).
    """

    first: pl.Series
    joins: pl.DataFrame
    taken: pl.DataFrame


def find_persons(rows: pl.DataFrame, persons: Persons) -> Grouping:
    """Group rows with the columns external_id, last_name, first_name, postcode (null: missing) and numbers.

    Only keys that occur twice are walked, so a clean list costs one hashed look at each key. Same name,
    postcode and number are one person whatever their ids; a row that leaves its name or its id blank
    does not differ in it.
    """
    held = _repeated_keys(rows)
    if persons is Persons.BY_NUMBER:
        first = _earliest(rows.height, *_links(held, ["by_id", "key"]))
        return Grouping(first, _joins(held, first), _taken(held, first))
    links = [_links(held.filter("by_id"), ["key"]), *_links_between_equals(held.filter(~pl.col("by_id")), rows)]
    low, high = (np.concatenate(side) for side in zip(*links, strict=True))
    first = _earliest(rows.height, low, high)
    bare = _left_without(rows, first, _taken(held, first))
    first = _earliest(
        rows.height, np.concatenate([low, bare["owner"].to_numpy()]), np.concatenate([high, bare["row"].to_numpy()])
    )
    return Grouping(first, _joins(held, first), _taken(held, first))


def _repeated_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Ids and numbers that several rows hold, as (row, by_id, key), ids first, then in row order."""
    places = pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")
    ids = rows.select(places, pl.lit(True).alias("by_id"), pl.col("external_id").alias("key")).drop_nulls("key")
    numbers = (
        rows.select(places, pl.lit(False).alias("by_id"), pl.col("numbers").alias("key"))
        .filter(pl.col("key").list.len() > 0)
        .explode("key")
    )
    alike = [keys.filter(pl.col("key").hash().is_duplicated()) for keys in (ids, numbers)]
    return pl.concat(keys.filter(pl.col("key").is_duplicated()) for keys in alike)


def _links(held: pl.DataFrame, alike: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Each row that is alike in these columns, with the first row that is."""
    linked = held.select("row", first=pl.col("row").first().over(alike)).filter(pl.col("row") != pl.col("first"))
    return linked["first"].to_numpy(), linked["row"].to_numpy()


def _links_between_equals(held: pl.DataFrame, rows: pl.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """The holders of each number whose names and ids do not differ, or who have name and postcode in common."""
    places = held["row"]
    known = held.with_columns(
        name=comparable_names(rows["last_name"].gather(places), rows["first_name"].gather(places)),
        id=rows["external_id"].gather(places),
        postcode=rows["postcode"].gather(places),
    ).sort("key", "row")
    named = pl.col("name").is_not_null()
    # Who gives no name does not differ from the first who does.
    first_named = pl.col("row") == pl.when(named).then("row").min().over("key")
    cohorts = [
        (known.filter(named), ["key", "name"]),
        (known.filter(first_named.fill_null(False) | ~named), ["key"]),
    ]
    links = [_links(known.filter(named & pl.col("postcode").is_not_null()), ["key", "name", "postcode"])]
    for cohort, alike in cohorts:
        one_id = pl.col("id").drop_nulls().first().over(alike)
        links.append(_links(cohort.filter(pl.col("id").is_null() | (pl.col("id") == one_id)), alike))
    return links


def _earliest(rows: int, low: np.ndarray, high: np.ndarray) -> pl.Series:
    """For each row the earliest of those that the pairs connect it with.

    Each round hooks every root to the lowest root beside it and halves the roots at least every second
    time, so that even one long chain takes few rounds.
    """
    first = np.arange(rows, dtype=np.uint32)
    while True:
        one, other = first[low], first[high]
        if np.array_equal(one, other):
            return pl.Series(first)
        np.minimum.at(first, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(first, first[first]):
            first = first[first]


def _joins(held: pl.DataFrame, first: pl.Series) -> pl.DataFrame:
    """Why each row belongs to its person: an id before a number, an earlier holder before a later one."""
    own = ["by_id", "key", "into"]
    return (
        held.with_columns(into=first.gather(held["row"]), rank=pl.int_range(pl.len(), dtype=pl.UInt32))
        .filter(pl.len().over(own) > 1)
        .with_columns(rank=pl.col("rank").first().over(own), leads=pl.col("row") == pl.col("row").first().over(own))
        .filter(pl.col("row") != pl.col("into"))
        .sort("row", "leads", "rank")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "into", "by_id", shared="key")
    )


def _taken(held: pl.DataFrame, first: pl.Series) -> pl.DataFrame:
    """Each number that a row shares with an earlier row of another person, as (row, number, owner)."""
    return (
        held.filter(~pl.col("by_id"))
        .with_columns(person=first.gather(held.filter(~pl.col("by_id"))["row"]))
        .with_columns(owner=pl.col("person").first().over("key"))
        .filter(pl.col("person") != pl.col("owner"))
        .select("row", "owner", number="key")
    )


def _left_without(rows: pl.DataFrame, first: pl.Series, taken: pl.DataFrame) -> pl.DataFrame:
    """One (row, owner) for each person who would have no number left: the owner of the first one taken."""
    losers = first.gather(taken["row"]).unique()
    numbers = pl.DataFrame({"person": first, "had": rows["numbers"].list.len()})
    had = numbers.filter(pl.col("person").is_in(losers.implode())).group_by("person").agg(pl.col("had").sum())
    lost = taken.with_columns(person=first.gather(taken["row"])).group_by("person", maintain_order=True)
    return (
        lost.agg(pl.col("row").first(), pl.col("owner").first(), lost=pl.len())
        .join(had, on="person")
        .filter(pl.col("had") == pl.col("lost"))
        .select("row", "owner")
    )
