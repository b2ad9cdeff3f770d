"""`dialer objection`: what a person said is on record, and in force at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NUMBER = "06 39 98 01 00"


@pytest.mark.parametrize("advertiser", [(), ("--advertiser", "fibre-horizon")], ids=["toward all", "toward one"])
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "06 39 98 99 99"), "+33639989999"),
        (("show", "06 39 98 99 99"), "+33639989999"),
        (("add", NUMBER, "--advertiser", "autre"), "autre"),
    ],
    ids=["unknown number", "unknown number shown", "unknown advertiser"],
)
def test_whom_nobody_knows_is_refused(loaded_folder: Folder, words: tuple[str, ...], told: str) -> None:
    rows = loaded_folder.tables()
    assert told in loaded_folder.json("objection", *words, exit_code=3)["message"]
    assert loaded_folder.tables() == rows


def test_people_without_a_wish_are_said_to_have_none(loaded_folder: Folder) -> None:
    assert "rien d'enregistré" in loaded_folder("objection", "show", NUMBER).words
