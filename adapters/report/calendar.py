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

NOTE_LEFT, LEFT, TOP = 84, 196, 26
CELL_HEIGHT, GAP = 26, 3
_WIDE, _NARROW = 36, 26
"""Widths of a cell: the narrow one where overseas consumers open the night."""
_ROOMY_COLUMNS = 16
_WEEK_GAP = 8
_RIGHT = 62


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
    """One day. `note` names a weekend or a national holiday; `newly` counts first permitted instants."""

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
    cell_width: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the hours stand, and how deep the deepest cell is."""

    hours: range
    cell_width: int
    most: int
    at: datetime

    @classmethod
    def of(cls, forecast: Forecast) -> _Grid:
        """From the first hour that is open or usual to the last."""
        counts = [hour_count for day in forecast.days for hour_count in day.by_hour]
        shown = {hour for hour, _ in counts} | set(_USUAL_HOURS)
        hours = range(min(shown), max(shown) + 1)
        width = _WIDE if len(hours) <= _ROOMY_COLUMNS else _NARROW
        return cls(hours, width, max((count for _, count in counts), default=1), forecast.at)

    def x(self, hour: int) -> int:
        return LEFT + (hour - self.hours.start) * (self.cell_width + GAP)


def calendar(forecast: Forecast, typesetter: Typesetter) -> Calendar:
    """Every day of the forecast, every hour of the grid: one cell each."""
    grid = _Grid.of(forecast)
    rows, y = [], TOP
    for index, day in enumerate(forecast.days):
        if index and day.day.weekday() == 0:
            y += _WEEK_GAP
        rows.append(_row(day, y, grid, typesetter))
        y += CELL_HEIGHT + GAP
    columns = tuple(Column(grid.x(hour), typesetter.short_hour(hour)) for hour in grid.hours)
    return Calendar(grid.x(grid.hours.stop) + _RIGHT, y, grid.cell_width, columns, tuple(rows))


def _row(day: DayCount, y: int, grid: _Grid, typesetter: Typesetter) -> Row:
    counts = dict(day.by_hour)
    cells = tuple(_cell(day.day, hour, counts.get(hour, 0), grid, typesetter) for hour in grid.hours)
    newly = typesetter.number(day.first_callable) if day.first_callable else ""
    return Row(y, typesetter.short_day(day.day), _day_off(day.day, typesetter), newly, cells)


def _cell(day: date, hour: int, count: int, grid: _Grid, typesetter: Typesetter) -> Cell:
    named = {"day": typesetter.day(day), "hour": typesetter.hour(hour)}
    if count:
        title = typesetter.text("open-cell", contacts=typesetter.counted(count, "contact"), **named)
        return Cell(CellKind.OPEN, grid.x(hour), _shade(count, grid.most), _short(count, typesetter), title)
    if datetime.combine(day, time(hour), OFFICE_ZONE) < grid.at - timedelta(hours=1):
        return Cell(CellKind.PAST, grid.x(hour), 0, "", typesetter.text("past-cell", **named))
    return Cell(CellKind.CLOSED, grid.x(hour), 0, "", typesetter.text("closed-cell", **named))


def _day_off(day: date, typesetter: Typesetter) -> str:
    if day in national_holidays(day.year):
        names = country_holidays("FR", years=day.year, language="fr" if typesetter.french else "en_US")
        return typesetter.fine(names[day].replace("; ", ", "))
    return typesetter.text("weekend") if day.weekday() >= 5 else ""


def _shade(count: int, most: int) -> int:
    return max(1, -(-_SHADES * count // most))


def _short(count: int, typesetter: Typesetter) -> str:
    """At most four characters: whole thousands from one thousand on."""
    return str(count) if count < 1_000 else f"{count // 1_000}\u202fk"
