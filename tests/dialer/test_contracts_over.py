"""A contract that a file says is over, or may be, opens no call, and neither does an earlier one of its object."""

from __future__ import annotations

import pytest
from sqlmodel import select

from dialer.advertisers import advertiser_id_of
from dialer.contacts import import_list
from dialer.facts import read_facts
from dialer.imports import Imported
from dialer.schema import ContractRow
from rules.facts import Contract
from tests.dialer.agency import Agency
from tests.dialer.evidence import codes, load
from tests.dialer.reading import contacts_of

pytestmark = pytest.mark.slow_on_postgresql

NUMBER, OTHER = "+33639980101", "+33199000001"
FIBRE = "fibre-horizon"
HEADER = "Tél;Contrat;Depuis;Fin;Preuve;Annonceur"
RUNNING = f"{NUMBER};ADSL;01/01/2024;;k1;{FIBRE}"


def contract(agency: Agency, person: int) -> Contract:
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now())
    return found[person].facts.contract


def people(agency: Agency, *lines: str, name: str = "liste", **options: str) -> Imported:
    path = agency.workspace.settings.folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with agency.transaction() as session:
        now = agency.clock.now()
        read = contacts_of(path, now.date())
        return import_list(session, read, name, now, settings=agency.workspace.settings, **options)


@pytest.mark.parametrize(
    ("header", "cell", "status"),
    [
        ("Date de résiliation", "01/03/2026", Contract.NONE),
        ("Résilié le", "01/03/2026", Contract.NONE),
        ("Terminé le", "en mars", Contract.NONE),
        ("Statut", "résilié", Contract.NONE),
        ("Statut", "Terminé", Contract.NONE),
        ("Status", "cancelled", Contract.NONE),
        ("Statut", "en attente", Contract.NONE),
        ("Statut", "en cours", Contract.RELATED),
        ("Statut", "", Contract.RELATED),
        ("Résilié le", "", Contract.RELATED),
        ("Résilié le", "non", Contract.RELATED),
    ],
)
def test_a_contract_is_over_where_any_column_says_so(agency: Agency, header: str, cell: str, status: Contract) -> None:
    person = agency.person(NUMBER, consent=False)
    load(agency, "contracts", f"{HEADER};{header}", f"{RUNNING};{cell}")
    assert contract(agency, person) is status


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (f"{NUMBER};ADSL;01/01/2024;01/03/2026;k1;{FIBRE}", []),
        (f"{NUMBER};ADSL;;fin mars;k1;{FIBRE}", ["contract-end-unreadable"]),
        (f"{NUMBER};ADSL;;01/03/2026;;{FIBRE}", []),
        (f"{NUMBER};;;01/03/2026;;{FIBRE}", []),
        (f"{NUMBER};ADSL;;01/03/2026;;Qui donc", ["advertiser-unknown"]),
        (f"{NUMBER};ADSL;;01/03/2026;;", ["advertiser-missing"]),
        (f"{NUMBER} / {OTHER};ADSL;;01/03/2026;;{FIBRE}", ["person-several"]),
    ],
)
def test_an_end_that_a_later_file_tells_is_that_of_the_earlier_contract(
    agency: Agency, later: str, told: list[str]
) -> None:
    person = agency.person(NUMBER, consent=False)
    agency.person(OTHER, consent=False)
    load(agency, "contracts", HEADER, RUNNING)
    assert contract(agency, person) is Contract.RELATED
    imported = load(agency, "contracts", HEADER, later, name="later")
    assert codes(imported) == [(2, "warning", code) for code in told]
    campaign = agency.campaign(running=False, name="Encore")
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now())
    assert found[person].facts.contract is Contract.NONE


@pytest.mark.parametrize(
    ("advertiser", "proof", "status"),
    [
        ("", "k1", Contract.RELATED),
        ("Fibre Horizon", "k1", Contract.RELATED),
        ("Autre Marque", "k1", Contract.NONE),
        ("autre", "k1", Contract.NONE),
        ("", "", Contract.NONE),
    ],
)
def test_a_contract_of_a_contact_list_needs_our_name_and_a_proof(
    agency: Agency, advertiser: str, proof: str, status: Contract
) -> None:
    with agency.transaction() as session:
        toward = advertiser_id_of(session, agency.workspace.settings, FIBRE)
    header = "Nom;Tél;Code postal;Contrat en cours;Preuve du contrat;Annonceur"
    row = f"Roux;{NUMBER};35000;ADSL;{proof};{advertiser}"
    loaded = people(agency, header, row, name="people", advertiser_id=toward)
    assert contract(agency, 1) is status
    assert ("contract-without-proof" in loaded.report.counts) is not bool(proof)


@pytest.mark.parametrize(
    ("object_", "ended", "status"),
    [
        ("ADSL", "01/03/2026", Contract.NONE),
        ("adsl ", "01/03/2026", Contract.NONE),
        ("ADSL", "oui", Contract.NONE),
        ("non", "", Contract.NONE),
        ("résilié", "", Contract.NONE),
        ("Mutuelle", "01/03/2026", Contract.RELATED),
        ("ADSL", "", Contract.RELATED),
    ],
)
@pytest.mark.parametrize("name", ["", "Quelqu'un d'autre"])
def test_an_end_in_a_contact_list_ends_the_contract_of_whoever_has_the_number(
    agency: Agency, name: str, object_: str, ended: str, status: Contract
) -> None:
    person = agency.person(NUMBER, consent=False)
    load(agency, "contracts", HEADER, RUNNING)
    people(agency, "Nom;Tél;Contrat en cours;Résilié le", f"{name};{NUMBER};{object_};{ended}")
    assert contract(agency, person) is status


def test_an_end_of_somebody_who_is_new_is_not_stored(agency: Agency) -> None:
    people(agency, "Nom;Tél;Contrat en cours", f"Roux;{NUMBER};non")
    with agency.transaction() as session:
        assert not session.exec(select(ContractRow)).all()
