"""`dialer objection`: what a person said is on record, and in force at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lists.nasty.books import xlsx

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NUMBER = "06 39 98 01 00"
NOBODYS = "06 39 98 99 99"
CITIES = ("Lyon", NUMBER), ("Metz", NOBODYS)


@pytest.mark.parametrize(
    "advertiser",
    [(), ("--advertiser", "fibre-horizon"), ("--advertiser", "FIBRE HORIZON")],
    ids=["toward all", "toward one", "by its name"],
)
def test_an_objection_stops_the_campaign_at_once(loaded_folder: Folder, advertiser: tuple[str, ...]) -> None:
    assert loaded_folder.json("why", NUMBER)["decision"]["verdict"] == "allow"
    assert loaded_folder.json("objection", "show", NUMBER)["wishes"] == []
    added = loaded_folder.json("objection", "add", NUMBER, "--source", "lettre", *advertiser)
    assert (added["ok"], added["number"]) == (True, "+33639980100")
    (wish,) = loaded_folder.json("objection", "show", NUMBER)["wishes"]
    assert (wish["kind"], wish["source"]) == ("objection", "lettre")
    assert "FR-OBJECTION" in loaded_folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"]
    (status,) = loaded_folder.json("campaign", "status")["campaigns"]
    assert status["candidates"] == {"waiting": 60, "never": 1}
    assert loaded_folder.json("audit", "verify")["ok"] is True


def test_it_can_be_dated_when_it_was_said(loaded_folder: Folder) -> None:
    loaded_folder.json("objection", "add", NUMBER, "--at", "2026-11-20T18:00+01:00")
    (wish,) = loaded_folder.json("objection", "show", NUMBER)["wishes"]
    assert wish["said_at"].startswith("2026-11-20T17:00:00")


@pytest.mark.parametrize("command", ["objection add", "consent withdraw"])
def test_it_cannot_have_been_said_tomorrow(loaded_folder: Folder, command: str) -> None:
    rows = loaded_folder.tables()
    refused = loaded_folder.json(*command.split(), NUMBER, "--at", "2026-11-25T18:00+01:00", exit_code=3)
    assert "à venir" in refused["message"]
    assert loaded_folder.tables() == rows


def test_of_several_entries_one_is_corrected_by_its_id(loaded_folder: Folder) -> None:
    for source in ("lettre", "appel du 20"):
        loaded_folder.json("objection", "add", NUMBER, "--source", source)
    refused = loaded_folder.json("objection", "withdraw", NUMBER, "--reason", "erreur", exit_code=3)
    assert "P1 (lettre); P2 (appel du 20)" in refused["message"]
    told = loaded_folder.json("objection", "withdraw", NUMBER, "--reason", "erreur", "--entry", "P1")
    assert told["entry"] == "P1"
    shown = loaded_folder.json("objection", "show", NUMBER)["wishes"]
    assert [(each["entry"], each["stands"], each["corrects"]) for each in shown] == [
        ("P1", False, None),
        ("P2", True, None),
        ("P3", False, 1),
    ]
    assert "lettre · corrigée, ne compte pas" in loaded_folder("objection", "show", NUMBER).words
    assert (
        "P9"
        in loaded_folder.json("objection", "withdraw", NUMBER, "--reason", "x", "--entry", "P9", exit_code=3)["message"]
    )


def test_an_advertiser_whom_nobody_knows_is_refused(loaded_folder: Folder) -> None:
    rows = loaded_folder.tables()
    assert "autre" in loaded_folder.json("objection", "add", NUMBER, "--advertiser", "autre", exit_code=3)["message"]
    assert loaded_folder.tables() == rows


def test_an_objection_to_a_number_of_nobody_is_kept(loaded_folder: Folder) -> None:
    assert loaded_folder.json("objection", "show", NOBODYS)["lists"] == []
    loaded_folder.json("objection", "add", NOBODYS)
    (row,) = loaded_folder.json("objection", "show", NOBODYS)["lists"]
    assert (row["kind"], row["list"], row["said_on"]) == ("objection", "noted-by-hand", "2026-11-24")
    assert "opposition · 2026-11-24 · noted-by-hand" in loaded_folder("objection", "show", NOBODYS).words
    assert "noted-by-hand" in loaded_folder("list", "show").words
    assert "objection withdraw" in loaded_folder.json("list", "undo", "noted-by-hand", "--yes", exit_code=3)["message"]


@pytest.mark.parametrize("number", [NUMBER, NOBODYS], ids=["somebody's", "nobody's"])
def test_a_mistake_is_corrected_with_a_reason_and_never_deleted(loaded_folder: Folder, number: str) -> None:
    loaded_folder.json("objection", "add", number)
    assert loaded_folder("objection", "withdraw", number).exit_code == 2
    assert loaded_folder("objection", "withdraw", number, "--reason", " ").exit_code == 2
    loaded_folder.json("objection", "withdraw", number, "--reason", "chiffres inversés", "--by", "anne")
    told = loaded_folder("objection", "show", number).words
    assert "opposition" in told
    assert "correction" in told
    refused = loaded_folder.json("objection", "withdraw", number, "--reason", "encore", exit_code=3)
    assert "dialer consent add" in refused["message"]
    if number == NUMBER:
        assert loaded_folder.json("why", number)["decision"]["verdict"] == "allow"


def test_a_file_of_objections_is_in_force_at_once(loaded_folder: Folder) -> None:
    file = loaded_folder.path / "oppositions.csv"
    file.write_text(f"Tél;Type;Date\n{NUMBER};retrait;20/11/2026\nabc;;\n{NOBODYS};refus;jadis\n", "utf-8")
    told = loaded_folder.json("objection", "import", file, exit_code=1)  # a row that forbids calls has no effect
    assert (told["report"]["accepted"], told["report"]["rejected"]) == (2, 1)
    problems = (loaded_folder.path / "reports" / "oppositions.csv").read_text("utf-8-sig").splitlines()
    assert [line for each in problems if (line := each.split(";")[1]).isdigit()] == ["3", "3", "4"]
    assert "FR-OBJECTION" in loaded_folder.json("why", NUMBER, exit_code=1)["decision"]["rule_ids"]
    assert loaded_folder.json("objection", "import", file, "--name", "encore", exit_code=1)["report"]["accepted"] == 2


def test_a_file_of_objections_that_was_taken_whole_is_not_taken_twice(loaded_folder: Folder) -> None:
    file = loaded_folder.path / "oppositions.csv"
    file.write_text(f"Tél;Type;Date\n{NUMBER};retrait;20/11/2026\n", "utf-8")
    loaded_folder.json("objection", "import", file)
    assert "déjà" in loaded_folder.json("objection", "import", file, "--name", "encore", exit_code=3)["message"]


def test_people_without_a_wish_are_said_to_have_none(loaded_folder: Folder) -> None:
    assert "rien d'enregistré" in loaded_folder("objection", "show", NUMBER).words


def test_each_sheet_of_a_workbook_is_loaded_once(new_folder: Folder) -> None:
    """Lyon's objections must not keep Metz's from being loaded: they lie in one file with one hash."""
    sheets = {city: [["Téléphone", "Type", "Date"], [number, "opposition", "20/11/2026"]] for city, number in CITIES}
    file = new_folder.path / "oppositions.xlsx"
    file.write_bytes(xlsx(sheets))
    for city, _ in CITIES:
        given = ("objection", "import", file, "--sheet", city)
        new_folder.json(*given, "--name", city)
        for name in (city, "again"):
            assert "this very file" in new_folder.json(*given, "--name", name, "--lang", "en", exit_code=3)["message"]
    for _, number in CITIES:
        assert len(new_folder.json("objection", "show", number)["lists"]) == 1


def test_an_error_of_excel_is_no_permission_to_call(new_folder: Folder) -> None:
    file = new_folder.path / "liste.xlsx"
    file.write_bytes(xlsx({"S": [["Nom", "Téléphone", "Opposition"], ["Roux", "0639980131", ("#N/A", "error")]]}))
    new_folder.json("list", "import", file)
    assert len(new_folder.json("objection", "show", "0639980131")["lists"]) == 1


def test_a_list_that_was_taken_back_is_told_beside_what_is_left(loaded_folder: Folder) -> None:
    (loaded_folder.path / "stop.csv").write_text(f"Tél;Do Not Call\n{NUMBER};TRUE\n{NOBODYS};FALSE\n", "utf-8")
    loaded_folder.json("objection", "import", loaded_folder.path / "stop.csv")
    assert [each["file"] for each in loaded_folder.json("objection", "show", NUMBER)["lists"]] == ["stop.csv"]
    loaded_folder.json("list", "undo", "stop", "--yes", "--drop-limits", "--reason", "mauvais fichier")
    shown = loaded_folder.json("objection", "show", NUMBER)
    assert shown["lists"] == []
    assert [(each["list"], each["reason"], each["numbers"]) for each in shown["lists_taken_back"]] == [
        ("stop", "mauvais fichier", 1)
    ]
    said = loaded_folder("objection", "show", NUMBER).words
    assert "'stop' a été reprise le 2026-11-24" in said
    assert "peut-être à celui-ci" in said
