"""The chain of hashed rows shows where it was touched, and the database refuses to touch it."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from dialer.audit import GENESIS, AuditKind, ClockWentBack, Pseudonyms, append, verify
from dialer.contacts import import_list
from dialer.schema import AuditRow, Contact, Phone
from dialer.store import Store
from lists import read_contacts
from tests.dialer.agency import Agency
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


def tamper(agency: Agency, *statements: str) -> None:
    """What somebody with the rights of an owner does: put the triggers out of the way first."""
    if agency.workspace.store.url.startswith("sqlite"):
        with agency.transaction() as session:
            triggers = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            names = triggers.scalars().all()
        change(agency, *(f"DROP TRIGGER {name}" for name in names), *statements)
    else:
        change(agency, "SET LOCAL session_replication_role = replica", *statements)


def test_an_empty_chain_is_whole(agency: Agency) -> None:
    with agency.transaction() as session:
        found = verify(session)
    assert (found.whole, found.rows, found.head) == (True, 0, GENESIS)


def test_each_row_follows_the_one_before(agency: Agency) -> None:
    write(agency, 5)
    rows = agency.audit()
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous for row in rows] == [GENESIS, *(row.sha256 for row in rows[:-1])]
    with agency.transaction() as session:
        found = verify(session)
    assert (found.whole, found.rows, found.head) == (True, 5, rows[-1].sha256)


def test_the_same_content_gives_the_same_text_in_any_order_of_its_keys(agency: Agency) -> None:
    for body in ({"a": 1, "é": "x"}, {"é": "x", "a": 1}):
        with pytest.raises(InterruptedError), agency.transaction() as session:  # noqa: PT012 - rolled back on purpose
            append(session, AuditKind.VERIFIED, body, MORNING)
            assert session.exec(select(AuditRow.body)).one() == '{"a":1,"é":"x"}'
            raise InterruptedError


TAMPERINGS: list[tuple[str, list[str], int]] = [
    ("a body edited", ["UPDATE audit SET body = '{\"number\":9}' WHERE seq = 3"], 3),
    ("a kind edited", ["UPDATE audit SET kind = 'wish' WHERE seq = 3"], 3),
    ("an instant edited", ["UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 1) WHERE seq = 3"], 3),
    ("a hash edited", [f"UPDATE audit SET sha256 = '{'0' * 64}' WHERE seq = 3"], 3),
    ("a link edited", [f"UPDATE audit SET previous = '{'0' * 64}' WHERE seq = 3"], 3),
    ("a row deleted", ["DELETE FROM audit WHERE seq = 3"], 3),
    ("the first row deleted", ["DELETE FROM audit WHERE seq = 1"], 1),
    (
        "a row deleted and the gap closed",
        ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4"],
        3,
    ),
    (
        "a row inserted between",
        [
            "UPDATE audit SET seq = 105 WHERE seq = 5",
            "UPDATE audit SET seq = 6 WHERE seq = 105",
            "UPDATE audit SET seq = 5 WHERE seq = 4",
            "INSERT INTO audit SELECT 4, at, kind, body, previous, sha256 FROM audit WHERE seq = 3",
        ],
        4,
    ),
    (
        "a row added at the end",
        ["INSERT INTO audit SELECT 6, at, kind, body, previous, sha256 FROM audit WHERE seq = 5"],
        6,
    ),
    (
        "two rows swapped",
        [
            "UPDATE audit SET seq = 102 WHERE seq = 2",
            "UPDATE audit SET seq = 2 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 102",
        ],
        2,
    ),
    (
        "the order turned round",
        ["UPDATE audit SET seq = 106 - seq", "UPDATE audit SET seq = seq - 100"],
        1,
    ),
]


@pytest.mark.parametrize(("statements", "first"), [case[1:] for case in TAMPERINGS], ids=[c[0] for c in TAMPERINGS])
def test_every_tampering_is_found_at_its_first_row(agency: Agency, statements: list[str], first: int) -> None:
    write(agency, 5)
    tamper(agency, *statements)
    with agency.transaction() as session:
        found = verify(session)
    assert (found.whole, found.broken_at) == (False, first)
    assert found.why


def decided(agency: Agency) -> None:
    """Three decisions on record, the first of them in the chain's third row."""
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign()
    for person in people:
        agency.ask(campaign, person)


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["UPDATE decision SET body = replace(body, 'allow', 'deny') WHERE id = 2"], "was altered"),
        (["DELETE FROM attempt WHERE decision_id = 2", "DELETE FROM decision WHERE id = 2"], "is missing"),
    ],
)
def test_an_altered_or_missing_decision_is_found_where_it_was_recorded(
    agency: Agency, statements: list[str], why: str
) -> None:
    decided(agency)
    tamper(agency, *statements)
    recorded = [row.seq for row in agency.audit() if row.kind == AuditKind.DECISION]
    with agency.transaction() as session:
        found = verify(session)
    assert (found.broken_at, found.why) == (recorded[1], f"the stored decision 2 {why}")


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
    told = r"the clock shows .*09:01:54.*09:02:00.*set the clock right"
    with pytest.raises(ClockWentBack, match=told), agency.transaction() as session:
        append(session, AuditKind.VERIFIED, {}, MORNING - timedelta(seconds=6))
    assert agency.numbers_of_rows()["audit"] == 1


def test_a_small_step_back_is_borne(agency: Agency) -> None:
    write(agency, 1)
    with agency.transaction() as session:
        append(session, AuditKind.VERIFIED, {}, MORNING - timedelta(seconds=5))
        assert verify(session).whole


def test_nobody_can_be_told_from_the_chain(agency: Agency) -> None:
    """The whole sample through import, calls and an opt-out: no name, number or postcode stands in any row."""
    sample = read_contacts(agency.workspace.path("contacts.csv"), today=MORNING.date())
    with agency.transaction() as session:
        import_list(session, sample, "sample", agency.clock.now())
    agency.campaign(lists=("sample",))
    runner = ScriptedRunner(agency.clock, otherwise=OPTS_OUT, channels=24)
    agency.engine(runner).run(until_idle=True)
    with agency.transaction() as session:
        people = session.exec(select(Contact)).all()
        numbers = session.exec(select(Phone.number)).all()
    told = {word for person in people for word in (person.last_name, person.first_name, person.postcode) if word}
    told |= {person.external_id for person in people if person.external_id}
    told |= set(numbers) | {f"0{number[3:]}" for number in numbers}
    bodies = [row.body for row in agency.audit()]
    assert len(runner.placed) > 20
    assert len(bodies) > 150
    said = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(told)))
    assert [found for body in bodies if (found := said.search(body))] == []


def test_a_person_has_one_pseudonym_and_only_under_this_key(agency: Agency) -> None:
    ours = agency.workspace.pseudonyms
    assert ours.of(7) == ours.of(7)
    assert len({ours.of(7), ours.of(8), Pseudonyms(b"x" * 32).of(7)}) == 3


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
        assert (verify(session).whole, verify(session).rows) == (True, 40)
