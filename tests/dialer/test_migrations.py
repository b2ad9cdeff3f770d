"""Migrations bring any database to the shape that the code expects, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

import dialer.schema  # noqa: F401 - registers the tables
from dialer.errors import StoreUnavailable
from dialer.store import Store


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
