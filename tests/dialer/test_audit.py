"""The chain of hashed rows shows where it was touched, and the database refuses to touch it."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from dialer.audit import GENESIS, AuditKind, ClockWentBack, Pseudonyms, append, chain_id
from dialer.complaints import Complaint, record_complaint
from dialer.contacts import import_list
from dialer.noting import correct_objection, note_consent, note_objection
from dialer.runs import on_record
from dialer.schema import AuditRow, ConsentRow, Contact, Phone
from dialer.store import Store
from dialer.verification import verify
from lists import read_contacts
from tests.dialer.agency import Agency, consent_of
from tests.dialer.fakes import MORNING, OPTS_OUT, ScriptedRunner


def write(agency: Agency, rows: int) -> None:
    """A chain of so many rows."""
    with agency.transaction() as session:
        for number in range(rows):
            append(session, AuditKind.VERIFIED, {"number": number}, MORNING + timedelta(seconds=number))


def change(agency: Agency, *statements: str) -> None:
    with agency.transaction() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def test_an_empty_chain_is_whole(agency: Agency) -> None:
    with agency.transaction() as session:
        found = verify(session)
    assert (found.whole, found.rows, found.head) == (True, 0, GENESIS)


def test_each_row_follows_the_one_before(agency: Agency) -> None:
    write(agency, 5)
    with agency.transaction() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.seq))).all()
        found = verify(session)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous for row in rows] == [GENESIS, *(row.sha256 for row in rows[:-1])]
    assert (found.whole, found.rows, found.head) == (True, 6, rows[-1].sha256)


def test_no_two_chains_are_alike_from_their_first_row_on(agency: Agency) -> None:
    ids = []
    for _ in range(2):
        with pytest.raises(InterruptedError), agency.transaction() as session:  # noqa: PT012 - rolled back on purpose
            append(session, AuditKind.VERIFIED, {}, MORNING)
            first = session.get_one(AuditRow, 1)
            assert first.kind == AuditKind.CHAIN_BEGUN
            assert chain_id(session) == first.sha256
            ids.append(chain_id(session))
            raise InterruptedError
    assert len(set(ids)) == 2


def test_the_same_content_gives_the_same_text_in_any_order_of_its_keys(agency: Agency) -> None:
    for body in ({"a": 1, "é": "x"}, {"é": "x", "a": 1}):
        with pytest.raises(InterruptedError), agency.transaction() as session:  # noqa: PT012 - rolled back on purpose
            append(session, AuditKind.VERIFIED, body, MORNING)
            assert session.get_one(AuditRow, 2).body == '{"a":1,"é":"x"}'
            raise InterruptedError


def decided(agency: Agency) -> None:
    """Three decisions on record."""
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign()
    for person in people:
        agency.ask(campaign, person)


ONLY_HERE = {"sqlite": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}", "postgresql": "TRUNCATE {table} CASCADE"}
"""Ways round a plain UPDATE or DELETE that one engine alone knows."""


@pytest.mark.parametrize("table", ["audit", "decision"])
def test_the_database_refuses_to_change_or_delete_a_row(agency: Agency, engine_name: str, table: str) -> None:
    decided(agency)
    before = agency.numbers_of_rows()
    for statement in ("UPDATE {table} SET body = body", "DELETE FROM {table}", ONLY_HERE[engine_name]):
        with pytest.raises(DBAPIError, match=r"rows cannot be changed or deleted"):
            change(agency, statement.format(table=table))
    assert agency.numbers_of_rows() == before
    with agency.transaction() as session:
        assert verify(session).whole


def test_a_clock_that_went_back_stops_everything(agency: Agency) -> None:
    write(agency, 1)
    told = r"the clock shows .*09:01:54.*09:02:00.*Set it right and run again; if it is right now.*dialer restore"
    with pytest.raises(ClockWentBack, match=told), agency.transaction() as session:
        append(session, AuditKind.VERIFIED, {}, MORNING - timedelta(seconds=6))
    assert len(agency.audit()) == 1


@pytest.mark.parametrize(
    ("simulated", "told", "told_fr"),
    [
        (True, "a simulated clock ran in this folder.*another folder", "une horloge simulée a tourné"),
        (False, "was ahead when that was written", "avançait quand cela a été écrit"),
    ],
)
def test_a_folder_in_which_time_was_simulated_says_so_afterwards(
    agency: Agency, simulated: bool, told: str, told_fr: str
) -> None:
    agency.clock.simulated = simulated
    with on_record(agency.workspace, "boucle"):
        agency.clock.advance(minutes=10)
    with pytest.raises(ClockWentBack, match=told) as refused, agency.transaction() as session:
        append(session, AuditKind.COMPLAINT, {}, MORNING)
    assert told_fr in refused.value.message_fr


def test_a_small_step_back_is_borne(agency: Agency) -> None:
    write(agency, 1)
    with agency.transaction() as session:
        append(session, AuditKind.VERIFIED, {}, MORNING - timedelta(seconds=5))
        assert verify(session).whole


def test_nobody_can_be_told_from_the_chain(agency: Agency) -> None:
    """The whole sample through import, calls, an opt-out, and what is noted by hand and taken back: no name, number,
    postcode, path of a proof, nor anything that somebody typed stands in any row."""
    sample, typed = read_contacts(agency.workspace.path("contacts.csv"), today=MORNING.date()), "lettre de Mme Petit"
    workspace = agency.workspace
    with agency.transaction() as session:
        import_list(session, sample, "sample", agency.clock.now())
    campaign = agency.campaign(lists=("sample",))
    runner = ScriptedRunner(agency.clock, otherwise=OPTS_OUT, channels=24)
    agency.engine(runner).run(until_idle=True)
    with agency.transaction() as session:
        people = session.exec(select(Contact)).all()
        numbers = session.exec(select(Phone.number)).all()
        proofs = {proof for proof in session.exec(select(ConsentRow.proof)) if proof}
    one, nobody, now, attempt = numbers[0], "+33639989999", agency.clock.now(), agency.attempts()[0].id
    with agency.transaction() as session:
        consent = consent_of(0, proof=f"preuves/{people[0].last_name}.pdf")
        note_consent(session, workspace.settings, workspace.pseudonyms, one, consent, now)
        for number in (one, nobody):
            said = {"number": number, "advertiser_id": campaign.advertiser_id}
            note_objection(session, workspace.pseudonyms, **said, said_at=now, source=typed, now=now)
            correct_objection(session, workspace.pseudonyms, **said, entry_id="", reason=typed, by="anne", now=now)
        record_complaint(session, Complaint(attempt, now, typed), now)
    told = {word for person in people for word in (person.last_name, person.first_name, person.postcode) if word}
    told |= {person.external_id for person in people if person.external_id}
    told |= {form for number in (*numbers, nobody) for form in (number, number[1:], f"0{number[3:]}")}
    told |= {*proofs, f"preuves/{people[0].last_name}.pdf", typed}
    bodies = [row.body for row in agency.audit()]
    assert len(runner.placed) > 20
    assert len(bodies) > 150
    said_in = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(told)))
    assert [found for body in bodies if (found := said_in.search(body))] == []


def test_a_person_has_one_pseudonym_and_only_under_this_key(agency: Agency) -> None:
    ours = agency.workspace.pseudonyms
    assert ours.of(7) == ours.of(7)
    assert len({ours.of(7), ours.of(8), Pseudonyms(b"x" * 32).of(7)}) == 3
    assert len(ours.of_number("+33639980101")) == 16, "it takes the number's place in its column"


def test_two_writers_keep_one_chain(agency: Agency, database_url: str) -> None:
    """A run and an objection noted by hand, at the same time, from two connections."""

    def appends(store: Store, rows: int, troubles: list[Exception]) -> None:
        for _ in range(rows):
            try:
                with store.transaction() as session:
                    append(session, AuditKind.VERIFIED, {}, MORNING)
            except Exception as error:  # noqa: BLE001 - what goes wrong in a thread is told by the test
                troubles.append(error)
        store.close()

    troubles: list[Exception] = []
    writers = [Thread(target=appends, args=(Store(database_url), 20, troubles)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert troubles == []
    with agency.transaction() as session:
        assert (verify(session).whole, verify(session).rows) == (True, 41)
