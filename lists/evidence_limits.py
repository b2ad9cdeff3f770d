"""Files of what limits calls, read on the strict side: what was said survives an unreadable date.

Kept apart from `evidence`, which reads the same things from columns of a contact list.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from lists import evidence
from lists.call_times import call_times
from lists.cells import Cells, Column, Reading
from lists.dates import read_date, without_time
from lists.evidence import Said
from lists.evidence_permits import refuse
from lists.fields import Field
from lists.problems import nothing_found

OBJECTION, REFUSAL = "objection", "refusal"
_KINDS = {
    OBJECTION: (
        "", OBJECTION, "opposition", "opposé", "stop", "ne plus appeler", "ne pas appeler", "do not call", "opt-out",
        "retrait", "retrait du consentement", "withdrawal", "withdrawn",
    ),
    REFUSAL: (REFUSAL, "refus", "refusé", "refused", "pas intéressé", "non intéressé", "not interested"),
}  # fmt: skip
"""To withdraw a consent is to object to further calls (C. conso. R.223-3)."""
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_OFFSET = r"(:\d{2}(?:\.\d+)?)\s*(?:Z|[+-]\d{2}:?\d{2})$"
"""What call logs write behind the time of day."""


def objections(cells: Cells, today: date) -> Said:
    """`kind` and `said_on`; a kind that we do not know is an objection, and a date that cannot be read is none."""
    kinds, unknown = cells.single(Field.KIND).read(_read_kind, pl.String)
    days, told = _said_on(cells.single(Field.SAID_ON), today)
    return {"kind": kinds, "said_on": days}, pl.concat([unknown, told])


def opposition(cells: Cells, today: date) -> Said:
    days, told = _said_on(cells.single(Field.SAID_ON), today)
    return {"said_on": days}, told


def past_calls(cells: Cells, today: date) -> Said:
    """`made_on`: the days of calls that a row lists; a call without a day that can be read counts as today's.

    `made_at`, parallel to it: the instant as text, where the row tells one call and its time of day; else empty.
    """
    said, problems = evidence.past_calls(_without_offsets(cells), today)
    column, days = cells.of(Field.PAST_CALLS)[0], said["past_calls"]
    dated = days.list.len() > 0
    no_call = column.filled() & ~column.stated()
    counted = pl.select(pl.when(dated | no_call).then(days).otherwise(pl.lit([today], pl.List(pl.Date)))).to_series()
    undated = column.warn("past-call-unreadable", ~dated & ~no_call, today.isoformat())
    at = _instants(cells, counted).set(column.lines.is_in(problems["line"].implode()), "")
    beside = pl.DataFrame({"days": counted, "at": at}).select(
        pl.when(pl.col("at") != "")
        .then(pl.concat_list("at"))
        .otherwise(pl.lit("").repeat_by(pl.col("days").list.len()))
    )
    return {"made_on": counted, "made_at": beside.to_series()}, pl.concat(
        [problems, undated, refuse(column, "nothing-said", ~dated & no_call)]
    )


def _instants(cells: Cells, days: pl.Series) -> pl.Series:
    """Per row the instant of its one call; empty where it tells several, or none."""
    columns = cells.of(Field.PAST_CALLS)
    if len(columns) > 1:
        return pl.Series([""]).new_from_index(0, len(days))
    alone = pl.when(days.list.len() == 1).then(days.list.first())
    return call_times(columns[0].texts, pl.select(alone).to_series())


def _without_offsets(cells: Cells) -> Cells:
    places = [str(place) for place, field in enumerate(cells.fields) if field is Field.PAST_CALLS]
    plain = cells.table.frame.with_columns(pl.col(places).str.replace(_OFFSET, "${1}"))
    return replace(cells, table=replace(cells.table, frame=plain))


def _said_on(column: Column, today: date) -> tuple[pl.Series, pl.DataFrame]:
    def read(text: str) -> Reading[date | None]:
        day = read_date(text)
        return Reading(None, "said-date-unreadable") if day is None or day > today else Reading(day)

    if not column.header:
        return pl.Series([None], dtype=pl.Date).new_from_index(0, len(column.texts)), nothing_found()
    days, problems = column.read(read, pl.Date, by=without_time)
    return days, pl.concat([problems, refuse(column, "nothing-said", column.filled() & ~column.stated())])


def _read_kind(text: str) -> Reading[str]:
    kind = _KIND_OF.get(text.casefold())
    return Reading(kind or OBJECTION, "" if kind else "kind-unknown")
