"""`dialer campaign`: nothing starts with a gap in it, and every refusal leaves things as they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NAME = "Fibre novembre"


def test_a_campaign_is_started_paused_and_started_again(loaded_folder: Folder) -> None:
    for verb, state in (("start", "running"), ("pause", "paused"), ("start", "running")):
        assert loaded_folder.json("campaign", verb, NAME) == {"ok": True, "campaign": NAME, "state": state}
    document = loaded_folder.json("campaign", "status", NAME)
    (status,) = document["campaigns"]
    assert document["exposure_today"] == [{"trunk": "boucle", "calls": 0, "euros": "0"}]
    assert (status["state"], status["attempts"], status["unknown"]) == ("running", 0, 0)
    assert status["candidates"] == {"waiting": 61}


@pytest.mark.parametrize(("verb", "before"), [("start", ["start"]), ("pause", []), ("pause", ["start", "pause"])])
def test_a_change_that_changes_nothing_is_refused(loaded_folder: Folder, verb: str, before: list[str]) -> None:
    for earlier in before:
        loaded_folder.json("campaign", earlier, NAME)
    rows = loaded_folder.tables()
    document = loaded_folder.json("campaign", verb, NAME, exit_code=3)
    assert NAME in document["message"]
    assert loaded_folder.tables() == rows


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("campaign.toml", 'trunk = "boucle"', 'trunk = "autre"', "'boucle'"),
        ("campaign.toml", 'advertiser = "fibre-horizon"', 'advertiser = "autre"', "'fibre-horizon'"),
        ("campaign.toml", '"+33162000001", ', '"+33162000009", ', "+33162000009"),
        ("campaign.toml", "prompts/pitch.wav", "prompts/absent.wav", "absent.wav"),
        ("campaign.toml", 'system = "ai-agent"', 'system = "telepathy"', "system"),
        ("campaign.toml", "max_tries = 3", "max_tries = 9", "retry.max_tries"),
        ("campaign.toml", 'name = "Fibre novembre"', "", "name"),
        ("campaign.toml", "busy = 30", "busy = 0", "retry.after_minutes: busy attend moins d'une minute"),
        ("campaign.toml", "ring_seconds = 6", "agents = 3", "agents = 3, mais une campagne de système ai-agent"),
    ],
    ids=[
        "trunk",
        "advertiser",
        "unproven caller id",
        "missing audio",
        "system",
        "too many tries",
        "no name",
        "a loop",
        "agents of nobody",
    ],
)
def test_a_plan_with_a_gap_is_refused(new_folder: Folder, file: str, old: str, new: str, told: str) -> None:
    new_folder.json("list", "import", new_folder.path / "contacts.csv")
    new_folder.change(file, old, new)
    rows = new_folder.tables()
    words = ("campaign", "create", new_folder.path / "campaign.toml", "--list", "contacts")
    document = new_folder.json(*words, exit_code=3)
    assert told in document["message"]
    assert new_folder.tables() == rows


@pytest.mark.parametrize("policy", ["standard", "gentle", "evenings"])
def test_a_shipped_retry_policy_is_named_and_becomes_part_of_the_campaign(new_folder: Folder, policy: str) -> None:
    new_folder.json("list", "import", new_folder.path / "contacts.csv")
    campaign = new_folder.path / "campaign.toml"
    head = campaign.read_text("utf-8").split("[retry]")[0]
    campaign.write_text(head.replace("[script]", f'retry = "policies/{policy}.toml"\n\n[script]'), "utf-8")
    new_folder.json("campaign", "create", campaign, "--list", "contacts")
    ((plan,),) = [[json.loads(row[5])] for row in new_folder.tables()["campaign"]]
    assert plan["retry"]["after_minutes"]
    (new_folder.path / "policies" / f"{policy}.toml").unlink()
    new_folder.json("campaign", "start", NAME)


def test_a_number_that_the_mode_may_not_show_is_refused_with_the_rule(new_folder: Folder) -> None:
    new_folder.json("list", "import", new_folder.path / "contacts.csv")
    for file in ("dialer.toml", "campaign.toml"):
        new_folder.change(file, "+33162000001", "+33199000001")
    words = ("campaign", "create", new_folder.path / "campaign.toml", "--list", "contacts")
    assert "FR-CLI-NPV" in new_folder.json(*words, exit_code=3)["message"]
    new_folder.change("campaign.toml", 'system = "ai-agent"', 'system = "human-agent"')
    new_folder.json(*words)


def test_an_unknown_list_is_refused_and_those_that_exist_are_named(new_folder: Folder) -> None:
    new_folder.json("list", "import", new_folder.path / "contacts.csv")
    rows = new_folder.tables()
    words = ("campaign", "create", new_folder.path / "campaign.toml", "--list", "contacts", "--list", "octobre")
    document = new_folder.json(*words, exit_code=3)
    assert "'octobre'" in document["message"]
    assert "contacts" in document["message"]
    assert new_folder.tables() == rows


def test_what_has_gone_missing_since_stops_the_start(loaded_folder: Folder) -> None:
    loaded_folder.change("dialer.toml", "+33162000001", "+33162000009")
    document = loaded_folder.json("campaign", "start", NAME, exit_code=3)
    assert "+33162000001" in document["message"]
    assert loaded_folder.json("campaign", "status")["campaigns"][0]["state"] == "draft"


def test_speaking_names_a_text_that_is_missing(loaded_folder: Folder) -> None:
    for words in (loaded_folder.path / "prompts").glob("*.txt"):
        words.unlink()
    said = loaded_folder.say("campaign", "speak", loaded_folder.path / "campaign.toml", "--lang", "en")
    assert "opening.txt does not exist" in said.words
