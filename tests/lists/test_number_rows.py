"""The numbers of a row come from all its number columns, in their order, each once."""

from __future__ import annotations

import polars as pl
import pytest

from lists import number_rows
from lists.number_rows import BAD, NUMBERS, numbers_of
from lists.progress import Step


def texts(*cells: str) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


def test_each_number_of_a_row_is_taken_once_in_the_order_of_the_columns() -> None:
    columns = [
        ("Mobile", texts("", "06 39 98 00 02", "")),
        ("Fixe", texts("0199000001", "0639980002 / 0692000003", "")),
    ]
    numbers, bad = numbers_of(columns, texts("75001", "97400", "75001"))
    assert numbers.rows() == [
        (["+33199000001"], ["fixed"], ["FR"], [1]),
        (["+33639980002", "+262692000003"], ["mobile", "mobile"], ["FR", "RE"], [0, 1]),
        ([], [], [], []),
    ]
    assert bad.is_empty()


def test_what_is_no_number_is_told_with_its_row_and_column() -> None:
    columns = [("Tél", texts("abc", "15", "0639980001 / 112")), ("Tél", texts("0639980001", "", "0899 00 00 00"))]
    _, bad = numbers_of(columns, texts("", "", ""))
    assert bad.rows() == [
        (0, "Tél", "abc", "number-letters"),
        (1, "Tél", "15", "number-emergency"),
        (2, "Tél", "112", "number-emergency"),
        (2, "Tél", "0899 00 00 00", "number-premium"),
    ]


@pytest.mark.parametrize(("postcode", "numbers"), [("98800", ["+687250000"]), ("75001", []), (None, [])])
def test_the_postcode_of_the_row_helps_to_read_its_number(postcode: str | None, numbers: list[str]) -> None:
    read, _ = numbers_of([("Tél", texts("25 00 00"))], pl.Series([postcode], dtype=pl.String))
    assert read["numbers"].to_list() == [numbers]


@pytest.mark.parametrize("rows", [0, 2])
def test_rows_without_a_number_column_have_no_numbers(rows: int) -> None:
    numbers, bad = numbers_of([], pl.Series([""] * rows, dtype=pl.String))
    assert (numbers.schema, numbers.rows()) == (NUMBERS, [([], [], [], [])] * rows)
    assert (bad.schema, bad.rows()) == (BAD, [])


def test_rows_are_read_part_by_part_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    column = texts("0639980000", "abc", "0639980002", "", "0639980004 et abc")
    at_once = numbers_of([("Tél", column)], texts(*[""] * 5))
    monkeypatch.setattr(number_rows, "_ROWS_AT_ONCE", 2)
    told: list[tuple[Step, int, int]] = []
    by_parts = numbers_of([("Tél", column)], texts(*[""] * 5), progress=lambda *step: told.append(step))
    assert [frame.rows() for frame in by_parts] == [frame.rows() for frame in at_once]
    assert told == [(Step.NORMALISE, 2, 5), (Step.NORMALISE, 4, 5), (Step.NORMALISE, 5, 5)]
