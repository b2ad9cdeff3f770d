"""`dialer run` as a process of its own that can be killed, and waiting for what processes bring about."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

DIALER = Path(sys.executable).with_name("dialer")


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait for a fact; fails with `what` when it does not come true in time."""
    deadline, never = time.monotonic() + seconds, Event()
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        never.wait(0.01)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, buried or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@dataclass(frozen=True)
class DialerProcess:
    """A started `dialer` command with its output in pipes."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, *words: str) -> DialerProcess:
        return cls(
            subprocess.Popen(
                [str(DIALER), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )

    def runners(self) -> list[int]:
        """Process ids of its living children: the runner processes."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def finish(self, exit_code: int = 0, seconds: float = 90) -> dict[str, Any]:
        """Wait for its end, which must be this one; returns its one JSON document."""
        out, errors = self.process.communicate(timeout=seconds)
        assert self.process.returncode == exit_code, (self.process.returncode, out, errors)
        assert "Traceback" not in out + errors
        document: dict[str, Any] = json.loads(out)
        return document

    def kill(self) -> None:
        """End it with -9, as a crash would; harmless when it has ended."""
        self.process.kill()
        self.process.communicate()
