"""A private PostgreSQL cluster for one test session: in a folder of its own, reached by a socket in it.

Durability is switched off (nothing here survives the session); what a database refuses it refuses all the same.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic, sleep

import psycopg

_HASTE = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
_OWNER = "dialer"
_WIPE = """
SET session_replication_role = replica;
DO $$
DECLARE name text; filled boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval(quote_ident(name), 1, false);
    END LOOP;
END $$"""


class PostgresMissing(Exception):
    """PostgreSQL's server programs are not on this machine; `make test` installs them (package `postgresql`)."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass
class Cluster:
    """A running server. `new_database` gives the name and URL of a database without tables."""

    socket_folder: Path
    _run: Callable[..., None]
    _options: str
    _numbers: Iterator[int] = field(default_factory=count)
    _wipers: dict[str, psycopg.Connection] = field(default_factory=dict)
    """By database: connections that are kept, because to begin one takes longer than to wipe."""

    def start(self) -> None:
        """Start it, and wait until it answers: after a crash, when it has recovered."""
        options = f"{self._options} -c listen_addresses= -c unix_socket_directories={self.socket_folder}"
        self._run("pg_ctl", "start", "-w", "-l", str(self.socket_folder / "log"), "-o", options)

    def crash(self) -> None:
        """End it with -9, and its sessions with it: until the last is buried no server starts in its place."""
        self.forget()
        postmaster = int((self.socket_folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        family = [postmaster, *map(int, children)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in family) and monotonic() < deadline:
            sleep(0.01)

    def crash_a_session(self, draw: Random) -> None:
        """End one of its processes with -9: it then ends every session, forgets their locks, and recovers."""
        with psycopg.connect(host=str(self.socket_folder), dbname="postgres", user=_OWNER) as server:
            asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            pids = [pid for (pid,) in server.execute(asked)]
        if pids:
            with suppress(ProcessLookupError):
                os.kill(draw.choice(pids), signal.SIGKILL)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{_OWNER}@/{database}?host={self.socket_folder}"

    def new_database(self) -> tuple[str, str]:
        name = f"test_{next(self._numbers)}"
        self.command(f"CREATE DATABASE {name}")
        return name, self.url(name)

    def wipe(self, name: str) -> None:
        """Empty every table and start its numbers anew: ten times faster than another copy.

        As a replica the session is asked by no trigger, neither those of foreign keys nor the seals.
        """
        if name not in self._wipers:
            self._wipers[name] = self._connected(name)
        self._wipers[name].execute(_WIPE)

    def forget(self) -> None:
        """Close the connections that are kept."""
        while self._wipers:
            self._wipers.popitem()[1].close()

    def drop(self, name: str) -> None:
        self.command(f"DROP DATABASE {name} WITH (FORCE)")

    def command(self, text: str, database: str = "postgres") -> None:
        with self._connected(database) as server:
            server.execute(text.encode())

    def _connected(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket_folder), dbname=database, user=_OWNER, autocommit=True)


@contextmanager
def running_cluster(options: str = _HASTE) -> Iterator[Cluster]:
    """Start a cluster as an ordinary user (`postgres` when we are root, whom the server refuses) and stop it.

    `options` are the server's: without those for haste it loses nothing that was committed.
    """
    programs = _programs()
    owner = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="dialer-pg-", dir=_near_the_root()))
    if owner:
        shutil.chown(folder, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]

    try:
        run("initdb", "-U", _OWNER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        cluster = Cluster(folder, run, options)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.forget()
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _near_the_root() -> str | None:
    """Where the path of a socket, 107 bytes at most, has room however deep the folder for temporary files lies."""
    return None if len(tempfile.gettempdir()) < 60 else "/tmp"


def _programs() -> Path:
    """The folder of `initdb`: on the path, or the newest that Debian keeps aside."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        raise PostgresMissing
    return versions[-1].parent
