"""Migrations bring any database to the shape that the code expects, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from dialer import migrations
from dialer.errors import StoreUnavailable
from dialer.imports import report_of
from dialer.schema import (
    CampaignList,
    ConsentRow,
    Contact,
    ContractRow,
    CustomerReference,
    Edition,
    ImportedList,
    ListKind,
    ListMember,
    Origin,
    PastCall,
    Phone,
    PhoneState,
    Telling,
    Wish,
    WishKind,
)
from dialer.store import Store, _suspend_foreign_keys


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
    with pytest.raises(StoreUnavailable, match=r"a newer program made these tables \(version 9999"):
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
    *(
        "INSERT INTO wish (contact_id, advertiser_id, kind, said_at, source, noted_at) "
        f"VALUES (7, 1, '{kind}', NULL, '{source}', '2026-11-24 09:02:00.000000')"
        for kind, source in (
            ("objection", "letter"),
            ("objection", "withdrawal: letter"),
            ("correction", "anne: digits swapped"),
            ("objection", "call of yesterday"),
        )
    ),
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
        migrations.upgrade(connection, "0001")
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
        wish, *noted = session.exec(select(Wish).order_by(col(Wish.id)))
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
    assert [each.origin for each in (wish, *noted)] == [Origin.LIST, *[Origin.HAND] * 4]
    assert [each.corrects for each in (wish, *noted)] == [None, None, None, noted[0].id, None]
    assert calls == [(33639980101, date(2026, 11, 3), 4)] * 2


LISTS_BEFORE_EDITIONS = (
    "INSERT INTO imported_list (id, kind, name, file_name, sha256, source, as_of, imported_at, report) VALUES "
    "(5, 'opposition', 'groupe', 'g.csv', 'def', 'groupe', '2026-11-20', '2026-11-24 09:02:00.000000', "
    "'{\"accepted\": 7}')",
    "INSERT INTO imported_list (id, kind, name, file_name, sha256, source, imported_at, report) VALUES "
    "(6, 'past-calls', 'journal', 'j.csv', 'ghi', 'crm', '2026-11-24 09:02:00.000000', '{}')",
    "INSERT INTO imported_list (id, kind, name, file_name, sha256, source, imported_at, report) VALUES "
    "(7, 'contacts', 'été', 'e.csv', 'jkl', 'crm', '2026-11-24 09:02:00.000000', '{}')",
    "INSERT INTO past_call (number, list_id, source, made_on) VALUES (33639980101, 6, 'crm', '2026-11-03'), "
    "(33639980101, 7, 'crm', '2026-11-03')",
)


def test_editions_go_on_renewing_their_source_and_call_logs_add_up(empty: Store) -> None:
    with empty.engine.connect() as connection:
        migrations.upgrade(connection, "0003")
        for statement in LISTS_BEFORE_EDITIONS:
            connection.exec_driver_sql(statement)
        connection.commit()
    empty.migrate()
    with empty.transaction() as session:
        editions = [(edition.list_id, edition.numbers, edition.renews) for edition in session.exec(select(Edition))]
        tellings = {(call.list_id, call.telling, call.made_at) for call in session.exec(select(PastCall))}
    assert editions == [(5, 7, True)]
    assert tellings == {(7, Telling.STATE, ""), (6, Telling.PART, "")}


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


def test_customer_ids_there_were_still_mean_their_people(of_the_first_version: Store) -> None:
    with of_the_first_version.engine.connect() as connection:
        _suspend_foreign_keys(connection)
        migrations.upgrade(connection, "0002")
        connection.exec_driver_sql("UPDATE imported_list SET source = 'crm'")
        connection.exec_driver_sql(
            "INSERT INTO contact (id, list_id, external_id, attributes) VALUES (8, 4, 'C-1', '{}'), (9, 4, NULL, '{}')"
        )
        connection.commit()
    of_the_first_version.migrate()
    with of_the_first_version.transaction() as session:
        found = session.exec(select(CustomerReference).order_by(col(CustomerReference.contact_id))).all()
    told = [(each.source, each.external_id, each.contact_id, each.list_id, each.theirs) for each in found]
    assert told == [("", "C-1", 7, None, True), ("crm", "C-1", 8, 4, True)]


def test_the_versions_are_those_that_lead_from_one_to_the_next() -> None:
    """What each command compares without loading the migrations is what the migrations say of themselves."""
    chain = ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()
    assert tuple(reversed([script.revision for script in chain])) == migrations.VERSIONS
