"""Files of what limits calls, read on the strict side: what was said survives an unreadable date.

Kept apart from `evidence`, which reads the same things from columns of a contact list.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from lists import evidence
from lists.boxes import POSITIVE
from lists.call_times import call_times
from lists.cells import Cells, Column, Reading
from lists.contact_headers import CONTACTS
from lists.dates import NEGATIVE, read_date, without_time
from lists.evidence import Said
from lists.evidence_permits import refuse
from lists.fields import Field
from lists.problems import found, nothing_found

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
_TICKED, _NOT_TICKED = POSITIVE, NEGATIVE | {""}
_DAY_OF_UTC = r"^(.{10}).*Z$"


def is_box(column: Column) -> bool:
    """Whether a column that may hold days holds ticks, so that an empty cell of it says nothing.

    Under the name of a box (`Do not call`) one yes or no shows it; under that of a day (`Opposition`), a yes among no
    days: where days stand, an objection without one is an objection.
    """
    words = column.texts.str.to_lowercase()
    named = CONTACTS.field_of(column.header)
    if named is Field.OBJECTED:
        return words.is_in(list(_TICKED | _NOT_TICKED - {""})).any()
    if named not in (Field.OBJECTED_ON, Field.REFUSED_ON) or not words.is_in(list(_TICKED)).any():
        return False
    return bool(words.is_in(list(_TICKED | _NOT_TICKED)).all())


def not_ticked(cells: Cells) -> tuple[pl.Series, pl.DataFrame]:
    """The lines of rows that say nothing, because their box is not ticked and no kind is stated; and how many."""
    column, kind = cells.single(Field.SAID_ON), cells.single(Field.KIND)
    if not is_box(column):
        return column.lines.clear(), nothing_found()
    unsaid = column.texts.str.to_lowercase().is_in(list(_NOT_TICKED)) & ~kind.filled()
    count = str(unsaid.sum())
    told = found(
        "boxes-not-ticked",
        lines=cells.table.header_line,
        column=column.header,
        values="",
        detail=count,
        detail_fr=count,
    )
    return column.lines.filter(unsaid), told if unsaid.any() else nothing_found()


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

    `made_at`, parallel to it: the instant as text, where the row tells one call and its time of day; else empty. Where
    its offset is written, both are by the clock of UTC.
    """
    said, problems = evidence.past_calls(cells, today)
    column, days = cells.of(Field.PAST_CALLS)[0], said["past_calls"]
    dated = days.list.len() > 0
    no_call = column.filled() & ~column.stated()
    counted = pl.select(pl.when(dated | no_call).then(days).otherwise(pl.lit([today], pl.List(pl.Date)))).to_series()
    undated = column.warn("past-call-unreadable", ~dated & ~no_call, today.isoformat())
    at = _instants(cells, counted).set(column.lines.is_in(problems["line"].implode()), "")
    utc_day = pl.col("at").str.extract(_DAY_OF_UTC).str.to_date("%Y-%m-%d", strict=False)
    told = pl.DataFrame({"days": counted, "at": at}).select(
        made_on=pl.when(utc_day.is_null()).then("days").otherwise(pl.concat_list(utc_day)),
        made_at=pl.when(pl.col("at") != "")
        .then(pl.concat_list("at"))
        .otherwise(pl.lit("").repeat_by(pl.col("days").list.len())),
    )
    return told.to_dict(), pl.concat([problems, undated, refuse(column, "nothing-said", ~dated & no_call)])


def _instants(cells: Cells, days: pl.Series) -> pl.Series:
    """Per row the instant of its one call; empty where it tells several, or none."""
    columns = cells.of(Field.PAST_CALLS)
    if len(columns) > 1:
        return pl.Series([""]).new_from_index(0, len(days))
    texts = columns[0].texts
    written = replace(columns[0], texts=texts.str.replace(_OFFSET, "${1}"))
    on_its_clock, _ = written.read(lambda text: Reading(read_date(text)), pl.Date, by=without_time)
    return call_times(texts, on_its_clock.set(days.list.len() != 1, None))


def _said_on(column: Column, today: date) -> tuple[pl.Series, pl.DataFrame]:
    box = is_box(column)

    def read(text: str) -> Reading[date | None]:
        if text.casefold() in (_TICKED | _NOT_TICKED if box else NEGATIVE):
            return Reading(None)
        day = read_date(text)
        return Reading(None, "said-date-unreadable") if day is None or day > today else Reading(day)

    if not column.header:
        return pl.Series([None], dtype=pl.Date).new_from_index(0, len(column.texts)), nothing_found()
    days, problems = column.read(read, pl.Date, by=without_time)
    if box:
        return days, problems
    return days, pl.concat([problems, refuse(column, "nothing-said", column.filled() & ~column.stated())])


def _read_kind(text: str) -> Reading[str]:
    kind = _KIND_OF.get(text.casefold())
    return Reading(kind or OBJECTION, "" if kind else "kind-unknown")
