"""An import is taken back whole; what is on record about calls, and what people said, stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import SQLModel, select

from dialer.audit import AuditKind
from dialer.dossiers import read_dossiers
from dialer.errors import NotFound, NotPossible
from dialer.imports import Imported
from dialer.schema import (
    AttemptState,
    Candidate,
    CandidateState,
    ConsentRow,
    ListKind,
    Opposition,
    PastCall,
    Scrub,
    WishKind,
)
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, evidence_file, load, numbers, people, refused, row, undo

A, B, C, D = "0639980101", "0639980102", "0639980103", "0639980104"
EVERYTHING = row(
    Réf_client="1",
    Nom="Roux",
    Téléphone="0199000001",
    Portable=A,
    Code_postal="35000",
    Contrat_en_cours="ADSL",
    Preuve_du_contrat="c.pdf",
    Refus_le="06/10/2026",
    Opposition_le="06/10/2026",
    Appels_passés="03/11/2026",
    **CONSENT,
)


def test_everything_that_a_list_brought_goes(agency: Agency) -> None:
    before = agency.numbers_of_rows()
    load(agency, EVERYTHING, row(Nom="Vert", Portable=B))
    agency.campaign(running=False, lists=("liste",))
    taken = undo(agency, drop_limits="wrong file")
    after = agency.numbers_of_rows()
    kept = {"audit": 4, "campaign": 1, "advertiser": 1, "remark": 1}
    assert {table: count for table, count in after.items() if count != before[table]} == kept
    assert taken.removed == {
        "consents": 1,
        "contracts": 1,
        "oppositions": 4,
        "past_calls": 1,
        "members": 2,
        "persons": 2,
        "numbers": 3,
    }


def test_it_is_recorded_and_the_chain_holds(agency: Agency) -> None:
    imported = load(agency, row(Nom="Roux", Portable=A))
    undo(agency)
    last = agency.audit()[-1]
    assert last.kind == AuditKind.LIST_TAKEN_BACK
    assert json.loads(last.body) == {
        "list": "liste",
        "kind": "contacts",
        "sha256": imported.list.sha256,
        "removed": {"members": 1, "persons": 1, "numbers": 1},
        "campaigns": [],
    }
    with agency.transaction() as session:
        assert verify(session).whole


def test_the_same_file_can_come_again(agency: Agency) -> None:
    load(agency, EVERYTHING)
    undo(agency, drop_limits="wrong file")
    load(agency, EVERYTHING)
    assert numbers(agency) == ["0199000001", A]


def test_a_list_that_is_not_there(agency: Agency) -> None:
    with pytest.raises(NotFound, match="no list 'absente'"):
        undo(agency, "absente")


def test_who_is_on_another_list_stays_without_what_this_one_added(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A, **CONSENT), name="un")
    load(agency, row(Nom="Roux", Portable=A, Téléphone=C, **CONSENT), row(Nom="Vert", Portable=B), name="deux")
    undo(agency, "deux")
    assert numbers(agency) == [A]
    assert agency.numbers_of_rows()["consent"] == agency.numbers_of_rows()["list_member"] == 1


def test_lists_that_share_a_person_are_taken_back_in_reverse_order(agency: Agency) -> None:
    """What two lists say of one person is kept once, so the earlier of them cannot be taken out of it alone."""
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, row(Nom="Roux", Portable=A, Téléphone=C), name="deux")
    load(agency, row(Nom="Roux", Portable=C), name="trois")
    with pytest.raises(NotPossible, match="take them back first, in this order: 'trois', 'deux'"):
        undo(agency, "un")
    for name in ("trois", "deux", "un"):
        undo(agency, name)
    assert (people(agency), numbers(agency)) == ([], [])


def test_a_number_against_which_something_was_said_stays_with_its_person(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, row(Nom="Roux", Portable=A, Téléphone=C), name="deux")
    evidence_file(agency, ListKind.PAST_CALLS, PastCall(number=int(f"33{C[1:]}"), made_on=date(2026, 11, 3)))
    undo(agency, "deux")
    assert numbers(agency) == [A, C]


ANOTHER_FILE: dict[str, Callable[[], SQLModel]] = {
    "objection": lambda: Opposition(number=33639980101, kind=WishKind.OBJECTION),
    "past call": lambda: PastCall(number=33639980101, made_on=date(2026, 11, 3)),
}


@pytest.mark.parametrize("again", [{"Portable": A}, {"Portable": B}, {"Réf_client": "1", "Portable": C}], ids=str)
@pytest.mark.parametrize("said", ANOTHER_FILE)
def test_who_is_limited_by_another_file_is_so_however_they_are_loaded_again(
    agency: Agency, said: str, again: dict[str, str]
) -> None:
    """By the number it was said about, by another one of theirs, or by their customer id with a new number."""
    load(agency, row(Réf_client="1", Nom="Roux", Portable=A, Téléphone=B), row(Nom="Vert", Portable=D), source="crm")
    evidence_file(agency, ListKind.OBJECTIONS, ANOTHER_FILE[said]())
    assert undo(agency).removed == {"members": 2, "persons": 1, "numbers": 1}
    assert [each.list_id for each in people(agency)] == [None]
    load(agency, row(Nom="Roux", **again), name="corrigée", source="crm")
    (roux,) = people(agency)
    with agency.transaction() as session:
        dossier = read_dossiers(session, [roux.id])[0]
    assert len([*dossier.oppositions, *dossier.past_calls]) == 1


def test_what_a_list_added_to_somebody_limited_by_another_file_stays(agency: Agency) -> None:
    """They might come back by that number or customer id alone."""
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, row(Réf_client="1", Nom="Roux", Portable=A, Téléphone=C), name="deux", source="crm")
    evidence_file(agency, ListKind.OBJECTIONS, Opposition(number=33639980101, kind=WishKind.OBJECTION))
    undo(agency, "deux")
    load(agency, row(Réf_client="1", Nom="Roux", Portable=B), name="trois", source="crm")
    assert (len(people(agency)), numbers(agency)) == (1, [A, B, C])


def test_candidates_of_another_list_of_the_campaign_stay(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, row(Nom="Roux", Portable=A), row(Nom="Vert", Portable=B), name="deux")
    agency.campaign(running=False, lists=("un", "deux"))
    undo(agency, "deux")
    with agency.transaction() as session:
        (candidate,) = session.exec(select(Candidate))
    assert [candidate.contact_id] == [each.id for each in people(agency)]


@pytest.mark.parametrize("state", [AttemptState.CANCELLED, AttemptState.EXPIRED])
def test_a_call_that_never_left_keeps_the_person_only(agency: Agency, state: AttemptState) -> None:
    """Sealed rows name the person; they stay with their number, on no list and in no campaign."""
    load(agency, row(Nom="Roux", Portable=A, **CONSENT), row(Nom="Vert", Portable=B))
    campaign = agency.campaign(running=False, lists=("liste",))
    roux, _ = people(agency)
    agency.write_attempt(campaign, roux.id, state=state, number="+33639980101")
    undo(agency)
    assert [(each.id, each.list_id) for each in people(agency)] == [(roux.id, None)]
    assert numbers(agency) == [A]
    rows = agency.numbers_of_rows()
    assert (rows["list_member"], rows["candidate"], rows["consent"], rows["imported_list"]) == (0, 0, 0, 0)


def test_an_approval_that_has_not_left_is_cancelled(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A))
    campaign = agency.campaign(running=False, lists=("liste",))
    (roux,) = people(agency)
    attempt = agency.write_attempt(campaign, roux.id)
    undo(agency)
    assert agency.state(attempt) is AttemptState.CANCELLED


def test_what_somebody_said_holds_when_they_are_loaded_again(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A))
    (roux,) = people(agency)
    agency.object(roux.id)
    undo(agency)
    load(agency, row(Nom="Roux", Portable=A, Téléphone=C), name="encore")
    assert [wish.contact_id for wish in agency.wishes()] == [each.id for each in people(agency)]
    undo(agency, "encore")
    assert numbers(agency) == [A, C], "what they said holds for all their numbers"


def test_an_approval_on_its_strength_is_asked_about_again(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    evidence_file(agency, ListKind.CONSENTS, ConsentRow(contact_id=person))
    order = agency.order(campaign, person)
    undo(agency, "fichier")
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    assert agency.candidate(campaign, person).state is CandidateState.WAITING


@pytest.mark.parametrize("kind", [ListKind.OBJECTIONS, ListKind.OPPOSITION])
def test_whom_a_file_opposed_is_asked_about_again(agency: Agency, kind: ListKind) -> None:
    person, other = agency.person("+33639980101"), agency.person("+33639980102")
    campaign = agency.campaign(running=False)
    for each in (person, other):
        with agency.transaction() as session:
            candidate = session.get_one(Candidate, (campaign.id, each))
            candidate.state, candidate.due_at = CandidateState.NEVER, None
            session.add(candidate)
    evidence_file(agency, kind, Opposition(number=33639980101, kind=WishKind.OBJECTION))
    assert undo(agency, "fichier", drop_limits="wrong file").removed == {"oppositions": 1}
    states = [agency.candidate(campaign, each).state for each in (person, other)]
    assert states == [CandidateState.WAITING, CandidateState.NEVER]


LIMITS = {
    "an objection": row(Nom="Roux", Portable=A, Téléphone=C, Opposition_le="06/10/2026"),
    "a refusal": row(Nom="Roux", Portable=A, Téléphone=C, Refus_le="06/10/2026"),
    "past calls": row(Nom="Roux", Portable=A, Appels_passés="03/11/2026"),
}


@pytest.mark.parametrize("said", LIMITS)
def test_a_contact_list_that_limits_calls_does_not_go_without_a_reason(agency: Agency, said: str) -> None:
    load(agency, row(Nom="Roux", Portable=A), name="un")
    load(agency, LIMITS[said], name="deux")
    agency.campaign(running=False, lists=("deux",), name="Fibre")
    refused(agency, r"1 persons who stay have none left; it would be lost to: 'Fibre'.* --drop-limits --reason", "deux")
    taken = undo(agency, "deux", drop_limits="wrong file")
    assert (taken.campaigns, taken.dropped.persons) == (("Fibre",), 1)
    assert taken.dropped.numbers == (1 if said == "past calls" else 2)


def test_the_reason_for_dropping_limits_goes_on_record(agency: Agency) -> None:
    load(agency, EVERYTHING)
    undo(agency, drop_limits=" wrong file ")
    told = json.loads(agency.audit()[-1].body)["limits_dropped"]
    assert agency.remark(told.pop("reason_sha256")) == "wrong file"
    assert told == {"numbers": 2, "persons": 0}, "who came with the list goes with it"


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_reason_is_none(agency: Agency, blank: str) -> None:
    load(agency, EVERYTHING)
    with pytest.raises(NotPossible, match="--reason"):
        undo(agency, drop_limits=blank)


@pytest.mark.parametrize("else_said", ["another list", "a word of theirs", "their other number"])
def test_who_is_limited_otherwise_is_not_counted_as_freed(agency: Agency, else_said: str) -> None:
    load(agency, row(Nom="Roux", Portable=A, Téléphone=C))
    (roux,) = people(agency)
    if else_said == "a word of theirs":
        agency.object(roux.id)
    else:
        number = int(f"33{(C if else_said == 'their other number' else A)[1:]}")
        evidence_file(agency, ListKind.OBJECTIONS, Opposition(number=number, kind=WishKind.OBJECTION), name="autre")
    evidence_file(agency, ListKind.OBJECTIONS, Opposition(number=33639980101, kind=WishKind.OBJECTION))
    dropped = undo(agency, "fichier", drop_limits="wrong file").dropped
    assert (dropped.numbers, dropped.persons) == (1, 0)


def test_past_calls_of_a_file_go(agency: Agency) -> None:
    agency.person("+33639980101")
    evidence_file(agency, ListKind.PAST_CALLS, PastCall(number=33639980101, made_on=date(2026, 11, 3)))
    assert undo(agency, "fichier", drop_limits="wrong file").removed == {"past_calls": 1}


def scrubbed(agency: Agency, contacts: Imported) -> None:
    day = date(2026, 7, 1)
    proof = Scrub(contacts_id=contacts.list.id, sha256="a", uploaded_on=day, returned_on=day, rows_in=1, rows_removed=0)
    evidence_file(agency, ListKind.SCRUBS, proof)


def test_a_scrub_goes_with_its_file_or_with_the_list_that_was_scrubbed(agency: Agency) -> None:
    contacts = load(agency, row(Nom="Roux", Portable=A))
    scrubbed(agency, contacts)
    assert undo(agency, "fichier").removed == {"scrubs": 1}
    scrubbed(agency, contacts)
    assert undo(agency).removed["scrubs"] == 1
    assert undo(agency, "fichier").removed == {}
