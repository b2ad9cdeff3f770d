"""Every customer id of every row finds its person: what limits goes through all, what permits through theirs."""

from __future__ import annotations

import pytest
from sqlmodel import select

from dialer.errors import NotPossible
from dialer.schema import ConsentRow, CustomerReference, Opposition, PastCall
from lists import Persons
from tests.dialer import evidence
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, numbers, people, row, undo

pytestmark = pytest.mark.slow_on_postgresql

A, B, C = "0639980101", "0639980102", "0639980103"


def opposed(agency: Agency) -> list[str]:
    with agency.transaction() as session:
        return sorted(f"0{number - 33_000_000_000}" for number in session.exec(select(Opposition.number)))


def objection(agency: Agency, external_id: str, source: str, name: str = "objections") -> None:
    evidence.load(agency, "objections", "Réf client", external_id, name=name, source=source)


def consent(agency: Agency, *cells: str, source: str = "crm") -> list[tuple[int, str, str]]:
    header = "Réf client;Nom;Tél;Date;Notice;Preuve"
    line = ";".join([*cells, "01/11/2026", "FH-2026-01", "p.pdf"])
    known = f";;{A};01/11/2026;FH-2026-01;other.pdf"
    return evidence.codes(evidence.load(agency, "consents", header, line, known, source=source))


def references(agency: Agency) -> list[tuple[str, str, bool]]:
    with agency.transaction() as session:
        rows = session.exec(select(CustomerReference)).all()
    return sorted((each.source, each.external_id, each.theirs) for each in rows)


def test_an_objection_by_the_id_of_a_second_crm_reaches_the_person(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), name="un", source="crm")
    load(agency, row(Réf_client="H-7", Nom="Roux", Portable=A), name="deux", source="hubspot")
    objection(agency, "H-7", "hubspot")
    assert opposed(agency) == [A]


def test_an_objection_by_the_id_of_a_row_that_was_joined_reaches_the_person(agency: Agency) -> None:
    load(
        agency,
        row(Réf_client="1001", Nom="Roux", Portable=A),
        row(Réf_client="1002", Nom="Roux", Portable=A),
        row(Réf_client="1003", Nom="Vert", Portable=A, Téléphone=B),
        source="crm",
    )
    for reference in ("1002", "1003"):
        objection(agency, reference, "crm", name=reference)
    assert opposed(agency) == sorted([A, B] * 2)


def test_past_calls_by_such_an_id_count(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Portable=A), row(Réf_client="1002", Portable=A), source="crm")
    evidence.load(agency, "past-calls", "Réf client;Date", "1002;20/11/2026", source="crm")
    with agency.transaction() as session:
        assert session.exec(select(PastCall.number)).all() == [33639980101]


def test_the_id_of_somebody_kept_without_a_list_still_means_them(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), source="crm")
    (roux,) = people(agency)
    agency.object(roux.id)
    undo(agency)
    objection(agency, "1001", "crm")
    assert opposed(agency) == [A]
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=B), name="encore", source="crm")
    assert len(people(agency)) == 1


def test_an_id_that_a_list_gave_to_somebody_of_another_list_goes_with_it(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), name="un", source="crm")
    load(agency, row(Réf_client="H-7", Nom="Roux", Portable=A), name="deux", source="hubspot")
    undo(agency, "deux")
    assert references(agency) == [("crm", "1001", True)]
    undo(agency, "un")
    assert references(agency) == []


def test_the_same_id_of_the_same_source_is_the_same_person_whichever_list_brought_it(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), name="un", source="crm")
    load(agency, row(Réf_client="H-7", Nom="Roux", Portable=A), name="deux", source="hubspot")
    load(agency, row(Réf_client="H-7", Portable=B), name="trois", source="hubspot")
    assert len(people(agency)) == 1
    assert numbers(agency) == [A, B]


def test_an_id_of_another_source_means_nobody(agency: Agency) -> None:
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), source="crm")
    with pytest.raises(NotPossible, match="Person unknown"):
        objection(agency, "1001", "hubspot")


@pytest.mark.parametrize("together", [True, False], ids=["rows of one file", "lists after each other"])
def test_the_id_of_a_row_of_another_name_limits_and_permits_nothing(agency: Agency, together: bool) -> None:
    roux, vert = row(Réf_client="1001", Nom="Roux", Portable=A), row(Réf_client="1002", Nom="Vert", Portable=A)
    for place, rows in enumerate([(roux, vert)] if together else [(roux,), (vert,)]):
        load(agency, *rows, name=f"liste {place}", source="crm")
    assert references(agency) == [("crm", "1001", True), ("crm", "1002", False)]
    assert consent(agency, "1002", "", "") == [(2, "rejected", "person-other-name")]
    objection(agency, "1002", "crm")
    assert opposed(agency) == [A]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("1001", "", ""), []),
        (("H-7", "", ""), [(2, "rejected", "person-unknown")]),
        (("1001", "Vert", A), []),
        (("1009", "Roux", A), [(2, "rejected", "person-other-name")]),
        (("", "Vert", A), [(2, "rejected", "person-other-name")]),
    ],
)
def test_a_consent_follows_the_ids_of_its_own_source(
    agency: Agency, cells: tuple[str, ...], codes: list[tuple[int, str, str]]
) -> None:
    load(agency, row(Réf_client="H-7", Nom="Roux", Portable=A), name="un", source="hubspot")
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), name="deux", source="crm")
    assert consent(agency, *cells) == codes
    with agency.transaction() as session:
        assert len(session.exec(select(ConsentRow)).all()) == 2 - len(codes)


def test_apart_an_id_limits_whoever_kept_the_number(agency: Agency) -> None:
    load(
        agency,
        row(Réf_client="1001", Nom="Roux", Portable=A),
        row(Réf_client="1002", Nom="Vert", Portable=A, Téléphone=B),
        source="crm",
        persons=Persons.APART,
    )
    objection(agency, "1002", "crm")
    assert opposed(agency) == [A, B]


def test_whoever_an_id_merely_touched_is_not_taken_for_its_person(agency: Agency) -> None:
    """The CRM put a stranger's number right: the person is somebody of their own then, and can be permitted."""
    load(agency, row(Réf_client="1001", Nom="Roux", Portable=A), name="un", source="crm")
    load(agency, row(Réf_client="1002", Nom="Vert", Portable=A), name="deux", source="crm")
    load(agency, row(Réf_client="1002", Nom="Vert", Portable=B, **CONSENT), name="trois", source="crm")
    assert numbers(agency) == [A, B]
    assert sorted(each.last_name or "" for each in people(agency)) == ["Roux", "Vert"]
    objection(agency, "1002", "crm")
    assert opposed(agency) == [A, B]
