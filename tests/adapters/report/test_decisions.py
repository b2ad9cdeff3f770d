"""decisions.csv opens in a spreadsheet as what it says, whatever a name tries to be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.report import write_decisions
from adapters.report.decisions import HEADERS
from adapters.report.phone import phone
from dialer.story import DecisionLine
from tests.adapters.report.stories import decision

STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def written(lines: list[DecisionLine], folder: Path) -> list[list[str]]:
    target = folder / "decisions.csv"
    write_decisions(lines, target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_excel_is_told_the_encoding_and_finds_french_headers(tmp_path: Path) -> None:
    rows = written([], tmp_path)
    assert (tmp_path / "decisions.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows == [list(HEADERS)]


def test_a_decision_is_one_row_in_words(tmp_path: Path) -> None:
    line = decision(0, "defer", "FR-FREQ;FR-HOURS", "2026-12-25T09:00:00+00:00")
    (_, row) = written([line], tmp_path)
    assert row == [
        "1",
        "17/12/2026 10:05:01",
        "Anaïs Lefèvre",
        "35000",
        "06 39 98 02 00",
        "différé",
        "FR-FREQ, FR-HOURS",
        "25/12/2026 10:00:00",
        "2026-12-17T09:05:01+00:00",
        "0" * 64,
    ]


@pytest.mark.parametrize(
    ("next_at", "shown"),
    [("never", "jamais en l'état"), ("beyond-horizon", "pas avant 400 jours"), ("now", "tout de suite"), ("", "")],
)
def test_an_outlook_without_an_instant_is_told_in_words(next_at: str, shown: str, tmp_path: Path) -> None:
    assert written([decision(0, next_at=next_at)], tmp_path)[1][7] == shown


def test_a_postcode_keeps_its_zero(tmp_path: Path) -> None:
    assert written([replace(decision(0), postcode="01000")], tmp_path)[1][3] == "'01000"


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+33639980100", "06 39 98 01 00"),
        ("+33199000224", "01 99 00 02 24"),
        ("+262262000000", "0262 00 00 00"),
        ("+590590000000", "0590 00 00 00"),
        ("+447700900123", "+44 7700 900123"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_numbers_are_written_as_french_readers_write_them(e164: str, shown: str) -> None:
    assert phone(e164) == shown


def test_a_foreign_number_keeps_its_plus_behind_an_apostrophe(tmp_path: Path) -> None:
    assert written([replace(decision(0), number="+447700900123")], tmp_path)[1][4] == "'+44 7700 900123"


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
@pytest.mark.parametrize("rest", ["cmd|'/c calc'!A0", 'HYPERLINK("x";"y")', "1;2\n3"])
def test_a_hostile_name_stays_one_harmless_cell(start: str, rest: str, tmp_path: Path) -> None:
    (_, row) = written([replace(decision(0), person=start + rest)], tmp_path)
    assert len(row) == len(HEADERS)
    assert row[2] == f"'{start}{rest}"


def test_a_failure_half_way_leaves_the_older_file_and_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "decisions.csv"
    target.write_text("older")

    def failing() -> Iterator[DecisionLine]:
        yield decision(0)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_decisions(failing(), target)
    assert target.read_text() == "older"
    assert list(tmp_path.iterdir()) == [target]
