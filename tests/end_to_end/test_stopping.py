"""Ending a run in order: SIGTERM stops new calls at once, and one folder has one run at a time."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.agency import MORNING, Person, agency_with_carrier
from tests.end_to_end.carrier_log import instant
from tests.end_to_end.processes import DialerProcess, wait_until

LAST_BREATH = timedelta(seconds=0.5)
"""For what was already on its way to a runner process when the signal came; starts are 50 ms apart."""
PEOPLE = [Person(f"06399811{n}") for n in range(40, 90)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
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
