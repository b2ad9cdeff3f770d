"""`dialer backup` and `restore`: there and back by the commands, and what they say."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dialer.clock import SimulatedClock
from tests.commands.conftest import MORNING

if TYPE_CHECKING:
    from tests.commands.conftest import Folder


@pytest.fixture(autouse=True)
def _same_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.backing_up.SystemClock", lambda: SimulatedClock(MORNING + timedelta(minutes=2)))


def test_a_folder_comes_back_by_its_backup_and_its_keys(loaded_folder: Folder, tmp_path: Path) -> None:
    file, there = tmp_path / "agency.backup", tmp_path / "there"
    made = loaded_folder.json("backup", str(file))
    assert str(loaded_folder.path / "keys" / "backup.key") in made["keys"]
    shutil.copytree(loaded_folder.path / "keys", there / "keys")
    said = loaded_folder.say("restore", file, "--into", there, "--json")
    document = said.document()
    assert (document["ok"], document["head_seq"], document["lost_rows"]) == (True, made["head_seq"], 1)
    verified = loaded_folder.say("audit", "verify", "--config", there / "dialer.toml", "--json").document()
    assert verified["ok"], verified
    assert (there / "contacts.csv").read_bytes() == (loaded_folder.path / "contacts.csv").read_bytes()


def test_the_keys_to_keep_apart_are_named(loaded_folder: Folder, tmp_path: Path) -> None:
    said = loaded_folder("backup", str(tmp_path / "agency.backup"))
    assert "backup.key" in said.words
    assert "Les garder ailleurs" in said.words


def test_a_file_that_is_no_backup_is_refused(loaded_folder: Folder, tmp_path: Path) -> None:
    there = tmp_path / "there"
    loaded_folder.json("backup", str(tmp_path / "first.backup"))
    shutil.copytree(loaded_folder.path / "keys", there / "keys")
    said = loaded_folder.say("restore", loaded_folder.path / "contacts.csv", "--into", there, "--json")
    assert said.exit_code == 3
    assert "pas une sauvegarde" in said.document()["message"]
