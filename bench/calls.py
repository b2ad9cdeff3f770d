"""Calls through real SIP: ours beside SIPp, which places the same calls to the same far end in the same run.

    python -m bench.calls [--processes 1 2 4] [--calls 400] [--talk 5]

Two tables. Calls per second that are set up, answered, spoken through (60 ms) and torn down, by as many runner
processes with four calls each; SIPp holds as many calls at once. Then simultaneous calls with audio: every channel
talks for some seconds, and the far end counts what it heard of the 50 packets per second that each call owes.
The far end is a SIPp that answers at once, and then the loopback carrier. A call that fails ends the run.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
import time
import wave
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.loopback import CarrierProcess
from adapters.sip import SipRunner, TrunkAddress
from bench.fiction import numbers_that_answer
from bench.measuring import machine
from dialer.clock import SystemClock
from dialer.permit import Permit, PermitKey
from dialer.ports import CallEventKind, CallOrder, Script
from tests.end_to_end.far_ends import sipp_answering

HOST = "127.0.0.1"
CALLER = "+33199001234"
CALLS_PER_PROCESS = 4
PACKETS_PER_SECOND = 50
TALKS = Path(__file__).with_name("sipp_talk.xml")
_FINAL = {CallEventKind.ENDED, CallEventKind.REFUSED, CallEventKind.NOT_SENT, CallEventKind.LOST}


class CallFailed(Exception):
    """A call of the benchmark did not go as it must: figures without it would flatter."""


@dataclass(frozen=True)
class FarEnd:
    """Who takes the calls, on 127.0.0.1; the key of our permits; a folder with prompts and the carrier's book."""

    port: int
    key: PermitKey
    folder: Path

    @property
    def book(self) -> Path:
        return self.folder / "far.jsonl"

    def heard(self, since: int) -> list[int]:
        """RTP packets received in each call that ended since that line."""
        lines = [json.loads(line) for line in self.book.read_text("utf-8").splitlines()[since:]]
        return [line["rtp_received"] for line in lines if line["event"] == "ended"]

    def lines(self) -> int:
        return len(self.book.read_text("utf-8").splitlines()) if self.book.exists() else 0


def ours(end: FarEnd, processes: int, calls: int, talk: float) -> float:
    """Seconds that our runner needs for so many calls; every channel is kept busy."""
    script = Script(*(_silence(end.folder / f"{name}-{talk:g}.wav", talk / 3) for name in ("a", "b", "c", "d")))
    clock, channels = SystemClock(), processes * CALLS_PER_PROCESS
    runner = SipRunner(TrunkAddress("loopback", HOST, end.port, True, channels), end.key, clock)
    runner.start()
    try:
        while runner.free_channels() < channels:
            runner.events(timedelta(seconds=0.1))
        waiting, done = numbers_that_answer(calls), 0
        began = time.perf_counter()
        while done < calls:
            while waiting and runner.free_channels():
                number = f"+33{waiting.pop()[1:]}"
                now = clock.now()
                permit = Permit(
                    secrets.token_hex(8), number, CALLER, "loopback", "00" * 32, now, now + timedelta(minutes=1), False
                )
                runner.place(
                    CallOrder(end.key.sign(permit), script, timedelta(seconds=10), timedelta(seconds=talk + 30))
                )
            for event in runner.events(timedelta(seconds=0.05)):
                if event.kind in _FINAL:
                    if event.kind is not CallEventKind.ENDED or event.sip_code != 200:
                        raise CallFailed(str(event))
                    done += 1
        return time.perf_counter() - began
    finally:
        runner.stop(timedelta(seconds=2))


def sipp(end: FarEnd, processes: int, calls: int, talk: float) -> float:
    """Seconds that SIPp needs for as many calls, with as many at once."""
    channels = processes * CALLS_PER_PROCESS
    command = ["sipp", f"{HOST}:{end.port}", "-sf", str(TALKS), "-s", numbers_that_answer(1)[0]]
    command += ["-i", HOST, "-m", str(calls), "-l", str(channels), "-r", "1000", "-d", str(round(talk * 1000))]
    command += ["-nostdin"]
    (end.folder / "talk.pcma").write_bytes(b"\xd5" * 8000)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=end.folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CallFailed(f"SIPp: exit code {done.returncode}: {done.stderr[-500:]}")
    return time.perf_counter() - began


def _silence(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * round(8000 * seconds)))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--talk", type=float, default=5, help="seconds of audio in the second table")
    arguments = parser.parse_args()
    if not shutil.which("sipp"):
        raise SystemExit("SIPp is missing: apt-get install sip-tester")
    print(machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calls-")))
        key_file = folder / "key"
        key = PermitKey.load_or_create(key_file)
        end = FarEnd(stack.enter_context(sipp_answering(folder)).port, key, folder)
        print("processes  channels  ours calls/s  SIPp calls/s  ratio")
        for processes in arguments.processes:
            rates = [arguments.calls / place(end, processes, arguments.calls, 0.06) for place in (ours, sipp)]
            print(f"{processes:9}  {processes * CALLS_PER_PROCESS:8}  {rates[0]:12.1f}  {rates[1]:12.1f}", end="")
            print(f"  {rates[0] / rates[1]:5.2f}", flush=True)
        carrier = CarrierProcess.start(HOST, 0, key_file, folder / "far.jsonl", folder / "heard")
        end = FarEnd(stack.enter_context(carrier).port, key, folder)
        print(f"\nprocesses  calls at once  seconds  heard of ours  of SIPp (of {PACKETS_PER_SECOND} packets/s each)")
        for processes in arguments.processes:
            channels = processes * CALLS_PER_PROCESS
            owed = arguments.talk * PACKETS_PER_SECOND * channels
            shares = []
            for place in (ours, sipp):
                since = end.lines()
                place(end, processes, channels, arguments.talk)
                time.sleep(0.5)  # the far end's last lines
                shares.append(sum(end.heard(since)) / owed)
            print(f"{processes:9}  {channels:13}  {arguments.talk:7g}  {shares[0]:13.1%}  {shares[1]:7.1%}", flush=True)


if __name__ == "__main__":
    main()
