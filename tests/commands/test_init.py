"""`dialer init`: a folder that works at once, and that a second call leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder, Say


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("dialer.db")
    }


def test_it_makes_all_that_the_first_import_needs(say: Say, tmp_path: Path) -> None:
    said = say("init", "agency", "--json")
    assert said.exit_code == 0
    assert said.document() == {"ok": True, "folder": "agency"}
    config = tmp_path / "agency" / "dialer.toml"
    imported = say("list", "import", tmp_path / "agency" / "contacts.csv", "--config", config)
    assert imported.exit_code == 0


def test_a_second_time_is_harmless(new_folder: Folder) -> None:
    new_folder.change("dialer.toml", "ring_guard_seconds = 30", "ring_guard_seconds = 31")
    (new_folder.path / "contacts.csv").unlink()
    before, rows = contents(new_folder.path), new_folder.tables()
    assert new_folder.say("init", new_folder.path).exit_code == 0
    after = contents(new_folder.path)
    assert after.keys() - before.keys() == {"contacts.csv"}
    assert {name: after[name] for name in before} == before
    assert new_folder.tables() == rows


def test_keys_are_for_their_owner_only(new_folder: Folder) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (new_folder.path / "keys").iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("parent", ["/proc", "contacts.csv"], ids=["read-only", "a file"])
def test_a_folder_that_cannot_be_made(say: Say, tmp_path: Path, parent: str) -> None:
    (tmp_path / "contacts.csv").touch()
    said = say("init", Path(parent) / "agency", "--json")
    assert said.exit_code == 3
    assert f"{parent}/agency" in said.document()["message"]
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]
