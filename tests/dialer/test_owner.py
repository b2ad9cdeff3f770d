"""Two engines on one SQLite file are refused before anything is dialed, and told who is there already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialer.errors import NotPossible
from dialer.owner import sole_owner
from dialer.settings import Settings, load_settings

HOLDS = """
import sys
from pathlib import Path
from dialer.owner import sole_owner
from dialer.settings import load_settings
with sole_owner(load_settings(Path(sys.argv[1]))):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def settings(folder: Path) -> Settings:
    return load_settings(folder / "dialer.toml")


def test_a_second_owner_is_refused_and_told_who_the_first_is(settings: Settings) -> None:
    refused = pytest.raises(NotPossible, match=f"process {os.getpid()} works on {settings.folder}/dialer.db ")
    with sole_owner(settings), refused as caught, sole_owner(settings):
        pytest.fail("two owners")
    assert f"le processus {os.getpid()} " in caught.value.message_fr


def test_the_next_one_may_when_the_first_is_done(settings: Settings) -> None:
    for _ in range(2):
        with sole_owner(settings):
            pass


def test_the_same_file_from_another_folder_is_the_same_ledger(folder: Path, tmp_path: Path) -> None:
    one = load_settings(folder / "dialer.toml")
    (tmp_path / "way").symlink_to(folder)
    other = one.model_copy(update={"folder": tmp_path, "database": f"sqlite:///{tmp_path}/way/dialer.db"})
    with sole_owner(one), pytest.raises(NotPossible, match=r"works on .*/dialer\.db already"), sole_owner(other):
        pytest.fail("two owners")


def test_an_owner_that_was_killed_owns_nothing(settings: Settings) -> None:
    command = [sys.executable, "-c", HOLDS, str(settings.folder / "dialer.toml")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(NotPossible, match=f"process {holder.pid} "), sole_owner(settings):
            pytest.fail("two owners")
        holder.kill()
    with sole_owner(settings):
        pass


def test_a_server_may_have_several(folder: Path) -> None:
    config = folder / "dialer.toml"
    server = "postgresql+psycopg://somebody@/dialer"
    config.write_text(config.read_text("utf-8").replace("sqlite:///dialer.db", server), "utf-8")
    settings = load_settings(config)
    with sole_owner(settings), sole_owner(settings):
        assert not list(folder.glob("*.owner"))
