"""The dialer's handle on one runner process: spawn it, hand it orders, read its reports, end it.

Separate from `SipRunner`, which decides when to do these things for many of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from typing import IO

from adapters.sip.wire import (
    AgentCall,
    AgentHeard,
    Beat,
    BootFailed,
    Dialing,
    Hello,
    LineReader,
    Ready,
    Report,
    decode_report,
    encode_agent_call,
    encode_hello,
    encode_order,
)
from dialer.ports import FINAL, AgentState, CallEvent, CallOrder

_EXCERPT = 300


class WorkerProcess:
    """One spawned `adapters.sip.worker`.

    `capacity` is how many calls it carries (0 until it is ready), `channels` how many of them it offers
    now, `blocked` how many are lost to calls that are over; `held` maps each attempt it has to whether its
    INVITE may have left, `agents` each agent whom it called, and who is not gone, to the attempt joined to
    them (empty: none).
    """

    def __init__(self, hello: Hello) -> None:
        """Spawn and greet it; `hello.reports_fd` is filled in here. Raises `OSError` if that cannot be."""
        reports, theirs = os.pipe()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process = subprocess.Popen(
                # -P: a folder named like one of ours in the working directory must not be imported
                [sys.executable, "-P", "-m", "adapters.sip.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs],
                bufsize=0,
            )
        except OSError:
            os.close(reports)
            self._stderr.close()
            raise
        finally:
            os.close(theirs)
        self.reports_fd = reports
        self._reader = LineReader(reports)
        self.watches = hello.watches
        self.capacity = 0
        self.channels = 0
        self.held: dict[str, bool] = {}
        self.agents: dict[str, str] = {}
        self.born = self.last_sign = time.monotonic()
        self.blocked, self.stuck_for = 0, 0.0
        self._last_words = ""
        self._send(encode_hello(replace(hello, reports_fd=theirs)))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def free(self) -> int:
        """Slots for calls of nobody's in particular: the one beside each idle agent is kept for theirs."""
        return max(0, self.channels - len(self.held) - len(self.agents) - len(self.idle_agents))

    @property
    def idle_agents(self) -> list[str]:
        """Who is on the line, or being called, and has no consumer's call."""
        return [name for name, attempt_id in self.agents.items() if not attempt_id]

    @property
    def ended(self) -> bool:
        """Whether it has said its last word: everything that it reported has been read."""
        return self._reader.ended

    def place(self, order: CallOrder, door: int = 0) -> None:
        self.held[order.permit.attempt_id] = False
        if order.agent is not None:
            self.agents[order.agent] = order.permit.attempt_id
        self._send(encode_order(order, door))

    def call_agent(self, call: AgentCall) -> None:
        self.agents[call.phone.name] = ""
        self._send(encode_agent_call(call))

    def read(self) -> list[Report]:
        """The reports that are there now; what they say of this process's slots is also noted here."""
        reports = [decode_report(line) for line in self._reader.lines()]
        for report in reports:
            self.last_sign = time.monotonic()
            match report:
                case Dialing(attempt_id):
                    self.held[attempt_id] = True
                case CallEvent(attempt_id, kind) if kind in FINAL:
                    self.held.pop(attempt_id, None)
                    self.agents = {name: "" if busy == attempt_id else busy for name, busy in self.agents.items()}
                case AgentHeard(name, AgentState.AWAY):
                    self.agents.pop(name, None)
                case BootFailed(why):
                    self._last_words = why
                case Ready(channels):
                    self.capacity = self.channels = channels
                case Beat(channels, stuck_for):
                    self.channels, self.stuck_for = channels, stuck_for
                    self.blocked = self.capacity - channels
        return reports

    def ask_to_leave(self) -> None:
        """Close its standard input: it hangs up, reports the ends, and exits within about a second."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def kill(self, why: str) -> None:
        """End it at once, by its pid; the far end is told nothing. `why` is what `bury` will say."""
        self._last_words = why
        self._process.kill()

    def bury(self) -> str:
        """Wait for the ended process and close everything; says how it ended, for a person to read."""
        self.ask_to_leave()
        code = self._process.wait()
        os.close(self.reports_fd)
        self._stderr.seek(0)
        words = self._last_words or self._stderr.read().decode(errors="replace").strip()[-_EXCERPT:]
        self._stderr.close()
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        return f"runner process {self.pid}: {how}" + (f": {words}" if words else "")

    def _send(self, line: bytes) -> None:
        """A process that is already gone reads nothing: its end is noticed by whoever reads reports."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
        except BrokenPipeError:
            self.channels = 0
