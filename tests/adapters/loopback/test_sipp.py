"""SIPp, which is none of ours, judges the carrier from outside; its runs go side by side."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.loopback import prove
from tests.free_ports import free_port

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import FarEnd

HERE = Path(__file__).parent
CROWD = "+33199000802"
RUNS = {
    "+33199000801": ("-sn", "uac", "-m", "3", "-d", "200"),
    "+33199000810": ("-sf", str(HERE / "busy.xml"), "-m", "3"),
    "+33199000811": ("-sf", str(HERE / "cancel.xml"), "-m", "3"),
    CROWD: ("-sn", "uac", "-r", "200", "-m", "200", "-d", "100"),
}


def sipp(far_end: FarEnd, callee: str, port: int) -> subprocess.CompletedProcess[str]:
    target = f"{far_end.process.host}:{far_end.process.port}"
    limits = ("-timeout", "80", "-timeout_error")
    return subprocess.run(
        ["sipp", "-i", "127.0.0.1", "-p", str(port), "-s", callee, *limits, *RUNS[callee], target],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=far_end.events.parent,
    )


@pytest.fixture(scope="module")
def far_ends(far_end: FarEnd, start_far_end: Callable[..., FarEnd]) -> dict[str, FarEnd]:
    """The crowd has a carrier of its own: it makes others lose datagrams, and an ACK at the end is not sent again."""
    return dict.fromkeys(RUNS, far_end) | {CROWD: start_far_end()}


@pytest.fixture(scope="module")
def verdicts(far_ends: dict[str, FarEnd]) -> dict[str, subprocess.CompletedProcess[str]]:
    """Each on a port of its own: left to choose for themselves, all begin with the same one."""
    ports = [free_port() for _ in RUNS]
    with ThreadPoolExecutor(len(RUNS)) as pool:
        done = pool.map(lambda callee, port: sipp(far_ends[callee], callee, port), RUNS, ports)
        return dict(zip(RUNS, done, strict=True))


@pytest.mark.parametrize(
    ("callee", "calls", "events"),
    [
        ("+33199000801", 3, ["invite", "ringing", "answered", "ack", "bye-received", "ended"]),
        ("+33199000810", 3, ["invite", "final", "ended", "ack"]),
        ("+33199000811", 3, ["invite", "ringing", "cancel", "final", "ended", "ack"]),
        (CROWD, 200, ["invite", "ringing", "answered", "bye-received", "ended"]),
    ],
    ids=["answered-then-bye", "busy", "ringing-then-cancel", "two-hundred-a-second"],
)
def test_sipp_is_content_and_every_call_is_in_evidence(
    far_ends: dict[str, FarEnd],
    verdicts: dict[str, subprocess.CompletedProcess[str]],
    callee: str,
    calls: int,
    events: list[str],
) -> None:
    done, far_end = verdicts[callee], far_ends[callee]
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    carrier = far_end.process  # answers in order: with this proof it has read all that came before
    prove(carrier.host, carrier.port, far_end.key, timedelta(seconds=30))
    seen = Counter(line["event"] for line in far_end.lines() if line.get("callee") == callee)
    assert {event: seen[event] for event in events} == dict.fromkeys(events, calls)
