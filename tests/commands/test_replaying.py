"""`dialer audit replay`: the same answers are 0; one that nothing explains is 1, and is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dialer.schema import DecisionRow
from dialer.vault import read_decision
from tests.commands.calling import ANAIS, STRANGER, asked, office

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

DAY = ("audit", "replay", "--from", "2026-11-24", "--to", "2026-11-24")


def altered(folder: Folder, name: str, value: str) -> None:
    """Store another fact in clear, with a hash that fits."""
    agency = office(folder)
    with agency.transaction() as session:
        body = read_decision(session, agency.workspace.vault, session.get_one(DecisionRow, 1))
    body["facts"][name] = value
    stored = json.dumps(body).replace("'", "''")
    folder.tamper(f"update decision set body = '{stored}' where id = 1")


def test_the_same_answers(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS, STRANGER)
    document = loaded_folder.json(*DAY)
    assert (document["decisions"], document["same"], document["differences"]) == (2, 2, [])
    assert document["per_second"] > 0
    assert "2 décisions reprises" in loaded_folder(*DAY).words
    assert "2 decisions replayed" in loaded_folder(*DAY, "--lang", "en").words


def test_another_day_has_none(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS)
    assert loaded_folder.json("audit", "replay", "--from", "2026-11-23", "--to", "2026-11-23")["decisions"] == 0


def test_an_altered_fact_is_no(loaded_folder: Folder) -> None:
    asked(office(loaded_folder), ANAIS, STRANGER)
    altered(loaded_folder, "consent", "none")
    document = loaded_folder.json(*DAY, exit_code=1)
    (difference,) = document["differences"]
    assert (document["same"], document["unexplained"], difference["now"]) == (1, 1, "deny")
    said = loaded_folder(*DAY).words
    assert "inexpliqué" in said
    assert "FR-CONSENT" in said


def test_other_rules_that_give_the_same_answers_make_no_difference(
    loaded_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(office(loaded_folder), ANAIS)
    monkeypatch.setattr("commands.replaying.fingerprints", lambda: {"rules": "another"})
    assert loaded_folder.json(*DAY)["same"] == 1


@pytest.mark.parametrize("days", [("2026-11-24", "2026-11-23"), ("demain", "2026-11-24")])
def test_no_period_is_misuse(loaded_folder: Folder, days: tuple[str, str]) -> None:
    assert loaded_folder("audit", "replay", "--from", days[0], "--to", days[1]).exit_code == 2
