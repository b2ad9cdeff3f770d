"""What goes wrong around the dialer: a sentence with the place and the remedy, exit 3, and nothing by half."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from dialer.ledger import NOT_COUNTED
from dialer.schema import Attempt
from tests.end_to_end.agency import MORNING, Agency, Person, found_agency, replaced
from tests.end_to_end.processes import DialerProcess
from tests.free_ports import free_port

PEOPLE = [Person(f"06399811{n}") for n in range(40, 48)]
LATER = MORNING + timedelta(minutes=1)


def approved(agency: Agency) -> int:
    with agency.session() as session:
        return len(session.exec(select(Attempt)).all())


def test_a_trunk_that_does_not_answer(tmp_path: Path) -> None:
    port = free_port()
    changes = {'kind = "loopback"': 'kind = "sip"', "port = 5070": f"port = {port}"}
    agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, changes), datetime.now(UTC))
    refused = DialerProcess.start("run", "--config", str(agency.config), "--json", "--lang", "en").finish(exit_code=3)
    assert f"127.0.0.1:{port}" in refused["message"]
    assert "Check address" in refused["message"]
    assert approved(agency) == 0


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as squatter:
        squatter.bind(("127.0.0.1", 0))
        port = squatter.getsockname()[1]
        agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"port = 5070": f"port = {port}"}))
        with agency.dialing(LATER, "--until-idle") as dialer:
            refused = dialer.finish(exit_code=3)
    assert f"127.0.0.1:{port}" in refused["message"]
    assert approved(agency) == 0


def test_prompts_that_have_gone_missing(tmp_path: Path) -> None:
    agency = found_agency(tmp_path, PEOPLE, lambda text: replaced(text, {"port = 5070": "port = 0"}))
    (tmp_path / "prompts" / "pitch.wav").unlink()
    with agency.dialing(LATER, "--until-idle") as dialer:
        refused = dialer.finish(exit_code=3)
    assert "pitch.wav" in refused["message"]
    assert "dialer campaign speak" in refused["message"]
    assert approved(agency) == 0


def test_a_trunk_that_the_settings_do_not_name(tmp_path: Path) -> None:
    agency = found_agency(tmp_path, PEOPLE, lambda text: text)
    with agency.dialing(LATER, "--until-idle", "--trunk", "nulle-part") as dialer:
        refused = dialer.finish(exit_code=3)
    assert "boucle" in refused["message"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 4 MiB, which only root can mount."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Take all the room there is but `leave` bytes; returns the file to delete to make room again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
        os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    return ballast


@pytest.mark.parametrize("left", [0, 64 * 1024], ids=["full", "nearly-full"])
def test_a_full_disk_while_dialing(small_disk: Path, left: int) -> None:
    agency = found_agency(small_disk, PEOPLE, lambda text: replaced(text, {"port = 5070": "port = 0"}))
    ballast = fill(small_disk, leave=left)
    with agency.dialing(LATER, "--until-idle") as dialer:
        refused = dialer.finish(exit_code=3)
    ballast.unlink()
    assert refused["ok"] is False
    assert agency.ask("audit", "verify")["ok"] is True
    with agency.dialing(LATER + timedelta(minutes=5), "--until-idle") as dialer:
        assert dialer.finish()["ok"] is True
    with agency.session() as session:
        left_platform = [a for a in session.exec(select(Attempt)) if a.state not in NOT_COUNTED]
    assert len({attempt.contact_id for attempt in left_platform}) == len(left_platform) == len(PEOPLE)


def test_a_full_disk_while_importing(small_disk: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    agency = found_agency(small_disk, PEOPLE, lambda text: text)
    before = agency.ask("list", "show")
    crowd = tmp_path_factory.mktemp("elsewhere") / "crowd.csv"
    numbers = "\n".join(f"06399{n:05d};75011" for n in range(80_000, 82_000))
    crowd.write_text(f"Portable;Code postal\n{numbers}\n", "utf-8")
    fill(small_disk, leave=64 * 1024)
    refused = agency.ask("list", "import", str(crowd), exit_code=3)
    assert refused["message"]
    assert agency.ask("list", "show") == before
    assert agency.ask("audit", "verify")["ok"] is True
