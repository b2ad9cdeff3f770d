"""A tally says which rows there are, in whatever order and by whatever steps, to whoever has the key."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.tallied import TALLIED, Tallies, merge
from dialer.tallies import NOTHING, Tally, TallyKey
from dialer.tally_counting import count, texts

KEY, OTHER_KEY = TallyKey.of(b"one"), TallyKey.of(b"other")
OPPOSITIONS, CONSENTS = TALLIED["opposition"], TALLIED["consent"]
PLACE = ("opposition", 1)
NUMBERS = st.lists(st.integers(33639980100, 33639980120), min_size=1, max_size=30)
TALLIES = st.builds(Tally, st.integers(-9, 9), st.integers(0, 2**256 - 1))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5) | st.none()


def opposed(numbers: list[int], *, lists: int = 1) -> pl.DataFrame:
    rows = pl.DataFrame({"number": numbers}, schema={"number": pl.Int64})
    listed = rows.with_columns(list_id=pl.col("number") % lists + 1)
    return listed.with_columns(kind=pl.lit("objection"), advertiser_id=pl.lit(0), said_on=pl.lit(None, pl.Date))


def tally(numbers: list[int], key: TallyKey = KEY) -> Tally:
    return count(OPPOSITIONS, key, opposed(numbers))[PLACE]


@given(numbers=NUMBERS, shuffled=st.randoms())
def test_the_order_does_not_matter(numbers: list[int], shuffled: object) -> None:
    other = list(numbers)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    assert tally(other) == tally(numbers)


@given(first=NUMBERS, second=NUMBERS)
def test_what_comes_is_added_and_what_goes_is_subtracted(first: list[int], second: list[int]) -> None:
    assert tally(first + second) == tally(first) + tally(second)
    assert tally(first + second) - tally(second) == tally(first)


@given(first=NUMBERS, second=NUMBERS)
def test_other_rows_have_another_sum(first: list[int], second: list[int]) -> None:
    assert (tally(first) == tally(second)) is (sorted(first) == sorted(second))


@given(numbers=NUMBERS)
def test_each_list_has_its_own(numbers: list[int]) -> None:
    found = count(OPPOSITIONS, KEY, opposed(numbers, lists=3))
    assert sum(each.rows for each in found.values()) == len(numbers)
    for (_, list_id), each in found.items():
        theirs = opposed([number for number in numbers if number % 3 + 1 == list_id], lists=3)
        assert count(OPPOSITIONS, KEY, theirs)[("opposition", list_id)] == each


def test_two_of_the_same_do_not_cancel_each_other() -> None:
    assert tally([33639980101] * 2) != tally([33639980102] * 2)


def test_under_another_key_it_is_another_one() -> None:
    assert tally([33639980101], OTHER_KEY) != tally([33639980101])


@given(each=TALLIES)
def test_what_is_told_is_read_again_with_key_nonce_and_place_only(each: Tally) -> None:
    told = KEY.masked(each, "nonce", "place")
    assert KEY.unmasked(each.rows, told, "nonce", "place") == each
    for key, nonce, place in ((OTHER_KEY, "nonce", "place"), (KEY, "other", "place"), (KEY, "nonce", "other")):
        assert key.unmasked(each.rows, told, nonce, place) != each


@given(one=TALLIES, other=TALLIES)
def test_a_change_that_is_taken_back_is_none(one: Tally, other: Tally) -> None:
    tallies: Tallies = {PLACE: one}
    merge(tallies, {PLACE: other})
    merge(tallies, {PLACE: other}, less=True)
    assert tallies[PLACE] - one == NOTHING


@given(one=st.tuples(WORDS, WORDS), other=st.tuples(WORDS, WORDS))
def test_no_two_rows_have_the_same_text(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> None:
    rows = pl.DataFrame([one, other], schema={"notice": pl.String, "proof": pl.String}, orient="row")
    first, second = texts(CONSENTS, rows)
    assert (first == second) is (one == other)


@pytest.mark.parametrize("missing", ["withdrawn_on", "until"])
def test_a_column_that_is_left_out_is_an_empty_one(missing: str) -> None:
    row = pl.DataFrame({"contact_id": [1], missing: pl.Series([None], dtype=pl.Date)})
    assert texts(CONSENTS, row).to_list() == texts(CONSENTS, row.drop(missing)).to_list()
