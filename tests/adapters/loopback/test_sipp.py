"""SIPp, which is none of ours, judges the carrier from outside; its runs go side by side."""

from __future__ import annotations

import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import FarEnd

HERE = Path(__file__).parent
RUNS = {
    "+33199000801": ("-sn", "uac", "-m", "3", "-d", "200"),
    "+33199000810": ("-sf", str(HERE / "busy.xml"), "-m", "3"),
    "+33199000811": ("-sf", str(HERE / "cancel.xml"), "-m", "3"),
    "+33199000802": ("-sn", "uac", "-r", "200", "-m", "200", "-d", "100"),
}


def sipp(far_end: FarEnd, callee: str) -> subprocess.CompletedProcess[str]:
    target = f"{far_end.process.host}:{far_end.process.port}"
    limits = ("-timeout", "20", "-timeout_error")
    return subprocess.run(
        ["sipp", "-i", "127.0.0.1", "-s", callee, *limits, *RUNS[callee], target],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=far_end.events.parent,
    )


@pytest.fixture(scope="module")
def verdicts(far_end: FarEnd) -> dict[str, subprocess.CompletedProcess[str]]:
    with ThreadPoolExecutor(len(RUNS)) as pool:
        return dict(zip(RUNS, pool.map(lambda callee: sipp(far_end, callee), RUNS), strict=True))


@pytest.mark.parametrize(
    ("callee", "calls", "events"),
    [
        ("+33199000801", 3, ["invite", "ringing", "answered", "ack", "bye-received", "ended"]),
        ("+33199000810", 3, ["invite", "final", "ended", "ack"]),
        ("+33199000811", 3, ["invite", "ringing", "cancel", "final", "ended", "ack"]),
        ("+33199000802", 200, ["invite", "ringing", "answered", "ack", "bye-received", "ended"]),
    ],
    ids=["answered-then-bye", "busy", "ringing-then-cancel", "two-hundred-a-second"],
)
def test_sipp_is_content_and_every_call_is_in_evidence(
    far_end: FarEnd,
    verdicts: dict[str, subprocess.CompletedProcess[str]],
    callee: str,
    calls: int,
    events: list[str],
) -> None:
    done = verdicts[callee]
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    seen = Counter(line["event"] for line in far_end.lines() if line.get("callee") == callee)
    assert {event: seen[event] for event in events} == dict.fromkeys(events, calls)
