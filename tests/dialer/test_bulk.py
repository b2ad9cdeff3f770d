"""Frames go into tables as the ORM would have put them, and come back as frames, on both engines."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, delete, select

from dialer import bulk
from dialer.bulk import first_free_id, insert_rows, read_rows, read_rows_of
from dialer.schema import (
    AgreedSlot,
    Attempt,
    ConsentRow,
    Contact,
    ImportedList,
    ListMember,
    Opposition,
    PastCall,
    Phone,
    PhoneState,
    WishKind,
)
from dialer.workspace import Workspace
from lists.progress import Step
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

ODD_TEXTS = ["", "\\N", '"quoted"; and, more\ttab', "two\nlines\r\n", "é€😀", "=cmd()", "'", " ", "NULL", "\\", "0"]
AN_INSTANT = datetime(2026, 11, 24, 18, 30, 0, 5, tzinfo=ZoneInfo("Europe/Paris"))
LISTED = ImportedList(id=7, name="people", file_name="people.csv", sha256="a", imported_at=MORNING, report={})


def frame(*rows: SQLModel) -> pl.DataFrame:
    """The rows as a frame: JSON as text, words as text."""
    plain: list[dict[str, Any]] = [row.model_dump() for row in rows]
    for each in plain:
        for name, value in each.items():
            each[name] = bulk_text(value)
        if each.get("id", 0) is None:
            del each["id"]
    return pl.DataFrame(plain, infer_schema_length=None)


def bulk_text(value: object) -> object:
    if isinstance(value, dict):
        return '{"clé": "été"}' if value else "{}"
    if isinstance(value, list):
        return json.dumps(value)
    return str(value) if isinstance(value, StrEnum) else value


PERSON = Contact(id=1, list_id=7, external_id="C-1", last_name="Lefèvre", attributes={"clé": "été"})
ROWS: dict[str, list[SQLModel]] = {
    "people": [Contact(id=5 + at, last_name=text, postcode=None) for at, text in enumerate(ODD_TEXTS)],
    "numbers": [
        Phone(id=3, contact_id=1, list_id=7, number="+33639980101", rank=0, kind="mobile", region="FR"),
        Phone(id=9, contact_id=1, number="+33639980102", rank=1, state=PhoneState.UNASSIGNED),
    ],
    "members": [ListMember(list_id=7, contact_id=1, line=4)],
    "days and booleans": [
        ConsentRow(id=1, contact_id=1, list_id=7, collected_on=date(2026, 9, 1), any_hour=True, proof="p.pdf"),
        ConsentRow(id=2, contact_id=1, until=date(2027, 1, 1), withdrawn=True, withdrawn_on=None),
    ],
    "instants": [
        AgreedSlot(id=1, contact_id=1, at=AN_INSTANT, proof="p"),
        AgreedSlot(id=2, contact_id=1, at=AN_INSTANT.replace(microsecond=0), proof=""),
    ],
    "words and large numbers": [
        Opposition(number=999_999_999_999_999, list_id=7, kind=WishKind.REFUSAL, said_on=date(2026, 1, 2)),
        Opposition(number=33639980101, list_id=7, kind=WishKind.OBJECTION, advertiser_id=3),
    ],
    "calls": [PastCall(id=1, number=33639980101, list_id=7, made_on=date(2026, 11, 3))],
}


def stored(session: Session, table: type[SQLModel]) -> list[dict[str, Any]]:
    session.expunge_all()
    return sorted((row.model_dump() for row in session.exec(select(table))), key=repr)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """With one list and one person on it."""
    with workspace.store.transaction() as session:
        session.add(ImportedList(**LISTED.model_dump()))
        session.flush()
        insert_rows(session, Contact, frame(PERSON))
    return workspace


@pytest.mark.parametrize("name", ROWS)
def test_what_is_written_reads_back_as_if_the_orm_had_written_it(workspace: Workspace, name: str) -> None:
    table, rows = type(ROWS[name][0]), frame(*ROWS[name])
    with workspace.store.transaction() as session:
        before = stored(session, table)
        session.add_all(table(**row.model_dump()) for row in ROWS[name])
        session.flush()
        by_orm = stored(session, table)
        session.rollback()
    with workspace.store.transaction() as session:
        assert stored(session, table) == before
        insert_rows(session, table, rows)
        assert stored(session, table) == by_orm


def test_rows_whose_ids_are_words(agency: Agency) -> None:
    agency.write_attempt(agency.campaign(), agency.person())
    with agency.transaction() as session:
        before = stored(session, Attempt)
        rows = frame(*session.exec(select(Attempt)))
        session.execute(delete(Attempt))
        insert_rows(session, Attempt, rows)
        assert stored(session, Attempt) == before


def test_a_column_left_out_gets_its_default(workspace: Workspace) -> None:
    with workspace.store.transaction() as session:
        insert_rows(session, ConsentRow, pl.DataFrame({"contact_id": [1]}))
        insert_rows(session, Phone, pl.DataFrame({"contact_id": [1], "number": ["+33639980101"], "rank": [0]}))
        (consent,) = session.exec(select(ConsentRow))
        (phone,) = session.exec(select(Phone))
    assert (consent.notice, consent.withdrawn, consent.until) == ("", False, None)
    assert (phone.kind, phone.state) == ("", PhoneState.LIVE)


def test_what_a_constraint_refuses_raises_and_leaves_nothing(workspace: Workspace) -> None:
    twice = pl.DataFrame({"contact_id": [1, 1], "number": ["+33639980101"] * 2, "rank": [0, 1]})
    with pytest.raises(IntegrityError), workspace.store.transaction() as session:
        insert_rows(session, Phone, twice)
    with workspace.store.transaction() as session:
        assert session.exec(select(Phone)).all() == []


def test_numbering_goes_on_after_rows_that_numbered_themselves(workspace: Workspace) -> None:
    with workspace.store.transaction() as session:
        first = first_free_id(session, Contact)
        assert first == 2
        insert_rows(session, Contact, pl.DataFrame({"id": [first, first + 1], "attributes": ["{}", "{}"]}))
        added = Contact()
        session.add(added)
        session.flush()
        assert added.id == first_free_id(session, Contact) - 1 == 4


def test_an_empty_table_counts_from_one(workspace: Workspace) -> None:
    with workspace.store.transaction() as session:
        assert first_free_id(session, Phone) == 1


def test_an_empty_frame_writes_nothing(workspace: Workspace) -> None:
    with workspace.store.transaction() as session:
        insert_rows(session, PastCall, pl.DataFrame(schema={"number": pl.Int64, "made_on": pl.Date}))
        assert session.exec(select(PastCall)).all() == []


def test_progress_counts_up_to_all_rows(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_CHUNK", 2)
    told: list[tuple[Step, int, int]] = []
    with workspace.store.transaction() as session:
        calls = pl.DataFrame({"number": [1, 2, 3], "made_on": [date(2026, 1, 1)] * 3})
        insert_rows(session, PastCall, calls, lambda *word: told.append(word))
    assert told == [(Step.STORE, 2, 3), (Step.STORE, 3, 3)]


SCHEMA = pl.Schema({"external_id": pl.String, "id": pl.Int64})
QUERY = sqlalchemy.select(col(Contact.external_id), col(Contact.id)).order_by(col(Contact.id))


@pytest.mark.parametrize("limits", [{}, {"_FEW_KEYS": 0}, {"_KEYS_AT_ONCE": 1}, {"_CHUNK": 1}], ids=str)
def test_rows_are_read_by_their_keys_whatever_the_way(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(bulk, name, value)
    ids = pl.Series([1, 2, 2, 3]).cast(pl.String)
    with workspace.store.transaction() as session:
        insert_rows(session, Contact, pl.DataFrame({"id": [2, 3, 4, 5], "external_id": ids, "attributes": ["{}"] * 4}))
        everything = read_rows(session, QUERY, SCHEMA)
        some = read_rows_of(session, QUERY, col(Contact.external_id), pl.Series(["2", "3", "2", None, "9"]), SCHEMA)
        none = read_rows_of(session, QUERY, col(Contact.external_id), pl.Series([], dtype=pl.String), SCHEMA)
    assert everything.rows() == [("C-1", 1), ("1", 2), ("2", 3), ("2", 4), ("3", 5)]
    assert sorted(some.rows()) == [("2", 3), ("2", 4), ("3", 5)]
    assert some.schema == none.schema == SCHEMA
    assert none.is_empty()


TEXT = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=12)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(st.none() | TEXT, TEXT, st.none() | st.dates()), min_size=1, max_size=5))
def test_any_text_and_any_day_survive(workspace: Workspace, rows: list[tuple[str | None, str, date | None]]) -> None:
    with workspace.store.transaction() as session:
        session.exec(delete(ConsentRow))
        texts = pl.DataFrame(rows, schema={"id": pl.String, "proof": pl.String, "until": pl.Date}, orient="row")
        insert_rows(session, ConsentRow, texts.select("proof", "until", contact_id=pl.lit(1)))
        read = session.exec(select(ConsentRow.proof, ConsentRow.until).order_by(col(ConsentRow.id))).all()
    assert [tuple(row) for row in read] == [(proof, until) for _, proof, until in rows]


def test_instants_are_kept_to_the_microsecond_in_utc(workspace: Workspace) -> None:
    with workspace.store.transaction() as session:
        insert_rows(session, AgreedSlot, pl.DataFrame({"contact_id": [1], "at": [AN_INSTANT], "proof": ["p"]}))
        (at,) = session.exec(select(AgreedSlot.at))
    assert at == AN_INSTANT
    assert at.tzinfo is UTC
