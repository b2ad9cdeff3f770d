"""`dialer list undo`: asked first, then all of it or nothing, and it says what went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.prompt import Confirm

from commands import asking, lists

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

GOOD = "Nom;Portable;Code postal\nNguyen;0639980125;69003\nBenali;06 39 98 02 01;13005\n"


@pytest.fixture
def folder(new_folder: Folder, tmp_path: Path) -> Folder:
    """With a list « liste » of two people."""
    (tmp_path / "liste.csv").write_text(GOOD, "utf-8")
    new_folder.json("list", "import", tmp_path / "liste.csv")
    return new_folder


def test_it_says_what_was_taken_back(folder: Folder) -> None:
    document = folder.json("list", "undo", "liste", "--yes")
    assert (document["list"], document["kind"]) == ("liste", "contacts")
    assert document["removed"] == {"members": 2, "persons": 2, "numbers": 2}
    assert folder.json("list", "show")["lists"] == []


def test_people_read_it_in_their_words(folder: Folder) -> None:
    assert "2 personnes, 2 numéros" in folder("list", "undo", "liste", "--yes").words


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_outside_a_terminal_it_wants_to_be_told(folder: Folder, options: tuple[str, ...]) -> None:
    before = folder.tables()
    said = folder("list", "undo", "liste", "--lang", "en", *options)
    assert said.exit_code == 3
    assert "add --yes" in said.words
    assert folder.tables() == before


@pytest.mark.parametrize("yes", [True, False])
def test_in_a_terminal_it_asks(folder: Folder, monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    asked: list[str] = []

    def answers(question: str, **_: object) -> bool:
        asked.append(question)
        return yes

    monkeypatch.setattr(asking, "in_a_terminal", lambda _: True)
    monkeypatch.setattr(Confirm, "ask", answers)
    assert folder("list", "undo", "liste").exit_code == (0 if yes else 3)
    assert "liste.csv" in asked[0]
    assert len(folder.json("list", "show")["lists"]) == (0 if yes else 1)


def test_a_list_in_use_is_refused_and_nothing_changes(loaded_folder: Folder) -> None:
    loaded_folder.json("campaign", "start", "Fibre novembre")
    before = loaded_folder.tables()
    document = loaded_folder.json("list", "undo", "contacts", "--yes", exit_code=3)
    assert "Fibre novembre" in document["message"]
    assert loaded_folder.tables() == before


def test_a_list_that_is_not_there(folder: Folder) -> None:
    assert "imported lists: liste" in folder.json("list", "undo", "x", "--yes", "--lang", "en", exit_code=3)["message"]


@pytest.mark.parametrize("late", [False, True])
def test_ctrl_c_tells_whether_it_was_too_late(folder: Folder, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    take_back = lists.take_back

    def interrupted(*arguments: Any) -> None:
        if late:
            take_back(*arguments)
            arguments[0].commit()
        raise KeyboardInterrupt

    monkeypatch.setattr(lists, "take_back", interrupted)
    said = folder("list", "undo", "liste", "--yes", "--lang", "en")
    assert said.exit_code == 130
    assert ("'liste' was taken back already" if late else "nothing was changed") in said.words
    assert len(folder.json("list", "show")["lists"]) == (0 if late else 1)
