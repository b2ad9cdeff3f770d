"""Whom a list means among those on record: who gets its permissions, and whom its limits reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from dialer.imports import Imported
from dialer.schema import ConsentRow, Contact, ListMember, Opposition, PastCall, Phone
from lists import Persons
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, row

pytestmark = pytest.mark.slow_on_postgresql

A, B, C, D = "0639980101", "0639980102", "0639980103", "0639980104"


@dataclass(frozen=True)
class Register:
    """Who is on record, named by last name (or customer id)."""

    numbers: dict[str, list[str]]
    consents: list[str]
    """That may permit a call: those without proof only limit."""
    members: list[str]
    """Of the list imported last."""


def register(agency: Agency) -> Register:
    with agency.transaction() as session:
        people = {each.id: each.last_name or each.external_id or "?" for each in session.exec(select(Contact))}
        numbers: dict[str, list[str]] = {name: [] for name in people.values()}
        for contact_id, number in session.exec(select(Phone.contact_id, Phone.number).order_by(col(Phone.rank))):
            numbers[people[contact_id]].append("0" + number[3:])
        newest = session.exec(select(ListMember.list_id).order_by(col(ListMember.list_id).desc())).first()
        members = session.exec(select(ListMember.contact_id).where(ListMember.list_id == newest)).all()
        consents = session.exec(select(ConsentRow.contact_id).where(ConsentRow.proof != "")).all()
    return Register(numbers, sorted(people[each] for each in consents), sorted(people[each] for each in members))


def codes(imported: Imported) -> dict[str, list[int]]:
    """Lines by code, of what only the database could tell."""
    found: dict[str, list[int]] = {}
    for line, code in imported.problems.sort("line").select("line", "code").iter_rows():
        if code.startswith(("known-", "number-held", "number-not-added", "opposed")):
            found.setdefault(code, []).append(line)
    return found


ROUX = row(Réf_client="1001", Nom="Roux", Prénom="Léa", Portable=A, Code_postal="35000")
BLANC = row(Réf_client="1002", Nom="Blanc", Portable=B, Code_postal="69003")
NOIR = row(Nom="Noir", Portable=D, SIRET="73282932000074")
Case = tuple[dict[str, str], dict[str, str], list[str], list[str], dict[str, list[int]]]
CASES: dict[str, Case] = {
    "nobody on record": (
        {"Nom": "Vert", "Portable": C}, {}, ["Vert"], ["Vert"], {},
    ),
    "same number and name, accents and case apart": (
        {"Nom": "LEA ROUX", "Portable": A, "Téléphone": C}, {}, ["Roux"], ["Roux"], {},
    ),
    "same number, no name given": (
        {"Portable": A, "Téléphone": C}, {}, ["Roux"], ["Roux"], {"number-not-added": [2]},
    ),
    "same number, another name": (
        {"Nom": "Vert", "Portable": A, "Téléphone": C}, {}, ["Roux"], [],
        {"known-as-another": [2], "number-not-added": [2]},
    ),
    "same number and name, another business": (
        {"Nom": "Roux", "Prénom": "Léa", "Portable": A, "SIRET": "73282932000074"}, {}, ["Roux"], ["Roux"], {},
    ),
    "same number and name, a contradicting business": (
        {"Nom": "Noir", "Portable": D, "SIRET": "55208131766522"}, {}, ["Noir"], [], {"known-as-another": [2]},
    ),
    "same number and name, the SIREN of the business": (
        {"Nom": "Noir", "Portable": D, "SIRET": "732829320"}, {}, ["Noir"], ["Noir"], {},
    ),
    "same id of the same source": (
        {"Réf_client": "1001", "Nom": "Vert", "Portable": C}, {"source": "crm"}, ["Roux"], ["Roux"], {},
    ),
    "same id of another source": (
        {"Réf_client": "1001", "Nom": "Vert", "Portable": C}, {"source": "hubspot"}, ["Vert"], ["Vert"], {},
    ),
    "same id without a source": (
        {"Réf_client": "1001", "Nom": "Vert", "Portable": C}, {}, ["Vert"], ["Vert"], {},
    ),
    "same id, name and postcode": (
        {"Réf_client": "1001", "Nom": "Roux", "Prénom": "Léa", "Code_postal": "35000", "Portable": C}, {},
        ["Roux"], ["Roux"], {},
    ),
    "same name and postcode alone": (
        {"Nom": "Rouge", "Code_postal": "35000", "Portable": C}, {}, ["Rouge"], ["Rouge"], {},
    ),
    "numbers of two, one of that name": (
        {"Nom": "Blanc", "Téléphone": A, "Portable": B}, {}, ["Blanc"], ["Blanc"], {"number-held": [2]},
    ),
    "numbers of two, none of that name": (
        {"Nom": "Vert", "Téléphone": A, "Portable": B}, {}, ["Roux"], [], {"known-as-several": [2]},
    ),
    "numbers of two, no name given": (
        {"Téléphone": A, "Portable": B}, {}, ["Roux"], [], {"known-as-several": [2]},
    ),
    "id of one and number of the other": (
        {"Réf_client": "1001", "Nom": "Roux", "Portable": B}, {"source": "crm"}, ["Roux"], ["Roux"],
        {"number-held": [2]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_row_means_one_person_and_permits_only_them(agency: Agency, name: str) -> None:
    cells, options, members, consents, found = CASES[name]
    load(agency, ROUX, BLANC, NOIR, name="un", source="crm")
    imported = load(agency, row(**(CONSENT | cells)), name="deux", **options)
    after = register(agency)
    assert (after.members, after.consents, codes(imported)) == (members, consents, found)
    assert after.numbers["Roux"][0] == A
    assert after.numbers["Blanc"] == [B]


@pytest.mark.parametrize(
    ("cells", "roux", "vert"),
    [
        ({"Nom": "Vert", "Portable": A, "Téléphone": C}, [A], [C]),
        ({"Nom": "Roux", "Prénom": "Léa", "Portable": A, "Téléphone": C}, [A, C], None),
        ({"Nom": "Vert", "Portable": A}, [A], None),
    ],
    ids=["another name with a number of its own", "the same name", "another name without any number of its own"],
)
def test_apart_people_of_other_names_keep_their_own(
    agency: Agency, cells: dict[str, str], roux: list[str], vert: list[str] | None
) -> None:
    load(agency, ROUX, name="un")
    load(agency, row(**(CONSENT | cells)), name="deux", persons=Persons.APART)
    after = register(agency)
    assert after.numbers["Roux"] == roux
    assert after.numbers.get("Vert") == vert
    assert ("Roux" in after.consents) == (cells["Nom"] == "Roux")
    assert ("Vert" in after.consents) == (vert is not None)


def test_two_rows_of_one_known_person_make_one_member(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Téléphone=A, Portable=B), name="un")
    imported = load(agency, row(Nom="Roux", Portable=A), row(Nom="Roux", Portable=B), name="deux")
    assert register(agency).members == ["Roux"]
    assert codes(imported) == {"known-once": [3]}
    assert imported.stored["persons_known"] == 1


def test_added_numbers_come_after_those_there_were(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, row(Nom="Roux", Téléphone=C, Portable=A), name="deux")
    with agency.transaction() as session:
        ranks = session.exec(select(Phone.number, Phone.rank).order_by(col(Phone.rank))).all()
    assert [tuple(each) for each in ranks] == [("+33639980101", 0), ("+33639980103", 1)]


def test_a_limit_reaches_everybody_whom_the_row_touches(agency: Agency) -> None:
    """Numbers of two, the id of a third: each must be found limited through a number of their own."""
    vert = row(Réf_client="1003", Nom="Vert", Portable=C)
    load(agency, ROUX, BLANC, vert, name="un", source="crm")
    said = {"Opposition_le": "06/10/2026", "Refus_le": "07/10/2026", "Appels_passés": "03/11/2026, 03/11/2026"}
    load(agency, row(Réf_client="1003", Téléphone=A, Portable=B, **said), name="deux", source="crm")
    with agency.transaction() as session:
        opposed = session.exec(select(Opposition.number).distinct().order_by(col(Opposition.number))).all()
        called = session.exec(select(PastCall.number).order_by(col(PastCall.number))).all()
    assert opposed == [33639980101, 33639980102, 33639980103]
    assert called == [33639980101] * 2 + [33639980102] * 2 + [33639980103] * 2


def test_who_is_on_an_opposition_list_is_told(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Téléphone=A, Portable=B, Opposition_le="06/10/2026"), name="vieux fichier")
    imported = load(agency, row(Nom="Roux", Portable=B), row(Nom="Vert", Portable=C), name="deux")
    assert imported.stored["opposed"] == 1
    (told,) = [each for each in imported.report.problems if each.code == "opposed" and each.value == "+33639980102"]
    assert (told.line, told.column) == (2, "Portable")
    assert "vieux fichier" in told.message_fr


TABLES = ("opposition", "consent", "list_member", "customer_reference", "phone", "contact", "imported_list")
NAMES, NUMBERS = ["Roux", "Blanc", "Vert", ""], [A, B, C, D]
PERSON = st.fixed_dictionaries(
    {
        "Nom": st.sampled_from(NAMES),
        "Téléphone": st.sampled_from(NUMBERS),
        "Portable": st.sampled_from([*NUMBERS, ""]),
        "Date_consentement": st.sampled_from(["", "12/03/2026"]),
        "Opposition_le": st.sampled_from(["", "06/10/2026"]),
    }
)


@pytest.fixture
def empty_again(agency: Agency, engine_name: str) -> Callable[[], None]:
    """Empties the tables between examples."""

    def wipe() -> None:
        with agency.transaction() as session:
            for table in TABLES:
                session.connection().exec_driver_sql(f"DELETE FROM {table}")

    return wipe


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    files=st.lists(st.lists(PERSON, min_size=1, max_size=4), min_size=1, max_size=3),
    persons=st.sampled_from(Persons),
)
def test_whatever_comes_in_limits_hold_and_permissions_stay_with_their_name(
    agency: Agency, empty_again: Callable[[], None], files: list[list[dict[str, str]]], persons: Persons
) -> None:
    empty_again()
    for place, people in enumerate(files):
        numbered = [each | {"Commentaire": str(place)} for each in people]
        load(agency, *(row(**each) for each in numbered), name=f"liste {place}", persons=persons)
    rows = [each for people in files for each in people]
    with agency.transaction() as session:
        names = {each.id: each.last_name or "" for each in session.exec(select(Contact))}
        opposed = set(session.exec(select(Opposition.number)))
        consented = set(session.exec(select(ConsentRow.contact_id)))
        holders = set(session.exec(select(Phone.contact_id)))
        members = set(session.exec(select(ListMember.contact_id)))
    for each in rows:
        if each["Opposition_le"]:
            assert {int("33" + number[1:]) for number in (each["Téléphone"], each["Portable"]) if number} <= opposed
    for name in (names[contact_id] for contact_id in consented):
        assert any(each["Date_consentement"] and (each["Nom"] in (name, "") or not name) for each in rows)
    assert members == set(names)
    assert holders == set(names)
