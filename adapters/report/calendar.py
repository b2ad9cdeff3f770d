"""The picture of when the law lets whom be called: days down, hours across, on the clock of Paris."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from holidays import country_holidays

from adapters.report.typesetting import Typesetter
from dialer.forecast import OFFICE_ZONE, DayCount, Forecast
from rules.calendars import national_holidays

_USUAL_HOURS = range(8, 21)
"""Always shown, so that the closed lunch hour and the edges of the day are seen to be closed."""
_SHADES = 5

LEFT, TOP = 100, 26
CELL_WIDTH, CELL_HEIGHT, GAP = 36, 26, 3
_WEEK_GAP = 8
_RIGHT = 84


class CellKind(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade` is 1 to 5 for open cells, 0 for others; `count` is what is written in it."""

    kind: CellKind
    x: int
    shade: int
    count: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One day. `note` names a day that is closed throughout; `newly` counts first permitted instants."""

    y: int
    label: str
    note: str
    newly: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Sizes in units of the picture."""

    width: int
    height: int
    middle: int
    right: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def calendar(forecast: Forecast, typesetter: Typesetter) -> Calendar:
    """Every day of the forecast, from the first hour that is open or usual to the last."""
    open_hours = {hour for day in forecast.days for hour, _ in day.by_hour}
    hours = range(min(open_hours | set(_USUAL_HOURS)), max(open_hours | set(_USUAL_HOURS)) + 1)
    most = max((count for day in forecast.days for _, count in day.by_hour), default=1)
    rows, y = [], TOP
    for index, day in enumerate(forecast.days):
        if index and day.day.weekday() == 0:
            y += _WEEK_GAP
        rows.append(_row(day, y, hours, most, forecast.at, typesetter))
        y += CELL_HEIGHT + GAP
    right = _x(hours, hours.stop)
    columns = tuple(Column(_x(hours, hour), typesetter.hour(hour)) for hour in hours)
    return Calendar(right + _RIGHT, y, (LEFT + right) // 2, right, columns, tuple(rows))


def _row(day: DayCount, y: int, hours: range, most: int, at: datetime, typesetter: Typesetter) -> Row:
    counts = dict(day.by_hour)
    cells = tuple(_cell(day.day, hour, counts.get(hour, 0), _x(hours, hour), most, at, typesetter) for hour in hours)
    newly = typesetter.number(day.first_callable) if day.first_callable else ""
    note = "" if day.by_hour else _why_closed(day.day, typesetter)
    return Row(y, typesetter.short_day(day.day), note, newly, cells)


def _cell(day: date, hour: int, count: int, x: int, most: int, at: datetime, typesetter: Typesetter) -> Cell:
    named = {"day": typesetter.day(day), "hour": typesetter.hour(hour)}
    if count:
        title = typesetter.text("open-cell", contacts=typesetter.counted(count, "contact"), **named)
        return Cell(CellKind.OPEN, x, _shade(count, most), _short(count, typesetter), title)
    if datetime.combine(day, time(hour), OFFICE_ZONE) < at - timedelta(hours=1):
        return Cell(CellKind.PAST, x, 0, "", typesetter.text("past-cell", **named))
    return Cell(CellKind.CLOSED, x, 0, "", typesetter.text("closed-cell", **named))


def _why_closed(day: date, typesetter: Typesetter) -> str:
    if day in national_holidays(day.year):
        names = country_holidays("FR", years=day.year, language="fr" if typesetter.french else "en_US")
        return typesetter.text("holiday", name=names[day].replace("; ", ", "))
    return typesetter.text("weekend") if day.weekday() >= 5 else ""


def _x(hours: range, hour: int) -> int:
    return LEFT + (hour - hours.start) * (CELL_WIDTH + GAP)


def _shade(count: int, most: int) -> int:
    return max(1, -(-_SHADES * count // most))


def _short(count: int, typesetter: Typesetter) -> str:
    """At most five characters: thousands above ten thousand."""
    return typesetter.number(count) if count < 10_000 else f"{count // 1000}\u202fk"
