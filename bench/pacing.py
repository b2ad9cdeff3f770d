"""How closely the dialer keeps its pace, judged by others: a packet capture, and a Kamailio before the carrier.

    python -m bench.pacing [--caps 1 5 20] [--minutes 10] [--channels N] [--engines 4]

Starts are judged by the capture alone: Wireshark's, of what arrives at the Kamailio, each INVITE at the instant at
which the kernel put it on the wire; the most in any second (not in each second of a clock). The Kamailio writes down
each call's start and end, by its own clock and when it comes to it, which on a loaded machine may be some milliseconds
late: its fullest second is shown beside. It judges the most calls in progress at once. `used` is the rate kept, of the
rate that was bought. With several engines they claim from one PostgreSQL at once. Ends with 1 when a limit was
crossed, or less than 98 % was used. Real time: three rates take half an hour. Captures need root.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.loopback import CarrierProcess
from bench.fiction import numbers_that_answer
from bench.measuring import machine
from commands.logs import log_to
from commands.wiring import engine_on
from dialer.clock import SimulatedClock
from dialer.permit import PermitKey
from dialer.workspace import Workspace
from tests.dialer.postgres import running_cluster
from tests.end_to_end.agency import MORNING, Person, found_agency, replaced, write_tone
from tests.free_ports import free_port

ENOUGH = 0.98
"""Of the rate that was bought."""
RULES = Path(__file__).with_name("kamailio.cfg")
_LINE = re.compile(r"judge (start|over) (\d+\.\d+) (\S+)")
_WARM_UP = 5.0
"""Seconds until every runner process is there; judged from then on."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a judge wrote: seconds of its clock, in order."""

    starts: list[float]
    overs: list[float]

    @classmethod
    def read(cls, text: str) -> Book:
        """From the judge's lines; a call's end is written once, whoever ended it."""
        seen: dict[str, dict[str, float]] = {"start": {}, "over": {}}
        for what, at, call_id in _LINE.findall(text):
            seen[what].setdefault(call_id, float(at))
        return cls(sorted(seen["start"].values()), sorted(seen["over"].values()))

    def busiest_second(self) -> int:
        """Starts in the fullest second that begins with a start; its end is not part of it."""
        starts = self.starts
        return max((bisect_left(starts, at + 1.0) - index for index, at in enumerate(starts)), default=0)

    def most_at_once(self) -> int:
        """Calls in progress: whose INVITE came in, and that were not yet refused, cancelled or hung up."""
        changes = sorted([*((at, 1) for at in self.starts), *((at, -1) for at in self.overs)])
        most = now = 0
        for _, change in changes:
            now += change
            most = max(most, now)
        return most

    def rate(self) -> float:
        """Starts per second between the first start and the last, once warm."""
        warm = [at for at in self.starts if at >= self.starts[0] + _WARM_UP]
        return (len(warm) - 1) / (warm[-1] - warm[0]) if len(warm) > 1 else 0.0


