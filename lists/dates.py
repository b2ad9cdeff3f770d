"""Dates as people write them in France: day first, or ISO; never month first.

Kept apart because one guess here (03/04) would silently move a deadline of the law.
"""

from __future__ import annotations

import re
from datetime import date

import polars as pl

_TIME = r"(?:[T ]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _TIME)
_DAY_FIRST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_DAY_AND_TIME = r"^([0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4})[T ]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?$"
BETWEEN_CHUNKS = r"[,;|\n]"
"""What surely parts two dates of one cell."""
_BETWEEN_DATES = re.compile(r"\s+(?!\d{1,2}[:h]\d)")
"""White space that does not lead to a time of day."""
_OLDEST_YEAR = 1990
"""An earlier year in evidence is a typing error: it would make a recent refusal look ancient."""
_SHORT_YEARS = 30
"""From here on a spreadsheet takes two digits for a year of the last century, so that nobody knows which was meant."""

NEGATIVE = frozenset({"non", "no", "n", "0", "false", "faux", "aucun", "aucune", "néant", "none", "-", "n/a"})
"""Written in a cell, these state that there is nothing: no refusal, no contract, no consent."""


def read_date(text: str) -> date | None:
    """The day written in `text` (a time of day is ignored), or None when it is not one of ours.

    Reads yyyy-mm-dd, dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy and their two-digit years up to 29, taken as 20yy.
    """
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    elif written := _DAY_FIRST.fullmatch(text):
        day, month, year = int(written[1]), int(written[3]), int(written[4])
        year += 2000 if year < _SHORT_YEARS else 0
    else:
        return None
    if year < _OLDEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_dates(text: str) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """The days listed in one cell, and the pieces that are no date."""
    days: list[date] = []
    unreadable: list[str] = []
    chunks = (chunk.strip() for chunk in re.split(BETWEEN_CHUNKS, text))
    for piece in (piece for chunk in chunks for piece in _BETWEEN_DATES.split(chunk)):
        day = read_date(piece)
        if day is not None:
            days.append(day)
        elif piece:
            unreadable.append(piece)
    return tuple(days), tuple(unreadable)


def without_time(texts: pl.Series) -> pl.Series:
    """Cut the time of day off each text that ends in one: `read_date` says the same of what is left.

    A column of a million instants has few distinct days.
    """
    return texts.str.replace(_DAY_AND_TIME, "${1}")


def is_negative(text: str) -> bool:
    """True for an empty cell and for one that says no."""
    return not text or text.casefold() in NEGATIVE
