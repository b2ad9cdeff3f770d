"""From the rows of a file to its people: who is whom, whose number is whose, and what they say together.

Kept apart from `reading`, which reads cells, and from `persons` and `merging`, which know nothing of rows
that are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from lists.attributes import attributes
from lists.cells import Cells
from lists.fields import Field
from lists.frame import PEOPLE
from lists.join_problems import contradictions, share_problems
from lists.left_out import left_out
from lists.merging import NUMBERS, merge
from lists.number_lines import NumberLines
from lists.persons import Grouping, Persons, find_persons
from lists.problems import Severity, found
from lists.references import references_of

_IDENTITY = ("external_id", "last_name", "first_name", "postcode", "numbers")


@dataclass(frozen=True, slots=True)
class Joined:
    """People as in `lists.frame`; the problems; and Boolean per row of the file, why it is left out.

    `barred`: it is open whether its person or a holder of their number objects; `numberless`: no number at all.
    `references`: see `lists.references`; `left_out`: what these rows limit all the same, see `lists.left_out`.
    """

    people: pl.DataFrame
    references: pl.DataFrame
    left_out: pl.DataFrame
    number_lines: NumberLines
    barred: pl.Series
    numberless: pl.Series
    problems: pl.DataFrame


def join_rows(cells: Cells, rows: dict[str, pl.Series], persons: Persons, unclear: pl.Series, bad: pl.Series) -> Joined:
    """One row per person who has a number and is not among the `unclear` (Boolean per row), in file order.

    `rows` are the columns of the people frame but `attributes`, and `columns` of `lists.number_rows`, one
    entry per row of the file; it is emptied on the way, since a million rows should not lie in memory twice.
    `bad`: places of the rows with a number that is none.
    """
    grouping = find_persons(pl.DataFrame({name: rows[name] for name in _IDENTITY}), persons)
    barred = _barred(grouping, unclear)
    numberless = ~_in_any_row(grouping.first, rows["numbers"].list.len() > 0) & ~barred
    accepted = ~barred & ~numberless
    with_bad = pl.repeat(False, len(accepted), eager=True).scatter(bad.unique(), True)
    limiting_still = left_out(cells, rows, ~accepted, _in_any_row(grouping.first, unclear), misread=accepted & with_bad)
    joins = grouping.joins.filter(accepted.gather(grouping.joins["row"]))
    problems = share_problems(cells, rows, joins, grouping.taken)
    headers = tuple(column.header for column in cells.of(Field.NUMBER))
    number_lines = NumberLines(rows["line"], rows["numbers"], rows["columns"], headers)
    _leave_numbers(rows, grouping.taken)

    several = pl.concat([joins["into"], grouping.taken["owner"]]).unique().sort()
    members = _members(grouping.first, several)
    limiting = pl.concat([members, grouping.taken.select(person="owner", row="row")]).unique().sort("person", "row")
    together, dropped = merge(_gathered(rows, members), gathered := _gathered(rows, limiting))
    references = references_of(rows["external_id"], grouping.first, accepted, gathered, members)
    problems = pl.concat([problems, contradictions(cells, rows, members, dropped)])

    index = _index(grouping.first, accepted, several)
    people = {"attributes": attributes(cells, members, index)}
    for name in [name for name in PEOPLE if name in rows]:
        people[name] = pl.concat([rows.pop(name), together[name]], rechunk=True).gather(index)
    frame = pl.DataFrame(people).select(PEOPLE.names())
    elsewhere = found(
        "objection-unclear-elsewhere",
        lines=cells.table.lines.filter(barred & ~unclear),
        column="",
        values="",
        severity=Severity.REJECTED,
    )
    told = pl.concat([problems, elsewhere])
    return Joined(frame, references, limiting_still, number_lines, barred, numberless, told)


def _members(first: pl.Series, several: pl.Series) -> pl.DataFrame:
    """The rows of these people, as (person, row), sorted by both."""
    places = pl.int_range(len(first), dtype=pl.UInt32, eager=True)
    return (
        pl.DataFrame({"person": first, "row": places})
        .join(several.to_frame("person"), on="person", how="semi")
        .sort("person", "row")
    )


def _gathered(rows: dict[str, pl.Series], members: pl.DataFrame) -> pl.DataFrame:
    return members.with_columns(column.gather(members["row"]).alias(name) for name, column in rows.items())


def _leave_numbers(rows: dict[str, pl.Series], taken: pl.DataFrame) -> None:
    """Take from each row the numbers that are an earlier holder's."""
    if not taken.height:
        return
    losers = taken["row"].unique().sort()
    left = (
        pl.DataFrame({"row": losers} | {name: rows[name].gather(losers) for name in NUMBERS})
        .explode(*NUMBERS)
        .join(taken, left_on=["row", "numbers"], right_on=["row", "number"], how="anti", maintain_order="left")
        .group_by("row", maintain_order=True)
        .agg(*NUMBERS)
    )
    kept = losers.to_frame().join(left, on="row", how="left", maintain_order="left")
    place = pl.int_range(len(rows["numbers"]), dtype=pl.UInt32, eager=True).scatter(
        losers, pl.int_range(len(losers), dtype=pl.UInt32, eager=True) + len(rows["numbers"])
    )
    for name in NUMBERS:
        rows[name] = pl.concat([rows[name], kept[name].fill_null([])], rechunk=True).gather(place)


def _barred(grouping: Grouping, unclear: pl.Series) -> pl.Series:
    """Rows of whoever is unclear, and of those to whom they had to leave a number."""
    people = _in_any_row(grouping.first, unclear)
    owners = grouping.taken["owner"].filter(people.gather(grouping.taken["row"]))
    return _in_any_row(grouping.first, people.scatter(owners, True)) if len(owners) else people


def _in_any_row(first: pl.Series, where: pl.Series) -> pl.Series:
    """Where a row is of somebody of whom it holds in this row or in another."""
    people = np.zeros(len(first), dtype=np.bool_)
    people[first.filter(where).to_numpy()] = True
    return pl.Series(people[first.to_numpy()])


def _index(first: pl.Series, accepted: pl.Series, several: pl.Series) -> pl.Series:
    """For each person the place of their row, or, if they are `several`, that of their joined row after all rows."""
    rows = len(first)
    places = np.arange(rows, dtype=np.uint32)
    leads = accepted.to_numpy() & (first.to_numpy() == places)
    places[several.to_numpy()] = rows + np.arange(len(several), dtype=np.uint32)
    return pl.Series(places[leads])
