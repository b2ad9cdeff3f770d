"""Starts and ends the loopback carrier as a separate process, for commands and tests."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, TypedDict

from adapters.loopback.addresses import Address
from dialer.errors import DialerError

START_LIMIT = timedelta(seconds=20)
STOP_LIMIT = timedelta(seconds=5)


class CarrierNotStarted(DialerError):
    """The loopback carrier did not get ready; the text holds what it said."""


class CarrierProcess:
    """A running carrier. It ends with `stop`, and by itself when this process is gone."""

    def __init__(self, process: subprocess.Popen[bytes], host: str, port: int) -> None:
        self._process = process
        self.host = host
        self.port = port

    @classmethod
    def start(
        cls,
        host: str,
        port: int,
        key_file: Path,
        events: Path,
        recordings: Path,
        *,
        media_timeout: timedelta = timedelta(seconds=60),
        reached_at: Address | None = None,
    ) -> CarrierProcess:
        """Start it and wait until it listens (port 0 takes a free one); raises `CarrierNotStarted`.

        `reached_at` is the loopback address of a proxy that stands in front of it.
        """
        # -P: a folder named adapters in the working directory must not stand in for ours.
        command = [sys.executable, "-P", "-m", "adapters.loopback", "--host", host, "--port", str(port)]
        command += ["--key-file", str(key_file), "--events", str(events), "--recordings", str(recordings)]
        command += ["--media-timeout", str(media_timeout.total_seconds()), "--with-parent"]
        if reached_at is not None:
            command += ["--reached-at", f"{reached_at[0]}:{reached_at[1]}"]
        with tempfile.TemporaryFile() as errors:
            # Its own session: Ctrl-C at a terminal ends the dialer, which ends its calls in order.
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
            ready = _ready_line(process)
            if ready is None:
                _end(process)
                complaint = _complaint(errors, process.returncode)
                raise CarrierNotStarted(complaint, f"l'opérateur de bouclage n'a pas démarré : {complaint}")
        return cls(process, ready["host"], ready["port"])

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ask it to end, so that recordings are finished; kill it when it does not. Safe to call twice."""
        _end(self._process)

    def __enter__(self) -> CarrierProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Ready(TypedDict):
    host: str
    port: int


def _ready_line(process: subprocess.Popen[bytes]) -> _Ready | None:
    """What the carrier prints once it listens; None when it ended or said nothing in time."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(START_LIMIT.total_seconds()):
            return None
    line = process.stdout.readline()
    if not line:
        return None
    ready: _Ready = json.loads(line)
    return ready


def _complaint(errors: IO[bytes], exit_code: int) -> str:
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace").strip()
    if said:
        return said
    limit = START_LIMIT.total_seconds()
    return f"the loopback carrier was not ready within {limit:g} s and said nothing (exit code {exit_code})"


def _end(process: subprocess.Popen[bytes]) -> None:
    # The end of its standard input is the request; a signal on top could cut it off while it finishes.
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(STOP_LIMIT.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
