"""Migrations bring any database to the shape that the code expects, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from dialer.errors import StoreUnavailable
from dialer.imports import report_of
from dialer.schema import (
    CampaignList,
    ConsentRow,
    Contact,
    ContractRow,
    ImportedList,
    ListKind,
    ListMember,
    PastCall,
    Phone,
    PhoneState,
    Wish,
    WishKind,
)
from dialer.store import Store, _alembic


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    """A database without any table."""
    store = Store(empty_url)
    yield store
    store.close()


def test_the_newest_migration_is_the_shape_of_the_code(empty: Store) -> None:
    empty.migrate()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_table_is_there(empty: Store) -> None:
    empty.migrate()
    tables = set(inspect(empty.engine).get_table_names())
    assert tables == {*SQLModel.metadata.tables, "alembic_version"}


def test_a_second_upgrade_is_harmless(empty: Store) -> None:
    empty.migrate()
    before = inspect(empty.engine).get_table_names()
    empty.migrate()
    empty.check()
    assert inspect(empty.engine).get_table_names() == before


def test_an_empty_database_is_refused_with_a_remedy(empty: Store) -> None:
    with pytest.raises(StoreUnavailable, match=r"at version None, this program needs \d+; run `dialer init`"):
        empty.check()


def test_a_database_of_another_version_is_refused(empty: Store) -> None:
    empty.migrate()
    with empty.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="at version 9999"):
        empty.check()


OF_THE_FIRST_VERSION = (
    "INSERT INTO advertiser (id, key, name) VALUES (1, 'fibre', 'Fibre Horizon')",
    "INSERT INTO contact_list (id, name, file_name, sha256, imported_at, report) VALUES (4, 'été', 'été.csv', 'abc', "
    '\'2026-11-24 09:02:00.000000\', \'{"file": "été.csv", "sha256": "abc", "size": 9, "encoding": "utf-8", '
    '"delimiter": ";", "columns": {}, "rows_read": 1, "accepted": 1, "merged": 0, "rejected": 0, '
    '"problems": []}\')',
    "INSERT INTO contact (id, external_id, last_name, postcode, attributes) "
    "VALUES (7, 'C-1', 'Lefèvre', '35000', '{}')",
    "INSERT INTO phone (id, contact_id, number, rank, state) VALUES (2, 7, '+33639980101', 0, 'live')",
    "INSERT INTO phone (id, contact_id, number, rank, state) VALUES (3, 7, '+33199000001', 1, 'unassigned')",
    "INSERT INTO list_member (list_id, contact_id) VALUES (4, 7)",
    "INSERT INTO consent (contact_id, list_id, collected_on, notice, proof, systems) "
    "VALUES (7, 4, '2026-09-01', 'FH-2026-01', 'p.pdf', 'automated')",
    "INSERT INTO contract (contact_id, list_id, object, until) VALUES (7, 4, 'ADSL', '2027-06-30')",
    "INSERT INTO wish (contact_id, advertiser_id, kind, said_at, source, noted_at) "
    "VALUES (7, NULL, 'objection', '2026-10-06 12:00:00.000000', 'list été', '2026-11-24 09:02:00.000000')",
    "INSERT INTO past_call (contact_id, list_id, made_on) VALUES (7, 4, '2026-11-03')",
    "INSERT INTO past_call (contact_id, list_id, made_on) VALUES (7, 4, '2026-11-03')",
    "INSERT INTO campaign (id, name, advertiser_id, trunk, state, plan, created_at) "
    "VALUES (1, 'c', 1, 'boucle', 'paused', '{}', '2026-11-24 09:02:00.000000')",
    "INSERT INTO campaign_list (campaign_id, list_id) VALUES (1, 4)",
    "INSERT INTO candidate (campaign_id, contact_id, state, tries, note) VALUES (1, 7, 'never', 1, '')",
)


@pytest.fixture
def of_the_first_version(empty: Store) -> Store:
    """A database as version 0001 of the tables left it."""
    with empty.engine.connect() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in OF_THE_FIRST_VERSION:
            connection.exec_driver_sql(statement)
        connection.commit()
    return empty


def test_what_the_first_version_held_is_there_after_the_upgrade(of_the_first_version: Store) -> None:
    store = of_the_first_version
    store.migrate()
    store.check()
    with store.transaction() as session:
        (stored,) = session.exec(select(ImportedList))
        (person,) = session.exec(select(Contact))
        phones = {phone.number: (phone.contact_id, phone.state) for phone in session.exec(select(Phone))}
        (member,) = session.exec(select(ListMember))
        (consent,) = session.exec(select(ConsentRow))
        (contract,) = session.exec(select(ContractRow))
        (wish,) = session.exec(select(Wish))
        calls = [(call.number, call.made_on, call.list_id) for call in session.exec(select(PastCall))]
        assert session.exec(select(CampaignList.list_id)).all() == [4]
    assert (stored.id, stored.kind, stored.name, stored.source) == (4, ListKind.CONTACTS, "été", "")
    assert stored.imported_at == datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
    assert report_of(stored)[0].accepted == 1
    assert (person.id, person.last_name, person.list_id) == (7, "Lefèvre", None)
    assert phones == {"+33639980101": (7, PhoneState.LIVE), "+33199000001": (7, PhoneState.UNASSIGNED)}
    assert (member.list_id, member.contact_id, member.line) == (4, 7, 0)
    assert (consent.collected_on, consent.channels, consent.withdrawn) == (date(2026, 9, 1), "", False)
    assert (contract.until, contract.since, contract.advertiser_id) == (date(2027, 6, 30), None, None)
    assert (wish.kind, wish.said_at) == (WishKind.OBJECTION, datetime(2026, 10, 6, 12, tzinfo=UTC))
    assert calls == [(33639980101, date(2026, 11, 3), 4)] * 2


def test_keys_hold_after_the_upgrade(of_the_first_version: Store) -> None:
    of_the_first_version.migrate()
    with pytest.raises(IntegrityError), of_the_first_version.transaction() as session:
        session.add(ListMember(list_id=99, contact_id=7))


def test_new_rows_get_their_numbers_after_the_upgrade(of_the_first_version: Store) -> None:
    of_the_first_version.migrate()
    with of_the_first_version.transaction() as session:
        session.add(PastCall(number=1, made_on=date(2026, 11, 3)))
        session.flush()
        assert len(set(session.exec(select(PastCall.id)))) == 3
