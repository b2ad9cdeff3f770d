"""A folder to work in and a way to speak to it: every command as its user calls it, in this process."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import app
from commands.folder import set_up
from commands.lists import load
from dialer.campaigns import create_campaign
from dialer.clock import SimulatedClock
from dialer.plan import load_plan
from dialer.workspace import Workspace

MORNING = datetime.fromisoformat("2026-11-24T10:02:00+01:00")
"""A Tuesday without any holiday, inside the legal hours of Paris."""


@dataclass(frozen=True)
class Said:
    """What a command said, on which stream, and how it ended."""

    exit_code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        """The one JSON document that is all of standard output."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        assert isinstance(document["ok"], bool)
        return document

    @property
    def words(self) -> str:
        """Both streams with line breaks taken out, as a person reads them."""
        return " ".join((self.out + " " + self.err).split())


Say = Callable[..., Said]


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Working directory and environment are of this test alone; it is the same morning on every day of the year."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith(("DIALER_", "LC_")):
            monkeypatch.delenv(name)
    # One for all commands: what a slow one wrote last must not lie ahead of the next.
    clock = SimulatedClock(MORNING + timedelta(minutes=1))
    monkeypatch.setattr("dialer.workspace.SystemClock", lambda: clock)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def say() -> Say:
    """`say("list", "show")` runs `dialer list show`."""

    def run(*words: str | Path) -> Said:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.stdout + result.stderr
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@dataclass(frozen=True)
class Folder:
    """A folder set up by `dialer init`, and `dialer` called with its settings."""

    path: Path
    say: Say

    def __call__(self, *words: str | Path) -> Said:
        return self.say(*words, "--config", self.path / "dialer.toml")

    def json(self, *words: str | Path, exit_code: int = 0) -> dict[str, Any]:
        said = self(*words, "--json")
        assert said.exit_code == exit_code, (said.exit_code, said.out, said.err)
        return said.document()

    def change(self, file: str, old: str, new: str) -> None:
        """Edit a settings file as a person would."""
        path = self.path / file
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new), "utf-8")

    def workspace(self) -> Workspace:
        return Workspace.open(self.path / "dialer.toml")

    def tamper(self, statement: str) -> None:
        """Change the database behind the program's back, as somebody would who takes the guards away first."""
        with closing(sqlite3.connect(self.path / "dialer.db")) as connection, connection:
            for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                connection.execute(f'drop trigger "{name}"')
            connection.execute(statement)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, to see that nothing has changed."""
        with closing(sqlite3.connect(self.path / "dialer.db")) as connection:
            names = connection.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
            return {
                name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr) for (name,) in names
            }


@pytest.fixture(scope="session")
def _new_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "agency"
    set_up(folder)
    return folder


@pytest.fixture(scope="session")
def _loaded_folder(_new_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample list imported and the sample campaign created on the simulated morning, whatever today is."""
    folder = tmp_path_factory.mktemp("loaded") / "agency"
    shutil.copytree(_new_folder, folder)
    workspace = Workspace.open(folder / "dialer.toml", SimulatedClock(MORNING))
    load(workspace, folder / "contacts.csv", "contacts", "fibre-horizon")
    with workspace.store.transaction() as session:
        now = workspace.clock.now()
        create_campaign(session, workspace.settings, load_plan(folder / "campaign.toml"), ["contacts"], now)
    workspace.store.close()
    return folder


def _copied(source: Path, target: Path, say: Say) -> Folder:
    shutil.copytree(source, target)
    return Folder(target, say)


@pytest.fixture
def new_folder(_new_folder: Path, tmp_path: Path, say: Say) -> Folder:
    """As `dialer init` leaves it."""
    return _copied(_new_folder, tmp_path / "agency", say)


@pytest.fixture
def loaded_folder(_loaded_folder: Path, tmp_path: Path, say: Say) -> Folder:
    """With the sample list and the sample campaign in draft."""
    return _copied(_loaded_folder, tmp_path / "agency", say)
