"""The database of a simulation: steps are all or nothing as everywhere, and trouble is told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.simulation.hasty_store import HastyStore
from dialer.errors import StoreUnavailable
from dialer.schema import Advertiser
from tests.dialer.full_disk import small_files


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HastyStore]:
    """One with tables."""
    store = HastyStore(f"sqlite:///{tmp_path / 'simulation.db'}")
    store.migrate()
    yield store
    store.close()


def write(store: HastyStore, rows: int) -> None:
    with store.transaction() as session:
        already = len(session.exec(select(Advertiser)).all())
        session.add_all(Advertiser(key=str(already + row), name=2000 * "x") for row in range(rows))


def rows_in(store: HastyStore) -> int:
    with store.reading() as session:
        return len(session.exec(select(Advertiser)).all())


def test_a_step_that_fails_leaves_those_before_it(store: HastyStore) -> None:
    write(store, 3)

    def fails_half_way() -> None:
        with store.transaction() as session:
            session.add(Advertiser(key="half", name="half"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fails_half_way()
    assert rows_in(store) == 3


def test_what_one_step_read_the_next_reads_anew(store: HastyStore) -> None:
    write(store, 1)
    with store.reading() as session:
        assert len(session.exec(select(Advertiser)).all()) == len(list(session)) == 1
    with store.transaction() as session:
        assert list(session) == []


def commits(store: HastyStore) -> None:
    write(store, 2000)
    store.settle()


def ends(store: HastyStore) -> None:
    write(store, 2000)
    store.close()


def writes_more_than_is_kept_in_memory(store: HastyStore) -> None:
    with store.transaction() as session:
        session.connection().exec_driver_sql("PRAGMA cache_size=10")
    write(store, 2000)


@pytest.mark.parametrize("what", [commits, ends, writes_more_than_is_kept_in_memory])
def test_a_full_disk_is_told_and_what_was_committed_stays(
    store: HastyStore, what: Callable[[HastyStore], None], tmp_path: Path
) -> None:
    write(store, 3)
    store.settle()
    with small_files(tmp_path), pytest.raises(StoreUnavailable, match="free some space"):
        what(store)
    assert rows_in(store) == 3
