"""What a contact list says against calling somebody: refusals, objections, and boxes that are ticked or not.

Kept apart from `evidence`: a prohibition may stand in several columns, dated or ticked, and each of them is enough.
A fact that forbids calls survives an unreadable date (dossier 3, point 4: the stricter value).
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import polars as pl

from lists.boxes import Box, allows, forbids, is_unsaid
from lists.cells import Cells, Column, Reading
from lists.consent import withdrawals
from lists.consent_answers import Answer, day_said, read_answer, said_beside_day
from lists.dates import is_negative, read_date, without_time
from lists.evidence import Said
from lists.fields import Field
from lists.problems import Severity, found, nothing_found
from lists.refusal_cells import refusing, refusing_beside_number

_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?!\d)")
"""A cell that begins so is meant to be a day, readable or not: what it dates was said."""


class _Stated(NamedTuple):
    """Where one column forbids calls, since when (null: it cannot be known), where it leaves it open; problems."""

    forbidden: pl.Series
    days: pl.Series
    unclear: pl.Series
    problems: pl.DataFrame


def refusals(cells: Cells, today: date) -> Said:
    """Columns `refused`, `refused_on`."""
    stated = [_dated(column, "refusal-date-unreadable", today) for column in cells.of(Field.REFUSED_ON)]
    forbidden, days = _together(cells, stated)
    return {"refused": forbidden, "refused_on": days}, _problems(stated)


def objections(cells: Cells, today: date) -> tuple[dict[str, pl.Series], pl.Series, pl.DataFrame]:
    """Columns `objected`, `objected_on`; the rows that leave open whether somebody objects; and the problems."""
    stated = [
        *(_dated(column, "objection-date-unreadable", today) for column in cells.of(Field.OBJECTED_ON)),
        *(_ticked(column, today) for column in cells.of(Field.OBJECTED)),
        *(_allowed(column, cells.table.header_line, today) for column in cells.of(Field.CALLS_ALLOWED)),
        *(_taken_back(column, today) for column in cells.of(Field.CONSENT_ON)),
        *(_in_words(column, refusing(column.texts), "status-refuses") for column in cells.of(Field.STATUS)),
        *(
            _in_words(column, refusing_beside_number(column.texts), "refusal-beside-number")
            for column in cells.of(Field.NUMBER)
        ),
    ]
    forbidden, days = _together(cells, stated)
    unclear = _nowhere(cells)
    for each in stated:
        unclear |= each.unclear
    return {"objected": forbidden, "objected_on": days}, unclear, _problems(stated)


def _dated(column: Column, code: str, today: date) -> _Stated:
    """A column of days: whatever is written there but a no forbids."""

    def read(text: str) -> Reading[date | None]:
        if is_negative(text):
            return Reading(None)
        day = read_date(text)
        return Reading(None, code) if day is None or day > today else Reading(day)

    days, problems = column.read(read, pl.Date, by=without_time)
    forbidden = column.stated()
    return _Stated(forbidden, days, forbidden & ~forbidden, problems)


def _ticked(column: Column, today: date) -> _Stated:
    """A column of boxes, some of them with the day instead of a tick."""

    def said(text: str) -> Reading[str]:
        box = Box.YES if _DATE.match(text) else forbids(text, column.header)
        return Reading(box, "objection-unclear" if box is Box.UNCLEAR else "")

    def day_of(text: str) -> Reading[date | None]:
        day = read_date(text)
        if day is None or day > today:
            return Reading(None, "objection-date-unreadable" if _DATE.match(text) else "")
        return Reading(day)

    boxes, unclear = column.read(said, pl.String, by=without_time)
    days, undated = column.read(day_of, pl.Date, by=without_time)
    return _Stated(boxes == Box.YES, days, boxes == Box.UNCLEAR, pl.concat([_rejecting(unclear), undated]))


def _allowed(column: Column, header_line: int, today: date) -> _Stated:
    """A column of boxes of the opposite meaning: a no forbids, a yes or nothing but a day permits nothing."""

    def said(text: str) -> Reading[str]:
        words = said_beside_day(text)
        box = Box.YES if is_unsaid(words) else allows(words)
        if read_answer(text) is Answer.WITHDRAWN:
            box = Box.NO
        return Reading(box, {Box.NO: "calls-not-allowed", Box.UNCLEAR: "objection-unclear", Box.YES: ""}[box])

    boxes, problems = column.read(said, pl.String)
    days, _ = column.read(lambda text: Reading(day_said(text, today)), pl.Date)
    yes = found("calls-allowed-is-no-consent", lines=header_line, column=column.header, values="")
    told = yes if (column.stated() & (boxes == Box.YES)).any() else nothing_found()
    return _Stated(boxes == Box.NO, days, boxes == Box.UNCLEAR, pl.concat([_rejecting(problems), told]))


def _taken_back(column: Column, today: date) -> _Stated:
    """A column of consents: to withdraw one is to object to further calls (C. conso. R.223-3)."""
    forbidden, days, problems = withdrawals(column, today)
    return _Stated(forbidden, days, forbidden & ~forbidden, problems)


def _in_words(column: Column, refused: pl.Series, code: str) -> _Stated:
    """A column that holds words of refusal among others."""
    undated = pl.Series([None], dtype=pl.Date).new_from_index(0, len(refused))
    return _Stated(refused, undated, refused & ~refused, column.warn(code, refused))


def _together(cells: Cells, stated: list[_Stated]) -> tuple[pl.Series, pl.Series]:
    """Any column forbids; the day is the latest, or unknown as soon as one of them is."""
    forbidden, dated = _nowhere(cells), ~_nowhere(cells)
    latest = pl.Series([None], dtype=pl.Date).new_from_index(0, len(forbidden))
    for each in stated:
        forbidden |= each.forbidden
        dated &= each.days.is_not_null() | ~each.forbidden
        latest = pl.select(pl.max_horizontal(latest, each.days)).to_series()
    return forbidden, latest.set(~(forbidden & dated), None)


def _problems(stated: list[_Stated]) -> pl.DataFrame:
    return pl.concat([nothing_found(), *(each.problems for each in stated)])


def _rejecting(problems: pl.DataFrame) -> pl.DataFrame:
    """A row that leaves open whether somebody objects is left out."""
    unclear = pl.col("code") == "objection-unclear"
    return problems.with_columns(severity=pl.when(unclear).then(pl.lit(Severity.REJECTED.value)).otherwise("severity"))


def _nowhere(cells: Cells) -> pl.Series:
    return pl.Series([False]).new_from_index(0, len(cells.table.lines))
