"""STOP beside a number: such a row permits nothing, and its numbers are opposed, whatever the file is for."""

from __future__ import annotations

import pytest
from sqlmodel import select

from dialer.schema import (
    AgreedSlot,
    CallbackRequest,
    CandidateState,
    ConsentRow,
    ContractRow,
    Opposition,
    PastCall,
    WishKind,
)
from tests.dialer.agency import Agency
from tests.dialer.evidence import codes, load
from tests.dialer.records import list_id

NUMBER, OTHER, NOBODYS = "+33639980101", "+33199000001", "+33639980999"
FIBRE = "fibre-horizon"
FILES = {
    "consents": ("Tél;Date;Notice;Preuve;Systèmes;Annonceur", "01/09/2026;FH-2026-01;p;robot;Fibre Horizon"),
    "contracts": ("Tél;Objet;Preuve;Annonceur", f"ADSL;c;{FIBRE}"),
    "callbacks": ("Tél;Objet;Demandé le;Preuve;Annonceur", f"Fibre;23/11/2026;p;{FIBRE}"),
    "slots": ("Tél;RDV;Preuve;Annonceur", f"25/11/2026 18:30;p;{FIBRE}"),
}
TABLES: tuple[type[ConsentRow | ContractRow | CallbackRequest | AgreedSlot], ...] = (
    ConsentRow, ContractRow, CallbackRequest, AgreedSlot,
)  # fmt: skip


def opposed(agency: Agency) -> list[tuple[int, str, object, int]]:
    with agency.transaction() as session:
        rows = session.exec(select(Opposition)).all()
        return sorted(((row.number, str(row.kind), row.said_on, row.advertiser_id) for row in rows), key=str)


def permissions(agency: Agency) -> list[int]:
    with agency.transaction() as session:
        people = (session.exec(select(table.contact_id)).all() for table in TABLES)
        return [contact_id for each in people for contact_id in each]


@pytest.mark.parametrize("kind", FILES)
def test_a_row_that_says_stop_permits_nothing_and_opposes_its_numbers(agency: Agency, kind: str) -> None:
    agency.person(NUMBER, consent=False)
    agency.person(OTHER, consent=False)
    header, rest = FILES[kind]
    before = permissions(agency)
    imported = load(agency, kind, header, f"{OTHER};{rest}", f"{NUMBER} / STOP;{rest}", f"{NOBODYS} (refus);{rest}")
    assert codes(imported) == [(3, "warning", "refusal-beside-number"), (4, "warning", "refusal-beside-number")]
    assert len(permissions(agency)) == len(before) + 1
    assert opposed(agency) == [(int(each[1:]), WishKind.OBJECTION, None, 0) for each in (NUMBER, NOBODYS)]
    assert imported.stored["oppositions_added"] == 2


def test_a_file_of_nothing_but_refusals_is_loaded_for_them(agency: Agency) -> None:
    person = agency.person(NUMBER)
    campaign = agency.campaign()
    imported = load(agency, "consents", FILES["consents"][0], f"{NUMBER} STOP;{FILES['consents'][1]}")
    assert (imported.report.accepted, imported.report.rejected) == (1, 0)
    assert [row[0] for row in opposed(agency)] == [int(NUMBER[1:])]
    assert agency.candidate(campaign, person).state is CandidateState.NEVER


def test_a_withdrawn_consent_whose_row_says_stop_is_one_objection(agency: Agency) -> None:
    agency.person(NUMBER)
    header, rest = FILES["consents"]
    load(agency, "consents", f"{header};Retrait", f"{NUMBER};{rest};01/10/2026", f"{NUMBER}, STOP;{rest};01/10/2026")
    assert (int(NUMBER[1:]), WishKind.OBJECTION, None, 0) in opposed(agency)


def test_stop_beside_a_reference_opposes_the_numbers_of_who_bears_it(agency: Agency) -> None:
    crm = list_id(agency, "people", source="crm")
    agency.person(NUMBER, external_id="C1", list_id=crm)
    header, rest = FILES["contracts"]
    load(agency, "contracts", f"Réf client;{header}", f"C1;STOP;{rest}", source="crm")
    assert opposed(agency) == [(int(NUMBER[1:]), WishKind.OBJECTION, None, 0)]


def test_a_call_beside_whose_number_stop_is_written_counts_and_is_an_objection(agency: Agency) -> None:
    load(agency, "past-calls", "Tél;Date", f"{NUMBER} ne plus appeler;20/11/2026")
    assert [row[0] for row in opposed(agency)] == [int(NUMBER[1:])]
    with agency.transaction() as session:
        assert [row.number for row in session.exec(select(PastCall)).all()] == [int(NUMBER[1:])]


def test_a_refusal_that_reaches_nobody_has_no_effect_and_says_so(agency: Agency) -> None:
    header, rest = FILES["contracts"]
    agency.person(NUMBER, consent=False)
    lines = f"C9;STOP;{rest}", f";STOP 12;{rest}", f";{NUMBER};{rest}"
    imported = load(agency, "contracts", f"Réf client;{header}", *lines, source="crm")
    assert [(line, code) for line, severity, code in codes(imported) if severity == "rejected"] == [
        (2, "prohibition-without-effect"),
        (3, "number-short"),
        (3, "prohibition-without-effect"),
    ]
