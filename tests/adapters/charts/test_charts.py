"""The picture and the table of a forecast: whatever the forecast, a file comes of it, and it says what it should."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.charts.forecast import draw_forecast
from adapters.charts.table import write_days
from dialer.cliff import Cliff, Drop
from dialer.forecast import DayCount, Forecast
from dialer.outlook import DayRule, Opening
from rules.rule import Layer, Verdict
from tests.adapters.report.stories import LAUNCH

BEGINNINGS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


def ahead(days: int, *, callable_: int = 40, contacts: int = 61) -> Forecast:
    rules = (
        DayRule("FR-CONSENT", Layer.STATUTE, Verdict.DENY, 12),
        DayRule("FR-FREQ", Layer.STATUTE, Verdict.DEFER, 9),
    )
    never = min(12, contacts - callable_)
    deferred = contacts - callable_ - never
    until = (Opening(LAUNCH, deferred),) if deferred else ()
    day = DayCount(LAUNCH.date(), 0, (), callable_, deferred, never, until, rules)
    counts = tuple(replace(day, day=day.day + timedelta(days=ahead)) for ahead in range(days))
    drop = Drop(date(2027, 1, 1), date(2027, 1, 31), 7)
    return Forecast(
        LAUNCH, contacts, callable_, deferred, never, (), counts, cliff=Cliff(40, (drop,), (drop,), (drop,))
    )


CASES = {
    "one day": ahead(1),
    "sixty days": ahead(60),
    "nobody ever": replace(ahead(14, callable_=0), cliff=Cliff()),
    "empty list": replace(ahead(3, callable_=0, contacts=0), cliff=Cliff()),
}


@pytest.mark.parametrize("ending", BEGINNINGS)
@pytest.mark.parametrize("name", CASES)
def test_every_forecast_can_be_drawn(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"forecast{ending}"
    draw_forecast(CASES[name], path, "liste à 5 $ · $campagne", "fr")
    assert path.read_bytes().startswith(BEGINNINGS[ending])


@pytest.mark.parametrize(("language", "words"), [("fr", "Jours à venir"), ("en", "Coming days")])
def test_the_picture_speaks_both_languages_and_names_the_rules(
    tmp_path: Path, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("matplotlib").rcParams, "svg.fonttype", "none")
    path = tmp_path / "forecast.svg"
    draw_forecast(ahead(5), path, "septembre", language)
    drawn = path.read_text("utf-8")
    assert all(each in drawn for each in (words, "septembre", "FR-CONSENT (12)", "01/2027"))


def test_the_table_has_a_row_for_each_day_and_opens_in_excel_by_the_clock_of_paris(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    write_days(ahead(2), path)
    assert path.read_bytes().startswith("\ufeff".encode())
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert datetime.fromisoformat(rows[0]["next_at"]) == LAUNCH
    assert rows[0]["next_at"].endswith("+01:00")
    assert [row["day"] for row in rows] == ["2026-12-17", "2026-12-18"]
    assert (rows[0]["callable"], rows[0]["deferred"], rows[0]["never"]) == ("40", "9", "12")
    assert rows[0]["held_back_by"] == "FR-CONSENT/statute/deny=12;FR-FREQ/statute/defer=9"
