"""`dialer sim` as its user calls it: from nothing, from a file, from a list, from a copy of the folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.simulation import reckoning
from adapters.simulation.recount import Breach, Recount
from dialer.campaigns import set_state
from dialer.schema import CampaignState

if TYPE_CHECKING:
    from tests.commands.conftest import Folder, Say

START = ("--start", "2026-11-24T10:02+01:00")
SHORT = ("--days", "1", "--contacts", "8", *START)
NAME = "Fibre novembre"


def simulated(document: dict[str, Any]) -> dict[str, Any]:
    simulation = document["simulation"]
    assert isinstance(simulation, dict)
    return simulation


def test_it_needs_no_folder_and_leaves_nothing_behind(say: Say, tmp_path: Path) -> None:
    told = simulated(say("sim", *SHORT, "--json").document())
    assert told["since"] == "2026-11-24T09:02:00+00:00"
    assert told["until"] == "2026-11-25T09:02:00+00:00"
    assert told["people"]["contacts"] == 8
    assert told["calls"] > 0
    assert told["recount"]["clean"] is True
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["mardi 2026-11-24", "personnes jointes", "recompte indépendant", "plus de 4 tentatives en 30 jours ✓"]),
        ("en", ["Tuesday 2026-11-24", "people reached", "independent recount", "more than 4 attempts in 30 days ✓"]),
    ],
)
def test_people_get_tables_in_their_language(say: Say, language: str, words: list[str]) -> None:
    said = say("sim", *SHORT, "--lang", language)
    assert [word for word in words if word not in said.words] == []


def test_the_same_seed_gives_the_same_report(say: Say) -> None:
    first, again, other = (
        simulated(say("sim", *SHORT, "--seed", seed, "--json").document()) | {"seconds": 0, "seed": 0}
        for seed in ("3", "3", "4")
    )
    assert first == again
    assert first != other


def test_a_campaign_file_is_tried_on_a_list(new_folder: Folder) -> None:
    campaign, contacts = new_folder.path / "campaign.toml", new_folder.path / "contacts.csv"
    before = new_folder.tables()
    told = simulated(new_folder.json("sim", "--campaign", campaign, "--list", contacts, "--days", "1", *START))
    assert 3 < told["people"]["called"] < told["people"]["contacts"], "some on the sample list may not be called"
    assert new_folder.tables() == before


def test_the_folders_own_campaign_file_is_taken_when_none_is_named(new_folder: Folder) -> None:
    new_folder.change("campaign.toml", 'name = "Fibre novembre"', 'name = "Fibre décembre"')
    assert simulated(new_folder.json("sim", *SHORT))["campaign"] == "Fibre décembre"


@pytest.mark.parametrize("running", [False, True], ids=["in draft", "running"])
def test_a_campaign_of_the_folder_goes_on_in_a_copy(loaded_folder: Folder, running: bool) -> None:
    if running:
        workspace = loaded_folder.workspace()
        with workspace.store.transaction() as session:
            set_state(session, workspace.settings, NAME, CampaignState.RUNNING, workspace.clock.now())
    before = loaded_folder.tables()
    tomorrow = ("--start", "2026-11-25T10:02+01:00")
    told = simulated(loaded_folder.json("sim", "--campaign", NAME, "--days", "1", *tomorrow))
    assert 3 < told["people"]["called"] < told["people"]["contacts"]
    assert loaded_folder.tables() == before


def test_the_terms_of_another_operator_can_be_tried(say: Say) -> None:
    told = simulated(say("sim", *SHORT, "--operator", "kavkom", "--json").document())
    assert told["operator"] == "Kavkom"
    assert told["carrier"]["channels"] == 30
    assert told["quality"]["exposure_thousandths"] == 0


def test_the_simulated_folder_is_kept_on_demand(say: Say, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    assert say("sim", *SHORT, "--out", out).exit_code == 0
    assert (out / "ground" / "simulation.db").exists()
    again = say("sim", *SHORT, "--out", out)
    assert again.exit_code == 3
    assert "--out" in again.words


def test_a_call_that_should_not_have_been_made_is_the_answer_no(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = dict.fromkeys(Breach, 0) | {Breach.OUT_OF_HOURS: 2}
    found = Recount(9, 9, 1, None, None, broken, {Breach.OUT_OF_HOURS: "attempt-7"})
    monkeypatch.setattr(reckoning, "recount", lambda _: found)
    said = say("sim", *SHORT)
    assert said.exit_code == 1
    assert "2 × · attempt-7" in said.words
    document = say("sim", *SHORT, "--json").document()
    assert (document["ok"], simulated(document)["recount"]["broken"]["out-of-hours"]) == (False, 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--operator", "personne"), "personne"),
        (("--answers", "optimiste"), "standard"),
        (("--answers", "absent.toml"), "introuvable"),
        (("--campaign", "absent.toml"), "introuvable"),
        (("--campaign", "nulle part"), NAME),
        (("--campaign", NAME, "--list", "contacts.csv"), "--list"),
        (("--list", "absent.csv"), "absent.csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_simulated_is_told_with_exit_3(loaded_folder: Folder, words: tuple[str, ...], told: str) -> None:
    said = loaded_folder("sim", "--days", "1", *START, *words)
    assert said.exit_code == 3
    assert told in said.words


def test_a_human_agents_campaign_needs_the_human(new_folder: Folder) -> None:
    new_folder.change("campaign.toml", 'system = "ai-agent"', 'system = "human-agent"')
    said = new_folder("sim", *SHORT)
    assert said.exit_code == 3
    assert "automated" in said.words


def test_virtual_time_cannot_begin_before_what_is_on_record(loaded_folder: Folder) -> None:
    said = loaded_folder("sim", "--campaign", NAME, "--start", "2026-11-20T10:02+01:00")
    assert said.exit_code == 3
    assert "2026-11-24" in said.words
