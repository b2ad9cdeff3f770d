"""`dialer list undo`: asked first, then all of it or nothing, and it says what went."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.prompt import Confirm
from sqlmodel import func, select

from commands import asking, undoing
from dialer.audit import AuditKind, append
from dialer.clock import SimulatedClock
from dialer.schema import AuditRow
from dialer.workspace import Workspace

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

CARRIER = """
[[trunks]]
name = "operateur"
kind = "sip"
host = "192.0.2.1"

[[trunks.caller_ids]]
number = "+33162000003"
assignee = "Fibre Horizon"
proof = "preuves/attestation.pdf"
reviewed_on = 2026-09-01
inbound_route = "serveur vocal"
"""
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


LIMITING = "Nom;Portable;Opposition le\nNguyen;0639980125;06/10/2026\n"


@pytest.fixture
def limiting(folder: Folder, tmp_path: Path) -> Folder:
    """With a second list, on which one of the two objects."""
    (tmp_path / "oppositions.csv").write_text(LIMITING, "utf-8")
    folder.json("list", "import", tmp_path / "oppositions.csv")
    return folder


def test_what_limits_calls_goes_only_with_a_reason(limiting: Folder) -> None:
    before = limiting.tables()
    said = limiting.json("list", "undo", "oppositions", "--yes", "--lang", "en", exit_code=3)
    assert "1 persons who stay have none left" in said["message"]
    assert "--drop-limits --reason" in said["message"]
    assert limiting.tables() == before
    given = ("--yes", "--drop-limits", "--reason", "wrong file")
    document = limiting.json("list", "undo", "oppositions", *given)
    assert document["limits_dropped"] == {"numbers": 1, "persons": 1}


def test_people_read_what_limited_calls_no_more(limiting: Folder) -> None:
    given = ("--yes", "--drop-limits", "--reason", "wrong file", "--lang", "en")
    assert (
        "1 numbers lose what limited calls to them; 1 persons who stay"
        in limiting("list", "undo", "oppositions", *given).words
    )


@pytest.mark.parametrize("options", [("--drop-limits",), ("--reason", "x"), ("--drop-limits", "--reason", " ")])
def test_limits_and_reason_come_together(folder: Folder, options: tuple[str, ...]) -> None:
    assert folder("list", "undo", "liste", "--yes", *options).exit_code == 2


def test_campaigns_that_lose_the_list_are_named(loaded_folder: Folder) -> None:
    assert "Fibre novembre" in loaded_folder("list", "undo", "contacts", "--lang", "en").words
    given = ("--yes", "--drop-limits", "--reason", "wrong file", "--simulated-clock", "2026-11-24T12:00Z")
    assert loaded_folder.json("list", "undo", "contacts", *given)["campaigns"] == ["Fibre novembre"]


def test_a_list_of_a_simulated_day_to_come_is_taken_back_on_that_clock(folder: Folder) -> None:
    """The log is ahead of the machine's clock then, which alone would be turned away until that day has come."""
    workspace = Workspace.open(folder.path / "dialer.toml", SimulatedClock(datetime(2199, 1, 4, 9, tzinfo=UTC)))
    with workspace.store.transaction() as session:
        append(session, AuditKind.RUN_STARTED, {"simulated": True}, workspace.clock.now())
    assert (
        "a simulated clock that starts later"
        in folder.json("list", "undo", "liste", "--yes", "--lang", "en", exit_code=3)["message"]
    )
    folder.json("list", "undo", "liste", "--yes", "--simulated-clock", "2199-01-04T10:00Z")


def rows(folder: Folder) -> int:
    with Workspace.open(folder.path / "dialer.toml").store.transaction() as session:
        return session.exec(select(func.count()).select_from(AuditRow)).one()


@pytest.mark.parametrize(
    "words",
    [
        ("list", "undo", "liste", "--yes"),
        ("run", "--trunk", "loopback"),
        ("dial", "--next", "--campaign", "Fibre novembre"),
    ],
)
def test_a_folder_with_a_real_carrier_keeps_to_the_true_clock(folder: Folder, words: tuple[str, ...]) -> None:
    """What is written at an instant to come would hold up every call until then, on the loopback carrier as well."""
    with (folder.path / "dialer.toml").open("a", encoding="utf-8") as settings:
        settings.write(CARRIER)
    before = rows(folder)
    said = folder.json(*words, "--simulated-clock", "2199-01-04T10:00Z", exit_code=3)
    assert "'operateur'" in said["message"]
    assert rows(folder) == before


def test_a_list_that_is_not_there(folder: Folder) -> None:
    assert "imported lists: liste" in folder.json("list", "undo", "x", "--yes", "--lang", "en", exit_code=3)["message"]


@pytest.mark.parametrize("late", [False, True])
def test_ctrl_c_tells_whether_it_was_too_late(folder: Folder, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    take_back = undoing.take_back

    def interrupted(*arguments: Any, **options: Any) -> None:
        if late:
            take_back(*arguments, **options)
            arguments[0].commit()
        raise KeyboardInterrupt

    monkeypatch.setattr(undoing, "take_back", interrupted)
    said = folder("list", "undo", "liste", "--yes", "--lang", "en")
    assert said.exit_code == 130
    assert ("'liste' was taken back already" if late else "nothing was changed") in said.words
    assert len(folder.json("list", "show")["lists"]) == (0 if late else 1)
