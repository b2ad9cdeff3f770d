"""What every command owes its user: help with an example, the common options, clean JSON, both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.main

from cli import app

if TYPE_CHECKING:
    from tests.commands.conftest import Folder, Say

DIALER = Path(sys.executable).with_name("dialer")


def _commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every command of the tree that does something, with the words that call it."""
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield path, command
        return
    for name, sub in subcommands.items():
        yield from _commands(sub, (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))
every_command = pytest.mark.parametrize("path", COMMANDS, ids=" ".join)

ANSWERS: dict[tuple[str, ...], tuple[tuple[str, ...], int]] = {
    ("init",): ((), 0),
    ("list", "import"): (("contacts.csv",), 3),
    ("list", "show"): ((), 0),
    ("list", "undo"): (("nulle part", "--yes"), 3),
    ("list", "check"): (("contacts", "--campaign", "Fibre novembre", "--at", "2026-11-24T10:02+01:00"), 0),
    ("campaign", "create"): (("campaign.toml", "--list", "contacts"), 3),
    ("campaign", "start"): (("nulle part",), 3),
    ("campaign", "pause"): (("Fibre novembre",), 3),
    ("campaign", "status"): ((), 0),
    ("campaign", "speak"): (("absent.toml",), 3),
    ("agent", "list"): ((), 0),
    ("agent", "rest"): (("nulle part",), 3),
    ("agent", "back"): (("nulle part",), 3),
    ("dial",): (("--next",), 3),
    ("why",): (("06 39 98 01 00", "--at", "2026-11-24T10:02+01:00"), 0),
    ("rules", "list"): ((), 0),
    ("rules", "show"): (("FR-HOURS",), 0),
    ("rules", "check"): (("absent.csv",), 3),
    ("objection", "show"): (("0639980100",), 0),
    ("objection", "import"): (("absent.csv",), 3),
    ("objection", "withdraw"): (("0639980100", "--reason", "une erreur"), 3),
    ("consent", "show"): (("0639980100",), 0),
    ("consent", "import"): (("absent.csv",), 3),
    ("opposition", "show"): ((), 0),
    ("opposition", "import"): (("absent.csv", "--source", "groupe", "--as-of", "2026-11-20"), 3),
    ("opposition", "withdraw"): (("nulle part", "--yes"), 3),
    ("evidence", "show"): (("0639980100",), 0),
    ("evidence", "import"): (("contracts", "absent.csv"), 3),
    ("trunk", "charges"): ((), 0),
    ("trunk", "complaint"): (("absent", "--reference", "SIGNAL-1"), 3),
    ("audit", "verify"): ((), 0),
    ("audit", "explain"): (("1",), 3),
    ("audit", "replay"): (("--from", "2026-11-24", "--to", "2026-11-24"), 0),
    ("audit", "export"): (("--person", "0639989999"), 3),
    ("audit", "exposure"): (("--from", "2026-11-24", "--to", "2026-11-24"), 0),
    ("audit", "seal"): ((), 0),
    ("audit", "prove"): (("zzz",), 3),
    ("subject", "requests"): ((), 0),
    ("subject", "export"): (("0639989999",), 3),
    ("subject", "erase"): (("0639989999",), 3),
    ("subject", "request", "add"): (("0639980100", "--kind", "access", "--received", "2026-11-20"), 0),
    ("subject", "request", "extend"): (("99", "--reason", "x"), 3),
    ("subject", "request", "close"): (("99", "--outcome", "x"), 3),
    ("recording", "keep"): (("0" * 32, "--reason", "contract"), 3),
    ("hold", "list"): ((), 0),
    ("hold", "place"): (("--everything", "--reason", "x"), 0),
    ("hold", "lift"): (("99",), 3),
    ("retention", "show"): ((), 0),
    ("retention", "apply"): ((), 0),
    ("keys", "show"): ((), 0),
    ("keys", "rotate"): ((), 0),
    ("keys", "replace"): (("seal", "--reason", "x", "--yes"), 3),
    ("backup",): (("dialer.toml/x",), 3),
    ("restore",): (("absent.backup",), 3),
}
"""A cheap call of each command in the loaded folder, and how it ends."""
ELSEWHERE = {
    ("demo",): "tests/end_to_end/test_demo.py",
    ("doctor",): "tests/commands/test_doctor.py",
    ("objection", "add"): "tests/commands/test_objections.py",
    ("consent", "add"): "tests/commands/test_consents.py",
    ("consent", "withdraw"): "tests/commands/test_consents.py",
    ("run",): "tests/end_to_end/test_bad_days.py",
    ("sim",): "tests/commands/test_sim.py",
}
"""Commands whose JSON is asked for there."""


