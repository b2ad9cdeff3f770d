"""Fixtures for the runner's tests: prompts, a permit key, orders, and a place to note what was said."""

from __future__ import annotations

import json
import math
import secrets
import struct
import threading
import time
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.loopback.process import CarrierProcess
from adapters.sip import SipRunner, TrunkAddress
from dialer.clock import SimulatedClock, SystemClock
from dialer.permit import Permit, PermitKey
from dialer.ports import CallEvent, CallEventKind, CallOrder, Script

CALLER = "+33199001234"
FINAL = {CallEventKind.ENDED, CallEventKind.REFUSED, CallEventKind.NOT_SENT, CallEventKind.LOST}


def write_tone(path: Path, seconds: float, frequency: int) -> Path:
    samples = (int(6000 * math.sin(2 * math.pi * frequency * n / 8000)) for n in range(int(8000 * seconds)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Script:
    """Tones in place of speech: 3.6 s in all, so that a far end that hangs up after 3 s comes first."""
    folder = tmp_path_factory.mktemp("prompts")
    return Script(
        opening=write_tone(folder / "opening.wav", 1.2, 400),
        pitch=write_tone(folder / "pitch.wav", 1.6, 500),
        closing=write_tone(folder / "closing.wav", 0.8, 600),
        opted_out=write_tone(folder / "opted-out.wav", 0.4, 700),
    )


@pytest.fixture(scope="session")
def permit_key() -> PermitKey:
    return PermitKey(secrets.token_bytes(32))


@dataclass
class OrderBook:
    """Makes orders with permits that are valid now, unless told otherwise."""

    key: PermitKey
    script: Script
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(datetime(2026, 9, 1, 9, tzinfo=UTC)))
    _made: int = 0

    def permit(self, ending: str = "40", **changes: Any) -> Permit:
        """A signed permit to call a fiction number with this ending."""
        self._made += 1
        now = self.clock.now()
        values: dict[str, Any] = {
            "attempt_id": f"attempt-{self._made}-{ending}",
            "callee": f"+336399801{ending}",
            "caller_id": CALLER,
            "trunk": "loopback",
            "decision_hash": "00" * 32,
            "not_before": now - timedelta(minutes=1),
            "not_after": now + timedelta(minutes=5),
            "simulated": True,
        }
        return self.key.sign(Permit(**{**values, **changes}))

    def order(self, permit: Permit, **changes: Any) -> CallOrder:
        values: dict[str, Any] = {
            "script": self.script,
            "ring_timeout": timedelta(seconds=3.6),
            "max_talk": timedelta(seconds=30),
        }
        return CallOrder(permit, **{**values, **changes})


@pytest.fixture(scope="session")
def orders(permit_key: PermitKey, script: Script) -> OrderBook:
    return OrderBook(permit_key, script)


@dataclass
class Carrier:
    """A running loopback carrier and what it wrote down."""

    process: CarrierProcess
    log: Path

    def trunk(self, channels: int = 4) -> TrunkAddress:
        return TrunkAddress("loopback", self.process.host, self.process.port, True, channels)

    def facts(self, event: str, callees: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The facts of this kind, about these callees only when given."""
        whole = self.log.read_text().rpartition("\n")[0]
        facts = [json.loads(line) for line in whole.splitlines()]
        wanted = None if callees is None else set(callees)
        return [fact for fact in facts if fact["event"] == event and (wanted is None or fact.get("callee") in wanted)]


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory, permit_key: PermitKey) -> Iterable[Carrier]:
    folder = tmp_path_factory.mktemp("carrier")
    (folder / "key").write_bytes(permit_key.secret)
    log = folder / "events.jsonl"
    with CarrierProcess.start("127.0.0.1", 0, folder / "key", log, folder / "recordings") as process:
        yield Carrier(process, log)


Listen = Callable[..., list[CallEvent]]


@pytest.fixture(scope="session")
def listen() -> Listen:
    """Collect a runner's events until `enough` of them is true; fails after `limit` seconds."""

    def collect(runner: SipRunner, enough: Callable[[Sequence[CallEvent]], bool], limit: float = 60) -> list[CallEvent]:
        heard: list[CallEvent] = []
        deadline = time.monotonic() + limit
        while not enough(heard):
            assert time.monotonic() < deadline, f"waited {limit} s, heard only {heard}"
            heard += runner.events(timedelta(seconds=0.2))
        return heard

    return collect


@pytest.fixture(scope="session")
def finals() -> Callable[[Sequence[CallEvent]], list[CallEvent]]:
    return lambda events: [event for event in events if event.kind in FINAL]


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until a condition holds in the world outside; fails after `limit` seconds."""

    def wait(condition: Callable[[], bool], limit: float = 60) -> None:
        deadline, pause = time.monotonic() + limit, threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"not so after {limit} s"
            pause.wait(0.02)

    return wait


@pytest.fixture
def running(permit_key: PermitKey) -> Iterator[Callable[..., SipRunner]]:
    """Start a runner on a trunk; it is stopped when the test is over."""
    started: list[SipRunner] = []

    def start(trunk: TrunkAddress, **changes: Any) -> SipRunner:
        runner = SipRunner(trunk, permit_key, SystemClock(), rtp_first_port=26000, **changes)
        runner.start()
        started.append(runner)
        return runner

    yield start
    for runner in started:
        runner.stop(timedelta(0))


@pytest.fixture
def call(orders: Any, listen: Any, finals: Any) -> Callable[..., CallEvent]:
    """Place one call on the wall clock and return its end."""

    def place(runner: SipRunner, **changes: Any) -> CallEvent:
        now = SystemClock().now()
        times = {"not_before": now - timedelta(minutes=1), "not_after": now + timedelta(minutes=5)}
        permit = orders.permit(trunk="carrier", simulated=False, **times)
        runner.place(orders.order(permit, **changes))
        last: CallEvent = finals(listen(runner, finals))[0]
        return last

    return place
