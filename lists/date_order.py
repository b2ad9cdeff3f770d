"""Whether a file writes its dates month first, and what then becomes of those that read both ways.

Kept apart from `dates`, which reads one cell at a time: that 05/23/2026 stands in a column is what makes the
12/09/2025 beside it doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from lists.cells import Cells
from lists.fields import Field
from lists.problems import found, nothing_found

_PERMITS = frozenset(
    {
        Field.CONSENT_ON, Field.CONSENT_UNTIL, Field.CONTRACT_SINCE, Field.CONTRACT_UNTIL, Field.REQUESTED_ON,
        Field.SLOT_AT, Field.UPLOADED_ON, Field.RETURNED_ON,
    }
)  # fmt: skip
_LIMITS = frozenset(
    {
        Field.REFUSED_ON, Field.OBJECTED_ON, Field.OBJECTED, Field.CALLS_ALLOWED, Field.SAID_ON, Field.WITHDRAWN_ON,
        Field.PAST_CALLS,
    }
)  # fmt: skip
_KEPT = frozenset({Field.ATTRIBUTE, Field.IGNORED, Field.REMARK, Field.STATUS})
_BEFORE, _BETWEEN, _YEAR = r"(?:^|[^0-9/.\-])", r"[/.\-]", r"[/.\-](?:[0-9]{4}|[0-9]{2})(?:[^0-9]|$)"
_MONTH, _NO_MONTH = "(?:0?[1-9]|1[0-2])", "(?:1[3-9]|2[0-9]|3[01])"
_MONTH_FIRST = _BEFORE + _MONTH + _BETWEEN + _NO_MONTH + _YEAR
_DAY_FIRST = _BEFORE + _NO_MONTH + _BETWEEN + _MONTH + _YEAR
_KEPT_MONTH_FIRST = rf"^{_MONTH}[/\-]{_NO_MONTH}[/\-](?:[0-9]{{4}}|[0-9]{{2}})(?:[ ,T]|$)"
"""In columns that are only kept, which may hold anything: a cell that is a date or begins with one."""
_BOTH_WAYS = re.compile(rf"(?<![\d/.\-])({_MONTH})([/.\-])({_MONTH})\2(\d{{4}}|\d{{2}})(?!\d)")
_NO_DATE = "? "
"""Before a cell, it makes a text that no reader of dates takes for one."""


def settle_dates(cells: Cells) -> tuple[Cells, pl.DataFrame]:
    """The cells with their doubtful dates made unreadable or, where they limit calls, the later day; problems.

    Doubtful is each date that reads both ways, in a column that writes one month first, and in every column that
    does not show by a date of its own that it writes the day first, once another column writes the month first,
    though it is only kept (a day of birth, say).
    """
    frame = cells.table.frame
    dated = [place for place, field in enumerate(cells.fields) if field in _PERMITS | _LIMITS]
    month_first = [place for place in dated if frame[str(place)].str.contains(_MONTH_FIRST).any()]
    kept = [place for place, field in enumerate(cells.fields) if field in _KEPT] if dated else []
    seen = _first_seen(frame, month_first, _MONTH_FIRST) or _first_seen(frame, kept, _KEPT_MONTH_FIRST)
    if seen is None:
        return cells, nothing_found()
    line, cell = cells.table.lines[seen[0]], seen[1]
    read: dict[str, pl.Series] = {}
    problems = [nothing_found()]
    for place in dated:
        texts = frame[str(place)]
        if place not in month_first and texts.str.contains(_DAY_FIRST).any():
            continue
        settled = _settled(texts, limiting=cells.fields[place] in _LIMITS)
        doubtful = settled != texts
        if doubtful.any():
            read[str(place)] = settled
            first = doubtful.arg_max() or 0
            problems.append(
                found(
                    "dates-month-first",
                    lines=cells.table.lines[first],
                    column=cells.table.headers[place],
                    values=texts[first],
                    detail=f"line {line}: {cell}; doubtful: {doubtful.sum()}",
                    detail_fr=f"ligne {line} : {cell} ; douteuses : {doubtful.sum()}",
                )
            )
    settled_table = replace(cells.table, frame=frame.with_columns(**read))
    return replace(cells, table=settled_table, written={name: frame[name] for name in read}), pl.concat(problems)


def _first_seen(frame: pl.DataFrame, places: Sequence[int], pattern: str) -> tuple[int, str] | None:
    """The first row of these columns of which a cell writes a date so, and the cell."""
    for place in places:
        shown = frame[str(place)].str.contains(pattern)
        if shown.any():
            row = shown.arg_max() or 0
            return row, frame[str(place)][row]
    return None


def _settled(texts: pl.Series, *, limiting: bool) -> pl.Series:
    distinct = texts.unique()
    told = [_BOTH_WAYS.sub(_later, text) if limiting else _unreadable(text) for text in distinct]
    return texts.replace_strict(distinct, pl.Series(told, dtype=pl.String), return_dtype=pl.String)


def _unreadable(text: str) -> str:
    return _NO_DATE + text if any(_differs(written) for written in _BOTH_WAYS.finditer(text)) else text


def _later(written: re.Match[str]) -> str:
    """The later of both readings, in ISO."""
    if not _differs(written):
        return written[0]
    one, other, year = int(written[1]), int(written[3]), int(written[4])
    year += 2000 if len(written[4]) == 2 else 0
    return max(date(year, one, other), date(year, other, one)).isoformat()


def _differs(written: re.Match[str]) -> bool:
    return int(written[1]) != int(written[3])
