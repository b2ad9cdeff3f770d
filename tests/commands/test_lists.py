"""`dialer list`: a file comes in whole or not at all, and every refusal says where and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

GOOD = b"Nom;Portable;Code postal\nNguyen;0639980125;69003\nBenali;06 39 98 02 01;13005\n"
Case = tuple[bytes, tuple[str, ...], str, str]
BAD_FILES: dict[str, Case] = {
    "wrong encoding": ("Prénom;Portable\nZoé;0639980125\n".encode("cp1252"), ("--encoding", "utf-8"), "utf-8", ""),
    "encoding that does not exist": (GOOD, ("--encoding", "klingon"), "klingon", "utf-8"),
    "missing column": (b"Nom;Ville\nNguyen;Lyon\n", (), "bad.csv", ""),
    "duplicate column": (b"Portable;Code postal;Portable\n0639980125;69003;\n", (), "Portable", ""),
    "empty file": (b"", (), "bad.csv", ""),
    "header alone": (b"Nom;Portable\n", (), "bad.csv", ""),
    "delimiter of two characters": (GOOD, ("--delimiter", "ab"), "ab", ""),
}


def test_a_good_file_is_reported_and_shown(new_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(GOOD)
    imported = new_folder.json("list", "import", "good.csv", "--name", "septembre")
    assert imported["list"] == "septembre"
    assert (imported["report"]["rows_read"], imported["report"]["accepted"]) == (2, 2)
    shown = new_folder.json("list", "show")
    (listed,) = shown["lists"]
    assert (listed["name"], listed["kind"], listed["report"]) == ("septembre", "contacts", imported["report"])
    assert new_folder.json("list", "show", "septembre") == shown
    assert "2 lignes lues" in new_folder("list", "show", "septembre").words


def test_the_name_of_the_file_names_the_list(new_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(GOOD)
    assert new_folder.json("list", "import", "good.csv")["list"] == "good"


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_changes_nothing(new_folder: Folder, tmp_path: Path, name: str) -> None:
    content, options, *words = BAD_FILES[name]
    (tmp_path / "bad.csv").write_bytes(content)
    before = new_folder.tables()
    for language in ("fr", "en"):
        said = new_folder("list", "import", "bad.csv", *options, "--json", "--lang", language)
        assert said.exit_code == 3
        message = said.document()["message"]
        assert "bad.csv" in message
        assert all(word in message for word in words)
    assert new_folder.tables() == before


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("list", "import", "absent.csv"), "absent.csv"),
        (("list", "import", "."), "."),
        (("list", "show", "absent"), "absent"),
        (("list", "check", "absent", "--campaign", "absent"), "absent"),
    ],
    ids=["no such file", "a folder", "no such list", "forecast of no such list"],
)
def test_what_is_not_there_is_named(new_folder: Folder, words: tuple[str, ...], remedy: str) -> None:
    document = new_folder.json(*words, exit_code=3)
    assert remedy in document["message"]


def test_the_same_file_twice_is_refused_and_so_is_the_same_name(new_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(GOOD)
    new_folder.json("list", "import", "good.csv")
    before = new_folder.tables()
    again = new_folder.json("list", "import", "good.csv", "--name", "autre", "--lang", "en", exit_code=3)
    assert "'good'; use that list" in again["message"]
    (tmp_path / "good.csv").write_bytes(GOOD + b"Dupont;0639980126;75001\n")
    named = new_folder.json("list", "import", "good.csv", "--lang", "en", exit_code=3)
    assert "choose another name with --name" in named["message"]
    assert new_folder.tables() == before


def test_a_file_that_changes_while_it_is_read(
    new_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "growing.csv").write_bytes(GOOD)
    before, read = new_folder.tables(), Path.read_bytes

    def read_while_an_export_goes_on(path: Path) -> bytes:
        content = read(path)
        if path.name == "growing.csv":
            path.write_bytes(content + b"Dupont;0639980126;75001\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_while_an_export_goes_on)
    document = new_folder.json("list", "import", "growing.csv", "--lang", "en", exit_code=3)
    assert "growing.csv: changed while it was read" in document["message"]
    assert new_folder.tables() == before


def test_a_locked_database(new_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.importing._PATIENCE", timedelta(milliseconds=50))
    (tmp_path / "good.csv").write_bytes(GOOD)
    before = new_folder.tables()
    with closing(sqlite3.connect(new_folder.path / "dialer.db")) as other:
        other.execute("begin immediate")
        document = new_folder.json("list", "import", "good.csv", "--lang", "en", exit_code=3)
        other.rollback()
    assert "another process holds the database" in document["message"]
    assert new_folder.tables() == before


def test_without_settings_it_says_how_to_make_them(new_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(GOOD)
    said = new_folder.say("list", "import", "good.csv")
    assert said.exit_code == 3
    assert "dialer.toml" in said.words
    assert "dialer init" in said.words


def test_a_bad_row_is_told_by_line_column_value_and_remedy_and_the_others_come_in(
    new_folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / "mixed.csv").write_bytes(GOOD + b"Test;06 39 XX 98 12;75001\n")
    report = new_folder.json("list", "import", "mixed.csv")["report"]
    assert (report["accepted"], report["rejected"]) == (2, 1)
    (problem,) = [each for each in report["problems"] if each["severity"] == "rejected"]
    assert (problem["line"], problem["column"], problem["value"]) == (4, "Portable", "06 39 XX 98 12")
    assert problem["remedy_fr"]
    assert problem["remedy_en"]


@pytest.mark.parametrize("postcode", ["7500", "00000", "99999"])
def test_an_unknown_postcode_is_kept_and_denied(
    new_folder: Folder, tmp_path: Path, postcode: str, campaign_on: Callable[[str], str]
) -> None:
    """Without a zone nobody knows what time it is there (D.223-9): the person is loaded, and not called."""
    (tmp_path / "nowhere.csv").write_text(f"Nom;Portable;Code postal\nVidal;0639980777;{postcode}\n", "utf-8")
    assert new_folder.json("list", "import", "nowhere.csv")["report"]["accepted"] == 1
    name = campaign_on("nowhere")
    why = new_folder.json("why", "0639980777", "--campaign", name, exit_code=1)
    assert "FR-TZ" in why["decision"]["rule_ids"]


@pytest.fixture
def campaign_on(new_folder: Folder) -> Callable[[str], str]:
    """Creates the sample campaign on a list; gives its name."""

    def create(list_name: str) -> str:
        created: dict[str, Any] = new_folder.json(
            "campaign", "create", new_folder.path / "campaign.toml", "--list", list_name
        )
        return str(created["campaign"])

    return create


def test_the_forecast_adds_up_and_says_who_holds_back_whom(loaded_folder: Folder) -> None:
    document = loaded_folder.json("list", "check", "contacts", "--campaign", "Fibre novembre", "--days", "3")
    forecast = document["forecast"]
    assert forecast["now"] + forecast["later"] + forecast["never"] == forecast["contacts"] > 0
    assert len(forecast["days"]) == 3
    assert {"FR-HOURS", "FR-FREQ", "FR-OBJECTION"} <= {rule["rule_id"] for rule in forecast["rules"]}
    assert all(rule["citations"] for rule in forecast["rules"])


def test_the_forecast_of_a_sunday_leaves_the_one_professional(loaded_folder: Folder) -> None:
    """D.223-9 protects consumers; the law firm of the sample list is none."""
    words = ("list", "check", "contacts", "--campaign", "Fibre novembre", "--at", "2026-11-29T11:00+01:00")
    assert loaded_folder.json(*words)["forecast"]["now"] == 1
