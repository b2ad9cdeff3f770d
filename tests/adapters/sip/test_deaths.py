"""Whatever dies or wedges, every order gets one final event, nothing is dialed twice, nothing keeps calling."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sip import SipRunner, disposition_of
from adapters.sip import runner as runner_module
from dialer.dispositions import Disposition
from dialer.permit import PermitKey
from dialer.ports import CallEventKind, EndedBy


def children() -> set[int]:
    """Process ids of this process's living children."""
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


def is_gone(pid: int) -> bool:
    """Whether the process has ended, buried or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


Start = Callable[[int], tuple[SipRunner, list[int]]]


@pytest.fixture
def start(carrier: Any, permit_key: PermitKey, orders: Any) -> Iterator[Start]:
    """Starts a runner with so many channels; gives it and its process ids."""
    runners: list[SipRunner] = []

    def begin(channels: int) -> tuple[SipRunner, list[int]]:
        runners.append(SipRunner(carrier.trunk(channels), permit_key, orders.clock))
        before = children()
        runners[-1].start()
        return runners[-1], sorted(children() - before)

    yield begin
    for runner in runners:
        runner.stop(timedelta(seconds=3))


def answered(events: Any) -> int:
    return sum(event.kind is CallEventKind.ANSWERED for event in events)


def place(runner: SipRunner, orders: Any, callees: list[str]) -> None:
    for callee in callees:
        runner.place(orders.order(orders.permit(callee=callee)))


def numbers(series: int, count: int) -> list[str]:
    """Fiction numbers that answer and listen."""
    return [f"+33639981{series}{40 + n}" for n in range(count)]


def test_a_killed_runner_process_loses_its_calls_and_is_replaced(
    start: Start, carrier: Any, orders: Any, listen: Any, finals: Any
) -> None:
    runner, pids = start(8)
    callees = numbers(1, 8)
    place(runner, orders, callees)
    listen(runner, lambda events: answered(events) == 8)
    os.kill(pids[0], signal.SIGKILL)
    told = finals(listen(runner, lambda events: len(finals(events)) == 8))
    lost = [event for event in told if event.kind is CallEventKind.LOST]
    assert len(lost) == 4
    assert all("killed by signal 9" in event.detail for event in lost)
    assert {disposition_of(event) for event in lost} == {Disposition.UNKNOWN}
    assert len({event.attempt_id for event in told}) == 8
    listen(runner, lambda _: runner.free_channels() == 8)  # a new process has taken the dead one's place
    assert len(carrier.facts("invite", callees)) == 8, "nothing was dialed again"


def test_a_wedged_runner_process_is_killed_and_its_calls_are_lost(
    start: Start, orders: Any, listen: Any, finals: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, (pid,) = start(1)
    place(runner, orders, numbers(2, 1))
    listen(runner, answered)
    monkeypatch.setattr(runner_module, "SILENCE_LIMIT", timedelta(seconds=1.5))
    os.kill(pid, signal.SIGSTOP)
    (last,) = finals(listen(runner, finals))
    assert last.kind is CallEventKind.LOST
    assert "no sign of life" in last.detail
    assert is_gone(pid)


def test_an_order_that_a_dead_process_never_dialed_is_not_sent(
    start: Start, carrier: Any, orders: Any, listen: Any
) -> None:
    runner, (pid,) = start(1)
    os.kill(pid, signal.SIGSTOP)
    place(runner, orders, numbers(3, 1))
    os.kill(pid, signal.SIGKILL)
    (event,) = listen(runner, bool)
    assert event.kind is CallEventKind.NOT_SENT
    assert carrier.facts("invite", numbers(3, 1)) == []


def test_a_process_that_was_held_up_sends_an_order_back_that_has_missed_its_start(
    start: Start, carrier: Any, orders: Any, listen: Any, finals: Any, eventually: Callable[..., None]
) -> None:
    """Both orders wait while it stands still; one of them may leave later."""
    runner, (pid,) = start(2)
    os.kill(pid, signal.SIGSTOP)
    late, patient = numbers(6, 2)
    leave_by = orders.clock.now() + timedelta(milliseconds=20)
    for callee, by in ((late, leave_by), (patient, leave_by + timedelta(minutes=1))):
        runner.place(orders.order(orders.permit(callee=callee), leave_by=by))
    eventually(lambda: orders.clock.now() > leave_by)
    os.kill(pid, signal.SIGCONT)
    heard = listen(runner, lambda events: answered(events) == 1)
    (missed,) = finals(heard)
    assert (missed.kind, missed.detail) == (CallEventKind.NOT_SENT, "too late for its start")
    assert [call["callee"] for call in carrier.facts("invite", [late, patient])] == [patient]


def test_stopping_hangs_up_every_call_and_leaves_no_process(
    start: Start, carrier: Any, orders: Any, listen: Any, finals: Any
) -> None:
    runner, pids = start(8)
    callees = numbers(4, 8)
    place(runner, orders, callees)
    heard = listen(runner, lambda events: answered(events) == 8)
    runner.stop(timedelta(seconds=5))
    told = finals([*heard, *runner.events(timedelta(0))])
    assert {event.ended_by for event in told} == {EndedBy.SHUTDOWN}
    assert len(told) == 8
    assert len(carrier.facts("bye-received", callees)) == 8
    assert not children() & set(pids), "buried, not only dead"


def test_a_stop_without_grace_kills_and_still_closes_every_order(
    start: Start, orders: Any, listen: Any, finals: Any
) -> None:
    runner, pids = start(4)
    place(runner, orders, numbers(5, 4))
    heard = listen(runner, lambda events: answered(events) == 4)
    runner.stop(timedelta(0))
    assert len(finals([*heard, *runner.events(timedelta(0))])) == 4
    assert not children() & set(pids)


@pytest.mark.parametrize("to_leave_within", [None, timedelta(seconds=0.3)], ids=["at any time", "soon"])
def test_a_slot_that_a_far_end_keeps_blocked_is_no_attempt(
    start: Start, carrier: Any, orders: Any, listen: Any, finals: Any, to_leave_within: timedelta | None
) -> None:
    """Nor is another order invited into it, for a while."""
    runner, _ = start(4)
    for n in range(4):
        permit = orders.permit(callee=f"+3363998{n}630")  # answers, but ignores BYE
        runner.place(orders.order(permit, max_talk=timedelta(seconds=0.1)))
    listen(runner, lambda events: len(finals(events)) == 4)
    expiring = orders.permit(callee="+33639981750", not_after=orders.clock.now() + timedelta(seconds=0.5))
    runner.place(orders.order(expiring))
    leave_by = to_leave_within and orders.clock.now() + to_leave_within
    runner.place(orders.order(orders.permit(callee=numbers(7, 1)[0]), leave_by=leave_by))
    told = {event.kind: event for event in listen(runner, lambda events: len(events) == 2)}
    assert CallEventKind.REFUSED in told, "the permit of one was looked at again after the wait"
    blocked = told[CallEventKind.NOT_SENT]
    assert "still ending" in blocked.detail
    assert carrier.facts("invite", ["+33639981750", *numbers(7, 1)]) == []
    listen(runner, lambda _: runner.free_channels() == 0)


def test_channels_that_ended_calls_keep_are_not_offered_and_the_trunk_says_so(
    start: Start, orders: Any, listen: Any, finals: Any
) -> None:
    """No order has to be sent back to find that out."""
    runner, _ = start(4)
    for n in range(3):
        permit = orders.permit(callee=f"+3363998{n}930")  # answers, but ignores BYE
        runner.place(orders.order(permit, max_talk=timedelta(seconds=0.1)))
    listen(runner, lambda events: len(finals(events)) == 3)
    listen(runner, lambda _: (runner.free_channels(), runner.trunk_state().blocked) == (1, 3))
    place(runner, orders, numbers(2, 1))
    assert answered(listen(runner, answered)) == 1, "the one that is left is had"


def test_a_process_whose_slots_stay_blocked_is_replaced(
    start: Start, orders: Any, listen: Any, finals: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "STUCK_LIMIT", timedelta(seconds=0.5))
    runner, (pid,) = start(4)
    for n in range(4):
        permit = orders.permit(callee=f"+3363998{n}730")
        runner.place(orders.order(permit, max_talk=timedelta(seconds=0.1)))
    listen(runner, lambda events: len(finals(events)) == 4)
    place(runner, orders, numbers(0, 1))
    (event,) = listen(runner, finals)
    assert event.kind is CallEventKind.NOT_SENT
    listen(runner, lambda _: is_gone(pid) and runner.free_channels() == 4)
    place(runner, orders, numbers(9, 1))
    listen(runner, answered)


SUPERVISOR = """
    import sys
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from adapters.sip import SipRunner, TrunkAddress
    from dialer.clock import SystemClock
    from dialer.permit import Permit, PermitKey
    from dialer.ports import CallEventKind, CallOrder, Script

    key, port, folder, *callees = sys.argv[1:]
    key, clock, folder = PermitKey(bytes.fromhex(key)), SystemClock(), Path(folder)
    script = Script(*(folder / f"{name}.wav" for name in ("opening", "pitch", "closing", "opted-out")))
    runner = SipRunner(TrunkAddress("loopback", "127.0.0.1", int(port), True, len(callees)), key, clock)
    runner.start()
    soon, late = clock.now() - timedelta(minutes=1), clock.now() + timedelta(minutes=5)
    for callee in callees:
        permit = Permit(callee, callee, "+33199001234", "loopback", "00" * 32, soon, late, False)
        runner.place(CallOrder(key.sign(permit), script, timedelta(seconds=20), timedelta(seconds=60)))
    up = 0
    while up < len(callees):
        up += sum(e.kind is CallEventKind.ANSWERED for e in runner.events(timedelta(seconds=1)))
    print("up", flush=True)
    while True:
        runner.events(timedelta(seconds=1))
