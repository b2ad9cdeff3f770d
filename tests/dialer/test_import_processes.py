"""Imports as processes of their own: killed, interrupted, out of disk, and two at once. All of a file, or nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from dialer.errors import StoreUnavailable
from dialer.schema import Contact, ImportedList
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, HEADER, load, row

_ROOT = Path(__file__).parents[2]
_PEOPLE = [row(Nom=f"Roux {n}", Portable=f"06399801{n:02d}", **CONSENT) for n in range(30)]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(agency: Agency) -> Iterator[Start]:
    """`start(POINT, FILE)` imports a file in a process that halts at that point; whatever is left is killed."""
    started: list[subprocess.Popen[str]] = []
    config = agency.workspace.settings.folder / "dialer.toml"

    def start(point: str, file: Path, *words: str) -> subprocess.Popen[str]:
        asked = ["list", "import", str(file), "--config", str(config), "--lang", "en", *words]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.dialer.halting_import", point, *asked],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
    agency.numbers_of_rows()  # whoever opens the file next tidies up what the killed ones left beside it


@pytest.fixture
def file(agency: Agency) -> Path:
    return written(agency, "liste", *_PEOPLE, row(Portable="06 XX"))


def written(agency: Agency, name: str, *rows: str) -> Path:
    path = agency.workspace.settings.folder / f"{name}.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


def reports(agency: Agency) -> list[str]:
    return sorted(path.name for path in agency.workspace.path("reports").glob("*"))


@pytest.mark.parametrize(("point", "exit_code"), [("kill", -9), ("interrupt", 130)])
def test_what_ends_in_the_middle_leaves_nothing(
    agency: Agency, start: Start, file: Path, point: str, exit_code: int
) -> None:
    before = agency.numbers_of_rows()
    process = start(point, file)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == exit_code, said
    assert ("interrupted: nothing was changed" in said) == (point == "interrupt")
    assert "Traceback" not in said
    assert agency.numbers_of_rows() == before
    assert reports(agency) == []
    load(agency, *_PEOPLE, row(Portable="06 XX"))
    assert agency.numbers_of_rows()["contact"] == len(_PEOPLE)


@pytest.mark.parametrize("same", [False, True], ids=["another file", "the same file"])
def test_the_second_of_two_imports_waits_for_the_first(agency: Agency, start: Start, file: Path, same: bool) -> None:
    other = file if same else written(agency, "autre", row(Nom="Vert", Portable="0639980199"))
    first = start("hold", file)
    assert first.stdout
    assert first.stdout.readline() == "holding\n"
    second = start("kill", other, "--name", "second")
    assert second.stdout
    assert "The database is busy" in second.stdout.readline()
    first_said, _ = first.communicate("go on\n", timeout=240)
    assert first.returncode == 0, first_said
    said, _ = second.communicate(timeout=240)
    if same:
        assert second.returncode == 3
        assert "this very file was already imported" in said
        with agency.transaction() as session:
            assert session.exec(select(ImportedList.name)).all() == ["liste"]
            assert len(session.exec(select(Contact.id)).all()) == len(_PEOPLE)
        assert reports(agency) == ["liste.csv"]
    else:
        assert second.returncode == -9, "it went on as far as the point at which it is killed"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_in_the_middle_leaves_nothing(agency: Agency) -> None:
    before = agency.numbers_of_rows()
    many = [row(Nom="N" * 200, Portable=f"063998{n:04d}", **CONSENT) for n in range(2000)]

    def on_a_small_disk() -> None:
        connect = agency.workspace.store.engine.connect
        with connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
        load(agency, *many)

    with pytest.raises(StoreUnavailable, match="the disk is full; free some space"):
        on_a_small_disk()
    agency.workspace.store.close()
    assert agency.numbers_of_rows() == before
    load(agency, *many[:5])
