"""How long a simulated month takes: the engine, the gate and the ledger, with time that costs nothing.

    python -m bench.sim [--contacts 100000] [--days 30] [--seed 1] [--operator callr]

What is left of the time is what one call costs the scheduler: a question to the gate, its decision and permit, the
fence, and the reports of the call, each in a transaction of its own. Only commits do not wait for the disk.
"""

from __future__ import annotations

import argparse
import logging
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import structlog

from adapters.queue.local import LocalQueue
from adapters.simulation import VirtualClock, load_answers
from adapters.simulation.ground import DATABASE
from adapters.simulation.play import play
from adapters.simulation.reckoning import report_on
from bench.measuring import machine
from commands.sim_folder import Asked, prepared

MONDAY = datetime.fromisoformat("2026-09-07T10:00:00+02:00")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operator", default="")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(
        f"{machine()}\n{given.contacts:,} contacts, {given.days} days, seed {given.seed}, {given.operator or 'plain'}"
    )
    with TemporaryDirectory(prefix="bench-sim-") as folder:
        clock, asked = VirtualClock(MONDAY), Asked("", given.contacts, None, given.seed, given.operator)
        workspace, campaign = prepared(Path(folder), Path("dialer.toml"), clock, asked)
        wall, cpu = perf_counter(), process_time()
        ends_at = MONDAY + timedelta(days=given.days)
        observed = play(workspace, clock, campaign.trunk, LocalQueue(), load_answers("standard"), given.seed, ends_at)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        began = perf_counter()
        report = report_on(workspace, campaign, observed, given.seed, MONDAY, wall)
        counted = perf_counter() - began
        megabytes = workspace.path(DATABASE).stat().st_size / 1e6
    asked_about = sum(report.decisions.values())
    print(f"{report.calls:,} calls, {asked_about:,} questions to the gate, {megabytes:,.0f} MB")
    print(f"simulated in {wall:,.1f} s ({cpu:,.1f} s of CPU), reported on in {counted:,.1f} s")
    print(f"{report.calls / cpu:,.0f} calls a CPU second, {1000 * cpu / max(report.calls, 1):.2f} ms of CPU a call")
    print(f"limits and law kept: {report.clean}")


if __name__ == "__main__":
    main()
