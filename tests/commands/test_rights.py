"""Every command that opens a folder asks whether it may, by its own name; where users are named, the table decides."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

import commands
from cli import app
from dialer.roles import RIGHTS, account

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

FREE = {"demo", "init", "rules check", "rules list", "rules show", "campaign speak"}
"""They open nothing that is anybody's."""
SETS_UP = {"folder.py", "demo.py"}


def verbs() -> Iterator[str]:
    """Every command, as it is typed."""
    yield from below(typer.main.get_command(app), ())


def below(group: object, path: tuple[str, ...]) -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        inside = hasattr(command, "commands")
        yield from below(command, (*path, name)) if inside else [" ".join((*path, name))]


def test_every_command_has_its_place_in_the_table() -> None:
    assert set(verbs()) - FREE <= set(RIGHTS)


def openings() -> Iterator[tuple[str, ast.Call]]:
    for file in Path(commands.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Workspace.open" and file.name not in SETS_UP:
                yield file.name, node


def test_no_command_opens_a_folder_without_saying_what_for() -> None:
    found = list(openings())
    assert len(found) > 20
    for name, call in found:
        (verb,) = (word.value for word in call.keywords if word.arg == "verb")
        assert not isinstance(verb, ast.Constant) or verb.value in RIGHTS, name


@pytest.fixture
def operator(loaded_folder: Folder) -> Folder:
    """A folder in which whoever runs the tests is an operator."""
    config = loaded_folder.path / "dialer.toml"
    users = f'\n[[users]]\nname = "Moi"\nlogin = "{account()}"\nroles = ["operator"]\n'
    anne = '\n[[users]]\nname = "anne"\nroles = ["manager", "officer"]\n'
    config.write_text(config.read_text("utf-8") + users + anne, "utf-8")
    return loaded_folder


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "start", "Fibre novembre"),
        ("objection", "withdraw", "+33639980100", "--reason", "x"),
        ("opposition", "withdraw", "x", "--yes"),
        ("list", "undo", "contacts", "--yes"),
        ("list", "show"),
        ("run", "--until-idle"),
    ],
)
def test_what_is_not_theirs_is_refused_and_changes_nothing(operator: Folder, words: tuple[str, ...]) -> None:
    before = operator.tables()
    refused = operator.json(*words, exit_code=3)
    assert refused["error"] == "NotAllowed"
    assert "anne" in refused["message"]
    assert operator.tables() == before


def test_what_is_theirs_is_done_under_their_name(operator: Folder) -> None:
    operator.json("objection", "add", "+33639980101", "--source", "lettre")
    assert '"by":"Moi"' in operator.tables()["audit"][-1][3]
    assert operator.json("why", "+33639980100", "--at", "2026-11-24T10:02+01:00")["ok"] is True


def test_doctor_says_who_may_do_what_or_that_everyone_may(loaded_folder: Folder) -> None:
    assert "everyone may do everything" in loaded_folder("doctor", "--lang", "en").words
    config = loaded_folder.path / "dialer.toml"
    users = f'\n[[users]]\nname = "Moi"\nlogin = "{account()}"\nroles = ["officer"]\n'
    config.write_text(config.read_text("utf-8") + users, "utf-8")
    assert "Moi (officer)" in loaded_folder("doctor", "--lang", "en").words
