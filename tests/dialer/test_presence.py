"""Engines on one server leave each other's calls alone; of one that is gone the others settle what it had in hand."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from adapters.queue.local import LocalQueue
from dialer import presence
from dialer.driver import Driver
from dialer.engine import Engine
from dialer.presence import ALONE, Presence, present
from dialer.recovery import OVERDUE_EVERY
from dialer.schema import AttemptState
from dialer.store import Store
from tests.dialer.agency import Agency
from tests.dialer.fakes import RINGS_FOR_EVER, ScriptedRunner

S, SETTLED = AttemptState, presence._SETTLED
LIVES = """
import sys
from dialer.presence import present
from dialer.store import Store
with present(Store(sys.argv[1])) as presence:
    print(presence.engine, flush=True)
    input()
"""


@pytest.fixture
def engine_name() -> str:
    """SQLite has one engine."""
    return "postgresql"


@dataclass
class Hours:
    """Seconds that `monotonic` shows, moved by hand."""

    now: float

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    """The tests' own server has just been started, but forgotten nobody."""
    hours = Hours(0)
    monkeypatch.setattr(presence, "monotonic", hours)
    monkeypatch.setattr(presence, "_AGE", f"SELECT {SETTLED}::float8")
    monkeypatch.setattr(presence, "_LOOK", 0.05)
    return hours


@contextmanager
def living(url: str) -> Iterator[tuple[Presence, subprocess.Popen[str]]]:
    """An engine that is alive in a process of its own, until that is killed."""
    command = [sys.executable, "-c", LIVES, url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout
        try:
            yield Presence(int(process.stdout.readline())), process
        finally:
            process.kill()


def engine(agency: Agency, its: Presence, runner: ScriptedRunner | None = None) -> Engine:
    phone = runner or ScriptedRunner(agency.clock, otherwise=RINGS_FOR_EVER)
    return Engine(agency.workspace, "boucle", phone, LocalQueue(), presence=its)


def calls_up(agency: Agency, its: Presence) -> None:
    """One approved, one on the line, in the hands of that engine."""
    agency.person()
    agency.person()
    agency.campaign()
    working = engine(agency, its)
    working._approve_one()
    working._dial_queued()
    agency.wait_for_a_start()
    working._approve_one()
    assert states(agency) == [S.APPROVED, S.DIALING]


def every_lock_forgotten(agency: Agency) -> None:
    with agency.transaction() as session:
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE classid = %s"
        session.connection().exec_driver_sql(ended, (presence._ENGINES,))


def knows(agency: Agency, its: Presence) -> bool:
    """Whether the server has this engine's lock."""
    with agency.transaction() as session:
        return (its.engine,) in Driver(session).rows(presence._ALIVE)


def states(agency: Agency) -> list[AttemptState]:
    return sorted(attempt.state for attempt in agency.attempts())


def eventually(condition: Callable[[], bool], limit: float = 60) -> None:
    deadline, pause = monotonic() + limit, Event()
    while not condition():
        assert monotonic() < deadline, f"not so after {limit} s"
        pause.wait(0.05)


def test_what_a_living_engine_has_in_hand_is_left_alone(agency: Agency, database_url: str) -> None:
    with living(database_url) as (other, _), present(agency.workspace.store) as mine:
        calls_up(agency, other)
        assert engine(agency, mine).recover() == ([], [])
        agency.clock.advance(minutes=1)
        engine(agency, mine)._settle_overdue()
        assert states(agency) == [S.DIALING, S.EXPIRED], "but for an approval whose time is over"


@pytest.mark.parametrize("how", ["by one that starts", "by one that works"])
def test_what_a_killed_engine_had_in_hand_is_settled(agency: Agency, database_url: str, how: str) -> None:
    with living(database_url) as (other, process), present(agency.workspace.store) as mine:
        calls_up(agency, other)
        process.kill()
        process.wait()
        settler = engine(agency, mine)

        def settled() -> bool:
            """The server needs a moment to see that its client is gone."""
            if how == "by one that starts":
                settler.recover()
            else:
                settler._next_overdue = None
                settler._settle_overdue()
            return states(agency) == [S.EXPIRED, S.UNKNOWN]

        eventually(settled)


def test_an_engine_that_works_settles_nothing_of_its_own(agency: Agency) -> None:
    with present(agency.workspace.store) as mine:
        calls_up(agency, mine)
        engine(agency, mine)._settle_overdue()
        assert states(agency) == [S.APPROVED, S.DIALING]


def test_an_engine_that_ends_settles_its_own_and_nobody_elses(agency: Agency, database_url: str) -> None:
    with living(database_url) as (other, _), present(agency.workspace.store) as mine:
        calls_up(agency, other)
        agency.person()
        phone = ScriptedRunner(agency.clock)
        agency.campaign(name="Fibre décembre")
        engine(agency, mine, phone).run(until_idle=True)
        assert phone.placed
        assert {attempt.state for attempt in agency.attempts() if attempt.engine == mine.engine} == {S.CLOSED}
        assert [a.state for a in agency.attempts() if a.engine == other.engine] == [S.DIALING, S.APPROVED]


def test_what_a_server_that_has_just_come_back_is_not_believed_of_is_settled_ten_seconds_later(
    agency: Agency, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls_up(agency, Presence(4711))
    monkeypatch.setattr(presence, "_AGE", "SELECT 0::float8")
    with present(agency.workspace.store) as mine:
        working = engine(agency, mine)
        working.recover()
        working._settle_overdue()
        assert states(agency) == [S.APPROVED, S.DIALING]
        hours.now += SETTLED
        agency.clock.instant += OVERDUE_EVERY
        working._settle_overdue()
        assert states(agency) == [S.EXPIRED, S.UNKNOWN]


def test_to_a_server_that_does_not_know_who_asks_everybody_may_be_there(agency: Agency) -> None:
    """The lock was forgotten with all others, and is not taken again yet."""
    calls_up(agency, Presence(4711))
    with agency.transaction() as session:
        assert Presence(4712).others(session) == {4711}


def test_a_server_that_has_forgotten_who_asks_is_not_believed_that_others_are_gone(
    agency: Agency, database_url: str, hours: Hours
) -> None:
    """As it does when one of its processes is killed, and all begin anew."""
    with living(database_url) as (other, process), present(agency.workspace.store) as mine:
        calls_up(agency, other)
        hours.now += SETTLED
        process.send_signal(signal.SIGSTOP)  # it does not come back
        every_lock_forgotten(agency)
        settler = engine(agency, mine)
        assert settler.recover() == ([], [])
        eventually(lambda: knows(agency, mine))
        assert settler.recover() == ([], []), "who does not yet know us may be slower"
        hours.now += SETTLED
        assert [len(ids) for ids in settler.recover()] == [1, 1]


def test_an_engine_whose_session_was_ended_makes_itself_known_again(agency: Agency, database_url: str) -> None:
    store = Store(database_url)
    with present(store) as other:
        every_lock_forgotten(agency)
        eventually(lambda: knows(agency, other))
    store.close()


def test_what_no_engine_marked_is_settled_by_the_next_that_starts(agency: Agency) -> None:
    calls_up(agency, ALONE)
    with present(agency.workspace.store) as mine:
        given_back, unknown = engine(agency, mine).recover()
    assert (len(given_back), len(unknown)) == (1, 1)


def test_two_engines_know_each_other_by_different_numbers(agency: Agency) -> None:
    with present(agency.workspace.store) as one, present(agency.workspace.store) as other:
        assert one.engine != other.engine
