"""`dialer why`: yes is 0, no is 1 with every rule that says so, and a question that cannot be asked is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

ANYBODY = "06 39 98 01 00"
OBJECTED = "04 65 71 83 06"
FOUR_CALLS = "06 39 98 09 01"
SUNDAY = "2026-11-29T11:00+01:00"


def test_yes_shows_the_rules_that_were_met(loaded_folder: Folder) -> None:
    document = loaded_folder.json("why", ANYBODY)
    assert document["number"] == "+33639980100"
    assert document["decision"]["verdict"] == "allow"
    assert document["next"]["outlook"] == "now"
    said = loaded_folder("why", ANYBODY)
    assert said.exit_code == 0
    assert "autorisé" in said.words
    assert "D.223-9" in said.words


@pytest.mark.parametrize(
    ("number", "at", "verdict", "rule", "next_at"),
    [
        (OBJECTED, "2026-11-24T10:30+01:00", "deny", "FR-OBJECTION", None),
        (FOUR_CALLS, "2026-11-24T10:30+01:00", "defer", "FR-FREQ", "2026-11-26T09:00:00+00:00"),
        (ANYBODY, SUNDAY, "defer", "FR-HOURS", "2026-11-30T09:00:00+00:00"),
        (ANYBODY, "2026-12-25T11:00+01:00", "defer", "FR-HOLIDAY", "2026-12-28T09:00:00+00:00"),
        (ANYBODY, "2026-11-24T13:30+01:00", "defer", "FR-HOURS", "2026-11-24T13:00:00+00:00"),
    ],
    ids=["objection", "fourth call", "Sunday", "Christmas", "lunch"],
)
def test_no_names_the_rule_and_when_it_becomes_possible(
    loaded_folder: Folder, number: str, at: str, verdict: str, rule: str, next_at: str | None
) -> None:
    document = loaded_folder.json("why", number, "--at", at, exit_code=1)
    assert document["decision"]["verdict"] == verdict
    assert rule in document["decision"]["rule_ids"]
    if next_at is None or number != FOUR_CALLS:
        assert document["next"]["at"] == next_at
    else:
        assert document["next"]["at"] >= next_at
    said = loaded_folder("why", number, "--at", at)
    assert said.exit_code == 1
    assert rule in said.words


def test_under_the_law_of_another_day_other_rules_answer(loaded_folder: Folder) -> None:
    """Consent replaced the check against Bloctel on 11 August 2026. The exit code is that of today's law."""

    def rules(decision: dict[str, Any]) -> set[str]:
        return {finding["rule"] for finding in decision["findings"]}

    document = loaded_folder.json("why", ANYBODY, "--under", "2026-08-10")
    now, before = rules(document["decision"]), rules(document["under"]["decision"])
    assert "FR-BLOCTEL" in before - now
    assert "FR-CONSENT" in now - before
    assert {change["rule"] for change in document["under"]["changes"]} <= now | before
    assert "2026-08-10" in loaded_folder("why", ANYBODY, "--under", "2026-08-10").words


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (("06 39 98 99 99",), 3, "+33639989999"),
        ((ANYBODY, "--campaign", "absente"), 3, "Fibre novembre"),
        ((ANYBODY, "--under", "1990-01-01"), 3, "1990-01-01"),
        (("bonjour",), 2, "bonjour"),
        (("112",), 2, "112"),
        ((ANYBODY, "--at", "0001-01-01T00:00+01:00"), 2, "0001"),
        ((ANYBODY, "--at", "9999-12-31T23:59Z"), 2, "9999"),
    ],
    ids=["unknown number", "unknown campaign", "law before the book", "no number", "emergency", "year 1", "year 9999"],
)
def test_a_question_that_cannot_be_answered(
    loaded_folder: Folder, words: tuple[str, ...], exit_code: int, told: str
) -> None:
    said = loaded_folder("why", *words)
    assert said.exit_code == exit_code
    assert told in said.words


def test_two_campaigns_have_to_be_told_apart(loaded_folder: Folder) -> None:
    loaded_folder.change("campaign.toml", 'name = "Fibre novembre"', 'name = "Fibre décembre"')
    loaded_folder.json("campaign", "create", loaded_folder.path / "campaign.toml", "--list", "contacts")
    refused = loaded_folder.json("why", ANYBODY, exit_code=3)
    assert "'Fibre novembre', 'Fibre décembre'" in refused["message"]
    assert "--campaign" in refused["message"]
    assert loaded_folder.json("why", ANYBODY, "--campaign", "Fibre décembre")["campaign"] == "Fibre décembre"
