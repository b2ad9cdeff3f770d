"""What only the database could tell about a list's rows: persons known under another name, numbers that are taken."""

from __future__ import annotations

import polars as pl

from dialer.matching import Matches
from lists import ListReport
from lists.problems import found


def remarks(
    people: pl.DataFrame, numbers: pl.DataFrame, matches: Matches, opposed: pl.DataFrame, report: ListReport
) -> pl.DataFrame:
    """Problems for the report, in the form of `lists.problems`; `opposed`: line, number, list."""
    column = _number_column(report)
    touched = matches.homes.join(matches.touched, on="row", how="semi")
    rows = touched.join(people.select("row", "line", first=pl.col("numbers").list.first()), on="row")
    known = rows.filter(~pl.col("new"))
    undecided = known.filter(pl.col("several") & ~pl.col("agrees"))
    another = known.filter(~pl.col("several") & pl.col("differs"))
    named = numbers.join(rows, on="row")
    left_out = named.join(matches.held, on="number", how="anti").filter(~pl.col("agrees"))
    taken = named.join(undecided, on="row", how="anti").join(matches.held, on="number", suffix="_holder")
    taken = taken.filter(pl.col("contact_id") != pl.col("contact_id_holder"))
    first_lines = known.select("line", "first", first_line=pl.col("line").min().over("contact_id"))
    again = first_lines.filter(pl.col("line") != pl.col("first_line"))
    return pl.concat(
        [
            *(
                found(code, lines=rows["line"], column=column, values=rows[value])
                for code, rows, value in (
                    ("known-as-several", undecided, "first"),
                    ("known-as-another", another, "first"),
                    ("number-not-added", left_out, "number"),
                    ("number-held", taken, "number"),
                )
            ),
            found(
                "known-once",
                lines=again["line"],
                column=column,
                values=again["first"],
                detail=again["first_line"].cast(pl.String),
            ),
            found("opposed", lines=opposed["line"], column=column, values=opposed["number"], detail=opposed["list"]),
        ]
    )


def _number_column(report: ListReport) -> str:
    """The header of the numbers; nothing where several columns hold them."""
    headers = [header for header, field in report.columns.items() if field == "number"]
    return headers[0] if len(headers) == 1 else ""
