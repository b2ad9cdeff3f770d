"""A list becomes people, numbers and evidence: all of it, or nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from dialer import contacts
from dialer.advertisers import advertiser_id_of
from dialer.audit import AuditKind
from dialer.contacts import import_list, list_named
from dialer.errors import NotFound, NotPossible
from dialer.facts import read_facts
from dialer.imports import report_of
from dialer.schema import ConsentRow, Contact, ContractRow, ListMember, Opposition, PastCall, Phone, WishKind
from dialer.verification import verify
from lists import read_contacts
from lists.progress import Step
from rules.facts import Contract
from tests.dialer.agency import Agency
from tests.dialer.lists import TODAY, load, row


def oppositions(agency: Agency) -> list[tuple[int, WishKind, int, date | None]]:
    with agency.transaction() as session:
        rows = session.exec(select(Opposition).order_by(col(Opposition.number), Opposition.kind)).all()
    return [(each.number, each.kind, each.advertiser_id, each.said_on) for each in rows]


def test_a_person_is_stored_with_everything_about_them(agency: Agency) -> None:
    load(
        agency,
        row(
            Réf_client="C-1",
            Nom="Lefèvre",
            Prénom="Anaïs",
            Téléphone="01 99 00 00 01",
            Portable="06 39 98 01 01",
            Code_postal="35000",
            Ville="Rennes",
            Commentaire="Immeuble fibré",
        ),
    )
    with agency.transaction() as session:
        (person,) = session.exec(select(Contact))
        phones = session.exec(select(Phone).order_by(col(Phone.rank))).all()
        assert session.exec(select(ListMember.contact_id)).all() == [person.id]
    assert (person.external_id, person.last_name, person.first_name) == ("C-1", "Lefèvre", "Anaïs")
    assert (person.postcode, person.city, person.siret) == ("35000", "Rennes", None)
    assert person.attributes == {"Commentaire": "Immeuble fibré"}
    assert [(phone.number, phone.contact_id) for phone in phones] == [
        ("+33199000001", person.id),
        ("+33639980101", person.id),
    ]


def test_a_consent_keeps_its_parts(agency: Agency) -> None:
    load(
        agency,
        row(
            Portable="0639980101",
            Date_consentement="12/03/2026",
            Notice="FH-2026-01",
            Preuve="p.pdf",
            Systèmes_acceptés="humain,robot",
        ),
    )
    with agency.transaction() as session:
        (consent,) = session.exec(select(ConsentRow))
    assert (consent.collected_on, consent.notice, consent.proof) == (date(2026, 3, 12), "FH-2026-01", "p.pdf")
    assert consent.systems == "human-agent;automated;ai-agent"


def test_an_unreadable_consent_date_is_kept_as_missing(agency: Agency) -> None:
    load(agency, row(Portable="0639980101", Date_consentement="31/02/2026", Notice="FH-2026-01"))
    with agency.transaction() as session:
        (consent,) = session.exec(select(ConsentRow))
    assert (consent.collected_on, consent.notice, consent.proof) == (None, "FH-2026-01", "")


@pytest.mark.parametrize(("end", "until"), [("30/06/2027", date(2027, 6, 30)), ("", None)])
def test_a_contract_keeps_its_object_and_end(agency: Agency, end: str, until: date | None) -> None:
    with agency.transaction() as session:
        toward = advertiser_id_of(session, agency.workspace.settings, "Fibre Horizon")
    contract = {"Contrat_en_cours": "ADSL", "Fin_contrat": end, "Preuve_du_contrat": "c.pdf"}
    loaded = load(agency, row(Portable="0639980101", **contract), advertiser_id=toward)
    with agency.transaction() as session:
        (contract,) = session.exec(select(ContractRow))
    assert (contract.object, contract.until, contract.advertiser_id) == ("ADSL", until, toward)
    assert contract.proof == "c.pdf"
    assert not {"contract-without-advertiser", "contract-without-proof"} & set(loaded.report.counts)


def test_contracts_of_a_list_for_no_advertiser_are_told_once_and_permit_nothing(agency: Agency) -> None:
    contract = {"Contrat_en_cours": "ADSL"}
    loaded = load(agency, row(Portable="0639980101", **contract), row(Portable="0639980102", **contract))
    (told,) = (each for each in loaded.report.problems if each.code == "contract-without-advertiser")
    assert (told.line, told.column, told.value) == (2, "Contrat en cours", "ADSL")
    assert "--advertiser" in told.remedy_en
    campaign = agency.campaign(running=False, lists=("liste",))
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [1, 2], agency.clock.now())
    assert {each.facts.contract for each in found.values()} == {Contract.NONE}


@pytest.mark.parametrize(("column", "kind"), [("Refus_le", WishKind.REFUSAL), ("Opposition_le", WishKind.OBJECTION)])
@pytest.mark.parametrize(("cell", "said_on"), [("06/10/2026", date(2026, 10, 6)), ("courant septembre", None)])
def test_what_limits_is_kept_by_number_toward_everybody(
    agency: Agency, column: str, kind: WishKind, cell: str, said_on: date | None
) -> None:
    load(agency, row(Téléphone="0199000001", Portable="0639980101", **{column: cell}))
    assert oppositions(agency) == [(33199000001, kind, 0, said_on), (33639980101, kind, 0, said_on)]


def test_past_calls_are_kept_one_by_one(agency: Agency) -> None:
    load(agency, row(Portable="0639980101", Appels_passés="27/10/2026, 03/11/2026, 03/11/2026"))
    with agency.transaction() as session:
        days = session.exec(select(PastCall.made_on).order_by(col(PastCall.made_on))).all()
    assert days == [date(2026, 10, 27), date(2026, 11, 3), date(2026, 11, 3)]


def test_an_import_is_recorded_with_its_hash_and_figures(agency: Agency) -> None:
    imported = load(agency, row(Portable="0639980101"), row(Portable="06 XX"), source="hubspot")
    last = agency.audit()[-1]
    assert last.kind == AuditKind.LIST_IMPORTED
    assert json.loads(last.body) == {
        "list": "liste",
        "kind": "contacts",
        "sha256": imported.list.sha256,
        "source": "hubspot",
        "as_of": None,
        "advertiser": None,
        "accepted": 1,
        "merged": 0,
        "rejected": 1,
        "persons_added": 1,
        "persons_known": 0,
        "numbers_added": 1,
        "opposed": 0,
        "objections_added": 0,
        "refusals_added": 0,
    }


def test_the_stored_report_reads_back(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"), row(Portable="06 XX"))
    with agency.transaction() as session:
        report, stored = report_of(list_named(session, "liste"))
    assert (report.accepted, report.rejected, report.problems_found) == (1, 1, len(report.problems))
    said = {"opposed": 0, "objections_added": 0, "refusals_added": 0}
    assert stored == {"persons_added": 1, "persons_known": 0, "numbers_added": 1} | said


def test_a_report_of_the_first_version_reads_back(agency: Agency) -> None:
    imported = load(agency, row(Portable="0639980101"))
    older = {name: part for name, part in imported.list.report.items() if name not in {"counts", "problems_found"}}
    imported.list.report = older
    assert report_of(imported.list)[0].problems_found == len(imported.report.problems)


def test_kind_and_region_of_a_number_are_kept(agency: Agency) -> None:
    load(agency, row(Téléphone="0199000001", Portable="0639980101"))
    with agency.transaction() as session:
        kinds = session.exec(select(Phone.number, Phone.kind, Phone.region, Phone.rank).order_by(col(Phone.rank))).all()
    assert [tuple(each) for each in kinds] == [("+33199000001", "fixed", "FR", 0), ("+33639980101", "mobile", "FR", 1)]


def test_a_member_knows_the_line_of_the_file(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"), row(Portable="06 XX"), row(Portable="0639980102"))
    with agency.transaction() as session:
        assert session.exec(select(ListMember.line).order_by(col(ListMember.line))).all() == [2, 4]


def test_progress_tells_of_matching_and_storing(agency: Agency) -> None:
    told: list[tuple[Step, int, int]] = []
    load(agency, row(Portable="0639980101"), progress=lambda *word: told.append(word))
    stored = [(done, total) for step, done, total in told if step is Step.STORE]
    assert stored[-1] == (3, 3)
    assert [step for step, done, total in told if step is Step.MATCH and done == total] == [Step.MATCH]


def test_strict_refuses_a_file_with_a_bad_row_and_names_it(agency: Agency) -> None:
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"1 rows cannot be used and --strict .* line 3, .* leave --strict out"):
        load(agency, row(Portable="0639980101"), row(Portable="06 XX"), strict=True)
    assert agency.numbers_of_rows() == before
    load(agency, row(Portable="0639980101"), row(Portable="0639980102"), strict=True)


def test_a_file_without_any_usable_row_is_refused(agency: Agency) -> None:
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"none of its 1 rows can be used, so nothing was imported: line 2"):
        load(agency, row(Portable="06 XX"))
    assert agency.numbers_of_rows() == before


def test_the_same_file_is_taken_once(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"))
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"very file was already imported on 2026-11-24 09:02 UTC as 'liste'"):
        load(agency, row(Portable="0639980101"), name="autre")
    assert agency.numbers_of_rows() == before


def test_a_name_is_taken_once(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"))
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"a list named 'liste' was imported on .* with --name"):
        load(agency, row(Portable="0639980102"))
    assert agency.numbers_of_rows() == before


@pytest.mark.parametrize("crash", [MemoryError, KeyboardInterrupt])
def test_a_crash_in_the_middle_leaves_nothing(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, crash: type[BaseException]
) -> None:
    insert_rows, seen = contacts.insert_rows, []

    def crashes_at_the_third(*arguments: Any) -> None:
        seen.append(arguments)
        if len(seen) == 3:
            raise crash
        insert_rows(*arguments)

    before = agency.numbers_of_rows()
    monkeypatch.setattr(contacts, "insert_rows", crashes_at_the_third)
    with pytest.raises(crash):
        load(agency, *(row(Portable=f"063998010{n}") for n in range(5)))
    assert agency.numbers_of_rows() == before
    monkeypatch.undo()
    load(agency, *(row(Portable=f"063998010{n}") for n in range(5)))
    with agency.transaction() as session:
        assert len(session.exec(select(Contact.id)).all()) == 5


def test_an_unknown_list_is_told_with_those_there_are(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"))
    with agency.transaction() as session:
        assert list_named(session, "liste").file_name == "liste.csv"
        with pytest.raises(NotFound, match="no list 'lsite'; imported lists: liste"):
            list_named(session, "lsite")


def test_the_sample_is_stored_whole(agency: Agency) -> None:
    sample = read_contacts(agency.workspace.path("contacts.csv"), today=TODAY)
    with agency.transaction() as session:
        import_list(session, sample, "sample", agency.clock.now())
    rows, people = agency.numbers_of_rows(), sample.people
    assert rows["contact"] == rows["list_member"] == people.height > 50
    assert rows["phone"] == people["numbers"].list.len().sum()
    assert rows["consent"] == people["consent_stated"].sum() > 0
    assert rows["contract"] == people["contract_stated"].sum() > 0
    limited = people.filter(people["refused"] | people["objected"])
    assert rows["opposition"] == limited["numbers"].list.len().sum() > 0
    assert rows["past_call"] == people["past_calls"].list.len().sum() > 0
    with agency.transaction() as session:
        assert verify(session).whole
        undated = session.exec(select(Opposition.kind).where(col(Opposition.said_on).is_(None)).distinct()).all()
    assert undated == [WishKind.OBJECTION]
