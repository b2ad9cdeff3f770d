"""`dialer` in a process of its own that is killed, interrupted or held up in the middle of storing a list.

Run as `python -m tests.dialer.halting_import POINT list import …`; `hold` waits for a line on standard input.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from cli import app
from dialer import contacts

_TABLES_BEFORE = 3
"""People, numbers and members are written by then; what permits and limits calls is not."""
_POINTS = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "interrupt": lambda: os.kill(os.getpid(), signal.SIGINT),
    "hold": lambda: (print("holding", flush=True), sys.stdin.readline()),
}


def halt_in_the_middle(point: str) -> None:
    insert_rows, written = contacts.insert_rows, []

    def halts(*arguments: Any) -> None:
        insert_rows(*arguments)
        written.append(arguments)
        if len(written) == _TABLES_BEFORE:
            _POINTS[point]()

    contacts.insert_rows = halts


if __name__ == "__main__":
    halt_in_the_middle(sys.argv[1])
    app(sys.argv[2:])
