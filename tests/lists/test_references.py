"""Every customer id of a file is handed out, with whether it is its person's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lists import ContactList, Persons, read_contacts

A, B, C = "+33639980101", "+33639980102", "+33639980103"


def read(folder: Path, *rows: str, persons: Persons = Persons.BY_NUMBER) -> ContactList:
    path = folder / "liste.csv"
    path.write_text("\n".join(["Réf;Nom;Portable;Fixe", *rows]) + "\n", "utf-8")
    return read_contacts(path, today=date(2026, 11, 24), persons=persons)


def references(contacts: ContactList) -> list[tuple[int, str, bool]]:
    return sorted(contacts.references.iter_rows())


CASES: dict[str, tuple[tuple[str, ...], list[tuple[int, str, bool]]]] = {
    "one row each": ((f"1;Roux;{A};", f";Vert;{B};", f"3;;{C};"), [(0, "1", True), (2, "3", True)]),
    "joined by number, one name": ((f"1;Roux;{A};", f"2;ROUX;{A};{B}"), [(0, "1", True), (0, "2", True)]),
    "joined by number, another name": ((f"1;Roux;{A};", f"2;Vert;{A};"), [(0, "1", True), (0, "2", False)]),
    "joined by number, no name": ((f"1;Roux;{A};", f"2;;{A};"), [(0, "1", True), (0, "2", True)]),
    "no name between two": (
        (f"1;Roux;{A};", f"2;Vert;{A};", f"3;;{A};"), [(0, "1", True), (0, "2", False), (0, "3", False)],
    ),
    "the first has no id": ((f";Roux;{A};", f"2;Vert;{A};"), [(0, "2", False)]),
    "joined by id": ((f"1;Roux;{A};", f"1;Vert;{B};"), [(0, "1", True)]),
    "without any number": (("1;Roux;;", f"2;Vert;{B};"), [(0, "2", True)]),
    "without a number but by id": (("1;Roux;;", f"1;Roux;{B};"), [(0, "1", True)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_ids_of_all_rows_are_handed_out(tmp_path: Path, name: str) -> None:
    rows, expected = CASES[name]
    assert references(read(tmp_path, *rows)) == expected


def test_apart_the_id_of_who_left_a_number_touches_its_holder(tmp_path: Path) -> None:
    found = read(tmp_path, f"1;Roux;{A};", f"2;Vert;{A};{B}", persons=Persons.APART)
    assert references(found) == [(0, "1", True), (0, "2", False), (1, "2", True)]


def test_numbers_are_found_where_they_stand_first(tmp_path: Path) -> None:
    lines = read(tmp_path, f"1;Roux;{A};", f"2;Roux;{A};{B}").number_lines
    found = lines.of(pl.Series([B, A, C])).sort("number")
    assert found.rows() == [(A, 2, "Portable"), (B, 3, "Fixe")]


@pytest.mark.parametrize("header", ["Nom;Téléphone", "Réf client;Nom;Téléphone"])
def test_a_file_of_which_no_row_has_its_fields_brings_nobody_and_no_ids(
    read: Callable[..., ContactList], header: str
) -> None:
    contacts = read(f"{header}\nx;0639981028;y;z;one too many\n")
    assert (len(contacts.people), len(contacts.references), contacts.report.rejected) == (0, 0, 1)
