"""A person has one number or several; one bad number costs the row only when there is no good one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lists import ContactList, Severity

Read = Callable[..., ContactList]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        ("0639980001;0199000002", "+33639980001;+33199000002"),
        (";0199000002", "+33199000002"),
        ("0639980001;06 39 98 00 01", "+33639980001"),
        ("0639980001 / 0199000002;", "+33639980001;+33199000002"),
        ("06 39 98 00 01 ou 01 99 00 00 02;", "+33639980001;+33199000002"),
        ("06/39/98/00/01;", "+33639980001"),
        ('"0639980001\n0199000002";', "+33639980001;+33199000002"),
    ],
)
def test_numbers_are_taken_in_the_order_of_the_columns(read: Read, cells: str, numbers: str) -> None:
    contacts = read(f"Portable;Tél 2;Nom;CP\n{cells};A;75001\n")
    assert contacts.frame["numbers"].tolist() == [numbers]
    assert contacts.report.problems == ()


@pytest.mark.parametrize(
    ("cells", "severity", "problems"),
    [
        ("abc;0639980001", Severity.WARNING, [("Portable", "abc", "number-letters")]),
        ("0639980001 / abc;", Severity.WARNING, [("Portable", "abc", "number-letters")]),
        ("abc;112", Severity.REJECTED, [("Portable", "abc", "number-letters"), ("Tél 2", "112", "number-emergency")]),
        (";", Severity.REJECTED, [("Portable", "", "number-missing")]),
        ("15/112;", Severity.REJECTED, [("Portable", "15/112", "number-short")]),
    ],
)
def test_a_bad_number_rejects_the_row_only_without_a_good_one(
    read: Read, cells: str, severity: Severity, problems: list[tuple[str, str, str]]
) -> None:
    report = read(f"Portable;Tél 2;Nom;CP\n{cells};A;75001\n").report
    assert [(each.column, each.value, each.code) for each in report.problems] == problems
    assert {each.severity for each in report.problems} == {severity}
    assert report.rejected == (severity is Severity.REJECTED)


def test_the_postcode_of_the_row_helps_to_read_its_number(read: Read) -> None:
    contacts = read("Tél;CP\n25 00 00;98800\n25 00 00;75001\n")
    assert contacts.frame["numbers"].tolist() == ["+687250000"]
    assert contacts.report.rejected == 1
