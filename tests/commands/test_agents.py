"""`dialer agent`: who does what, who rests, and what a terminal in another room is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from commands.agents import agents_line
from commands.board import board_view, sight_line
from commands.desk import Desk, Language
from commands.summary_view import summary_view
from dialer.abandonment import AbandonedHold
from dialer.agents_now import AgentNow, Doing
from dialer.schema import RestReason
from tests.adapters.metrics.test_exposition import ALICE, AT, SIGHT
from tests.adapters.report.stories import summary

if TYPE_CHECKING:
    from tests.commands.conftest import Folder


@pytest.fixture
def employer(new_folder: Folder) -> Folder:
    with (new_folder.path / "dialer.toml").open("a", encoding="utf-8") as settings:
        for place, name in enumerate(("Alice", "Bob")):
            settings.write(
                f'\n[[agents]]\nname = "{name}"\nphone = "sip:20{place}@10.0.0.5"\ncampaigns = ["Fibre novembre"]\n'
            )
    return new_folder


def states(folder: Folder) -> dict[str, str]:
    return {agent["name"]: agent["state"] for agent in folder("agent", "list", "--json").document()["agents"]}


def test_without_agents_the_list_is_empty(new_folder: Folder) -> None:
    listed = new_folder("agent", "list")
    assert (listed.exit_code, listed.words) == (0, "Aucun agent sous [[agents]] dans dialer.toml.")


def test_a_rest_is_seen_and_ends(employer: Folder) -> None:
    assert states(employer) == {"Alice": "away", "Bob": "away"}
    said = employer("agent", "rest", "Alice", "--reason", "training")
    assert (said.exit_code, "Alice en pause (formation)" in said.words) == (0, True)
    (alice, _) = employer("agent", "list", "--json").document()["agents"]
    assert (alice["state"], alice["rest"]["reason"], alice["calls_today"]) == ("resting", "training", 0)
    assert alice["rest"]["by"]
    assert "en pause (formation)" in employer("agent", "list").words
    assert "resting (training)" in employer("agent", "list", "--lang", "en").words
    assert employer("agent", "back", "Alice", "--json").document()["state"] == "back"
    assert states(employer)["Alice"] == "away"
    assert employer("audit", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("rest", "Chloé"), 3, "'Alice', 'Bob'"),
        (("back", "Alice"), 3, "n'est pas en pause"),
        (("rest", "Alice", "--reason", "malade"), 2, "malade"),
    ],
)
def test_what_cannot_be_done_says_what_can(employer: Folder, words: tuple[str, ...], exit_code: int, said: str) -> None:
    refused = employer("agent", *words)
    assert refused.exit_code == exit_code
    assert said in refused.words
    assert states(employer) == {"Alice": "away", "Bob": "away"}


def test_a_second_rest_for_the_same_reason_is_a_mistake_and_for_another_is_not(employer: Folder) -> None:
    assert employer("agent", "rest", "Bob").exit_code == 0
    assert employer("agent", "rest", "Bob").exit_code == 3
    assert employer("agent", "rest", "Bob", "--reason", "off-duty").exit_code == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "Agents: free 2 (for 0:00:42 at most), resting 1"),
        (Language.FR, "Agents : libre 2 (depuis 0:00:42 au plus), en pause 1"),
    ],
)
def test_the_board_says_how_many_do_what(language: Language, said: str) -> None:
    d = Desk(False, language)
    assert agents_line(d, SIGHT.agents, AT) == said
    assert said in sight_line(d, SIGHT)
    with d.console.capture() as shown:
        d.console.print(board_view(d, SIGHT))
    assert said in " ".join(shown.get().replace("│", " ").split())


def test_nobody_free_has_waited_for_no_time_at_all() -> None:
    resting = AgentNow(ALICE, Doing.RESTING, AT, RestReason.BREAK)
    assert agents_line(Desk(False, Language.EN), (resting,), AT) == "Agents: resting 1"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "! held, too many calls were abandoned: 2 of 9 answered calls in 24 h, at most 3 % (until 2026-"),
        (
            Language.FR,
            "! retenu, trop d'appels abandonnés : 2 sur 9 appels décrochés en 24 h, au plus 3 % (jusqu'au 2026-",
        ),
    ],
)
def test_the_status_of_a_campaign_that_is_held_says_why_and_until_when(language: Language, said: str) -> None:
    d, none = Desk(False, language), summary(())
    for told, shown in ((none, False), (replace(none, abandoned_hold=AbandonedHold(9, 2, 3, AT)), True)):
        with d.console.capture() as drawn:
            d.console.print(summary_view(d, told))
        assert (said in " ".join(drawn.get().replace("│", " ").split())) is shown
