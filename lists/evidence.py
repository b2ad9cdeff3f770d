"""What a file says about calls made before, read on the strict side: in doubt it was a call, and a late one.

Kept apart from what permits calls: a fact that limits them survives an unreadable date
(dossier 3, point 4: missing or unreadable = the stricter value).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl

from lists.cells import Cells, Column, Reading
from lists.dates import BETWEEN_CHUNKS, is_negative, read_dates
from lists.headers import Field
from lists.problems import found, nothing_found
from lists.slot_times import SlotTime, read_slot

_LATEST = timezone(timedelta(hours=4))
"""The clock of Réunion, where a day begins first of all places of which the law has a cap (FR-TERRITORY-PACIFIC)."""
_MANY = 10
"""More calls than any rule lets be made in its days: more of them change nothing."""
Said = tuple[dict[str, pl.Series], pl.DataFrame]
"""Columns of the people frame, one entry per row of the file, and the problems of their cells."""


def past_calls(cells: Cells, today: date) -> Said:
    """Column `past_calls`: the days of calls made before, sorted, repeated days kept: each call counts.

    What is no date, or a day to come, is counted as a call of today: it then weighs longest. An instant whose offset
    is written is of the latest day that it may have been where the consumer is.
    """
    read = [_calls_of(column, today) for column in cells.of(Field.PAST_CALLS)]
    calls = pl.concat(days for days, _ in read) if read else pl.DataFrame(schema={"row": pl.UInt32, "days": pl.Date})
    by_row = calls.sort("row", "days").group_by("row", maintain_order=True).agg("days")
    rows = pl.DataFrame({"row": pl.int_range(len(cells.table.lines), dtype=pl.UInt32, eager=True)})
    filled = rows.join(by_row, on="row", how="left", maintain_order="left")["days"]
    problems = pl.concat([problems for _, problems in read]) if read else nothing_found()
    counted, unclear = _as_often_as_told(cells, filled.fill_null(pl.Series([[]], dtype=filled.dtype)), today)
    return {"past_calls": counted}, pl.concat([problems, unclear])


def _as_often_as_told(cells: Cells, days: pl.Series, today: date) -> tuple[pl.Series, pl.DataFrame]:
    """Calls that a row only counts, on the last day that it tells, or today: whenever it was, that weighs longest."""
    problems = [nothing_found()]
    for column in cells.of(Field.CALL_COUNT):
        counts, unclear = column.read(_read_count, pl.Int64)
        more = counts - days.list.len().cast(pl.Int64)
        undated = (more > 0) & (days.list.len() == 0)
        problems += [unclear, column.warn("past-call-unreadable", undated, today.isoformat())]
        last = pl.col("days").list.max().fill_null(today)
        rows = pl.DataFrame({"days": days, "more": more})
        days = rows.select(pl.concat_list("days", last.repeat_by(pl.col("more").clip(0, _MANY)))).to_series()
    return days, pl.concat(problems)


def _read_count(text: str) -> Reading[int]:
    if is_negative(text):
        return Reading(0)
    whole = re.fullmatch(r"([0-9]{1,9})(?:[.,]0+)?", text)
    return Reading(min(int(whole[1]), _MANY)) if whole else Reading(_MANY, "call-count-unreadable")


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
        at = _instant(chunk)
        read, wrong = ((at.date(),), ()) if at else read_dates(chunk)
        to_come = [day for day in read if day > today]
        made = [day for day in read if day <= today]
        if at and made:
            made = [at.astimezone(_LATEST).date()]
        days.append(made + [today] * (len(to_come) + len(wrong)))
        unreadable.append(list(wrong))
        future.append([day.isoformat() for day in to_come])
    words = pl.List(pl.String)
    return pl.DataFrame(
        {"chunk": chunks, "days": days, "unreadable": unreadable, "future": future},
        schema={"chunk": pl.String, "days": pl.List(pl.Date), "unreadable": words, "future": words},
    )


def _instant(text: str) -> datetime | None:
    """The instant, in UTC, of a text that writes its offset."""
    at, offset = read_slot(text) if ":" in text else SlotTime()
    return (at - offset).replace(tzinfo=UTC) if at and offset is not None else None
