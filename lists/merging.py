"""What the joined row of one person says: all numbers, and of each evidence the strictest reading.

Kept apart from `persons`, which finds the rows; a change of policy on evidence is made here only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from lists.persons import Join
from lists.problems import Problem, problem

Columns = dict[str, list[Any]]
"""Frame columns before they become a frame: one entry per row, `numbers` and `past_calls` as tuples."""

_FIRST_FILLED = ("external_id", "last_name", "first_name", "postcode", "city")
_CONSENT = ("consent_stated", "consent_on", "consent_notice", "consent_proof", "consent_systems")
_CONTRACT = ("contract_stated", "contract_until", "contract_object")


def merge(columns: Columns, joins: Sequence[Join], lines: Sequence[int], headers: dict[str, str]) -> list[Problem]:
    """Write what each person's rows say together into their first row, in place.

    `headers` gives the file's header of a frame column, for the problems that name one. Returns where
    the rows of one person contradict each other.
    """
    persons: dict[int, list[int]] = defaultdict(list)
    for join in joins:
        persons[join.into].append(join.row)
    problems: list[Problem] = []
    for first, others in persons.items():
        rows = [first, *others]
        problems += _disagreements(columns, rows, lines, headers)
        for name in _FIRST_FILLED:
            columns[name][first] = next((value for row in rows if (value := columns[name][row])), "")
        columns["siret"][first] = _agreed([columns["siret"][row] for row in rows])
        columns["numbers"][first] = _united(columns["numbers"], rows)
        columns["attributes"][first] = _joined_attributes([columns["attributes"][row] for row in rows])
        columns["past_calls"][first] = _all_calls([columns["past_calls"][row] for row in rows])
        _copy(columns, _CONSENT, _best(rows, columns["consent_stated"], _latest(columns["consent_on"])), first)
        _copy(columns, _CONTRACT, _best(rows, columns["contract_stated"], _soonest(columns)), first)
        for said, day in (("refused", "refused_on"), ("objected", "objected_on")):
            columns[said][first], columns[day][first] = _strictest(columns[said], columns[day], rows)
    return problems


def _disagreements(
    columns: Columns, rows: Sequence[int], lines: Sequence[int], headers: dict[str, str]
) -> list[Problem]:
    """Where rows of one person differ in what decides the law: postcode (if both filled), SIRET."""
    first, *others = rows
    found = []
    for row in others:
        for name, code in (("postcode", "postcode-disagrees"), ("siret", "siret-disagrees")):
            here, there = columns[name][row], columns[name][first]
            if here != there and (name == "siret" or (here and there)):
                detail = f"{lines[first]}: {there or '–'}; {lines[row]}: {here or '–'}"
                found.append(problem(code, line=lines[row], column=headers[name], value=here, detail=detail))
    return found


def _agreed(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""


def _united(numbers: Sequence[tuple[str, ...]], rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for row in rows for number in numbers[row]))


def _joined_attributes(several: Sequence[dict[str, str]]) -> dict[str, str]:
    """The earlier row wins where both fill the same column."""
    return {header: text for each in reversed(several) for header, text in each.items()}


def _all_calls(several: Sequence[tuple[date, ...]]) -> tuple[date, ...]:
    """Each day as often as the row that holds it most: an export repeats a history, it does not add to it."""
    days = {day for calls in several for day in calls}
    return tuple(day for day in sorted(days) for _ in range(max(calls.count(day) for calls in several)))


def _best(rows: Sequence[int], stated: Sequence[bool], rank: Callable[[int], date]) -> int:
    """The row with the highest rank among those that state something; the first row if none does."""
    return max((row for row in rows if stated[row]), key=rank, default=rows[0])


def _latest(days: Sequence[date | None]) -> Callable[[int], date]:
    return lambda row: days[row] or date.min


def _soonest(columns: Columns) -> Callable[[int], date]:
    """Ranks the contract that ends first highest; one without an end ends last."""
    ends = columns["contract_until"]
    return lambda row: date.fromordinal(date.max.toordinal() + 1 - (ends[row] or date.max).toordinal())


def _copy(columns: Columns, names: Sequence[str], source: int, target: int) -> None:
    for name in names:
        columns[name][target] = columns[name][source]


def _strictest(said: Sequence[bool], days: Sequence[date | None], rows: Sequence[int]) -> tuple[bool, date | None]:
    """Any prohibition stands; its day is the latest, or unknown as soon as one of them is."""
    known = [days[row] for row in rows if said[row]]
    dated = [day for day in known if day is not None]
    return bool(known), max(dated) if known and len(dated) == len(known) else None
