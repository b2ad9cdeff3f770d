"""The carrier as a process of its own: how it starts, refuses to start, and ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.loopback import CarrierNotStarted, CarrierProcess, prove

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import FarEnd


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "adapters.loopback", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def files(folder: Path, key: bytes = b"key") -> list[str]:
    (folder / "key").write_bytes(key)
    return [
        "--key-file", str(folder / "key"),
        "--events", str(folder / "events.jsonl"),
        "--recordings", str(folder / "recordings"),
    ]  # fmt: skip


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "localhost", "::1"])
def test_it_binds_to_nothing_but_loopback(tmp_path: Path, host: str) -> None:
    done = run("--port", "0", "--host", host, *files(tmp_path))
    assert done.returncode == 2
    assert "not a loopback address" in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_said_with_a_remedy(tmp_path: Path, far_end: FarEnd) -> None:
    done = run("--port", str(far_end.process.port), *files(tmp_path))
    assert done.returncode == 3
    assert f"127.0.0.1:{far_end.process.port}" in done.stderr
    assert "--port 0" in done.stderr
    assert done.stdout == ""


def test_a_missing_or_empty_key_is_said(tmp_path: Path) -> None:
    empty = run("--port", "0", *files(tmp_path, key=b""))
    assert (empty.returncode, "is empty" in empty.stderr) == (3, True)
    arguments = files(tmp_path)
    (tmp_path / "key").unlink()
    missing = run("--port", "0", *arguments)
    assert (missing.returncode, str(tmp_path / "key") in missing.stderr) == (3, True)


def test_with_parent_wants_something_that_can_end(tmp_path: Path) -> None:
    done = run("--port", "0", "--with-parent", *files(tmp_path))
    assert (done.returncode, "--with-parent" in done.stderr) == (3, True)


def test_starting_on_a_taken_port_raises_with_what_the_carrier_said(tmp_path: Path, far_end: FarEnd) -> None:
    files(tmp_path)
    with pytest.raises(CarrierNotStarted, match="Address already in use"):
        CarrierProcess.start("127.0.0.1", far_end.process.port, tmp_path / "key", tmp_path / "e", tmp_path / "r")


def test_it_starts_from_a_folder_with_another_adapters_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    with CarrierProcess.start("127.0.0.1", 0, Path("key"), Path("events"), Path("recordings")) as carrier:
        prove(carrier.host, carrier.port, b"key", timedelta(seconds=3))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(start_far_end: Callable[..., FarEnd], number: signal.Signals) -> None:
    process = start_far_end().process
    os.kill(process.pid, number)
    assert process._process.wait(60) == 0


def test_stopping_twice_is_safe(start_far_end: Callable[..., FarEnd]) -> None:
    process = start_far_end().process
    process.stop()
    process.stop()
    assert process._process.returncode == 0


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    files(tmp_path)
    parent = """
import os, sys
from pathlib import Path
from adapters.loopback import CarrierProcess
here = Path(sys.argv[1])
carrier = CarrierProcess.start("127.0.0.1", 0, here / "key", here / "events", here / "recordings")
print(carrier.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", parent, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        carrier = os.pidfd_open(int(starter.stdout.readline()))
        try:
            starter.kill()
            readable, _, _ = select.select([carrier], [], [], 60)
        finally:
            os.close(carrier)
    assert readable
