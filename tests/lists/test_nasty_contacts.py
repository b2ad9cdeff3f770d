"""Nasty files all the way to people: what is taken, what is said of the rest, and that every row is accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lists import ContactList, ListError, Severity, read_contacts
from lists.problems import worded
from tests.lists.nasty.books import xlsx
from tests.lists.nasty.packed import ARCHIVES, WORKBOOKS
from tests.lists.nasty.recipe import Nasty, Refused, Taken
from tests.lists.nasty.texts import TEXTS

Read = Callable[..., ContactList]
E164 = re.compile(r"\+[1-9]\d{5,14}")


@pytest.mark.parametrize("nasty", [pytest.param(each, id=each.name) for each in (*TEXTS, *ARCHIVES, *WORKBOOKS)])
def test_every_nasty_file_ends_in_a_sentence_or_in_a_report_that_adds_up(nasty: Nasty, tmp_path: Path) -> None:
    path = nasty.write(tmp_path)
    outcome = outcome_of(path, nasty.options)
    if isinstance(outcome, str):
        told_by_the_table = {nasty.expected.error_id} if isinstance(nasty.expected, Refused) else set()
        assert outcome in told_by_the_table | {"column-missing", "column-ambiguous"}
        return
    assert isinstance(nasty.expected, Taken)
    report = outcome.report
    assert report.rows_read == report.accepted + report.merged + report.rejected > 0
    rejected = {each.line for each in worded(outcome.problems) if each.severity is Severity.REJECTED}
    assert len(rejected) == report.rejected
    assert all(E164.fullmatch(number) for numbers in outcome.people["numbers"] for number in numbers)


def outcome_of(path: Path, options: dict[str, str]) -> ContactList | str:
    try:
        return read_contacts(path, today=date(2026, 11, 24), **options)
    except ListError as error:
        return error.error_id


@pytest.mark.parametrize(
    ("rows", "accepted", "told"),
    [
        pytest.param(["12;A", "abc;B", "0639980001"], 0, {2, 3, 4}, id="no row is good"),
        pytest.param(["٠٦٣٩٩٨٠٠٠١;Arabic digits"], 0, {2}, id="Arabic digits"),
        pytest.param(["\u202a+33639980001\u202c;From an address book"], 1, set(), id="marks of direction"),
        pytest.param(["\xa006\xa039\xa098\xa000\xa001\xa0;Spaces"], 1, set(), id="non-breaking spaces"),
        pytest.param(["06\u200b39980001;Zero width"], 1, set(), id="zero width inside"),
        pytest.param(["639980001;Lost zero"], 1, set(), id="zero lost by the spreadsheet"),
        pytest.param(["6,4E+08;Rounded"], 0, {2}, id="rounded by the spreadsheet"),
        pytest.param(["0639980001;Un", "Tél;Nom", "0639980002;Deux"], 2, {3}, id="two lists in one"),
        pytest.param(["17;Police", "3615;Short", "0899000000;Premium"], 0, {2, 3, 4}, id="never to be called"),
    ],
)
def test_rows_that_no_campaign_can_call_are_told_one_by_one(
    read: Read, rows: list[str], accepted: int, told: set[int]
) -> None:
    contacts = read("\n".join(["Tél;Nom", *rows, ""]))
    assert contacts.report.accepted == accepted
    assert {each.line for each in worded(contacts.problems) if each.severity is Severity.REJECTED} == told


def test_numbers_that_a_workbook_holds_as_numbers_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    path.write_bytes(xlsx({"Liste": [["Tél", "Nom"], [639980001, "A"], [33639980002, "B"], ["06 39 98 00 03", "C"]]}))
    people = read_contacts(path, today=date(2026, 11, 24)).people
    assert people["numbers"].to_list() == [["+33639980001"], ["+33639980002"], ["+33639980003"]]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+SUM(A1)", "-1+1;a", "@SUM(A1)", "=1", " =1", '="a""b"'])
def test_a_formula_stays_text_and_is_pointed_at(read: Read, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    contacts = read(f"Tél;CP;Nom\n0639980001;75001;{quoted}\n")
    assert contacts.people["last_name"].to_list() == [cell.strip()]
    (problem,) = contacts.report.problems
    assert (problem.code, problem.severity, problem.column) == ("formula-like", Severity.WARNING, "Nom")


@pytest.mark.parametrize("cell", ["-", "-12,50", "+3 %", "- 5 €", "Jean-Paul", "a=b"])
def test_a_plain_amount_is_no_formula(read: Read, cell: str) -> None:
    assert read(f"Tél;CP;Solde\n+33639980001;75001;{cell}\n").report.problems == ()


def test_a_formula_in_a_header_is_pointed_at(read: Read) -> None:
    (problem,) = read("Tél;CP;=1+A1\n0639980001;75001;x\n").report.problems
    assert (problem.code, problem.line, problem.column) == ("formula-like", 1, "=1+A1")


def test_a_date_to_come_gives_no_consent(read: Read) -> None:
    contacts = read("Tél;CP;Date consentement\n0639980001;75001;01/01/2199\n")
    assert contacts.people["consent_on"].to_list() == [None]
    assert [each.code for each in contacts.report.problems] == ["consent-date-future"]


def test_columns_without_header_are_kept_by_their_place(read: Read) -> None:
    contacts = read("Tél;;\n0639980001;a;b\n")
    assert contacts.report.columns == {"Tél": "number", "(2)": "attribute", "(3)": "attribute"}


def test_ten_thousand_columns_come_to_one_person(read: Read) -> None:
    headers = ";".join(f"Colonne {place}" for place in range(10_000))
    assert read(f"Tél;{headers}\n0639980001;{';' * 9_999}\n").report.accepted == 1


def test_a_long_bad_value_is_cut_in_the_report(read: Read) -> None:
    (problem,) = read(f"Tél;CP;Nom\n{'x' * 500};75001;A\n").report.problems
    assert len(problem.value) == 80
