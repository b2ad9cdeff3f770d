"""A verb loads what it needs and no more: starting a run must not wait for what reads files."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.main import get_command

from cli import VERBS, app
from commands.verbs import verbs

HEAVY = {"pandas", "polars", "numpy", "matplotlib"}


def loaded_by(module: str) -> set[str]:
    """The heavy libraries that importing a module brings along, in a new process."""
    ask = f"import sys, json; import {module}; print(json.dumps(sorted({HEAVY} & sys.modules.keys())))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["cli", "commands.desk", "commands.run"])
def test_what_a_run_needs_reads_no_files(module: str) -> None:
    assert loaded_by(module) == set()


def test_what_reads_files_does_without_pandas() -> None:
    """It takes longer to load than all else; only the pandas form of a list needs it."""
    assert "pandas" not in loaded_by("commands.importing")


def test_every_verb_has_a_home() -> None:
    group = get_command(app)
    assert list(group.commands) == list(VERBS)  # type: ignore[attr-defined]
    for verb, command in group.commands.items():  # type: ignore[attr-defined]
        assert (verb, command.name) == (verb, verb)


def test_no_help_offers_to_install_a_completion() -> None:
    group = get_command(app)
    options = [each.name for command in group.commands.values() for each in command.params]  # type: ignore[attr-defined]
    assert not [name for name in options if "completion" in str(name)]


def test_a_verb_is_loaded_once_and_only_when_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def load(name: str) -> object:
        asked.append(name)
        return sys.modules[__name__]

    monkeypatch.setattr("commands.verbs.import_module", load)
    group = verbs({"one": "somewhere:a_verb", "two": "elsewhere:a_verb"})(name="dialer")
    assert (list(group.commands), asked) == (["one", "two"], [])
    assert group.commands["two"] is group.commands["two"]
    assert asked == ["elsewhere"]


def a_verb() -> None:
    """Do nothing."""
