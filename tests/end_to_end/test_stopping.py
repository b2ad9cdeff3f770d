"""Ending a run in order: a signal stops new calls at once, and one folder has one run at a time."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.end_to_end.agency import MORNING, Person, agency_with_carrier, found_agency, replaced
from tests.end_to_end.carrier_log import instant
from tests.end_to_end.far_ends import free_port
from tests.end_to_end.processes import DialerProcess, wait_until

LAST_BREATH = timedelta(seconds=0.5)
"""For what was already on its way to a runner process when the signal came; starts are 50 ms apart."""
PEOPLE = [Person(f"06399811{n}") for n in range(40, 90)]


@pytest.fixture(autouse=True)
def _without_nohup() -> Iterator[None]:
    """Under which the tests may run, and which a child takes over: a closed terminal would be ignored then."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=["SIGTERM", "Ctrl-C", "a closed terminal"]
)
def test_a_signal_drains_the_run_and_a_second_run_is_refused_meanwhile(tmp_path: Path, number: signal.Signals) -> None:
    with agency_with_carrier(tmp_path, PEOPLE, channels=12, starts_per_second=20) as agency:
        with agency.dialing(MORNING + timedelta(minutes=1)) as dialer:
            wait_until(lambda: len(agency.log.up()) >= 3, "three talk")
            second = DialerProcess.start("run", "--config", str(agency.config), "--json")
            refused = second.finish(exit_code=3)
            wait_until(lambda: len(agency.log.up()) >= 3, "three talk")
            signalled = datetime.now(UTC)
            dialer.send(number)
            document = dialer.finish()
        wait_until(lambda: not agency.log.open(), "every call has ended")
        late = [line for line in agency.log.invites() if instant(line) > signalled + LAST_BREATH]
        invites = len(agency.log.invites())
    assert refused["ok"] is False
    assert "run" in str(refused["message"])
    assert late == []
    (campaign,) = document["campaigns"]
    assert document["ok"] is True
    assert (campaign["live"], campaign["unknown"]) == (0, 0)
    assert campaign["attempts"] == invites < len(PEOPLE)
    assert {line["ended_by"] for line in agency.log.lines("ended")} <= {"caller", "cancel"}
    assert agency.ask("audit", "verify")["ok"] is True


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, in user and system mode."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def metrics(port: int) -> str:
    """What a Prometheus server would read; nothing while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


def test_a_run_sleeps_through_the_night_and_is_stopped_at_once(tmp_path: Path) -> None:
    agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"port = 5070": "port = 0"}))
    port, evening = free_port(), MORNING.replace(hour=21)
    with agency.dialing(evening, "--metrics-port", str(port)) as dialer:
        asleep = 'dialer_waiting{trunk="boucle",why="nobody-due"} 1.0'
        wait_until(lambda: asleep in metrics(port), "it says that nobody is due")
        pid, began, used = dialer.process.pid, time.monotonic(), cpu_seconds(dialer.process.pid)
        wait_until(lambda: time.monotonic() > began + 2, "two seconds of sleep")
        busy = (cpu_seconds(pid) - used) / (time.monotonic() - began)
        figures = metrics(port)
        dialer.send(signal.SIGTERM)
        document = dialer.finish(seconds=15)
    opening = MORNING.replace(day=MORNING.day + 1, hour=10, minute=0).timestamp()
    (next_due,) = re.findall(r'^dialer_next_due_timestamp_seconds{trunk="boucle"} (\S+)$', figures, re.M)
    assert float(next_due) == opening
    assert busy < 0.1
    (campaign,) = document["campaigns"]
    assert campaign["attempts"] == 0
    assert campaign["candidates"] == {"waiting": len(PEOPLE)}
    assert sum(campaign["decisions"].values()) == 1, "one answer speaks for a whole town"
