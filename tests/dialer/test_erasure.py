"""An erased person is nowhere in clear, is not called again, and the chain still holds; what must stay, stays."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from sqlmodel import SQLModel, select

from dialer import remarks
from dialer.audit import AuditKind
from dialer.campaigns import campaign_named
from dialer.dispositions import Disposition
from dialer.erased_register import erased_register
from dialer.erasure import Erased, erase, preview
from dialer.errors import NotFound, NotPossible
from dialer.held import Held
from dialer.holds import lift_hold, place_hold
from dialer.noting import note_objection
from dialer.oppositions import oppositions_on
from dialer.ports import CallEventKind
from dialer.schema import (
    AgreedSlot,
    AttemptState,
    Candidate,
    ConsentRow,
    Contact,
    ContractRow,
    ImportedList,
    LegalHold,
    ListedNumber,
    PastCall,
    Phone,
    Remark,
    RequestKind,
    SubjectRequest,
    WishKind,
)
from dialer.vault import Erased as Unreadable
from dialer.vault import read_decision
from dialer.verification import verify
from dialer.wishes import contact_of
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

NUMBER, OTHER, STRANGER = "+33639980101", "+33639980102", "+33639980103"
NAME = "Quellennec"


@pytest.fixture
def known(agency: Agency) -> int:
    """Somebody with two numbers and a remark about them, who was called this morning."""
    person = agency.person(
        NUMBER, OTHER, last_name=NAME, first_name="Maëlle", external_id="CRM-77", city="Rennes", attributes={"x": NAME}
    )
    campaign = agency.campaign()
    call = agency.dial(agency.order(campaign, person))
    agency.report(call, CallEventKind.ENDED, disposition=Disposition.NO_ANSWER, sip_code=480)
    agency.object(person)
    return person


def erased(agency: Agency, person: int, reason: str = "a letter") -> Erased:
    return erase(agency.workspace, person, reason, agency.clock.now())


def everything_stored(agency: Agency) -> str:
    """Every cell of every table as text, without digests and ids: a postcode comes about among their digits."""
    with agency.transaction() as session:
        tables = SQLModel.metadata.sorted_tables
        rows = (repr(tuple(row)) for table in tables for row in session.connection().execute(table.select()))
        return re.sub(r"\b[0-9a-f]{24,}\b", "", "\n".join(rows))


def test_nothing_clear_is_left_but_the_number_of_the_objection(agency: Agency, known: int) -> None:
    assert NAME in everything_stored(agency)
    erased(agency, known)
    left = everything_stored(agency)
    for word in (NAME, "Maëlle", "CRM-77", "Rennes", "35000", NUMBER, OTHER):
        assert word not in left, word
    with agency.transaction() as session:
        assert {row.kind for row, _ in oppositions_on(session, NUMBER)} == {WishKind.OBJECTION}


def test_the_chain_holds_and_the_decisions_say_that_they_are_erased(agency: Agency, known: int) -> None:
    erased(agency, known)
    decisions = agency.decisions()
    with agency.transaction() as session:
        assert verify(session).whole
        for decision in decisions:
            with pytest.raises(Unreadable, match="erased"):
                read_decision(session, agency.workspace.vault, decision)
    told = json.loads(next(row.body for row in agency.audit() if row.kind == AuditKind.ERASED))
    assert told["person"] == agency.workspace.pseudonyms.of(known)
    assert len(told["wishes"]) == 1
    assert agency.remark(told["reason_sha256"]) == "a letter"


@pytest.mark.parametrize("number", [NUMBER, OTHER])
def test_whoever_comes_back_with_a_number_of_theirs_is_not_called(agency: Agency, known: int, number: str) -> None:
    """The same file again: the consent in it is older than the objection."""
    erased(agency, known)
    again = agency.person(number)
    answer = agency.ask(agency.campaign(name="again"), again)
    assert answer.order is None
    assert "FR-OBJECTION" in " ".join(answer.decision.rule_ids) or answer.decision.verdict is Verdict.DENY
    assert again != known


def test_calls_of_the_last_month_count_on_under_each_number(agency: Agency, known: int) -> None:
    erased(agency, known)
    with agency.transaction() as session:
        kept = {(call.number, call.made_on) for call in session.exec(select(PastCall))}
    assert kept == {(int(number[1:]), date(2026, 11, 24)) for number in (NUMBER, OTHER)}


@pytest.mark.parametrize(("days", "kept"), [(31, 2), (32, 0)])
def test_calls_that_limit_nothing_any_more_are_not_kept(agency: Agency, known: int, days: int, kept: int) -> None:
    agency.clock.advance(days=days)
    erased(agency, known)
    with agency.transaction() as session:
        assert len(session.exec(select(PastCall)).all()) == kept


def test_a_call_that_never_left_limits_nothing(agency: Agency) -> None:
    person = agency.person(NUMBER)
    agency.write_attempt(agency.campaign(), person, state=AttemptState.EXPIRED)
    erased(agency, person)
    with agency.transaction() as session:
        assert session.exec(select(PastCall)).all() == []


def test_proofs_of_consent_stay_within_their_period(agency: Agency, known: int) -> None:
    with agency.transaction() as session:
        proof_in_the_chain = remarks.note(session, "preuves/formulaire.pdf", known)
    found = erased(agency, known).preview
    with agency.transaction() as session:
        consents = session.exec(select(ConsentRow).where(ConsentRow.contact_id == known)).all()
        assert session.get_one(Remark, proof_in_the_chain).text == consents[0].proof
    assert found.proofs == len(consents) == 2
    assert all(consent.proof for consent in consents)


def test_somebody_else_is_not_touched(agency: Agency, known: int) -> None:
    neighbour = agency.person(STRANGER, last_name=NAME, first_name="Maëlle")
    campaign = agency.campaign(name="both")
    agency.ask(campaign, neighbour)
    before = agency.stored(agency.decisions()[-1])
    found = erased(agency, known).preview
    assert found.namesakes == 1
    assert agency.stored(agency.decisions()[-1]) == before
    with agency.transaction() as session:
        assert contact_of(session, STRANGER) == neighbour
        assert session.get_one(Contact, neighbour).last_name == NAME


def test_a_preview_tells_what_goes_and_changes_nothing(agency: Agency, known: int) -> None:
    before = agency.numbers_of_rows()
    with agency.transaction() as session:
        found = preview(session, agency.workspace, known)
    assert agency.numbers_of_rows() == before
    assert (found.name, found.numbers, found.lists) == (f"Maëlle {NAME}", (NUMBER, OTHER), ("people",))
    assert found.goes == {"phone": 2, "customer_reference": 1, "list_member": 1, "candidate": 1, "wish": 1}
    assert (found.decisions, found.attempts, found.in_clear) == (1, 1, 0)


def test_what_a_report_quotes_of_them_is_blanked(agency: Agency, known: int) -> None:
    samples = [
        {"line": line, "column": "Nom", "value": value, "severity": "noted", "code": "x",
         "message_fr": f"« {value} »", "message_en": value, "remedy_fr": "", "remedy_en": ""}
        for line, value in enumerate((NAME.upper(), "06 39 98 01 02", "Martin", "06 39 98 01 03"), start=5)
    ]  # fmt: skip
    with agency.transaction() as session:
        stored = session.exec(select(ImportedList)).one()
        stored.report = {"problems": samples}
        session.add(stored)
    erased(agency, known)
    with agency.transaction() as session:
        problems = session.exec(select(ImportedList).where(ImportedList.name == "people")).one().report["problems"]
    assert [each["value"] for each in problems] == ["", "", "Martin", "06 39 98 01 03"]  # type: ignore[attr-defined]
    assert NAME.upper() not in json.dumps(problems, ensure_ascii=False)


def test_recordings_go_and_files_that_name_them_are_named(agency: Agency, known: int) -> None:
    folder = agency.workspace.settings.folder
    (folder / "recordings").mkdir()
    theirs, other = (folder / "recordings" / f"{number[1:]}-1.wav" for number in (NUMBER, STRANGER))
    for path in (theirs, other):
        path.write_bytes(b"RIFF")
    spelled = folder / "septembre-problemes.csv"
    spelled.write_text("ligne;valeur\n5;06.39.98.01.02\n", "utf-8")
    (folder / "autre.csv").write_text("06 39 98 01 03;106399801012\n", "utf-8")
    found = erased(agency, known).preview
    assert (theirs.exists(), other.exists()) == (False, True)
    assert found.recordings == (theirs,)
    assert found.files.naming == (spelled,)


def test_the_register_has_them_before_the_database_does(agency: Agency, known: int) -> None:
    """Something fails after it: a recording that cannot be deleted, because it is a folder."""
    stubborn = agency.workspace.path("recordings", f"{NUMBER[1:]}-1.wav")
    stubborn.mkdir(parents=True)
    with pytest.raises(OSError, match="recordings"):
        erased(agency, known)
    (person,) = erased_register(agency.workspace.settings.keys_folder).people()
    assert (person.contact_id, person.pseudonym) == (known, agency.workspace.pseudonyms.of(known))
    with agency.transaction() as session:
        assert session.get_one(Contact, known).erased_at is None
    stubborn.rmdir()
    erased(agency, known)


def test_a_register_that_cannot_be_written_undoes_the_erasure(agency: Agency, known: int) -> None:
    (agency.workspace.settings.keys_folder / "erased.jsonl").mkdir(parents=True)
    with pytest.raises(OSError, match=r"erased\.jsonl"):
        erased(agency, known)
    with agency.transaction() as session:
        assert session.get_one(Contact, known).last_name == NAME
        assert verify(session).whole


def test_not_while_a_call_to_them_is_under_way(agency: Agency) -> None:
    person = agency.person()
    call = agency.dial(agency.order(agency.campaign(), person))
    with pytest.raises(NotPossible, match="under way"):
        erased(agency, person)
    agency.report(call, CallEventKind.ENDED, disposition=Disposition.ANSWERED)
    erased(agency, person)


def test_a_call_that_was_approved_does_not_leave_any_more(agency: Agency) -> None:
    person = agency.person()
    order = agency.order(agency.campaign(), person)
    erased(agency, person)
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    with agency.transaction() as session:
        assert verify(session).whole
        assert session.exec(select(Candidate).where(Candidate.contact_id == person)).all() == []


@pytest.mark.parametrize("over", ["the person", "their campaign", "everything"])
def test_not_under_a_legal_hold(agency: Agency, known: int, over: str) -> None:
    with agency.transaction() as session:
        hold = place_hold(
            session,
            agency.workspace.settings,
            agency.workspace.pseudonyms,
            "a suit",
            agency.clock.now(),
            contact_id=known if over == "the person" else None,
            campaign=campaign_named(session, agency.plan().name) if over == "their campaign" else None,
        )
    with pytest.raises(Held, match=f"legal hold {hold.id}"):
        erased(agency, known)
    with agency.transaction() as session:
        lift_hold(session, hold.id, agency.clock.now())
    erased(agency, known)
    with agency.transaction() as session:
        assert verify(session).whole


@pytest.mark.parametrize("was_called", [True, False])
def test_not_under_a_hold_of_a_campaign_that_they_were_or_are_in(agency: Agency, known: int, was_called: bool) -> None:
    """Called and a candidate no longer, or a candidate who was never called."""
    person = known if was_called else agency.person(STRANGER)
    campaign = agency.campaign(name="gelée", running=False) if not was_called else None
    with agency.transaction() as session:
        if was_called:
            session.delete(session.exec(select(Candidate).where(Candidate.contact_id == known)).one())
        held = campaign or campaign_named(session, agency.plan().name)
        workspace = agency.workspace
        place_hold(session, workspace.settings, workspace.pseudonyms, "a suit", agency.clock.now(), campaign=held)
    with pytest.raises(Held):
        erased(agency, person)


def test_words_written_when_the_number_was_nobodys_go_too(agency: Agency) -> None:
    with agency.transaction() as session:
        note_objection(
            session,
            agency.workspace.pseudonyms,
            number=NUMBER,
            advertiser_id=None,
            said_at=agency.clock.now() - timedelta(days=1),
            source=f"letter of Mrs {NAME}",
            now=agency.clock.now(),
        )
    person = agency.person(NUMBER)
    erased(agency, person)
    assert NAME not in everything_stored(agency)


def test_their_request_keeps_no_words_either(agency: Agency, known: int) -> None:
    agency.add(
        SubjectRequest(
            kind=RequestKind.ERASURE, contact_id=known, number="", received_on=date(2026, 11, 20),
            due_on=date(2026, 12, 20), note=NAME,
        ),
        LegalHold(contact_id=known, reason=NAME, placed_at=MORNING, placed_by="", lifted_at=MORNING),
    )  # fmt: skip
    erased(agency, known)
    assert NAME not in everything_stored(agency)


def test_once_erased_nobody_has_the_number(agency: Agency, known: int) -> None:
    erased(agency, known)
    with agency.transaction() as session, pytest.raises(NotFound):
        contact_of(session, NUMBER)
    with agency.transaction() as session:
        assert session.exec(select(Phone)).all() == []


KEPT_UNDER_THE_ID = {
    "attempt", "callback_request", "consent", "decision", "legal_hold", "subject_request",
}  # fmt: skip
"""Tables whose rows about a person outlive them: proofs, decisions and calls under a pseudonym, acts of ours."""


def test_no_table_keeps_a_row_about_them_but_those_that_must_stay(agency: Agency, known: int) -> None:
    now, workspace = agency.clock.now(), agency.workspace
    with agency.transaction() as session:
        session.get_one(Contact, known).siret = "73282932000074"
        people = session.exec(select(ImportedList.id)).one()
        session.add(ContractRow(contact_id=known, object="ADSL 8041"))
        session.add(AgreedSlot(contact_id=known, at=now, proof="preuves/rendez-vous.pdf"))
        session.add(ListedNumber(number=int(OTHER[1:]), list_id=people))
        remarks.note(session, f"{NAME} rappelle demain", known)
        place_hold(session, workspace.settings, workspace.pseudonyms, f"{NAME} porte plainte", now, contact_id=known)
        lift_hold(session, 1, now)
        session.add(
            SubjectRequest(
                kind=RequestKind.ACCESS, contact_id=known, received_on=now.date(), due_on=now.date(), note=NAME
            )
        )
    erased(agency, known)
    left = everything_stored(agency)
    for word in ("73282932000074", "ADSL 8041", "rendez-vous.pdf", "rappelle", "plainte", NAME):
        assert word not in left, word
    tables = [table for table in SQLModel.metadata.sorted_tables if "contact_id" in table.columns]
    with agency.transaction() as session:
        counts = {
            table.name: len(session.connection().execute(table.select().where(table.c.contact_id == known)).all())
            for table in tables
        }
        assert session.exec(select(ListedNumber)).all() == []
    assert {name for name, count in counts.items() if count} <= KEPT_UNDER_THE_ID