"""


def test_when_the_dialer_is_killed_its_calls_are_hung_up_and_none_is_made(
    carrier: Any, permit_key: PermitKey, orders: Any, eventually: Callable[..., None]
) -> None:
    callees = numbers(8, 8)
    folder = str(orders.script.opening.parent)
    command = [sys.executable, "-c", textwrap.dedent(SUPERVISOR), permit_key.secret.hex()]
    command += [str(carrier.process.port), folder, *callees]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dialer:
        assert dialer.stdout is not None
        assert dialer.stdout.readline() == "up\n"
        pids = Path(f"/proc/{dialer.pid}/task/{dialer.pid}/children").read_text().split()
        os.kill(dialer.pid, signal.SIGKILL)
    assert len(pids) == 2
    eventually(lambda: len(carrier.facts("bye-received", callees)) == 8)
    eventually(lambda: all(is_gone(int(pid)) for pid in pids))
    assert len(carrier.facts("invite", callees)) == 8


WEDGED = """
    import ctypes, os
    from adapters.sip import worker
    from adapters.sip.wire import LineReader, LineWriter

    class Switchboard:
        channels = 4
        turns = 0

        def pump(self, wait):
            self.turns += 1
            if self.turns == 2:
                ctypes.PyDLL(None).pause()  # native code that never comes back and lets no Python run

        reap = act = dial_one = beat = lambda self: None

    worker.WEDGED_AFTER = 1
    orders, _ = os.pipe()
    _, reports = os.pipe()
    worker._run(Switchboard(), None, LineReader(orders), LineWriter(reports))
"""


def test_a_runner_process_stuck_in_native_code_is_ended_by_the_kernel_though_nobody_watches_it() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(WEDGED)], check=False, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (-signal.SIGALRM, b"")
