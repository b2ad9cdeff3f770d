"""The house keeps its shape: floors import from below only, PJSIP stays in one place, rooms stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

ROOT = Path(__file__).parents[1]
FLOORS = ("rules", "lists", "dialer", "adapters", "commands", "config")
MODULES = sorted([ROOT / "cli.py", *(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))])
LONGEST = 400
"""Lines: past it a room has more than one reason to change."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it that stands, also by name at run time."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name("__import__"), args=[ast.Constant(name)]):
                yield str(name)


def top(module: str) -> str:
    return module.partition(".")[0]


def test_the_modules_are_found() -> None:
    """A test over no files would pass for ever."""
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == {"cli.py", *FLOORS}


def test_a_floor_imports_only_from_below(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The contracts of pyproject.toml; `make lint` tells which import broke one."""
    monkeypatch.chdir(ROOT)
    configure()
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=str(tmp_path), show_timings=False)


def test_only_the_sip_adapter_speaks_pjsip() -> None:
    speakers = {path for path in MODULES if "pjsua2" in map(top, imported(path))}
    assert speakers
    assert {path.parent for path in speakers} == {ROOT / "adapters" / "sip"}


def test_nobody_imports_the_entry() -> None:
    assert [name_of(path) for path in MODULES if "cli" in map(top, imported(path))] == []


def test_no_product_code_imports_tests() -> None:
    assert [name_of(path) for path in MODULES if "tests" in map(top, imported(path))] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module opens with what it is for"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pjsua2 as pj", ["pjsua2"]),
        ("def f():\n    from pjsua2 import Endpoint", ["pjsua2"]),
        ("import importlib\nimportlib.import_module('pjsua2')", ["importlib", "pjsua2"]),
        ("from . import sip", []),
    ],
)
def test_the_search_for_imports_sees_them_all(tmp_path: Path, source: str, found: list[str]) -> None:
    path = tmp_path / "module.py"
    path.write_text(source)
    assert list(imported(path)) == found
