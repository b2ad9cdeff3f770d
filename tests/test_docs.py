"""The manual cannot rot: its commands are run, its generated parts renewed, its settings and links held to the code."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from typer.testing import CliRunner

from cli import app
from dialer.plan import CampaignPlan
from dialer.settings import Settings
from rules.calendars import national_holidays

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
GUIDES = ("guide.en.md", "guide.fr.md")
CALLED = 3
"""People of the guides' list who are called on an ordinary Tuesday morning."""


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


# --- the guides run


@dataclass
class Reader:
    """Someone at a shell who types what a guide says: one working directory, one environment."""

    home: Path
    cwd: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def type(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and everything that it said."""
        words = command.split()
        if words[0] == "cd":
            self.cwd = self.cwd / words[1]
            return 0, ""
        if assignment := re.fullmatch(r"(?:export )?([A-Z]+)=(.*)", command):
            self.environment[assignment[1]] = self._shell(f"printf %s {assignment[2]}")[1]
            return 0, ""
        if words[0] == "dialer" and words[1] != "run":
            return self._dialer(shlex.split(self._expanded(command))[1:])
        return self._shell(command)

    def leave_ports_free(self) -> None:
        """Other tests may be listening: the loopback carrier takes any free port instead of its usual one."""
        for settings in self.home.glob("*/dialer.toml"):
            settings.write_text(settings.read_text("utf-8").replace("port = 5070", "port = 0"), "utf-8")

    def _dialer(self, arguments: list[str]) -> tuple[int, str]:
        """In this process: starting one per command would take most of the time."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.cwd)
            result = CliRunner().invoke(app, arguments, env=self.environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    def _shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def _expanded(self, command: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda name: self.environment[name[1]], command)


@dataclass
class Typed:
    """One command of a page. Its exit code is 0 unless `echo $?` shows another; it says the lines of `shown`."""

    command: str
    code: int = 0
    shown: list[str] = field(default_factory=list)


def commands(page: Path) -> list[Typed]:
    """Those of the `console` blocks; a block marked `console long` is left to the reader."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)
    typed: list[Typed] = []
    lines = iter("".join(blocks).splitlines())
    for line in lines:
        if line == "$ echo $?":
            typed[-1].code = int(next(lines))
        elif line.startswith("$ "):
            typed.append(Typed(line[2:]))
        elif line.startswith(">"):
            typed[-1].command += "\n" + line[2:]
        else:
            typed[-1].shown.append(line)
    return typed


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_works_as_the_guide_says(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale in ("LC_ALL", "LC_MESSAGES", "LANG", "DIALER_CONFIG"):
        monkeypatch.delenv(locale, raising=False)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    reader = Reader(tmp_path, tmp_path)
    for typed in commands(DOCS / guide):
        code, said = reader.type(typed.command)
        assert (typed.command, code) == (typed.command, typed.code), said
        assert [line for line in typed.shown if line not in said] == [], said
        assert "Traceback" not in said
        reader.leave_ports_free()
    morning = datetime.fromisoformat(reader.environment["MORNING"]).date()
    logs = tmp_path.glob("*/carrier.jsonl")
    events = [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]
    called = [event["callee"] for event in events if event["event"] == "invite"]
    assert len(called) == (0 if morning in national_holidays(morning.year) else CALLED)


def test_both_guides_show_the_same_commands() -> None:
    english, french = (
        [typed.command.split()[:2] for typed in commands(DOCS / guide) if typed.command.startswith("dialer")]
        for guide in GUIDES
    )
    assert english == french


# --- what the code says


@pytest.fixture(scope="module")
def make_docs() -> ModuleType:
    loader = SourceFileLoader("make_docs", str(ROOT / "scripts" / "make-docs"))
    spec = spec_from_file_location(loader.name, loader.path, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_repeats_from_the_code_is_current(page: Path, make_docs: ModuleType) -> None:
    text = page.read_text("utf-8")
    assert make_docs.renewed(text) == text, "run scripts/make-docs"


def test_every_part_that_can_be_taken_from_the_code_is_on_one_page(make_docs: ModuleType) -> None:
    shown = [name for page in PAGES for name in re.findall(r"<!-- from code: ([a-z-]+) -->", page.read_text("utf-8"))]
    assert sorted(shown) == sorted(make_docs.BLOCKS)


Keys = dict[tuple[str, str, str], str]
"""Default, as the page writes it, by file, table and key."""


def keys_of(model: type[BaseModel], file: str, table: str = "") -> Keys:
    found: Keys = {}
    for name, described in model.model_fields.items():
        below = _model_in(described.annotation)
        path = f"{table}.{name}".strip(".")
        if below is not None:
            found |= keys_of(below, file, path)
        elif path != "folder":  # where the file lies: known without being written
            found[file, table, name] = _default(described.get_default(call_default_factory=True))
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, alone or in a tuple."""
    inside = [annotation, *get_args(annotation)]
    return next((each for each in inside if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value or value == 0 else "none"


def documented_keys() -> Keys:
    file, table, found = "", "", {}
    for line in (DOCS / "settings.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            file, table = line.removeprefix("## ").strip("`"), ""
        elif line.startswith("### "):
            table = re.sub(r"[^a-z_.]", "", line) if "[" in line else ""
        elif row := re.fullmatch(r"\| `(\w+)` \|.*\| ([^|]+) \|", line):
            found[file, table, row[1]] = row[2]
    return found


def test_every_key_of_the_settings_is_documented_with_its_default() -> None:
    assert documented_keys() == keys_of(Settings, "dialer.toml") | keys_of(CampaignPlan, "The campaign file")


# --- the house


FICTION = re.compile(r"\+?33(19900|26191|35301|46571|53649|63998)\d{4}|\+?33(162|424)0{5}\d")
"""Ranges kept for fiction, and the zero-filled caller ids of the sample."""
_NUMBER = re.compile(r"(?<![\w.])(?:\+33|0)[1-9](?:[ .]?\d\d){4}(?![\w.])")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_shows_only_numbers_that_are_nobodys(page: Path) -> None:
    shown = [re.sub(r"[ .]", "", number) for number in _NUMBER.findall(page.read_text("utf-8"))]
    plain = [f"+33{number[1:]}" if number.startswith("0") else number for number in shown]
    assert [number for number in plain if not FICTION.fullmatch(number)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_names_no_place_of_one_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"(?<![\w.-])/(?:home|root|tmp|work|opt|mnt|srv)/\S*", text) == []
    addresses = re.findall(r"(?<![\w.§])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", text)
    assert [address for address in addresses if not address.startswith("127.")] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", linked.read_text("utf-8"), re.M)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


def test_decisions_are_numbered_without_a_gap_and_say_what_was_tried() -> None:
    decisions = sorted((DOCS / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        headings = re.findall(r"^## (.*)$", path.read_text("utf-8"), re.M)
        assert headings == ["Context", "Decision", "Consequences", "What was tried"], path.name


def test_pictures_are_small_and_fetch_nothing() -> None:
    report, terminal = DOCS / "pictures" / "report.png", DOCS / "pictures" / "demo.svg"
    assert report.stat().st_size < 250_000
    assert re.findall(r"url\(\W*https?:|href=|@import", terminal.read_text("utf-8")) == []
