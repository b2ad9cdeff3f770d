"""Rows of one person become one row, in which the strictest evidence stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists import ContactList, Severity
from lists.persons import Persons, find_persons

Read = Callable[..., ContactList]
HEADER = "Réf;Tél;Portable;Nom;CP;SIRET;Consentement;Notice;Contrat;Fin contrat;Refus;Opposition;Appels passés;Note"


def row(ref: str = "", tel: str = "0639980001", mobile: str = "", **cells: str) -> str:
    names = ("nom", "cp", "siret", "consent", "notice", "contract", "until", "refusal", "objection", "calls", "note")
    defaults = {"cp": "75001"} | cells
    return ";".join([ref, tel, mobile, *(defaults.get(name, "") for name in names)])


def one_person(read: Read, *rows: str) -> dict[str, object]:
    contacts = read("\n".join([HEADER, *rows]) + "\n")
    assert len(contacts.frame) == 1
    return {
        str(column): None if isinstance(value, float) else value for column, value in contacts.frame.iloc[0].items()
    }


@pytest.mark.parametrize(
    ("rows", "code", "column", "value"),
    [
        ([row("A"), row("A", "0199000002")], "merged-same-id", "Réf", "A"),
        ([row("A"), row("B")], "merged-same-number", "Tél", "0639980001"),
        ([row(), row("", "", "06 39 98 00 01")], "merged-same-number", "Portable", "06 39 98 00 01"),
    ],
)
def test_the_same_id_or_number_is_the_same_person_and_both_lines_are_named(
    read: Read, rows: list[str], code: str, column: str, value: str
) -> None:
    contacts = read("\n".join([HEADER, *rows]) + "\n")
    (problem,) = contacts.report.problems
    assert (problem.line, problem.column, problem.value) == (3, column, value)
    assert (problem.code, problem.severity) == (code, Severity.MERGED)
    assert "2" in problem.message_fr
    assert "2" in problem.message_en
    assert (contacts.report.accepted, contacts.report.merged, contacts.report.rejected) == (1, 1, 0)


def test_a_chain_of_ids_and_numbers_is_one_person(read: Read) -> None:
    person = one_person(read, row("A", "0639980001"), row("B", "0639980002"), row("A", "0639980002", "0639980003"))
    assert person["numbers"] == "+33639980001;+33639980002;+33639980003"
    assert person["external_id"] == "A"
    assert person["line"] == 2


def test_empty_cells_of_the_first_row_are_filled_from_the_others(read: Read) -> None:
    person = one_person(read, row(cp="", note="a"), row("B", nom="Roux", cp="33000", note="b"))
    assert (person["last_name"], person["postcode"], person["external_id"]) == ("Roux", "33000", "B")
    assert person["attributes"] == '{"Note": "a"}'


@pytest.mark.parametrize("order", [1, -1])
def test_a_prohibition_on_any_row_stands(read: Read, order: int) -> None:
    rows = [row(), row(refusal="01/06/2026"), row(refusal="02/07/2026"), row(objection="courant juin")]
    person = one_person(read, *rows[::order])
    assert (person["refused"], person["refused_on"]) == (True, date(2026, 7, 2))
    assert (person["objected"], person["objected_on"]) == (True, None)


@pytest.mark.parametrize("order", [1, -1])
def test_a_prohibition_without_date_is_not_dated_by_another_row(read: Read, order: int) -> None:
    person = one_person(read, *[row(refusal="oui"), row(refusal="01/06/2026")][::order])
    assert (person["refused"], person["refused_on"]) == (True, None)


@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_dated_consent_is_kept_whole(read: Read, order: int) -> None:
    rows = [
        row(consent="01/02/2026", notice="N1"),
        row(consent="oui", notice="N2"),
        row(consent="03/04/2026", notice="N3"),
        row(),
    ]
    person = one_person(read, *rows[::order])
    assert (person["consent_stated"], person["consent_on"], person["consent_notice"]) == (
        True, date(2026, 4, 3), "N3",
    )  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_the_contract_that_ends_first_is_kept(read: Read, order: int) -> None:
    rows = [row(contract="ADSL"), row(contract="Fibre", until="31/12/2026"), row()]
    person = one_person(read, *rows[::order])
    assert (person["contract_stated"], person["contract_object"], person["contract_until"]) == (
        True, "Fibre", date(2026, 12, 31),
    )  # fmt: skip


def test_past_calls_are_united_and_a_repeated_history_is_not_counted_twice(read: Read) -> None:
    person = one_person(read, row(calls="27/10/2026, 03/11/2026, 03/11/2026"), row(calls="03/11/2026, 12/11/2026"))
    assert person["past_calls"] == "2026-10-27;2026-11-03;2026-11-03;2026-11-12"


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("names", "count"),
    [(("Roux", "Noël"), 2), (("Roux", "ROUX"), 1), (("Roux", ""), 2), (("", ""), 1), (("Roux", "Noël", ""), 3)],
    ids=["two names", "one name", "a name and none", "no name", "two names and none"],
)
def test_people_of_several_names_on_one_number_were_each_called(
    read: Read, names: tuple[str, ...], count: int, order: int
) -> None:
    person = one_person(read, *[row(nom=name, calls="03/11/2026") for name in names][::order])
    assert person["past_calls"] == ";".join(["2026-11-03"] * count)


@pytest.mark.parametrize("order", [1, -1])
def test_a_person_with_and_without_siret_is_a_consumer(read: Read, order: int) -> None:
    contacts = read("\n".join([HEADER, *[row(siret="12345678200010"), row()][::order]]))
    assert contacts.frame["siret"].isna().tolist() == [True]
    assert "siret-disagrees" in {each.code for each in contacts.report.problems}


def test_two_postcodes_are_pointed_at_and_the_person_has_both(read: Read) -> None:
    contacts = read("\n".join([HEADER, row(cp="75001"), row(cp="97400"), row(cp="75001")]))
    assert contacts.frame["postcode"].tolist() == ["75001;97400"]
    assert "postcode-disagrees" in {each.code for each in contacts.report.problems}


def test_an_objection_on_a_row_without_usable_number_reaches_the_person(read: Read) -> None:
    contacts = read("\n".join([HEADER, row("A"), row("A", "112", objection="01/06/2026")]))
    assert contacts.frame["objected"].tolist() == [True]
    assert [(each.code, each.severity) for each in contacts.report.problems] == [
        ("merged-same-id", Severity.MERGED), ("number-emergency", Severity.WARNING),
    ]  # fmt: skip


def test_rows_of_one_id_without_any_number_are_all_rejected(read: Read) -> None:
    contacts = read("\n".join([HEADER, row("A", ""), row("A", "112"), row("B")]))
    assert (contacts.report.accepted, contacts.report.merged, contacts.report.rejected) == (1, 0, 2)


KEYS = st.lists(
    st.tuples(st.sampled_from(["", "A", "B", "C", "D"]), st.lists(st.sampled_from("1234567"), max_size=3)),
    max_size=12,
)


@given(KEYS)
def test_persons_are_the_connected_rows_and_lead_to_the_earliest(rows: list[tuple[str, list[str]]]) -> None:
    ids = [ref for ref, _ in rows]
    numbers = [tuple(dict.fromkeys(several)) for _, several in rows]
    table = pl.DataFrame(
        {"external_id": [ref or None for ref in ids], "numbers": [list(several) for several in numbers]},
        schema={"external_id": pl.String, "numbers": pl.List(pl.String)},
    )
    found = find_persons(table, Persons.BY_NUMBER)
    person = found.first.to_list()

    slow = list(range(len(rows)))
    for _ in rows:
        for one in range(len(rows)):
            for other in range(len(rows)):
                same = (ids[one] and ids[one] == ids[other]) or set(numbers[one]) & set(numbers[other])
                if same:
                    slow[one] = slow[other] = min(slow[one], slow[other])
    assert person == slow
    assert found.joins["row"].to_list() == [place for place in range(len(rows)) if slow[place] != place]
    assert found.taken.is_empty()
