"""Who is one person: everybody who shares an id or a number, or, apart, only who does not differ."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists import ContactList, Persons, Severity
from lists.names import comparable_names
from lists.persons import find_persons

Read = Callable[..., ContactList]
HEADER = "Réf;Nom;Prénom;CP;Tél;Tél 2;Opposition;Appels passés"


def row(tel: str, name: str = "", ref: str = "", tel2: str = "", **cells: str) -> str:
    return ";".join(
        [ref, name, cells.get("first", ""), cells.get("cp", "75001"), tel, tel2, cells.get("objection", ""),
         cells.get("calls", "")]
    )  # fmt: skip


def apart(read: Read, *rows: str) -> ContactList:
    return read("\n".join([HEADER, *rows]) + "\n", persons=Persons.APART)


def people(contacts: ContactList) -> list[tuple[int, str]]:
    """The line of each person, and the last digit of each of their numbers."""
    rows = contacts.people.select("line", "numbers").iter_rows()
    return [(line, "".join(number[-1] for number in numbers)) for line, numbers in rows]


ONE, TWO, THREE = "0639980001", "0639980002", "0639980003"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([row(ONE, "Roux"), row(ONE, "ROUX")], [(2, "1")], id="same name"),
        pytest.param([row(ONE, "Roux"), row(ONE, "Noël")], [(2, "1")], id="nothing of their own"),
        pytest.param([row(ONE, "Roux"), row(ONE, "Noël", tel2=TWO)], [(2, "1"), (3, "2")], id="other names"),
        pytest.param([row(ONE, "Roux"), row(ONE, "", tel2=TWO)], [(2, "12")], id="no name"),
        pytest.param([row(ONE, ""), row(ONE, "Roux", tel2=TWO)], [(2, "12")], id="first has no name"),
        pytest.param(
            [row(ONE, ""), row(ONE, "Roux", tel2=TWO), row(ONE, "Noël", tel2=THREE)],
            [(2, "12"), (4, "3")],
            id="no name before two",
        ),
        pytest.param([row(ONE, ""), row(ONE, "", tel2=TWO)], [(2, "12")], id="no name at all"),
        pytest.param([row(ONE, "", "A"), row(ONE, "", "B", TWO)], [(2, "1"), (3, "2")], id="no name, other ids"),
        pytest.param([row(ONE, "Roux", "A"), row(ONE, "Roux", "A", TWO)], [(2, "12")], id="same id"),
        pytest.param([row(ONE, "Roux", "A"), row(ONE, "Roux", "", TWO)], [(2, "12")], id="id on one side"),
        pytest.param([row(ONE, "Roux", "A"), row(TWO, "Noël", "A")], [(2, "12")], id="same id, other names"),
        pytest.param(
            [row(ONE, "Roux", "A"), row(ONE, "Roux", "B", TWO)], [(2, "12")], id="other ids, same name and postcode"
        ),
        pytest.param(
            [row(ONE, "Roux", "A", cp="75001"), row(ONE, "Roux", "B", TWO, cp="33000")],
            [(2, "1"), (3, "2")],
            id="other ids and postcodes",
        ),
        pytest.param(
            [row(ONE, "Roux"), row(ONE, "Noël", tel2=TWO), row(ONE, "Noël", tel2=THREE)],
            [(2, "1"), (3, "23")],
            id="two of the same name, neither holds the number",
        ),
        pytest.param(
            [row("", "Noël", "B"), row(ONE, "Roux"), row(ONE, "Noël", "B")],
            [(2, "1")],
            id="whoever is left without a number may be the earlier row",
        ),
        pytest.param(
            [row(ONE, "Roux"), row(TWO, "Noël"), row(TWO, "Roux", tel2=ONE)],
            [(2, "1"), (3, "2")],
            id="two numbers of two people",
        ),
    ],
)
def test_apart_keeps_together_only_who_does_not_differ(
    read: Read, rows: list[str], expected: list[tuple[int, str]]
) -> None:
    assert people(apart(read, *rows)) == expected


def test_by_number_whoever_shares_a_number_is_one_person(read: Read) -> None:
    contacts = read("\n".join([HEADER, row(ONE, "Roux"), row(ONE, "Noël", tel2=TWO)]))
    assert people(contacts) == [(2, "12")]


def test_a_number_that_is_left_to_its_first_holder_is_pointed_at(read: Read) -> None:
    contacts = apart(read, row(ONE, "Roux"), row(TWO, "Noël", tel2="06 39 98 00 01"))
    (problem,) = contacts.report.problems
    assert (problem.line, problem.column, problem.value) == (3, "Tél 2", "06 39 98 00 01")
    assert (problem.code, problem.severity) == ("number-shared", Severity.WARNING)
    assert "line 2" in problem.message_en
    assert (contacts.report.accepted, contacts.report.merged, contacts.report.rejected) == (2, 0, 0)


def test_a_limit_stays_with_the_number_that_had_to_be_left(read: Read) -> None:
    contacts = apart(
        read, row(ONE, "Roux", calls="01/11/2026"),
        row(ONE, "Noël", tel2=TWO, objection="01/06/2026", calls="01/11/2026, 02/11/2026"),
    )  # fmt: skip
    assert contacts.people["objected"].to_list() == [True, True]
    assert contacts.people["past_calls"].list.len().to_list() == [3, 2]


def test_a_limit_of_the_first_holder_does_not_follow_who_left_the_number(read: Read) -> None:
    contacts = apart(read, row(ONE, "Roux", objection="01/06/2026"), row(ONE, "Noël", tel2=TWO))
    assert contacts.people["objected"].to_list() == [True, False]


def test_the_row_that_is_merged_after_all_says_so(read: Read) -> None:
    contacts = apart(read, row(ONE, "Roux"), row(ONE, "Noël"))
    assert [(each.line, each.code) for each in contacts.report.problems] == [(3, "merged-same-number")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Martin-Leroy", "Élodie"), ("MARTIN LEROY", "elodie"), True),
        (("Élodie Martin", None), ("martin", "elodie"), True),
        (("Œuvrard", "Loïc"), ("Oeuvrard", "Loi\u0308c"), True),
        (("Martin", "Jean"), ("Martin", "Jeanne"), False),
        (("Martin", None), ("Martin", "Jean"), False),
        (("محمد", None), ("محمود", None), False),
    ],
)
def test_names_are_compared_without_accents_case_and_order(
    one: tuple[str, str | None], other: tuple[str, str | None], same: bool
) -> None:
    last, first = zip(one, other, strict=True)
    names = comparable_names(pl.Series(last, dtype=pl.String), pl.Series(first, dtype=pl.String))
    assert (names[0] == names[1]) is same


@pytest.mark.parametrize("nothing", [None, "-", " . "])
def test_a_name_of_no_letters_is_no_name(nothing: str | None) -> None:
    names = comparable_names(pl.Series([nothing], dtype=pl.String), pl.Series([None], dtype=pl.String))
    assert names.to_list() == [None]


def test_one_long_chain_is_one_person() -> None:
    links = 20_000
    table = pl.DataFrame(
        {"external_id": [None] * links, "numbers": [[str(place), str(place + 1)] for place in range(links)]},
        schema={"external_id": pl.String, "numbers": pl.List(pl.String)},
    )
    assert find_persons(table.reverse(), Persons.BY_NUMBER).first.unique().to_list() == [0]


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "A", "B"]),
        st.sampled_from([None, "Roux", "Noël"]),
        st.sampled_from([None, "75001", "33000"]),
        st.lists(st.sampled_from("1234"), max_size=3, unique=True),
    ),
    max_size=10,
)


@given(ROWS)
def test_apart_no_two_people_hold_one_number_and_nobody_loses_the_last(
    rows: list[tuple[str | None, str | None, str | None, list[str]]],
) -> None:
    table = pl.DataFrame(
        [(*row[:2], None, *row[2:]) for row in rows],
        schema={
            "external_id": pl.String, "last_name": pl.String, "first_name": pl.String, "postcode": pl.String,
            "numbers": pl.List(pl.String),
        },
        orient="row",
    )  # fmt: skip
    found = find_persons(table, Persons.APART)
    first = found.first.to_list()
    taken = set(found.taken.select("row", "number").iter_rows())
    holders: dict[str, set[int]] = {}
    for place, (*_, numbers) in enumerate(rows):
        for number in numbers:
            if (place, number) not in taken:
                holders.setdefault(number, set()).add(first[place])
    assert all(len(people) == 1 for people in holders.values())
    assert {first[place] for place, (*_, numbers) in enumerate(rows) if numbers} == set().union(*holders.values())
    assert {number for *_, numbers in rows for number in numbers} == set(holders)

    for place, (ref, name, postcode, numbers) in enumerate(rows):
        for other, (other_ref, other_name, other_postcode, other_numbers) in enumerate(rows[:place]):
            alike = name and name == other_name and postcode and postcode == other_postcode
            if (ref and ref == other_ref) or (alike and set(numbers) & set(other_numbers)):
                assert first[place] == first[other]
    joined = [place for place in range(len(rows)) if first[place] != place]
    assert found.joins["row"].to_list() == joined
    assert found.joins["into"].to_list() == [first[place] for place in joined]