@every_command
def test_it_has_help_with_an_example_and_the_common_options(say: Say, path: tuple[str, ...]) -> None:
    said = say(*path, "--help")
    assert said.exit_code == 0
    assert f"Example: dialer {' '.join(path)}" in said.words
    assert "--json" in said.out
    assert "--lang" in said.out


@every_command
def test_every_option_and_argument_has_help(path: tuple[str, ...]) -> None:
    parameters = getattr(COMMANDS[path], "params", [])
    silent = [parameter.name for parameter in parameters if not getattr(parameter, "help", None)]
    assert silent == []


@every_command
def test_who_works_on_a_folder_says_which(path: tuple[str, ...]) -> None:
    without = {
        ("demo",),
        ("init",),
        ("restore",),
        ("campaign", "speak"),
        ("rules", "list"),
        ("rules", "show"),
        ("rules", "check"),
    }
    names = {parameter.name for parameter in getattr(COMMANDS[path], "params", [])}
    assert ("config" in names) is (path not in without)


def test_every_command_is_tried_below_or_elsewhere() -> None:
    assert ANSWERS.keys() | ELSEWHERE.keys() == COMMANDS.keys()
    assert all(Path(__file__).parents[2].joinpath(file).is_file() for file in ELSEWHERE.values())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ANSWERS, ids=" ".join)
def test_json_is_one_document_and_nothing_else(
    loaded_folder: Folder, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], language: str
) -> None:
    arguments, exit_code = ANSWERS[path]
    monkeypatch.chdir(loaded_folder.path)
    said = loaded_folder.say(*path, *arguments, "--json", "--lang", language)
    assert said.exit_code == exit_code, said
    assert said.document()["ok"] is (exit_code == 0)
    assert "\x1b" not in said.out


@pytest.mark.parametrize("path", ANSWERS, ids=" ".join)
def test_without_json_people_get_text(
    loaded_folder: Folder, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    arguments, exit_code = ANSWERS[path]
    monkeypatch.chdir(loaded_folder.path)
    said = loaded_folder.say(*path, *arguments)
    assert said.exit_code == exit_code
    stream = said.err if exit_code == 3 else said.out
    assert stream.strip()
    assert not stream.lstrip().startswith("{")


@pytest.mark.parametrize(
    ("environment", "option", "word"),
    [
        ({}, (), "introuvable"),
        ({"LANG": "C.UTF-8"}, (), "introuvable"),
        ({"LANG": "en_US.UTF-8"}, (), "not found"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, (), "not found"),
        ({}, ("--lang", "en"), "not found"),
        ({"LANG": "en_US.UTF-8"}, ("--lang", "fr"), "introuvable"),
    ],
    ids=["by default", "C locale", "LANG=en_US", "LC_ALL wins", "--lang en", "--lang fr"],
)
def test_messages_are_french_unless_english_is_asked_for(
    say: Say, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], option: tuple[str, ...], word: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = say("doctor", *option)
    assert said.exit_code == 3
    assert word in said.words
    assert "dialer init" in said.words


def test_streams_of_the_real_program_are_as_clean(tmp_path: Path) -> None:
    """In a process of its own: nothing is printed by imports, at exit, or by the terminal library."""
    done = subprocess.run(
        [DIALER, "rules", "show", "fr-hours", "--json"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["versions"]


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("list", "import"),
        ("why", "0639980100", "--at", "demain"),
        ("why", "0639980100", "--at", "2026-11-24T10:02"),
        ("why", "0639980100", "--under", "24/11/2026"),
        ("why", "bonjour"),
        ("run", "--simulated-clock", "2026-11-24T10:02"),
        ("doctor", "--lang", "de"),
        ("list", "check", "contacts", "--campaign", "x", "--days", "0"),
    ],
    ids=" ".join,
)
def test_misuse_is_told_with_exit_2(say: Say, words: tuple[str, ...]) -> None:
    said = say(*words)
    assert said.exit_code == 2
    assert said.out == ""
    assert "Usage: " in said.err
