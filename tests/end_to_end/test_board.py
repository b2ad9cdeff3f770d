"""`dialer run` in a terminal: a board that moves, and the last of it left standing."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

from tests.end_to_end.agency import MORNING, Person, found_agency, replaced
from tests.end_to_end.processes import DIALER


def test_the_board_follows_the_calls(tmp_path: Path) -> None:
    people = [Person("0639981140"), Person("0639981210")]
    agency = found_agency(tmp_path, people, lambda text: replaced(text, {"port = 5070": "port = 0"}))
    at = (MORNING + timedelta(minutes=1)).isoformat()
    command = [
        str(DIALER),
        "run",
        "--lang",
        "en",
        "--until-idle",
        "--simulated-clock",
        at,
        "--config",
        str(agency.config),
    ]
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the terminal's other side is closed: Linux says so with an error
                return
            if not data:
                return
            shown.append(data)

    reader = threading.Thread(target=read)
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    reader.start()
    exit_code = process.wait(timeout=90)
    reader.join()
    os.close(ours)
    screen = b"".join(shown).decode("utf-8", "replace")
    assert exit_code == 0, screen
    assert "Traceback" not in screen
    assert screen.count("Fibre novembre") >= 3
    assert "1 answered" in screen
    assert "1 busy" in screen
