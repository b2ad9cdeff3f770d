"""What the runner refuses, tried with a carrier listening: no INVITE may reach it."""

from __future__ import annotations

import json
import select
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.sip import RunnerNotStarted, SipRunner, TrunkAddress, disposition_of
from adapters.sip.wire import BootFailed, Hello, Ready, encode_order
from adapters.sip.worker_process import WorkerProcess
from dialer.clock import SimulatedClockRefused
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.ports import CallEvent, CallEventKind


@pytest.fixture(scope="module")
def runner(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[SipRunner]:
    runner = SipRunner(carrier.trunk(channels=4), permit_key, orders.clock)
    runner.start()
    yield runner
    runner.stop(timedelta(seconds=3))


def spoiled(orders: Any, how: str) -> Any:
    """A permit for +33639980150 that must not be accepted."""
    now = orders.clock.now()
    match how:
        case "absent":
            return None
        case "altered callee":
            return replace(orders.permit("51"), callee="+33639980150")
        case "altered expiry":
            return replace(orders.permit("50"), not_after=now + timedelta(days=1))
        case "unsigned":
            return replace(orders.permit("50"), signature="")
        case "another gate's":
            return PermitKey(b"another key" * 3).sign(orders.permit("50"))
        case "expired":
            return orders.permit("50", not_after=now - timedelta(microseconds=1))
        case "not yet valid":
            return orders.permit("50", not_before=now + timedelta(minutes=1))
        case "for another trunk":
            return orders.permit("50", trunk="other")
        case "made on the wall clock":
            return orders.permit("50", simulated=False)
        case "for no number":
            return orders.permit("50", callee="0639980150")
    raise AssertionError(how)


SPOILED = ["absent", "altered callee", "altered expiry", "unsigned", "another gate's", "expired"]
SPOILED += ["not yet valid", "for another trunk", "made on the wall clock", "for no number"]


@pytest.mark.parametrize("how", SPOILED)
def test_a_permit_that_is_not_good_sends_no_invite(
    runner: SipRunner, carrier: Any, orders: Any, listen: Any, how: str
) -> None:
    invites = len(carrier.facts("invite"))
    runner.place(orders.order(spoiled(orders, how)))
    (event,) = listen(runner, bool)
    assert event.kind is CallEventKind.REFUSED
    assert event.detail
    assert disposition_of(event) is Disposition.NOT_SENT
    assert len(carrier.facts("invite")) == invites


def test_a_permit_is_good_for_one_call_only(
    runner: SipRunner, carrier: Any, orders: Any, listen: Any, finals: Any
) -> None:
    permit = orders.permit("10", callee="+33639980210")
    kinds = []
    for _ in range(2):
        runner.place(orders.order(permit))
        kinds.append(finals(listen(runner, finals))[0].kind)
    assert kinds == [CallEventKind.ENDED, CallEventKind.REFUSED]
    assert len(carrier.facts("invite", ["+33639980210"])) == 1


def test_a_permit_is_good_for_one_call_although_each_process_would_take_it(
    carrier: Any, permit_key: PermitKey, orders: Any, listen: Any, finals: Any
) -> None:
    runner = SipRunner(carrier.trunk(channels=8), permit_key, orders.clock)
    runner.start()
    permit = orders.permit("10", callee="+33639980410")
    for _ in range(2):
        runner.place(orders.order(permit))
    told = finals(listen(runner, lambda events: len(finals(events)) == 2))
    runner.stop(timedelta(seconds=3))
    assert [event.kind for event in told] == [CallEventKind.REFUSED, CallEventKind.ENDED]
    assert len(carrier.facts("invite", ["+33639980410"])) == 1


def test_an_order_beyond_the_channels_is_not_sent(
    runner: SipRunner, carrier: Any, orders: Any, listen: Any, finals: Any
) -> None:
    for ending in ("60", "61", "62", "63", "64"):
        runner.place(orders.order(orders.permit(ending), max_talk=timedelta(seconds=0.1)))
    assert runner.free_channels() == 0
    told = finals(listen(runner, lambda events: len(finals(events)) == 5))
    assert [event.kind for event in told].count(CallEventKind.NOT_SENT) == 1
    assert told[0].detail == "no free channel"
    assert carrier.facts("invite", ["+33639980164"]) == []
    assert runner.free_channels() == 4


Raw = Callable[..., WorkerProcess]


@pytest.fixture
def raw_worker(carrier: Any, permit_key: PermitKey) -> Iterator[Raw]:
    """A runner process spoken to directly, as if the supervisor's own checks did not exist."""
    started: list[WorkerProcess] = []

    def start(**changes: Any) -> WorkerProcess:
        plain: dict[str, Any] = {
            "trunk": carrier.trunk().to_dict(),
            "permit_key": permit_key.secret.hex(),
            "simulated": True,
            "clock_offset": 0.0,
            "rtp_first_port": 30000,
        }
        started.append(WorkerProcess(Hello(**{**plain, **changes})))
        return started[-1]

    yield start
    for worker in started:
        worker.kill("the test is over")
        worker.bury()


def next_report(worker: WorkerProcess, *wanted: type) -> Any:
    """The next report of these types; fails after ten silent seconds or at the process's end."""
    unread = vars(worker).setdefault("unread", deque())
    while unread or not worker.ended:
        while unread:
            if isinstance(report := unread.popleft(), wanted):
                return report
        assert select.select([worker.reports_fd], [], [], 10)[0], "the worker says nothing"
        unread.extend(worker.read())
    raise AssertionError("the worker ended without a word")


def test_the_runner_process_refuses_a_used_permit_by_itself(raw_worker: Raw, carrier: Any, orders: Any) -> None:
    worker = raw_worker(clock_offset=(orders.clock.offset).total_seconds())
    next_report(worker, Ready)
    permit = orders.permit("10", callee="+33639980310")
    kinds = []
    for _ in range(2):
        worker.place(orders.order(permit))
        while (kind := next_report(worker, CallEvent).kind) is CallEventKind.SENT:
            pass
        kinds.append(kind)
    assert kinds == [CallEventKind.ENDED, CallEventKind.REFUSED]
    assert len(carrier.facts("invite", ["+33639980310"])) == 1


@pytest.mark.parametrize("claim", [None, {}, [], "permit", {"attempt_id": "x", "signature": "y"}])
def test_the_runner_process_refuses_what_is_no_permit(raw_worker: Raw, orders: Any, claim: Any) -> None:
    worker = raw_worker()
    line = json.loads(encode_order(orders.order(orders.permit())))
    worker._send(json.dumps({**line, "permit": claim}).encode() + b"\n")
    event = next_report(worker, CallEvent)
    assert (event.kind, event.attempt_id) == (CallEventKind.REFUSED, "x" if isinstance(claim, dict) and claim else "")


@pytest.mark.parametrize(
    ("trunk", "simulated", "why"),
    [
        (TrunkAddress("carrier", "203.0.113.7", 5060, False, 4), True, "not the loopback carrier"),
        (TrunkAddress("a local proxy", "127.0.0.1", 5060, False, 4), True, "not the loopback carrier"),
        (TrunkAddress("mislabelled", "203.0.113.7", 5060, True, 4), True, "not the loopback carrier"),
        (TrunkAddress("carrier", "203.0.113.7", 5060, False, 4), False, "not declared as simulated"),
    ],
)
def test_the_runner_process_does_not_boot_with_a_shifted_clock_off_the_loopback_carrier(
    raw_worker: Raw, trunk: TrunkAddress, simulated: bool, why: str
) -> None:
    worker = raw_worker(trunk=trunk.to_dict(), simulated=simulated, clock_offset=-86400.0)
    assert why in next_report(worker, BootFailed, Ready).why


@pytest.mark.parametrize("host", ["203.0.113.7", "127.0.0.1"])
def test_the_runner_refuses_a_simulated_clock_off_the_loopback_carrier(
    permit_key: PermitKey, orders: Any, host: str
) -> None:
    trunk = TrunkAddress("carrier", host, 5060, False, 4)
    with pytest.raises(SimulatedClockRefused, match="carrier"):
        SipRunner(trunk, permit_key, orders.clock)


def test_a_runner_that_cannot_start_says_why_and_what_to_do(carrier: Any, permit_key: PermitKey, orders: Any) -> None:
    runner = SipRunner(carrier.trunk(), permit_key, orders.clock, rtp_first_port=65500)
    with pytest.raises(RunnerNotStarted, match="no 64 free UDP ports in a row for audio from 65500"):
        runner.start()


def test_a_runner_process_that_dies_at_start_is_told_with_its_end(
    carrier: Any, permit_key: PermitKey, orders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(RunnerNotStarted, match="exit code 1"):
        SipRunner(carrier.trunk(), permit_key, orders.clock).start()


def test_a_process_that_cannot_be_spawned_is_told_with_the_reason(
    carrier: Any, permit_key: PermitKey, orders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(RunnerNotStarted, match="could not be started"):
        SipRunner(carrier.trunk(), permit_key, orders.clock).start()


def test_an_order_to_a_runner_that_was_not_started_is_not_sent(
    carrier: Any, permit_key: PermitKey, orders: Any
) -> None:
    runner = SipRunner(carrier.trunk(), permit_key, orders.clock)
    runner.place(orders.order(orders.permit()))
    (event,) = runner.events(timedelta(0))
    assert event.kind is CallEventKind.NOT_SENT
