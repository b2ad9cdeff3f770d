"""A column that writes the month first makes its other dates doubtful: they permit nothing and limit longest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import ContactList, read_contacts
from lists.evidence_files import EvidenceKind, read_evidence
from lists.problems import worded
from tests.lists.nasty.books import xlsx

Read = Callable[..., ContactList]
TODAY = date(2026, 11, 24)
A, B, C = "0639980001", "0639980002", "0639980003"


def codes(contacts: ContactList) -> list[str]:
    return [each.code for each in worded(contacts.problems) if not each.code.startswith("postcode")]


@pytest.mark.parametrize("proof", ["05/23/2026", "5/23/26", "05-23-2026", "05.23.2026", "05/23/2026 10:22"])
def test_a_consent_whose_day_reads_both_ways_beside_a_month_first_will_not_count(read: Read, proof: str) -> None:
    contacts = read(f"Tél;Consentement\n{A};{proof}\n{B};09/12/2025\n{C};2026-03-04\n")
    assert contacts.people.select("consent_stated", "consent_on").rows() == [
        (True, None),
        (True, None),
        (True, date(2026, 3, 4)),
    ]
    assert sorted(codes(contacts)) == ["consent-date-unreadable", "consent-date-unreadable", "dates-month-first"]
    (remark,) = [each for each in worded(contacts.problems) if each.code == "dates-month-first"]
    assert (remark.line, remark.column, remark.value) == (3, "Consentement", "09/12/2025")
    assert f"line 2: {proof}" in remark.message_en
    assert "09/12/2025" in [each.value for each in worded(contacts.problems) if each.code != "dates-month-first"]


@pytest.mark.parametrize(
    ("header", "proof"), [("Birthdate", "7/14/1980"), ("Created", "5/23/26, 3:15 PM"), ("Statut du", "11/20/2026")]
)
def test_a_month_first_in_a_column_that_is_only_kept_shows_the_order_of_the_file(
    read: Read, header: str, proof: str
) -> None:
    contacts = read(f"Tél;Consentement;{header}\n{A};09/12/2025;\n{B};2026-03-04;{proof}\n")
    assert contacts.people["consent_on"].to_list() == [None, date(2026, 3, 4)]
    (remark,) = [each for each in worded(contacts.problems) if each.code == "dates-month-first"]
    assert f"line 3: {proof}" in remark.message_en


@pytest.mark.parametrize("cell", ["01.23.45.67.89", "01-23-45-67-89", "ref 05/23/2026x", "1.23.45", "23/05/2026"])
def test_what_only_resembles_such_a_date_shows_nothing(read: Read, cell: str) -> None:
    contacts = read(f"Tél;Consentement;Divers\n{A};09/12/2025;{cell}\n")
    assert contacts.people["consent_on"].to_list() == [date(2025, 12, 9)]


@pytest.mark.parametrize("header", ["Fin consentement", "Début contrat"])
def test_so_with_every_day_that_permits(read: Read, header: str) -> None:
    contacts = read(
        f"Tél;Consentement;Contrat;{header}\n{A};2026-03-04;Fibre;05/23/2026\n{B};2026-03-04;Fibre;09/12/2025\n"
    )
    name = "consent_until" if "consent" in header else "contract_since"
    assert contacts.people[name].to_list() == [None, None]
    if "consent" in header:
        assert contacts.people["consent_channels"].to_list() == ["none", "none"]
    else:
        assert not any(contacts.people["contract_stated"].to_list())


@pytest.mark.parametrize("said", ["03/11/2026 : refusé", "11/03/2026 : refusé", "non (11/03/2026)"])
def test_a_no_that_reads_both_ways_was_said_on_the_later_day(read: Read, said: str) -> None:
    contacts = read(f"Tél;Accepte les appels;Birthdate\n{A};{said};7/14/1980\n")
    assert contacts.people.select("objected", "objected_on").rows() == [(True, date(2026, 11, 3))]


def test_an_end_of_a_contract_that_reads_both_ways_has_passed(read: Read) -> None:
    contacts = read(f"Tél;Contrat;Fin contrat\n{A};Fibre;05/23/2026\n{B};Fibre;09/12/2025\n")
    assert contacts.people["contract_until"].to_list() == [date(2026, 11, 23)] * 2


@pytest.mark.parametrize(
    ("header", "name"), [("Refus le", "refused_on"), ("Opposition le", "objected_on"), ("Opt-out", "objected_on")]
)
def test_what_forbids_takes_the_later_day(read: Read, header: str, name: str) -> None:
    contacts = read(f"Tél;{header}\n{A};05/23/2026\n{B};09/12/2025\n{C};12/09/2025\n")
    assert contacts.people[name].to_list() == [None, date(2025, 12, 9), date(2025, 12, 9)]
    assert contacts.people[name.removesuffix("_on")].to_list() == [True, True, True]


def test_a_past_call_counts_on_the_later_day_or_today(read: Read) -> None:
    contacts = read(f"Tél;Appels passés\n{A};05/23/2026\n{B};09/11/2026, 01/10/2026\n{C};09/12/2026 10:22\n")
    assert contacts.people["past_calls"].to_list() == [[TODAY], [date(2026, 10, 1), date(2026, 11, 9)], [TODAY]]


@pytest.mark.parametrize("cell", ["2026-12-09", "09/09/2026", "13/09/2026", "2026-09-12 10:22"])
def test_a_day_that_reads_one_way_is_read(read: Read, cell: str) -> None:
    contacts = read(f"Tél;Refus le\n{A};05/23/2026\n{B};{cell}\n")
    assert "dates-month-first" not in codes(contacts)


def test_without_a_month_first_days_are_read_day_first_as_ever(read: Read) -> None:
    contacts = read(f"Tél;Consentement\n{A};09/12/2025\n{B};03/04/2026\n")
    assert contacts.people["consent_on"].to_list() == [date(2025, 12, 9), date(2026, 4, 3)]
    assert codes(contacts) == []


def test_the_doubt_spreads_to_columns_that_do_not_show_their_own_order(read: Read) -> None:
    contacts = read(
        f"Tél;Appels passés;Consentement;Contrat;Début contrat\n{A};05/23/2026;09/12/2025;Fibre;23/05/2026\n"
        f"{B};;09/12/2025;Fibre;09/12/2025\n"
    )
    assert contacts.people["consent_on"].to_list() == [None, None]
    assert contacts.people["contract_since"].to_list() == [date(2026, 5, 23), date(2025, 12, 9)]


@settings(max_examples=40)
@given(st.lists(st.dates(date(2024, 1, 1), TODAY), min_size=1, max_size=6), st.sampled_from(["%d/%m/%Y", "%m/%d/%y"]))
def test_beside_a_month_first_no_day_permits_more_or_limits_less_than_alone(
    tmp_path_factory: pytest.TempPathFactory, days: list[date], form: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "order.csv"
    rows = [f"06399800{place:02};{day.strftime(form)};{day.strftime(form)}\n" for place, day in enumerate(days, 1)]
    alone, beside = (
        read_after(path, "".join(["Tél;Consentement;Refus le\n", *rows, *more]))[: len(days)]
        for more in ([], ["0639980099;05/23/2026;05/23/2026\n"])
    )
    for (consent, refusal), (consent_beside, refusal_beside) in zip(alone, beside, strict=True):
        assert consent_beside in (consent, None)
        assert refusal_beside is None or (refusal is not None and refusal_beside >= refusal)


def read_after(path: Path, content: str) -> list[tuple[date | None, date | None]]:
    path.write_text(content, "utf-8")
    people = read_contacts(path, today=TODAY).people
    assert all(people["refused"])
    return people.select("consent_on", "refused_on").rows()


def test_true_dates_of_a_workbook_are_not_doubted(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    path.write_bytes(xlsx({"Liste": [["Tél", "Consentement"], [A, date(2025, 12, 9)], [B, "05/23/2026"]]}))
    assert read_contacts(path, today=TODAY).people["consent_on"].to_list() == [date(2025, 12, 9), None]


def test_files_of_evidence_are_judged_alike(tmp_path: Path) -> None:
    path = tmp_path / "rappels.csv"
    path.write_text(
        f"Numéro;Objet;Date;Preuve\n{A};Fibre;05/23/2026;p\n{B};Fibre;09/12/2025;p\n{C};Fibre;2026-11-02;p\n"
    )
    asked = read_evidence(path, EvidenceKind.CALLBACKS, today=TODAY)
    assert asked.rows["requested_on"].to_list() == [date(2026, 11, 2)]
    path.write_text(f"Numéro;Date\n{A};05/23/2026\n{B};09/12/2025\n")
    said = read_evidence(path, EvidenceKind.OBJECTIONS, today=TODAY)
    assert said.rows["said_on"].to_list() == [None, date(2025, 12, 9)]
