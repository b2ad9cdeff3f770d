"""Words of refusal beside the number in a file that permits or counts calls: the row is an objection before all else.

Kept apart from the readers of each kind of evidence, because it holds for all of them alike.
"""

from __future__ import annotations

import polars as pl

from lists.cells import Cells
from lists.evidence_limits import OBJECTION
from lists.fields import Field
from lists.opposition_numbers import written_numbers
from lists.problems import Severity, found, nothing_found
from lists.refusal_cells import numbers_alone, refusing_beside_number


def nobody_opposed() -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.Int64})


def refused_beside_numbers(cells: Cells, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which rows refuse, as rows of a file of objections, without a date and toward everybody; and the remarks.

    `rows` name people by `numbers`, `external_id`, `last_name`, `first_name`. The numbers are here as they are
    written, callable or not; a row that names nobody is left out, and rejected as without effect.
    """
    columns = cells.of(Field.NUMBER)
    masks = [refusing_beside_number(column.texts) for column in columns]
    if not any(mask.any() for mask in masks):
        return nobody_opposed(), nothing_found()
    refused = pl.any_horizontal(pl.lit(value=False), *masks)
    numbers, _ = written_numbers([(each.header, numbers_alone(each.texts)) for each in columns], len(rows))
    told = (
        rows.select("line", "external_id", "last_name", "first_name", numbers.alias("numbers"))
        .filter(refused)
        .with_columns(advertiser=pl.lit(""), kind=pl.lit(OBJECTION), said_on=pl.lit(None, pl.Date))
    )
    names_somebody = (pl.col("numbers").list.len() > 0) | pl.col("external_id").is_not_null()
    lost = told.filter(~names_somebody)["line"]
    problems = [column.warn("refusal-beside-number", mask) for column, mask in zip(columns, masks, strict=True)]
    problems.append(found("prohibition-without-effect", lines=lost, column="", values="", severity=Severity.REJECTED))
    return told.filter(names_somebody), pl.concat(problems)
