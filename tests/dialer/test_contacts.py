"""A list becomes people, numbers and evidence: all of it, or nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from dialer import contacts
from dialer.audit import AuditKind, verify
from dialer.contacts import import_list, list_named
from dialer.errors import NotFound, NotPossible
from dialer.schema import ConsentRow, Contact, ContactList, ContractRow, ListMember, PastCall, Phone, Wish, WishKind
from lists import read_contacts
from tests.dialer.agency import Agency

HEADER = (
    "Réf client;Nom;Prénom;Téléphone;Portable;Code postal;Ville;SIRET;Date consentement;Notice;Preuve;"
    "Systèmes acceptés;Contrat en cours;Fin contrat;Refus le;Opposition le;Appels passés;Commentaire"
)
COLUMNS = HEADER.split(";")
TODAY = date(2026, 11, 24)


def row(**cells: str) -> str:
    """One line of the file: `row(Nom="Roux", Portable="06…")`; `_` stands for a space."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    assert set(named) <= set(COLUMNS)
    return ";".join(named.get(column, "") for column in COLUMNS)


def load(agency: Agency, *rows: str, name: str = "liste", folder: Path | None = None) -> ContactList:
    path = (folder or agency.workspace.settings.folder) / f"{name}.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    with agency.transaction() as session:
        return import_list(session, read_contacts(path, today=TODAY), name, agency.clock.now())


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
    load(agency, row(Portable="0639980101", Contrat_en_cours="ADSL", Fin_contrat=end))
    with agency.transaction() as session:
        (contract,) = session.exec(select(ContractRow))
    assert (contract.object, contract.until) == ("ADSL", until)


@pytest.mark.parametrize(("column", "kind"), [("Refus_le", WishKind.REFUSAL), ("Opposition_le", WishKind.OBJECTION)])
@pytest.mark.parametrize(
    ("cell", "said_at"), [("06/10/2026", datetime(2026, 10, 6, 12, tzinfo=UTC)), ("courant septembre", None)]
)
def test_a_wish_is_kept_toward_everybody(
    agency: Agency, column: str, kind: WishKind, cell: str, said_at: datetime | None
) -> None:
    load(agency, row(Portable="0639980101", **{column: cell}))
    (wish,) = agency.wishes()
    assert (wish.kind, wish.said_at, wish.advertiser_id, wish.source) == (kind, said_at, None, "list liste")


def test_past_calls_are_kept_one_by_one(agency: Agency) -> None:
    load(agency, row(Portable="0639980101", Appels_passés="27/10/2026, 03/11/2026, 03/11/2026"))
    with agency.transaction() as session:
        days = session.exec(select(PastCall.made_on).order_by(col(PastCall.made_on))).all()
    assert days == [date(2026, 10, 27), date(2026, 11, 3), date(2026, 11, 3)]


def test_an_import_is_recorded_with_its_hash(agency: Agency) -> None:
    stored = load(agency, row(Portable="0639980101"), row(Portable="06 XX"))
    last = agency.audit()[-1]
    assert last.kind == AuditKind.LIST_IMPORTED
    assert json.loads(last.body) == {"list": "liste", "sha256": stored.sha256, "accepted": 1, "rejected": 1}


def test_who_is_known_by_a_number_keeps_their_place_and_learns_the_rest(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable="0639980101"), name="un")
    load(
        agency,
        row(Nom="Roux", Téléphone="0199000001", Portable="0639980101", Opposition_le="06/10/2026"),
        name="deux",
    )
    with agency.transaction() as session:
        (person,) = session.exec(select(Contact))
        numbers = session.exec(select(Phone.number).order_by(col(Phone.number))).all()
        lists = session.exec(select(ListMember.list_id)).all()
    assert numbers == ["+33199000001", "+33639980101"]
    assert len(lists) == 2
    assert [wish.contact_id for wish in agency.wishes()] == [person.id]


def test_what_limits_calls_reaches_everybody_who_shares_the_numbers(agency: Agency) -> None:
    """Two people of the first list turn out to share a row of the second: the consent is one's, the limits both's."""
    load(agency, row(Nom="Roux", Portable="0639980101"), row(Nom="Blanc", Portable="0639980102"), name="un")
    load(
        agency,
        row(
            Téléphone="0639980101",
            Portable="0639980102",
            Date_consentement="12/03/2026",
            Refus_le="06/10/2026",
            Appels_passés="03/11/2026",
        ),
        name="deux",
    )
    with agency.transaction() as session:
        both = sorted(session.exec(select(Contact.id)))
        consents = session.exec(select(ConsentRow.contact_id)).all()
        called = sorted(session.exec(select(PastCall.contact_id)))
        phones = session.exec(select(Phone.contact_id).order_by(col(Phone.number))).all()
    assert (len(both), consents, called, phones) == (2, both[:1], both, both)
    assert sorted(wish.contact_id for wish in agency.wishes()) == both


def test_the_same_file_is_taken_once(agency: Agency, tmp_path: Path) -> None:
    load(agency, row(Portable="0639980101"))
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"very file was already imported on 2026-11-24 09:02 UTC as 'liste'"):
        load(agency, row(Portable="0639980101"), name="autre", folder=tmp_path)
    assert agency.numbers_of_rows() == before


def test_a_name_is_taken_once(agency: Agency) -> None:
    load(agency, row(Portable="0639980101"))
    before = agency.numbers_of_rows()
    with pytest.raises(NotPossible, match=r"a list named 'liste' was imported on .* with --name"):
        load(agency, row(Portable="0639980102"))
    assert agency.numbers_of_rows() == before


def test_a_crash_in_the_middle_leaves_nothing(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    store_person, seen = contacts._store_person, []

    def crashes_at_the_third(*arguments: object) -> None:
        seen.append(arguments)
        if len(seen) == 3:
            raise MemoryError
        store_person(*arguments)  # type: ignore[arg-type]

    before = agency.numbers_of_rows()
    monkeypatch.setattr(contacts, "_store_person", crashes_at_the_third)
    with pytest.raises(MemoryError):
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
    rows, frame = agency.numbers_of_rows(), sample.frame
    assert rows["contact"] == rows["list_member"] == len(frame)
    assert rows["phone"] == sum(len(numbers.split(";")) for numbers in frame["numbers"])
    assert rows["consent"] == frame["consent_stated"].sum()
    assert rows["contract"] == frame["contract_stated"].sum()
    assert rows["wish"] == frame["refused"].sum() + frame["objected"].sum()
    assert rows["past_call"] == sum(len(days.split(";")) for days in frame["past_calls"].dropna())
    with agency.transaction() as session:
        assert verify(session).whole
        assert session.exec(select(Wish).where(col(Wish.said_at).is_(None))).one().kind is WishKind.OBJECTION
