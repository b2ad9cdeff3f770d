"""The log of a run: JSON lines with ids, no telephone number in clear, and files that do not grow for ever."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from commands import logs
from commands.logs import log_to


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("dialer")
    before = (list(root.handlers), root.level, ours.level)
    yield
    for handler in set(root.handlers) - set(before[0]):
        handler.close()
    root.handlers[:], root.level, ours.level = before
    structlog.reset_defaults()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_ours_and_the_libraries_lines_are_json(tmp_path: Path) -> None:
    log_to(tmp_path / "dialer.log")
    structlog.get_logger("dialer.engine").info("report", attempt="ab12", kind="ended")
    logging.getLogger("somebody.else").warning("careful: %s", "it is hot")
    logging.getLogger("somebody.else").info("not worth a line")
    ours, theirs = lines(tmp_path / "dialer.log")
    assert ours.pop("timestamp").endswith("Z")
    assert theirs.pop("timestamp").endswith("Z")
    assert ours == {"event": "report", "attempt": "ab12", "kind": "ended", "level": "info", "logger": "dialer.engine"}
    assert theirs == {"event": "careful: it is hot", "level": "warning", "logger": "somebody.else"}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("no way to +33639980101", "no way to …01"),
        ("sip:0639980101@carrier", "sip:…01@carrier"),
        (["+33639980101", {"to": "+33639980102"}], ["…01", {"to": "…02"}]),
        ("a" * 20 + "0123456789ab", "a" * 20 + "0123456789ab"),
        ("3f0c9a5e6b7d48129c0d1e2f0612345678", "3f0c9a5e6b7d48129c0d1e2f0612345678"),
        ("2026-11-24T09:02:00.123456Z", "2026-11-24T09:02:00.123456Z"),
        ("1700000000", "1700000000"),
    ],
)
def test_no_number_is_written_in_clear_and_no_id_is_harmed(tmp_path: Path, said: object, written: object) -> None:
    log_to(tmp_path / "dialer.log")
    structlog.get_logger("dialer.engine").warning("trouble", said=said)
    (line,) = lines(tmp_path / "dialer.log")
    assert line["said"] == written


def test_an_exception_is_written_as_data(tmp_path: Path) -> None:
    log_to(tmp_path / "dialer.log")
    try:
        raise ValueError("+33639980101 is nobody")
    except ValueError:
        structlog.get_logger("dialer.engine").exception("odd")
    (line,) = lines(tmp_path / "dialer.log")
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "639980" not in json.dumps(line["exception"]) + line["event"]


def test_a_file_that_has_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 2000)
    monkeypatch.setattr(logs, "KEPT", 2)
    log_to(tmp_path / "dialer.log")
    for number in range(200):
        structlog.get_logger("dialer.engine").info("report", number=number)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["dialer.log", "dialer.log.1", "dialer.log.2"]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
    assert lines(tmp_path / "dialer.log")[-1]["number"] == 199


def test_a_line_that_cannot_be_written_disturbs_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_to(tmp_path / "dialer.log")
    monkeypatch.setattr(logs._LogFile, "format", _full)
    structlog.get_logger("dialer.engine").info("lost")
    assert capsys.readouterr() == ("", "")
    assert lines(tmp_path / "dialer.log") == []


def _full(*_: object) -> str:
    raise OSError(errno.ENOSPC, "No space left on device")
