"""What only the database could tell about a list's rows: persons known under another name, numbers that are taken."""

from __future__ import annotations

import polars as pl

from dialer.matching import Matches
from lists import ContactList, ListReport
from lists.number_lines import NumberLines
from lists.problems import found, nothing_found


def remarks(
    people: pl.DataFrame, numbers: pl.DataFrame, matches: Matches, opposed: pl.DataFrame, read: ContactList
) -> pl.DataFrame:
    """Problems for the report, in the form of `lists.problems`; `opposed`: line, number, list.

    What is said of a number is said where it stands first in the file.
    """
    touched = matches.homes.join(matches.touched, on="row", how="semi")
    rows = touched.join(people.select("row", "line", number=pl.col("numbers").list.first()), on="row")
    known = rows.filter(~pl.col("new"))
    undecided = known.filter(pl.col("several") & ~pl.col("agrees"))
    another = known.filter(~pl.col("several") & pl.col("differs"))
    named = numbers.join(rows.drop("number"), on="row")
    left_out = named.join(matches.held, on="number", how="anti").filter(~pl.col("agrees"))
    taken = named.join(undecided, on="row", how="anti").join(matches.held, on="number", suffix="_holder")
    taken = taken.filter(pl.col("contact_id") != pl.col("contact_id_holder"))
    again = known.with_columns(detail=pl.col("line").min().over("contact_id"))
    again = again.filter(pl.col("line") != pl.col("detail"))
    told = {
        "known-as-several": undecided,
        "known-as-another": another,
        "number-not-added": left_out,
        "number-held": taken,
        "known-once": again,
        "opposed": opposed.rename({"list": "detail"}),
    }
    found_at = [_at_numbers(code, about, read.number_lines) for code, about in told.items() if len(about)]
    return pl.concat([nothing_found(), *found_at, _places_differ(people, known, read.report)])


def _at_numbers(code: str, about: pl.DataFrame, lines: NumberLines) -> pl.DataFrame:
    """A problem for each `number`, at its cell, or at its person's `line` where the file does not hold it."""
    detail = pl.col("detail").cast(pl.String) if "detail" in about.columns else pl.lit("")
    cells = about.select("number", "line", detail=detail).join(
        lines.of(about["number"]), on="number", how="left", suffix="_of_cell", maintain_order="left"
    )
    at = cells.select(pl.coalesce("line_of_cell", "line"), pl.col("column").fill_null(""))
    return found(code, lines=at["line_of_cell"], column=at["column"], values=cells["number"], detail=cells["detail"])


def _places_differ(people: pl.DataFrame, known: pl.DataFrame, report: ListReport) -> pl.DataFrame:
    """Rows of people who are known with another postcode, as `lists.join_problems` tells it of rows of one file."""
    said = known.join(people.select("row", "postcode"), on="row").drop_nulls(["postcode", "known_postcode"])
    there = pl.col("known_postcode").str.split(";").list.contains(pl.col("postcode"))
    other = said.filter(~there).sort("line")
    here = pl.format("{}: {}", "line", "postcode")
    return found(
        "postcode-disagrees",
        lines=other["line"],
        column=_header(report, "postcode"),
        values=other["postcode"],
        detail=other.select(pl.format("on record: {}; {}", "known_postcode", here)).to_series(),
        detail_fr=other.select(pl.format("déjà enregistré : {} ; {}", "known_postcode", here)).to_series(),
    )


def contracts_of_nobody(people: pl.DataFrame, report: ListReport) -> pl.DataFrame:
    """One problem for the whole list whose contracts are with an advertiser who was not named."""
    stated = people.filter("contract_stated").sort("line")
    if stated.is_empty():
        return nothing_found()
    first, told = stated.head(1), f"{len(stated)}"
    return found(
        "contract-without-advertiser",
        lines=first["line"],
        column=_header(report, "contract_object"),
        values=first["contract_object"].fill_null(""),
        detail=told,
    )


def _header(report: ListReport, field: str) -> str:
    """The header of the column that was taken for this field; nothing where there is none."""
    return next((header for header, taken_for in report.columns.items() if taken_for == field), "")
