"""Rows that have not the shape of their header, in words: rejected, never shifted into other columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import polars as pl

from lists.problems import Severity, found, nothing_found
from lists.rows import Rows

_SPREAD = pl.Schema({"first": pl.Int64, "last": pl.Int64})


def misshapen(rows: Rows, first_line: int, headers: Sequence[str]) -> pl.DataFrame:
    """The problems of a block that begins at `first_line`, column-wise (see `lists.problems`)."""
    problems = [nothing_found(), *_wrong_length(rows.misfits, first_line, headers)]
    if rows.broken:
        problems.append(_broken(pl.Series(rows.broken, dtype=pl.Int64) + first_line))
    if rows.spread:
        problems.append(_spread(pl.DataFrame(rows.spread, _SPREAD, orient="row") + first_line))
    return pl.concat(problems)


def _wrong_length(misfits: pl.DataFrame, first_line: int, headers: Sequence[str]) -> list[pl.DataFrame]:
    expected = len(headers)
    problems = []
    for code, which in (("row-short", pl.col("fields") < expected), ("row-long", pl.col("fields") > expected)):
        rows = misfits.filter(which)
        if len(rows):
            counted = rows["fields"].cast(pl.String)
            places = rows["fields"].clip(upper_bound=expected) - 1
            problems.append(
                found(
                    code,
                    lines=rows["line"] + first_line,
                    column=pl.Series(headers, dtype=pl.String).gather(places),
                    values=rows["value"],
                    severity=Severity.REJECTED,
                    detail=counted + f" fields, {expected} expected",
                    detail_fr=counted + f" champs au lieu de {expected}",
                )
            )
    return problems


def _broken(lines: pl.Series) -> pl.DataFrame:
    limit = csv.field_size_limit()
    return found(
        "row-quoting",
        lines=lines,
        column="",
        values="",
        severity=Severity.REJECTED,
        detail=f"no field may pass {limit} characters",
        detail_fr=f"un champ ne dépasse pas {limit} caractères",
    )


def _spread(spans: pl.DataFrame) -> pl.DataFrame:
    """Exact reading makes one row of these lines; a stray quote would look the same, so nobody is lost unsaid."""
    first, last = spans["first"].cast(pl.String), spans["last"].cast(pl.String)
    return found(
        "row-quoting",
        lines=spans["first"],
        column="",
        values="",
        detail="lines " + first + " to " + last + " are read as one row, though each looks like a whole one",
        detail_fr="les lignes "
        + first
        + " à "
        + last
        + " sont lues comme une seule, alors que chacune semble complète",
    )
