"""One writer at a time: the others wait as long as they were told to, and say so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from dialer import store as store_module
from dialer.errors import StoreUnavailable
from dialer.schema import Advertiser
from dialer.store import Store
from dialer.workspace import Workspace
from dialer.write_lock import Patience


@pytest.fixture
def other(workspace: Workspace) -> Iterator[Store]:
    """The same database as another program sees it."""
    store = Store(workspace.store.url)
    yield store
    store.close()


def write(store: Store, key: str, patience: Patience | None = None) -> None:
    with store.transaction(patience) as session:
        session.add(Advertiser(key=key, name=key))


def test_without_patience_it_gives_up_and_says_why(
    workspace: Workspace, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_BUSY_SECONDS", 0.05)
    with workspace.store.transaction() as session:
        session.connection()
        with pytest.raises(StoreUnavailable, match="another process holds the database"):
            write(other, "b")
    write(other, "b")


def test_with_patience_it_waits_says_so_once_and_goes_on(workspace: Workspace, other: Store) -> None:
    waited, told = threading.Event(), []

    def waiting() -> None:
        told.append("waiting")
        waited.set()

    second = threading.Thread(target=write, args=(other, "b", Patience(timedelta(minutes=1), waiting)))
    with workspace.store.transaction() as session:
        session.connection()
        second.start()
        assert waited.wait(30)
        session.add(Advertiser(key="a", name="a"))
    second.join(30)
    with workspace.store.transaction() as session:
        assert sorted(session.connection().exec_driver_sql("SELECT key FROM advertiser").scalars()) == ["a", "b"]
    assert told == ["waiting"]


def test_nobody_is_told_to_wait_for_a_free_database(workspace: Workspace) -> None:
    def waiting() -> None:
        raise AssertionError

    write(workspace.store, "a", Patience(timedelta(minutes=1), waiting))


def test_patience_ends(workspace: Workspace, other: Store) -> None:
    told: list[str] = []
    patience = Patience(timedelta(milliseconds=50), lambda: told.append("waiting"))
    with workspace.store.transaction() as session:
        session.connection()
        with pytest.raises(StoreUnavailable, match="let the import that is under way end"):
            write(other, "b", patience)
    assert told == ["waiting"]


def test_the_version_of_the_tables_is_read_while_somebody_writes(workspace: Workspace, other: Store) -> None:
    with workspace.store.transaction() as session:
        session.connection()
        other.check()
