"""Who is not to be called may be said in many columns, by a day or a tick; a doubt keeps the person out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import ContactList, Persons, Severity, boxes, read_contacts
from lists.fields import Field
from lists.mapping import ColumnMapping
from lists.problems import worded
from lists.tidy import BLANK

Read = Callable[..., ContactList]
A, B = "0639980001", "0639980002"


def told(contacts: ContactList) -> list[str]:
    """The codes of what is said about boxes, in the order of the file."""
    return [each.code for each in worded(contacts.problems) if each.code.startswith(("objection", "calls"))]


@pytest.mark.parametrize("header", ["Ne pas démarcher", "Do not allow Phone Calls", "DNC", "Liste rouge", "Bloctel"])
@pytest.mark.parametrize("cell", ["1", "x", "X", "vrai", "true", "OUI", "yes", "1.0", "Do Not Allow", "✓", "opposé"])
def test_a_tick_is_an_objection(read: Read, header: str, cell: str) -> None:
    contacts = read(f"Tél;{header}\n{A};{cell}\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(True, None)]
    assert told(contacts) == []


@pytest.mark.parametrize("cell", ["", "0", "non", "NON", "false", "no", "faux", "Allow", "-", "0.0", "non inscrit"])
def test_no_tick_is_none(read: Read, cell: str) -> None:
    contacts = read(f"Tél;Ne pas appeler;Nom\n{A};{cell};Nom\n")
    assert contacts.people["objected"].to_list() == [False]
    assert told(contacts) == []


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='";'), max_size=12))
def test_whoever_has_anything_but_a_no_in_such_a_column_is_objecting_or_kept_out(
    tmp_path_factory: pytest.TempPathFactory, cell: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "boxes.csv"
    path.write_text(f"Tél;Ne pas appeler;Nom\n{A};{cell};Un\n{B};x;Deux\n", "utf-8")
    people = read_contacts(path, today=date(2026, 11, 24), encoding="utf-8", delimiter=";").people
    said_no = cell.strip(BLANK) == "" or boxes.forbids(cell.strip(BLANK), "") is boxes.Box.NO
    assert said_no or people.filter(~pl.col("objected")).is_empty()


def test_a_cell_that_repeats_its_header_is_a_tick(read: Read) -> None:
    assert read(f"Tél;Ne plus démarcher\n{A};ne plus démarcher\n").people["objected"].to_list() == [True]


@pytest.mark.parametrize(
    ("cell", "on", "codes"),
    [
        ("06/10/2026", date(2026, 10, 6), []),
        ("2026-10-06 10:22", date(2026, 10, 6), []),
        ("31/02/2026", None, ["objection-date-unreadable"]),
        ("25/11/2026", None, ["objection-date-unreadable"]),
        ("06/10/2026 par courrier", None, ["objection-date-unreadable"]),
    ],
)
def test_a_day_instead_of_a_tick_is_an_objection_too(read: Read, cell: str, on: date | None, codes: list[str]) -> None:
    contacts = read(f"Tél;Opt-out\n{A};{cell}\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(True, on)]
    assert told(contacts) == codes


@pytest.mark.parametrize("header", ["Stop", "Accepte d'être appelé"])
def test_a_word_that_is_neither_yes_nor_no_keeps_the_person_out(read: Read, header: str) -> None:
    contacts = read(f"Tél;{header};Nom\n{A};peut-être;Un\n{B};;Deux\n")
    assert contacts.people["last_name"].to_list() == ["Deux"]
    assert (contacts.report.accepted, contacts.report.rejected) == (1, 1)
    (problem,) = [each for each in worded(contacts.problems) if each.severity is Severity.REJECTED]
    assert (problem.code, problem.line, problem.column, problem.value) == ("objection-unclear", 2, header, "peut-être")
    assert "--map" in problem.remedy_en


@pytest.mark.parametrize("persons", Persons)
@pytest.mark.parametrize("unclear_first", [True, False])
def test_whoever_shares_the_number_of_a_doubt_is_kept_out_with_it(
    read: Read, persons: Persons, unclear_first: bool
) -> None:
    rows = [f"1;{A};{B};peut-être;Un\n", f"2;{A};;;Deux\n"]
    content = "Réf;Tél;Tél 2;Stop;Nom\n" + "".join(rows if unclear_first else reversed(rows))
    contacts = read(content, persons=persons)
    numbers = [number for each in contacts.people["numbers"] for number in each]
    assert numbers == []
    assert contacts.report.rejected == 2
    assert len({each.line for each in worded(contacts.problems) if each.severity is Severity.REJECTED}) == 2


def test_a_doubt_about_a_row_without_number_is_told_once(read: Read) -> None:
    contacts = read(f"Tél;Stop;Nom\n;peut-être;Un\n{B};;Deux\n")
    assert (contacts.report.accepted, contacts.report.rejected) == (1, 1)
    assert told(contacts) == ["objection-unclear"]


@pytest.mark.parametrize("header", ["Allow phone calls", "Accepte d'être appelé", "Autoriser les appels téléphoniques"])
@pytest.mark.parametrize(
    ("cell", "objected", "codes"),
    [
        ("non", True, ["calls-not-allowed"]),
        ("0", True, ["calls-not-allowed"]),
        ("False", True, ["calls-not-allowed"]),
        ("Do Not Allow", True, ["calls-not-allowed"]),
        ("oui", False, ["calls-allowed-is-no-consent"]),
        ("Allow", False, ["calls-allowed-is-no-consent"]),
        ("12/03/2026", False, ["calls-allowed-is-no-consent"]),
        ("12/03/2026 : oui", False, ["calls-allowed-is-no-consent"]),
        ("refuse les appels", True, ["calls-not-allowed"]),
    ],
)
def test_where_calls_are_allowed_a_no_forbids_and_a_yes_permits_nothing(
    read: Read, header: str, cell: str, objected: bool, codes: list[str]
) -> None:
    contacts = read(f"Tél;{header}\n{A};{cell}\n")
    assert contacts.people.select("objected", "consent_stated").rows() == [(objected, False)]
    assert told(contacts) == codes


@pytest.mark.parametrize(
    ("cell", "on"),
    [
        ("03/11/2026 : refusé", date(2026, 11, 3)),
        ("03/11/2026 - non", date(2026, 11, 3)),
        ("Non (2026-11-03 10:22)", date(2026, 11, 3)),
        ("25/11/2026 : non", None),
        ("31/02/2026 refusé", None),
    ],
)
def test_a_no_beside_a_day_was_said_on_that_day(read: Read, cell: str, on: date | None) -> None:
    contacts = read(f"Tél;Accepte les appels\n{A};{cell}\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(True, on)]


@pytest.mark.parametrize("cell", ["03/11/2026 : à voir", "46329", "si besoin"])
def test_what_a_cell_says_of_calls_and_nobody_can_tell_is_no_yes(read: Read, cell: str) -> None:
    contacts = read(f"Tél;Accepte les appels;Nom\n{A};{cell};Un\n{B};;Deux\n")
    assert contacts.people["last_name"].to_list() == ["Deux"]
    assert contacts.left_out.select("numbers", "objected", "objected_on").rows() == [(["+33639980001"], True, None)]


@pytest.mark.parametrize(("header", "told"), [("Stop", ["row-may-forbid"]), ("Remarque", [])])
def test_a_row_of_the_wrong_shape_may_forbid_calls_where_the_file_says_who_refuses_them(
    read: Read, header: str, told: list[str]
) -> None:
    contacts = read(f"Tél;{header};Nom\n{A};oui;Un;\n{B};;Deux\n")
    assert {each.code for each in worded(contacts.problems) if each.line == 2} == {"row-long", *told}


def test_an_open_box_says_nothing_of_calls(read: Read) -> None:
    contacts = read(f"Tél;Accepte les appels;Nom\n{A};;Un\n{B};-;Deux\n")
    assert contacts.people["objected"].to_list() == [False, False]
    assert told(contacts) == []


def test_a_no_to_opt_in_is_an_objection_and_a_day_the_day_of_consent(read: Read) -> None:
    contacts = read(f"Tél;Opt-in\n{A};non\n{B};12/03/2026\n")
    assert contacts.people.select("objected", "consent_on").rows() == [(True, None), (False, date(2026, 3, 12))]
    assert told(contacts) == ["calls-not-allowed"]


def test_a_no_to_opt_in_forbids_beside_a_column_that_is_the_day_of_consent(read: Read) -> None:
    mapping = ColumnMapping({"Consent date": Field.CONSENT_ON})
    contacts = read(f"Tél;Opt-in;Consent date\n{A};no;\n{B};yes;12/03/2026\n", mapping=mapping)
    assert contacts.people.select("objected", "consent_on").rows() == [(True, None), (False, date(2026, 3, 12))]
    assert contacts.report.columns["Opt-in"] == "calls_allowed"


def test_a_no_to_consent_is_no_objection(read: Read) -> None:
    assert read(f"Tél;Consentement\n{A};non\n").people["objected"].to_list() == [False]


@pytest.mark.parametrize(
    ("cells", "objected", "on"),
    [
        ("06/10/2026;;", True, date(2026, 10, 6)),
        ("06/10/2026;05/11/2026;", True, date(2026, 11, 5)),
        ("06/10/2026;x;", True, None),
        ("06/10/2026;;x", True, None),
        ("non;0;", False, None),
        (";;x", True, None),
    ],
)
def test_of_several_columns_each_is_enough_and_the_day_is_the_latest_or_unknown(
    read: Read, cells: str, objected: bool, on: date | None
) -> None:
    contacts = read(f"Tél;Nom;Opposition le;Opt-out;Bloctel\n{A};Un;{cells}\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(objected, on)]


def test_two_columns_of_refusals_are_both_read(read: Read) -> None:
    contacts = read(f"Tél;Refus le;Date refus\n{A};06/10/2026;05/11/2026\n")
    assert contacts.people.select("refused", "refused_on").rows() == [(True, date(2026, 11, 5))]
