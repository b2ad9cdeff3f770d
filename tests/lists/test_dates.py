"""Dates are read day first or as ISO; never month first, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.dates import read_date, read_dates


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04", "04/03/2026", "4/3/2026", "04-03-2026", "04.03.2026", "04/03/26", "4.3.26",
        "2026-03-04T10:22:05", "2026-03-04 10:22:05.123", "04/03/2026 10:22", "04/03/2026 9h30",
    ],
)  # fmt: skip
def test_the_fourth_of_march_in_every_form(text: str) -> None:
    assert read_date(text) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "", "31/02/2026", "03/27/2026", "2026-27-03", "2026-3-4", "04/03-2026", "04/03", "mars 2026", "46000",
        "20260304", "04/03/30", "31/12/95", "00/00/0000", "04/03/0226", "04/03/1969", "oui", "04/03/2026 matin",
        "2026-03-04T10:22:05Z", "31/12/69",
    ],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_written_day_is_read_back(day: date) -> None:
    forms = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
    assert {read_date(day.strftime(form)) for form in forms} == {day}


def test_several_days_in_a_cell_are_parted_by_commas_spaces_or_lines() -> None:
    days, unreadable = read_dates("27/10/2026, 2026-11-03 12/11/2026 14:30|hier\n19/11/26")
    assert days == (date(2026, 10, 27), date(2026, 11, 3), date(2026, 11, 12), date(2026, 11, 19))
    assert unreadable == ("hier",)
