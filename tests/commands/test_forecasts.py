"""`dialer list check`: everything it knows as tables, as one JSON document, as a picture and as CSV."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

CHECK = ("list", "check", "contacts", "--campaign", "Fibre novembre", "--days", "6")


def test_every_day_adds_up(loaded_folder: Folder) -> None:
    forecast = loaded_folder.json(*CHECK)["forecast"]
    assert len(forecast["days"]) == 6
    for day in forecast["days"]:
        assert day["callable"] + day["deferred"] + day["never"] == forecast["contacts"]
    assert sum(contacts for _, contacts in forecast["callable_days"]) == forecast["contacts"]
    assert forecast["next_instants"][0]["contacts"] == forecast["now"]
    assert len(forecast["cliff"]["steepest"]) == 3
    assert {rule["layer"] for rule in forecast["rules"]} <= {"statute", "policy", "contract"}


@pytest.mark.parametrize(("language", "words"), [("fr", "joignables"), ("en", "callable")])
def test_people_read_it_in_their_language(loaded_folder: Folder, language: str, words: str) -> None:
    said = loaded_folder(*CHECK, "--lang", language)
    assert said.exit_code == 0
    assert words in said.words
    assert "FR-HOURS" in said.words


def test_a_narrow_terminal_still_names_every_rule_whole_and_spends_two_lines_on_a_day_at_most(
    loaded_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.desk._WIDTH_OF_A_FILE", 80)
    lines = loaded_folder(*CHECK).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("FR-ROBOCALL-L34-5 " in line for line in lines)
    assert not any("FR-ROBOCALL-…" in line or "FR-ROBOCALL-L3…" in line for line in lines)
    days = [place for place, line in enumerate(lines) if re.match(r"│ (lun|mar|mer|jeu|ven|sam|dim) \d\d/\d\d ", line)]
    assert len(days) == 6
    assert days[-1] - days[0] <= 2 * 5


def test_picture_and_table_are_written_where_asked(loaded_folder: Folder, tmp_path: Path) -> None:
    document = loaded_folder.json(*CHECK, "--picture", "ahead.png", "--csv", "ahead.csv")
    assert (document["picture"], document["csv"]) == ("ahead.png", "ahead.csv")
    assert (tmp_path / "ahead.png").read_bytes().startswith(b"\x89PNG")
    assert len((tmp_path / "ahead.csv").read_text("utf-8").splitlines()) == 7


def test_a_picture_of_another_kind_is_a_mistake_of_the_caller(loaded_folder: Folder) -> None:
    assert loaded_folder(*CHECK, "--picture", "ahead.docx").exit_code == 2


def test_an_instant_before_the_law_covered_is_refused(loaded_folder: Folder) -> None:
    document = loaded_folder.json(*CHECK, "--at", "2022-05-02T11:00+02:00", exit_code=3)
    assert document["error"] == "LawNotCovered"