@contextmanager
def captured(port: int, file: Path) -> Iterator[None]:
    """What arrives at this UDP port of the machine's own addresses is written to a file, with the kernel's instants."""
    command = ["dumpcap", "-q", "-i", "lo", "-f", f"udp dst port {port}", "-w", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        while b"File:" not in (said := process.stderr.readline()):
            if not said:
                raise SystemExit("dumpcap (package wireshark-common) cannot capture here; run as root")
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


def departures(port: int, file: Path) -> list[float]:
    """The instant of each call's first INVITE; it may be sent again."""
    command = ["tshark", "-r", str(file), "-d", f"udp.port=={port},sip", "-Y", 'sip.Method == "INVITE"', "-T", "fields"]
    command += ["-e", "frame.time_epoch", "-e", "sip.Call-ID"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    first: dict[str, float] = {}
    for at, call_id in (line.split("\t") for line in listed.splitlines()):
        first.setdefault(call_id, float(at))
    return sorted(first.values())


@contextmanager
def judge(port: int, carrier_port: int, log: Path) -> Iterator[None]:
    """A Kamailio that listens for the dialer on one port and hands everything to the carrier on another."""
    command = ["kamailio", "-f", str(RULES), "-DD", "-E", "-Y", str(log.parent)]
    command += ["-A", f"DIALER_SIDE=udp:127.0.0.1:{port}", "-A", f'CARRIER_SIDE="127.0.0.1:{carrier_port}"']
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def measure(
    folder: Path, caps: int, channels: int, minutes: float, engines: int, database: str | None
) -> tuple[Book, Book]:
    """One campaign at one rate, for so long: the capture's book of it, which knows starts only, and the Kamailio's."""
    port, key_file, log = free_port(), folder / "keys" / "loopback.key", folder / "judge.log"
    PermitKey.load_or_create(key_file)
    changes = {
        "port = 5070": f"port = {port}",
        "channels = 24": f"channels = {channels}",
        "starts_per_second = 3": f"starts_per_second = {caps}",
    }
    if database is not None:
        changes['"sqlite:///dialer.db"'] = f'"{database}"'
    with ExitStack() as stack:
        carrier = stack.enter_context(
            CarrierProcess.start(
                "127.0.0.1", 0, key_file, folder / "far.jsonl", folder / "heard", reached_at=("127.0.0.1", port)
            )
        )
        stack.enter_context(captured(port, folder / "starts.pcapng"))
        stack.enter_context(judge(port, carrier.port, log))
        people = [Person(number) for number in numbers_that_answer(round(caps * (minutes * 60 + 30)))]
        found_agency(folder, people, lambda text: replaced(text, changes))
        for name in ("opening", "pitch", "closing"):
            write_tone(folder / "prompts" / f"{name}.wav", 0.2, 400)
        began = time.time()
        running = [_start(folder, began) for _ in range(engines)]
        try:
            _wait_for_a_call(log)
            time.sleep(_WARM_UP + minutes * 60)
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait(60)
        time.sleep(1)  # the judge's last lines
    book = Book.read(log.read_text("utf-8", "replace"))
    left = Book(departures(port, folder / "starts.pcapng"), [])
    if len(left.starts) != len(book.starts):
        raise SystemExit(f"the capture saw {len(left.starts)} calls, the Kamailio {len(book.starts)}")
    return left, book


def _start(folder: Path, began: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.pacing", "--engine", str(folder), "--began", str(began)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1])


def _engine(folder: Path, began: float) -> None:
    """One engine on a morning that began at that instant of the machine's clock: the same for all of them."""
    workspace = Workspace.open(folder / "dialer.toml", SimulatedClock(MORNING + timedelta(seconds=time.time() - began)))
    log_to(workspace.path("dialer.log"))
    with engine_on(workspace, "boucle") as engine:
        signal.signal(signal.SIGTERM, lambda *_: engine.stopping.set())
        engine.run(until_idle=False)


def _wait_for_a_call(log: Path, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while "judge start" not in log.read_text("utf-8", "replace"):
        if time.monotonic() > deadline:
            raise SystemExit(f"no call within {patience:g} s; the judge said: {log.read_text('utf-8')[-2000:]}")
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caps", type=int, nargs="+", default=[1, 5, 20])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--channels", type=int, default=0, help="three per start and second unless told")
    parser.add_argument("--engines", type=int, default=1)
    parser.add_argument("--engine", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        _engine(arguments.engine, arguments.began)
        return
    print(machine())
    print(f"{arguments.engines} engine(s), {arguments.minutes:g} minutes each")
    print("bought/s  channels   calls  busiest second  (Kamailio's)  most at once  rate/s   used")
    crossed = False
    for caps in arguments.caps:
        channels = arguments.channels or 3 * caps
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="pacing-")))
            cluster = stack.enter_context(running_cluster(options="")) if arguments.engines > 1 else None
            database = cluster.new_database()[1] if cluster else None
            left, book = measure(folder, caps, channels, arguments.minutes, arguments.engines, database)
        rate, busiest, most = left.rate(), left.busiest_second(), book.most_at_once()
        used = rate / caps
        print(
            f"{caps:8}  {channels:8}  {len(left.starts):6,}  {busiest:14}  {book.busiest_second():12}  {most:12}  "
            f"{rate:6.2f}  {used:5.1%}",
            flush=True,
        )
        crossed |= busiest > caps or most > channels or used < ENOUGH
    raise SystemExit(crossed)


if __name__ == "__main__":
    main()
