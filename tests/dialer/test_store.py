"""Database trouble comes out in words, with a remedy; what was begun is undone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from dialer import store as store_module
from dialer.errors import DialerError, StoreUnavailable
from dialer.schema import Advertiser
from dialer.store import Store
from dialer.workspace import Workspace
from tests.dialer.full_disk import small_files
from tests.dialer.postgres import Cluster

NOBODY = 65534


def write(store: Store, rows: int = 1) -> None:
    with store.transaction() as session:
        session.add_all(Advertiser(key=f"{os.urandom(8).hex()}", name="x" * 1000) for _ in range(rows))


def rows_in(store: Store) -> int:
    with store.transaction() as session:
        return len(session.exec(select(Advertiser.id)).all())


@pytest.fixture
def file(migrated_file: Path) -> Iterator[Path]:
    """A database in a folder that everybody may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="dialer-store-"))
    folder.chmod(0o755)
    yield Path(shutil.copy(migrated_file, folder / "dialer.db"))
    shutil.rmtree(folder)


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{file}")
    yield store
    store.close()


def refused(action: Callable[[], object], remedy: str, where: str = "sqlite:///") -> None:
    """It fails with one line in each language that names the database and this remedy."""
    with pytest.raises(StoreUnavailable, match=remedy) as told:
        action()
    assert str(told.value).startswith(where)
    for line in (str(told.value), told.value.message_fr):
        assert "\n" not in line


def test_what_fails_is_undone(workspace: Workspace) -> None:
    with pytest.raises(LookupError), workspace.store.transaction() as session:  # noqa: PT012 - fails after a write
        session.add(Advertiser(key="a", name="a"))
        session.flush()
        raise LookupError
    assert rows_in(workspace.store) == 0


def test_a_broken_constraint_is_a_fault_of_ours_and_stays_raw(workspace: Workspace) -> None:
    with pytest.raises(IntegrityError), workspace.store.transaction() as session:
        session.add_all([Advertiser(key="a", name="a"), Advertiser(key="a", name="b")])


def test_a_locked_file_is_told(store: Store, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(store_module, "_BUSY_SECONDS", 0)
    hurried = Store(store.url)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        refused(lambda: write(hurried), "another process holds the database")
    finally:
        holder.close()
    write(hurried)
    hurried.close()


@contextmanager
def without_rights() -> Iterator[None]:
    """Files are judged by their modes even when the tests run as root."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_file_is_told(store: Store, file: Path) -> None:
    write(store)
    store.close()
    file.parent.chmod(0o777)
    file.chmod(0o444)
    with without_rights():
        refused(lambda: write(store), "give this user the right to write")


def test_a_read_only_folder_is_told(file: Path) -> None:
    fresh = Store(f"sqlite:///{file.parent / 'new.db'}")
    file.parent.chmod(0o555)
    with without_rights():
        refused(fresh.migrate, "check the path and its rights")
    fresh.close()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    refused(Store(f"sqlite:///{tmp_path}/missing/dialer.db").migrate, "check the path and its rights")


def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes. " * 100)
    before = path.read_bytes()
    stranger = Store(f"sqlite:///{path}")
    refused(stranger.check, "the file is no SQLite database; check the path")
    refused(stranger.migrate, "the file is no SQLite database; check the path")
    assert path.read_bytes() == before


def test_a_damaged_file_is_told(store: Store, file: Path) -> None:
    write(store, 200)
    store.close()
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (size - 8192))
    hurt = Store(store.url)
    refused(lambda: rows_in(hurt), "the file is damaged; restore a backup")
    hurt.close()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of one megabyte over `folder`."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _can_mount(folder: Path) -> bool:
    if os.geteuid():
        return False
    try:
        with small_disk(folder):
            return True
    except subprocess.CalledProcessError:
        return False


def test_a_full_disk_is_told_and_nothing_is_written_by_half(tmp_path: Path, migrated_file: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with ExitStack() as stack:
        limit = small_disk if _can_mount(disk) else small_files
        stack.enter_context(limit(disk))
        shutil.copy(migrated_file, disk / "dialer.db")
        store = Store(f"sqlite:///{disk / 'dialer.db'}")
        stack.callback(store.close)
        write(store, 3)
        refused(lambda: write(store, 2000), "free some space")
        assert rows_in(store) == 3
        write(store)
        assert rows_in(store) == 4


def test_a_write_that_the_system_refuses_is_told(store: Store, file: Path) -> None:
    write(store, 3)
    with small_files(file):
        refused(lambda: write(store, 2000), "free some space")
    assert rows_in(store) == 3


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    nobody = Store(f"postgresql+psycopg://dialer@/dialer?host={tmp_path}")
    for action in (nobody.check, nobody.migrate, lambda: rows_in(nobody)):
        refused(action, "the database server does not answer; start it or correct `database`", "postgresql")


def test_a_server_that_goes_away_is_told_and_found_again(cluster: Cluster) -> None:
    name, url = cluster.new_database()
    store = Store(url)
    store.migrate()

    def loses_its_server() -> None:
        with store.transaction() as session:
            session.add(Advertiser(key="a", name="a"))
            session.flush()
            cluster.command("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")
            session.add(Advertiser(key="b", name="b"))
            session.flush()

    refused(loses_its_server, "the database server does not answer", "postgresql")
    assert rows_in(store) == 0
    store.close()
    cluster.drop(name)


def test_a_password_is_never_told(tmp_path: Path) -> None:
    secretive = Store(f"postgresql+psycopg://dialer:s3cret@/dialer?host={tmp_path}")
    with pytest.raises(StoreUnavailable, match="does not answer") as told:
        secretive.check()
    assert "s3cret" not in str(told.value) + told.value.message_fr
    assert "dialer" in str(told.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/dialer", "carrier-pigeon://roof", ""])
def test_an_address_of_no_database_is_told(url: str) -> None:
    with pytest.raises(DialerError, match=r"`database` in dialer\.toml") as told:
        Store(url)
    assert "\n" not in str(told.value)


def test_a_commit_is_on_disk_when_it_returns(store: Store) -> None:
    with store.transaction() as session:
        pragmas = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_the_private_cluster_is_a_real_server(cluster: Cluster) -> None:
    with psycopg.connect(host=str(cluster.socket_folder), dbname="postgres", user="dialer") as server:
        assert server.info.server_version >= 130000
