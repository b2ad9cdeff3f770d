"""What a manager should know of rows that were joined, or that had to leave a number or a permission.

Kept apart from the joining: these are sentences' parts, looked up in the cells that show it.
"""

from __future__ import annotations

import polars as pl

from lists.cells import Cells
from lists.headers import Field
from lists.problems import Severity, found, nothing_found

_NAMED_LINES = 10
"""Lines that one problem names; a switchboard may be on thousands."""


def share_problems(cells: Cells, rows: dict[str, pl.Series], joins: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Rows that were joined, and numbers that were left to somebody else: see `lists.persons.Grouping`."""
    if joins.is_empty() and taken.is_empty():
        return nothing_found()
    by_number = joins.filter(~pl.col("by_id")).select("row", "into", number="shared")
    return pl.concat(
        [
            _merged_by_id(cells, joins.filter("by_id")),
            _at_number(cells, rows, by_number, "merged-same-number", Severity.MERGED),
            _at_number(cells, rows, taken.rename({"owner": "into"}), "number-shared", Severity.WARNING),
        ]
    )


def contradictions(
    cells: Cells, rows: dict[str, pl.Series], members: pl.DataFrame, dropped: pl.DataFrame
) -> pl.DataFrame:
    """Where the rows of one person (`members`: person, row; sorted) differ, and what was `dropped` for it."""
    if members.is_empty():
        return nothing_found()
    return pl.concat(
        [
            _disagreements(cells, rows, members, Field.POSTCODE, "postcode-disagrees"),
            _disagreements(cells, rows, members, Field.SIRET, "siret-disagrees"),
            _not_shared(cells, members, dropped),
        ]
    )


def _merged_by_id(cells: Cells, joins: pl.DataFrame) -> pl.DataFrame:
    """Names both lines, and the cell of the later one that shows that it is the same person."""
    column = cells.single(Field.EXTERNAL_ID)
    return found(
        "merged-same-id",
        lines=column.lines.gather(joins["row"]),
        column=column.header,
        values=column.texts.gather(joins["row"]),
        severity=Severity.MERGED,
        detail=_line(cells, joins["into"]),
    )


def _at_number(
    cells: Cells, rows: dict[str, pl.Series], shares: pl.DataFrame, code: str, severity: Severity
) -> pl.DataFrame:
    """Names both lines, and the cell of the later one (`row`) that holds the `number` that it has in common."""
    columns = cells.of(Field.NUMBER)
    held = (
        shares.with_columns(held=rows["numbers"].gather(shares["row"]), column=rows["columns"].gather(shares["row"]))
        .explode("held", "column")
        .filter(pl.col("held") == pl.col("number"))
    )
    told = []
    for (place,), part in held.group_by("column", maintain_order=True):
        column = columns[int(place)]
        told.append(
            found(
                code,
                lines=column.lines.gather(part["row"]),
                column=column.header,
                values=column.texts.gather(part["row"]),
                severity=severity,
                detail=_line(cells, part["into"]),
            )
        )
    return pl.concat([nothing_found(), *told])


def _disagreements(
    cells: Cells, rows: dict[str, pl.Series], members: pl.DataFrame, field: Field, code: str
) -> pl.DataFrame:
    """Where rows of one person differ in what decides the law: postcode (if both filled), SIRET."""
    here, there = pl.col("here"), pl.col("there")
    both = here.is_not_null() & there.is_not_null() if field is Field.POSTCODE else pl.lit(True)
    places = members["row"]
    differing = (
        members.with_columns(here=rows[field.value].gather(places), line=cells.table.lines.gather(places))
        .with_columns(there=here.first().over("person"), first=pl.col("line").first().over("person"))
        .filter(here.ne_missing(there) & both)
        .with_columns(detail=pl.format("{}: {}; {}: {}", "first", there.fill_null("–"), "line", here.fill_null("–")))
    )
    header = cells.single(field).header
    return found(
        code, lines=differing["line"], column=header, values=differing["here"].fill_null(""), detail=differing["detail"]
    )


def _not_shared(cells: Cells, members: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    """Names what was dropped and the lines of the person, at the first row that stated it."""
    concerned = members.filter(pl.col("person").is_in(dropped["person"].implode()))
    lines = (
        concerned.with_columns(line=_line(cells, concerned["row"]))
        .group_by("person")
        .agg(
            named=pl.col("line").head(_NAMED_LINES).str.join(", "),
            more=pl.when(pl.len() > _NAMED_LINES).then(pl.lit(" …")).otherwise(pl.lit("")),
        )
        .select("person", lines=pl.col("named") + pl.col("more"))
    )
    told = dropped.join(lines, on="person", how="left", maintain_order="left")
    problems = []
    for permission, french, fields in (
        ("consent", "consentement", (Field.CONSENT_ON, Field.CONSENT_PROOF, Field.CONSENT_NOTICE)),
        ("contract", "contrat", (Field.CONTRACT_OBJECT, Field.CONTRACT_UNTIL)),
    ):
        column = next((column for field in fields if (column := cells.single(field)).header), cells.single(fields[0]))
        these = told.filter(pl.col("permission") == permission)
        problems.append(
            found(
                "permission-not-shared",
                lines=column.lines.gather(these["row"]),
                column=column.header,
                values=column.texts.gather(these["row"]),
                detail=f"{permission}, lines " + these["lines"],
                detail_fr=f"{french}, lignes " + these["lines"],
            )
        )
    return pl.concat(problems)


def _line(cells: Cells, rows: pl.Series) -> pl.Series:
    return cells.table.lines.gather(rows).cast(pl.String)
