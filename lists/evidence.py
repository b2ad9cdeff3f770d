"""What a contact list says about contracts and past calls, read on the strict side.

A fact that forbids calls survives an unreadable date; a fact that allows them does not
(dossier 3, point 4: missing or unreadable = the stricter value).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from lists.boxes import POSITIVE
from lists.cells import Cells, Column, Reading
from lists.dates import BETWEEN_CHUNKS, is_negative, read_date, read_dates, without_time
from lists.headers import Field
from lists.problems import found, nothing_found

Said = tuple[dict[str, pl.Series], pl.DataFrame]
"""Columns of the people frame, one entry per row of the file, and the problems of their cells."""


def contracts(cells: Cells, today: date) -> Said:
    """Columns `contract_*`; a contract whose start or end is unreadable, or that starts later, is not stated."""
    column = cells.single(Field.CONTRACT_OBJECT)
    until = cells.single(Field.CONTRACT_UNTIL)
    since = cells.single(Field.CONTRACT_SINCE)
    ends, bad_ends = until.read(_read_end, pl.Date, by=without_time)
    starts, bad_starts = since.read(lambda text: _read_start(text, today), pl.Date, by=without_time)
    readable = ~(until.stated() & ends.is_null()) & ~(since.stated() & starts.is_null())
    named = column.stated() | (~column.filled() & ends.is_not_null())
    plain_yes = column.texts.str.to_lowercase().is_in([*POSITIVE, "en cours"])
    return {
        "contract_stated": named & readable,
        "contract_object": column.texts.set(~column.stated() | plain_yes, None),
        "contract_since": starts,
        "contract_until": ends,
    }, pl.concat([bad_ends, bad_starts])


def _read_end(text: str) -> Reading[date | None]:
    day = read_date(text)
    return Reading(day, "" if day or is_negative(text) else "contract-end-unreadable")


def _read_start(text: str, today: date) -> Reading[date | None]:
    day = read_date(text)
    if day is None:
        return Reading(None, "" if is_negative(text) else "contract-start-unreadable")
    return Reading(None, "contract-start-future") if day > today else Reading(day)


def past_calls(cells: Cells, today: date) -> Said:
    """Column `past_calls`: the days of calls made before, sorted, repeated days kept: each call counts.

    What is no date, or a day to come, is counted as a call of today: it then weighs longest.
    """
    read = [_calls_of(column, today) for column in cells.of(Field.PAST_CALLS)]
    calls = pl.concat(days for days, _ in read) if read else pl.DataFrame(schema={"row": pl.UInt32, "days": pl.Date})
    by_row = calls.sort("row", "days").group_by("row", maintain_order=True).agg("days")
    rows = pl.DataFrame({"row": pl.int_range(len(cells.table.lines), dtype=pl.UInt32, eager=True)})
    filled = rows.join(by_row, on="row", how="left", maintain_order="left")["days"]
    problems = pl.concat([problems for _, problems in read]) if read else nothing_found()
    return {"past_calls": filled.fill_null(pl.Series([[]], dtype=filled.dtype))}, problems


def _calls_of(column: Column, today: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The days that one column lists, as (row, days), and the problems of its cells."""
    listed = pl.DataFrame({"row": pl.int_range(len(column.texts), dtype=pl.UInt32, eager=True), "text": column.texts})
    chunks = (
        listed.filter(column.stated())
        .with_columns(chunk=pl.col("text").str.replace_all(BETWEEN_CHUNKS, "\n").str.split("\n"))
        .explode("chunk")
        .with_columns(chunk=pl.col("chunk").str.strip_chars())
        .filter(pl.col("chunk") != "")
    )
    read = chunks.join(_read_chunks(chunks["chunk"].unique(), today), on="chunk", how="left", maintain_order="left")
    wrong = (
        read.filter((pl.col("unreadable").list.len() > 0) | (pl.col("future").list.len() > 0))
        .group_by("row", maintain_order=True)
        .agg(pl.col("text").first(), pl.col("unreadable").explode(), pl.col("future").explode())
    )
    problems = found(
        "past-call-unreadable",
        lines=column.lines.gather(wrong["row"]),
        column=column.header,
        values=column.written.gather(wrong["row"]),
        detail=wrong.select(
            pl.concat_list(pl.col("unreadable").list.drop_nulls(), pl.col("future").list.drop_nulls()).list.join(", ")
        ).to_series(),
    )
    return read.select("row", "days").explode("days").drop_nulls(), problems


def _read_chunks(chunks: pl.Series, today: date) -> pl.DataFrame:
    """Of each distinct chunk: the days to count, and the words for what was counted as today."""
    days: list[list[date]] = []
    unreadable: list[list[str]] = []
    future: list[list[str]] = []
    for chunk in chunks:
        read, wrong = read_dates(chunk)
        days.append([min(day, today) for day in read] + [today] * len(wrong))
        unreadable.append(list(wrong))
        future.append([day.isoformat() for day in read if day > today])
    words = pl.List(pl.String)
    return pl.DataFrame(
        {"chunk": chunks, "days": days, "unreadable": unreadable, "future": future},
        schema={"chunk": pl.String, "days": pl.List(pl.Date), "unreadable": words, "future": words},
    )
