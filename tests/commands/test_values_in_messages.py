"""Names and texts of users and carriers are shown as they are, also when they look like a terminal's markup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder, Say

NASTY = ["[red]rouge", "[bold] x [/italic]", "\\[b]", "[link=a]"]
nasty = pytest.mark.parametrize("name", NASTY)


@nasty
def test_a_file_and_a_list(new_folder: Folder, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name.replace('/', '')}.csv"
    file.write_text(f"Portable;{name}\n0639980125;{name}\n06;{name}\n", "utf-8")
    imported = new_folder("list", "import", file, "--name", name)
    assert imported.exit_code == 0
    assert file.name in imported.words
    assert name in new_folder("list", "show").words
    assert name in new_folder("list", "show", name).words
    assert name in new_folder("list", "show", f"{name} absent").words


@nasty
def test_a_campaign(new_folder: Folder, name: str) -> None:
    new_folder.json("list", "import", new_folder.path / "contacts.csv")
    new_folder.change("campaign.toml", '"Fibre novembre"', f"'{name}'")
    create = ("campaign", "create", new_folder.path / "campaign.toml", "--list", "contacts")
    assert repr(name) in new_folder(*create).words
    assert repr(name) in new_folder("why", "0639980100").words
    assert name in new_folder("campaign", "status").words
    assert repr(name) in new_folder("campaign", "start", name).words


@nasty
def test_the_source_of_an_objection(loaded_folder: Folder, name: str) -> None:
    loaded_folder.json("objection", "add", "0639980100", "--source", name)
    assert name in loaded_folder("objection", "show", "0639980100").words


@nasty
def test_a_folder(say: Say, name: str) -> None:
    folder = name.replace("/", "")
    assert f"{folder} est prêt" in say("init", folder).words


def test_the_brackets_of_our_own_remedies(loaded_folder: Folder) -> None:
    loaded_folder.change("dialer.toml", "+33162000001", "+33162000009")
    assert "[[trunks.caller_ids]]" in loaded_folder("campaign", "start", "Fibre novembre").words
