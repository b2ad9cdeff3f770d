"""The numbers of the law: none without its date and source, none twice for one day."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from rules.numbers import Numbers, NumbersRefused, NumberTable

CAP = """
[[number]]
name = "cap"
from = 2023-03-01
value = 4
source = "D.223-9"
source_fr = "D.223-9"
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(CAP.replace('source = "D.223-9"', ""), "cap: has no source;", id="no source"),
        pytest.param(CAP.replace('source_fr = "D.223-9"', ""), "cap: has no source_fr", id="no source in French"),
        pytest.param(CAP.replace('"D.223-9"', '""', 1), "cap: has no source", id="an empty source"),
        pytest.param(CAP.replace('"D.223-9"', "9", 1), "cap: has no source", id="a source that is no text"),
        pytest.param(
            CAP.replace('name = "cap"', "").replace('source = "D.223-9"', ""), r"\?: has no source", id="no name"
        ),
        pytest.param(CAP.replace("from = 2023-03-01", ""), "cap: `from` must be a date, not None", id="no date"),
        pytest.param(
            CAP.replace("2023-03-01", '"2023"'), "cap: `from` must be a date, not '2023'", id="a date as text"
        ),
        pytest.param(
            CAP + "until = 2023-02-28", "cap: `until` must be a date not before 2023-03-01", id="ends too soon"
        ),
        pytest.param(CAP + 'until = "soon"', "cap: `until` must be a date .* not 'soon'", id="an end that is no date"),
        pytest.param(CAP.replace("value = 4", ""), "cap: needs exactly one of value, weekdays", id="no value"),
        pytest.param(CAP + "weekdays = [1]", "cap: needs exactly one of value, weekdays", id="two values"),
        pytest.param(CAP.replace("4", '"4"', 1).replace('"4"', "'x'"), "cap: needs exactly one", id="a value as text"),
        pytest.param(
            CAP.replace("value = 4", "weekdays = 1"), "cap: needs exactly one", id="weekdays that are no list"
        ),
        pytest.param(CAP.replace("value = 4", "prefixes = '+33'"), "cap: needs exactly one", id="prefixes, no list"),
        pytest.param(CAP.replace("value = 4", "windows = 10"), "cap: needs exactly one", id="windows that are no list"),
        pytest.param(
            CAP + CAP.replace("2023-03-01", "2024-01-01"), "cap: two values for 2024-01-01", id="a second open value"
        ),
        pytest.param(
            CAP + "until = 2024-01-01\n" + CAP.replace("2023-03-01", "2024-01-01"),
            r"cap: two values for 2024-01-01 \(D\.223-9; D\.223-9\)",
            id="one day of overlap",
        ),
    ],
)
def test_a_number_that_cannot_be_trusted_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(NumbersRefused, match=message):
        NumberTable.parse(text)


def test_a_value_may_follow_another_without_gap() -> None:
    table = NumberTable.parse(
        CAP + "until = 2023-12-31\n" + CAP.replace("2023-03-01", "2024-01-01").replace("4\n", "5\n")
    )
    assert table.on(date(2023, 2, 28)).values == {}
    assert table.on(date(2023, 12, 31)).integer("cap") == 4
    assert table.on(date(2024, 1, 1)).integer("cap") == 5
    assert table.names_on(date(2023, 2, 28)) == frozenset()


def test_a_value_may_hold_for_a_single_day() -> None:
    table = NumberTable.parse(CAP + "until = 2023-03-01")
    assert [table.on(date(2023, 3, day)).values for day in (1, 2)] == [{"cap": 4}, {}]


@pytest.mark.parametrize("read", [Numbers.integer, Numbers.weekdays, Numbers.windows, Numbers.prefixes])
def test_a_number_of_another_type_than_its_reader_expects_is_refused(read: object) -> None:
    with pytest.raises(NumbersRefused, match=r"x: .* wanted, not 1\.5"):
        read(Numbers({"x": 1.5}), "x")  # type: ignore[operator]


def test_the_shipped_numbers_are_those_of_the_decree() -> None:
    numbers = NumberTable.shipped().on(date(2026, 9, 15))
    assert numbers.weekdays("call-weekdays") == {1, 2, 3, 4, 5}
    assert numbers.windows("call-windows") == ((time(10), time(13)), (time(14), time(20)))
    assert (numbers.integer("frequency-cap"), numbers.integer("frequency-days")) == (4, 30)
    assert numbers.integer("refusal-days") == 60
    assert numbers.integer("slot-tolerance-minutes") == 15


def test_every_shipped_number_says_where_it_stands() -> None:
    every = NumberTable.shipped().entries
    assert all(min(len(entry.source), len(entry.source_fr)) > 20 for entry in every)


def test_no_shipped_source_in_french_is_told_in_english_or_by_a_reference_that_nobody_explains() -> None:
    told = " ".join(entry.source_fr for entry in NumberTable.shipped().entries)
    assert not re.search(r"\b(as amended|same|policy|ranges|kept|closing|dossier|U-\d+)\b|\[P\]", told)
