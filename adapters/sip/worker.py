"""The runner process: `python -m adapters.sip.worker`, one PJSIP endpoint and its few calls.

A process of its own because the library carries few calls per process, aborts on misuse, and must
hang up by itself when the dialer dies. It is started by `SipRunner` and by nobody else.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from datetime import timedelta
from typing import NoReturn

import pjsua2 as pj

from adapters.sip.admission import Admission
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.rtp_ports import NoPortsFree, claim_rtp_range
from adapters.sip.switchboard import Switchboard
from adapters.sip.trunk import TrunkAddress
from adapters.sip.watch import Watch
from adapters.sip.wire import (
    BootFailed,
    Hello,
    LineReader,
    LineWriter,
    Ready,
    decode_command,
    decode_hello,
    encode_report,
)
from adapters.sip.worker_clock import WorkerClock
from dialer.clock import SimulatedClockRefused
from dialer.permit import PermitKey

_EVENTS_WAIT = timedelta(milliseconds=10)
"""A SIP message ends the wait at once; only orders and prompts wait for it. Half of it costs a third more CPU."""
_BEAT_EVERY = 1.0
WEDGED_AFTER = 10
"""Seconds without a beat after which the kernel ends this process by SIGALRM. The dialer would sooner; but when it is
gone, nobody else would end a process stuck in native code, and its calls would last."""
_FAREWELL = 1.0
"""Seconds for the last BYEs and CANCELs to be sent, and sent again once (RFC 3261 T1 is 0.5 s)."""


def main() -> NoReturn:
    """Read the hello, boot, run until standard input ends, hang up, leave. Exit 0; 1 after a fault."""
    for quiet in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        # A terminal or a service manager signals the whole group: the dialer decides, and ends us.
        signal.signal(quiet, signal.SIG_IGN)
    hello = decode_hello(_first_line(sys.stdin.fileno()))
    reports = LineWriter(hello.reports_fd)
    try:
        switchboard, watch = _boot(hello, reports)
    except (SimulatedClockRefused, NoPortsFree, ValueError, pj.Error) as error:
        why = error.reason if isinstance(error, pj.Error) else str(error)
        reports.write(encode_report(BootFailed(why)))
        _leave(3)
    exit_code = 0
    try:
        _run(switchboard, watch, LineReader(sys.stdin.fileno()), reports)
    except Exception:  # noqa: BLE001 - whatever it is, calls must be hung up before the process ends
        traceback.print_exc()
        exit_code = 1
    _say_goodbye(switchboard, watch, reports)
    _leave(exit_code)


def _boot(hello: Hello, reports: LineWriter) -> tuple[Switchboard, Watch | None]:
    trunk = TrunkAddress.from_dict(hello.trunk)
    clock = WorkerClock(hello.simulated, timedelta(seconds=hello.clock_offset))
    admission = Admission(PermitKey(bytes.fromhex(hello.permit_key)), trunk, clock)
    rtp = claim_rtp_range(hello.rtp_first_port, trunk.host if trunk.local else "")
    endpoint = SipEndpoint(trunk, rtp)
    reports.write(encode_report(Ready(endpoint.channels)))
    watch = Watch(trunk, endpoint, lambda report: reports.write(encode_report(report))) if hello.watches else None
    return Switchboard(trunk, endpoint, admission, clock, reports), watch


def _run(switchboard: Switchboard, watch: Watch | None, orders: LineReader, reports: LineWriter) -> None:
    """The fixed order that keeps PJSIP sane: events, reap, commands, actions, reap, dial at most one."""
    next_beat, offered = 0.0, -1
    while not orders.ended and not reports.ended:
        switchboard.pump(_EVENTS_WAIT)
        switchboard.reap()
        for line in orders.lines():
            switchboard.command(decode_command(line))
        switchboard.act()
        switchboard.reap()
        switchboard.dial_one()
        if watch is not None:
            watch.act(time.monotonic())
        reports.flush()
        now, channels = time.monotonic(), switchboard.channels
        if now >= next_beat or channels != offered:
            next_beat, offered = now + _BEAT_EVERY, channels
            signal.alarm(WEDGED_AFTER)
            switchboard.beat()


def _say_goodbye(switchboard: Switchboard, watch: Watch | None, reports: LineWriter) -> None:
    """Hang up everything; the last goodbye gets a second, so that a lost one is sent again."""
    signal.alarm(WEDGED_AFTER)
    switchboard.hang_up_all()
    last_word = switchboard.last_hang_up
    if watch is not None and watch.leave():
        last_word = time.monotonic()
    while time.monotonic() < last_word + _FAREWELL:
        switchboard.pump(_EVENTS_WAIT)
        switchboard.reap()
        reports.flush()


def _first_line(descriptor: int) -> bytes:
    """The line up to its end and not a byte further: what follows belongs to the reader of orders."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        if not byte:
            _leave(0)
        line += byte
    return line


def _leave(exit_code: int) -> NoReturn:
    """No interpreter teardown: PJSUA2's destructors would abort the process."""
    sys.stderr.flush()
    os._exit(exit_code)


if __name__ == "__main__":
    main()
