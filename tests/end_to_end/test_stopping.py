"""Ending a run in order: a signal stops new calls at once, and one folder has one run at a time."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.cpu_time import cpu_seconds
from tests.end_to_end.agency import MORNING, Person, agency_with_carrier, found_agency, replaced
from tests.end_to_end.carrier_log import instant
from tests.end_to_end.processes import DialerProcess, wait_until
from tests.free_ports import free_port

ON_THEIR_WAY = 3
"""Calls that may have been handed to a runner process when the signal came: a number, however slow the machine is."""
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
def test_a_signal_drains_the_run(tmp_path: Path, number: signal.Signals) -> None:
    with agency_with_carrier(tmp_path, PEOPLE, channels=12, starts_per_second=20) as agency:
        with agency.dialing(MORNING + timedelta(minutes=1)) as dialer:
            wait_until(lambda: len(agency.log.up()) >= 3, "three talk")
            signalled = datetime.now(UTC)
            dialer.send(number)
            document = dialer.finish()
        wait_until(lambda: not agency.log.open(), "every call has ended")
        late = [line for line in agency.log.invites() if instant(line) > signalled]
        invites = len(agency.log.invites())
    assert len(late) <= ON_THEIR_WAY
    (campaign,) = document["campaigns"]
    assert document["ok"] is True
    assert (campaign["live"], campaign["unknown"]) == (0, 0)
    assert campaign["attempts"] == invites < len(PEOPLE)
    assert {line["ended_by"] for line in agency.log.lines("ended")} <= {"caller", "cancel"}
    assert agency.ask("audit", "verify")["ok"] is True


def metrics(port: int) -> str:
    """What a Prometheus server would read; nothing while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


def test_a_run_sleeps_through_the_night_refuses_a_second_one_and_is_stopped_at_once(tmp_path: Path) -> None:
    agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"port = 5070": "port = 0"}))
    port, evening = free_port(), MORNING.replace(hour=21)
    with agency.dialing(evening, "--metrics-port", str(port)) as dialer:
        asleep = 'dialer_waiting{trunk="boucle",why="nobody-due"} 1.0'
        wait_until(lambda: asleep in metrics(port), "it says that nobody is due")
        pid, began, used = dialer.process.pid, time.monotonic(), cpu_seconds(dialer.process.pid)
        wait_until(lambda: time.monotonic() > began + 2, "two seconds of sleep")
        busy = (cpu_seconds(pid) - used) / (time.monotonic() - began)
        figures = metrics(port)
        refused = DialerProcess.start("run", "--config", str(agency.config), "--json").finish(exit_code=3)
        dialer.send(signal.SIGTERM)
        document = dialer.finish()
    assert refused["ok"] is False
    assert "run" in str(refused["message"])
    opening = MORNING.replace(day=MORNING.day + 1, hour=10, minute=0).timestamp()
    (next_due,) = re.findall(r'^dialer_next_due_timestamp_seconds{trunk="boucle"} (\S+)$', figures, re.M)
    assert float(next_due) == opening
    assert busy < 0.1
    (campaign,) = document["campaigns"]
    assert campaign["attempts"] == 0
    assert campaign["candidates"] == {"waiting": len(PEOPLE)}
    assert sum(campaign["decisions"].values()) == 1, "one answer speaks for a whole town"
