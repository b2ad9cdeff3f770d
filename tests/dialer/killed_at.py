"""`dialer` in a process of its own that kills itself at one point of its code, as `kill -9` would.

The processes are forked from one that has loaded the program already: a kill takes a moment, not the start of Python.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from cli import app
from tests.dialer.fakes import HandClock

_LOADED = ["cli", "commands.audit", "commands.backing_up", "adapters.submission.folder", "tests.dialer.killed_at"]
_CLOCKS = "dialer.workspace", "commands.backing_up"
"""Where the machine's clock is taken from: here it shows the morning on which the tests play."""


def killed_at(point: str, *words: str | Path, database: str = "") -> int:
    """Run `dialer WORDS`; its process is killed when it comes to call `module:name` or `module:class.name`.

    `database`: in the place of the one that its settings name. The exit code: -9, if it came there.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    process = context.Process(target=_run, args=(point, [str(word) for word in words], database))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _run(point: str, words: list[str], database: str) -> None:
    os.environ.pop("DIALER_DATABASE", None)
    if database:
        os.environ["DIALER_DATABASE"] = database
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
    for module in _CLOCKS:
        _put(f"{module}:SystemClock", HandClock)  # which stands still, as that of the test does
    _put(point, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    app(words)


def _put(point: str, instead: Callable[..., object]) -> None:
    name, _, path = point.partition(":")
    *owners, last = path.split(".")
    setattr(reduce(getattr, owners, import_module(name)), last, instead)
