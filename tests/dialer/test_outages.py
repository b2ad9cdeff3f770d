"""The database is really held, really killed in the middle of a run: calls go on, and nothing is lost."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from datetime import timedelta
from time import monotonic

import pytest

from dialer.engine import Engine
from dialer.schema import AttemptState
from dialer.store import Store
from dialer.verification import verify
from dialer.wake import Why
from dialer.write_lock import Patience
from tests.dialer.agency import Agency
from tests.dialer.fakes import RINGS_FOR_EVER, ScriptedRunner
from tests.dialer.postgres import Cluster

CALLS = 4


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("engine", "questions", "under_way"):
        monkeypatch.setattr(f"dialer.{module}.BRIEF", Patience(timedelta(milliseconds=20)))


class Day:
    """Four calls, one after the other; the second is up when `bad` is called, and ends while the database is away.

    `good` is called ten waits later; the day is over when all have ended.
    """

    def __init__(self, agency: Agency) -> None:
        for _ in range(CALLS):
            agency.person()
        agency.campaign()
        self.agency = agency
        self.phone = ScriptedRunner(agency.clock, otherwise=RINGS_FOR_EVER, channels=1)
        self.engine: Engine = agency.engine(self.phone)
        self.phone.on_wait = self._wait
        self.waits: list[Why] = []
        """Why no call started, at each wait of the outage."""

    def bad(self) -> None:
        """The outage begins."""

    def good(self) -> None:
        """It is over."""

    def live(self) -> None:
        self.engine.run()
        assert Why.DATABASE in self.waits
        states = [attempt.state for attempt in self.agency.attempts()]
        assert states.count(AttemptState.CLOSED) == CALLS == len(self.phone.placed)
        assert set(states) <= {AttemptState.CLOSED, AttemptState.CANCELLED, AttemptState.EXPIRED}
        with self.agency.transaction() as session:
            assert verify(session).whole

    def _wait(self) -> None:
        if len(self.phone.placed) == 2 and len(self.waits) < 12:
            if not self.waits:
                self.bad()
            self.waits.append(self.engine.wait.why)
            if len(self.waits) == 3:
                self.phone.end(self.phone.up[0])
            if len(self.waits) == 12:
                self.good()
        elif self.phone.up:
            self.phone.end(self.phone.up[0])
        elif len(self.phone.placed) >= CALLS:
            self.engine.stopping.set()


def test_a_database_that_an_import_holds(agency: Agency, database_url: str) -> None:
    other = Store(database_url)
    with ExitStack() as held:

        class Held(Day):
            def bad(self) -> None:
                session = held.enter_context(other.transaction())
                session.connection()

            def good(self) -> None:
                held.close()

        Held(agency).live()
    other.close()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_database_server_that_dies_and_comes_back(
    agency: Agency, cluster: Cluster, migrated_database: tuple[str, str]
) -> None:
    """Its commits are on disk when they return, unlike those of other tests."""
    cluster.command(f"ALTER DATABASE {migrated_database[0]} SET synchronous_commit = on")
    agency.workspace.store.close()

    class Killed(Day):
        def bad(self) -> None:
            cluster.crash()

        def good(self) -> None:
            """Not at once: the dead server's sessions still hold its memory."""
            deadline = monotonic() + 60
            while True:
                try:
                    return cluster.start()
                except subprocess.CalledProcessError:
                    assert monotonic() < deadline

    Killed(agency).live()
    cluster.command(f"ALTER DATABASE {migrated_database[0]} RESET ALL")
