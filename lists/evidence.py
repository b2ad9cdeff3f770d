"""What a file says about contracts, refusals, objections and past calls, read on the strict side.

A fact that forbids calls survives an unreadable date; a fact that allows them does not
(dossier 3, point 4: missing or unreadable = the stricter value).
"""

from __future__ import annotations

from datetime import date

from lists.cells import Cells, Reading
from lists.dates import is_negative, read_date, read_dates
from lists.headers import Field
from lists.problems import Problem

_YES = frozenset({"oui", "o", "yes", "y", "1", "true", "vrai", "x", "en cours"})

Columns = dict[str, list[object]]


def contracts(cells: Cells) -> tuple[Columns, list[Problem]]:
    """Frame columns `contract_*`; a contract whose end is unreadable is not stated: it would never end."""
    objects = cells.single(Field.CONTRACT_OBJECT).texts()
    ends, problems = cells.single(Field.CONTRACT_UNTIL).read(_read_end)
    stated: list[object] = []
    for text, (end, readable) in zip(objects, ends, strict=True):
        named = not is_negative(text) or (not text and end is not None)
        stated.append(named and readable)
    return {
        "contract_object": ["" if is_negative(text) or text.casefold() in _YES else text for text in objects],
        "contract_until": [end for end, _ in ends],
        "contract_stated": stated,
    }, problems


def _read_end(text: str) -> Reading[tuple[date | None, bool]]:
    if is_negative(text):
        return Reading((None, True))
    day = read_date(text)
    return Reading((day, day is not None), "" if day else "contract-end-unreadable")


def refusals(cells: Cells, today: date) -> tuple[Columns, list[Problem]]:
    return _prohibition(cells, Field.REFUSED_ON, "refused", "refusal-date-unreadable", today)


def objections(cells: Cells, today: date) -> tuple[Columns, list[Problem]]:
    return _prohibition(cells, Field.OBJECTED_ON, "objected", "objection-date-unreadable", today)


def _prohibition(cells: Cells, field: Field, name: str, code: str, today: date) -> tuple[Columns, list[Problem]]:
    def read(text: str) -> Reading[tuple[bool, date | None]]:
        if is_negative(text):
            return Reading((False, None))
        day = read_date(text)
        if day is None or day > today:
            return Reading((True, None), code)
        return Reading((True, day))

    readings, problems = cells.single(field).read(read)
    return {name: [said for said, _ in readings], f"{name}_on": [day for _, day in readings]}, problems


def past_calls(cells: Cells, today: date) -> tuple[list[tuple[date, ...]], list[Problem]]:
    """The days on which calls were made before, sorted, repeated days kept: each call counts.

    What is no date, or a day to come, is counted as a call of today: it then weighs longest.
    """

    def read(text: str) -> Reading[tuple[date, ...]]:
        if is_negative(text):
            return Reading(())
        days, unreadable = read_dates(text)
        future = [day for day in days if day > today]
        wrong = [*unreadable, *(day.isoformat() for day in future)]
        known = [day for day in days if day <= today]
        calls = tuple(sorted([*known, *(today for _ in wrong)]))
        return Reading(calls, "past-call-unreadable" if wrong else "", ", ".join(wrong))

    calls: list[tuple[date, ...]] = [()] * len(cells.table.lines)
    problems: list[Problem] = []
    for column in cells.of(Field.PAST_CALLS):
        days, wrong = column.read(read)
        calls = [tuple(sorted((*before, *more))) for before, more in zip(calls, days, strict=True)]
        problems += wrong
    return calls, problems
