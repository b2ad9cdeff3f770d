"""What only the database could tell about a list's rows: persons known under another name, numbers that are taken."""

from __future__ import annotations

from datetime import date

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
    added = pl.col("postcode").str.split(";").list.set_difference(pl.col("known_postcode").str.split(";"))
    other = said.filter(added.list.len() > 0).sort("line")
    here = pl.format("{}: {}", "line", "postcode")
    return found(
        "postcode-disagrees",
        lines=other["line"],
        column=_header(report, "postcode"),
        values=other["postcode"],
        detail=other.select(pl.format("on record: {}; {}", "known_postcode", here)).to_series(),
        detail_fr=other.select(pl.format("déjà enregistré : {} ; {}", "known_postcode", here)).to_series(),
    )


def idle_contracts(people: pl.DataFrame, report: ListReport, today: date) -> pl.DataFrame:
    """One problem for all running contracts of which no advertiser is named, and one for all without proof."""
    running = people.filter(pl.col("contract_stated") & (pl.col("contract_until") >= today).fill_null(value=True))
    idle = {
        "contract-without-advertiser": pl.all_horizontal(
            pl.col("contract_advertiser_id", "contract_advertiser").is_null()
        ),
        "contract-without-proof": pl.col("contract_proof").is_null(),
    }
    problems = [nothing_found()]
    for code, why in idle.items():
        first = (stated := running.filter(why)).sort("line").head(1)
        problems.append(
            found(
                code,
                lines=first["line"],
                column=_header(report, "contract_object"),
                values=first["contract_object"].fill_null(""),
                detail=f"{len(stated)}",
            )
        )
    return pl.concat(problems)


def ids_without_source(people: pl.DataFrame, read: ContactList) -> pl.DataFrame:
    """What limits calls reaches nobody by a customer id of which it is not said whose it is."""
    by_id = pl.col("external_id").is_not_null() & (pl.col("refused") | pl.col("objected"))
    limiting = pl.concat(
        each.filter(by_id).select("line", "external_id") for each in (people, read.left_out.filter(~pl.col("taken")))
    )
    column = _header(read.report, "external_id")
    return found("reference-without-source", lines=limiting["line"], column=column, values=limiting["external_id"])


def narrowed(people: pl.DataFrame, left_out: pl.DataFrame, narrowing: pl.DataFrame) -> pl.DataFrame:
    """Consents that are nobody's here, or not only their own person's, but limit others: see `list_rows.narrowing`."""
    lines = pl.concat(each.select("row", "line") for each in (people, left_out))
    concerned = lines.join(narrowing, on="row", how="semi")
    return found("consent-still-narrows", lines=concerned["line"], column="", values="")


def limits_shared(people: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Rows that show several people on record to be one, of whom something limits calls: see `dialer.same_people`."""
    tying = people.filter(pl.col("row").is_in(rows.implode()))
    return found("limits-shared", lines=tying["line"], column="", values=tying["numbers"].list.first().fill_null(""))


def _header(report: ListReport, field: str) -> str:
    """The header of the column that was taken for this field; nothing where there is none."""
    return next((header for header, taken_for in report.columns.items() if taken_for == field), "")
