"""Every problem of a file as a CSV that French Excel opens with a double click, harmless there.

Kept apart from `report`, which is small enough to be stored: a list of a million rows may have as many problems.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import polars as pl

from lists.field_wordings import meaning
from lists.fields import Field
from lists.problems import CATALOGUE

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""A spreadsheet takes a cell that starts so for a formula, or may do so once it has stripped it, or made it narrow."""
_COLUMN = "column"
"""The severity of a row that tells what a column was taken for: none."""
_SHOWN = 1_000
"""Characters of a value that are written; a spreadsheet refuses cells of more than 32,767."""


def harmless(cell: str) -> str:
    """The cell as text in any spreadsheet: an apostrophe before what would start a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def harmless_column(cells: pl.Expr) -> pl.Expr:
    """`harmless` for a column of texts."""
    return cells.str.replace(r"^([=+\-@＝＋－＠\t\r\n])", "'${1}")


def write_problems_csv(
    path: Path,
    problems: pl.DataFrame,
    language: Literal["fr", "en"],
    *,
    file: str,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Write all problems of `file`, in its order, replacing `path` whole or not at all. Raises `OSError`.

    Columns: file, line, column, value, severity, code, message, remedy. Separator `;`, UTF-8 with a
    byte-order mark, CRLF. Before the problems a row without line for each of the file's `columns` (header to
    the name of its field), saying what it was taken for.
    """
    detail = "detail_fr" if language == "fr" else "detail"
    table = (
        problems.lazy()
        .join(_wordings(language).lazy(), on="code", how="left")
        .sort("line", "column", "code", maintain_order=True)
        .select(
            pl.lit(file).alias("file"),
            "line",
            "column",
            pl.col("value").str.head(_SHOWN),
            "severity",
            "code",
            pl.when("detailed").then(pl.concat_str("before", detail, "after")).otherwise("before").alias("message"),
            "remedy",
        )
        .collect()
    )
    told = pl.concat([_meanings(columns or {}, language, file, table.schema), table])
    table = told.with_columns(harmless_column(pl.col("file", "column", "value", "message")))
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as target:
            table.write_csv(target, separator=";", include_bom=True, line_terminator="\r\n")
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _meanings(columns: Mapping[str, str], language: Literal["fr", "en"], file: str, schema: pl.Schema) -> pl.DataFrame:
    rows = [
        (file, None, header[:_SHOWN], "", _COLUMN, f"{_COLUMN}-{field}", meaning(Field(field), language), "")
        for header, field in columns.items()
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _wordings(language: Literal["fr", "en"]) -> pl.DataFrame:
    """Per code its message, parted where the detail goes, and its remedy."""
    rows = []
    for code, wording in CATALOGUE.items():
        message, remedy = (
            (wording.message_fr, wording.remedy_fr) if language == "fr" else (wording.message_en, wording.remedy_en)
        )
        before, detailed, after = message.partition("{detail}")
        rows.append((code, before, after, bool(detailed), remedy))
    return pl.DataFrame(rows, schema=["code", "before", "after", "detailed", "remedy"], orient="row")
