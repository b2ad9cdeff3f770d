"""`dialer dial`: who is next and why, one call for one command, and no call where the gate says no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.queue.local import LocalQueue
from dialer.engine import Engine
from dialer.workspace import Workspace
from tests.dialer.fakes import MORNING, NO_ANSWER, HandClock, ScriptedRunner

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

NAME = "Conseil fibre"
CALLABLE, OBJECTED = "0639980100", "0639981101"


@pytest.fixture
def folder(loaded_folder: Folder) -> Folder:
    """The sample list, for a campaign that a person dials."""
    loaded_folder.change("campaign.toml", 'system = "ai-agent"', 'system = "human-agent"')
    loaded_folder.change("campaign.toml", 'name = "Fibre novembre"', f'name = "{NAME}"')
    loaded_folder.json("campaign", "create", loaded_folder.path / "campaign.toml", "--list", "contacts")
    loaded_folder.json("campaign", "start", NAME)
    return loaded_folder


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ScriptedRunner:
    """Stands for the telephony: every call is answered, for 21 seconds."""
    clock = HandClock(MORNING + timedelta(minutes=2))
    runner = ScriptedRunner(clock)

    @contextmanager
    def engine_on(workspace: Workspace, trunk: str, agents: int) -> Iterator[Engine]:
        yield Engine(workspace, trunk, runner, LocalQueue())

    monkeypatch.setattr("dialer.workspace.SystemClock", lambda: clock)
    monkeypatch.setattr("commands.dial.engine_on", engine_on)
    return runner


def test_next_shows_who_and_why_and_calls_nobody_outside_a_terminal(folder: Folder, runner: ScriptedRunner) -> None:
    rows = folder.tables()
    document = folder.json("dial", "--next")
    assert (document["campaign"], document["attempt"], document["decision"]["verdict"]) == (NAME, None, "allow")
    assert document["person"]["last_name"]
    said = folder("dial", "--next", "--campaign", NAME, "--lang", "en")
    assert f"To call: dialer dial {document['number']} --campaign '{NAME}'" in said.words
    assert "FR-CONSENT" in said.words
    assert (runner.called, folder.tables()) == ([], rows)


def test_whoever_says_yes_to_the_preview_calls_that_person(
    folder: Folder, runner: ScriptedRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is given when the answer is, however long the preview was looked at."""

    def yes(*_: object) -> bool:
        runner.clock.advance(minutes=3)
        return True

    monkeypatch.setattr("commands.dial.confirmed", yes)
    document = folder.json("dial", "--next", "--by", "Anne Martin")
    assert runner.called == [document["number"]] == [document["attempt"]["number"]]
    told = [json.loads(body) for body in (row[3] for row in folder.tables()["audit"]) if "commanded_by" in body]
    at = (MORNING + timedelta(minutes=5)).isoformat()
    assert [(row["commanded_by"], row["commanded_at"]) for row in told] == [("Anne Martin", at)]


def test_who_starts_such_a_campaign_is_told_how_it_calls(folder: Folder) -> None:
    folder("campaign", "pause", NAME)
    assert f"dialer dial --next --campaign '{NAME}'" in folder("campaign", "start", NAME).words


@pytest.mark.parametrize(("language", "words"), [("fr", "en lancer une avec"), ("en", "start one with")])
def test_without_such_a_campaign_it_is_told_what_to_do(folder: Folder, language: str, words: str) -> None:
    folder("campaign", "pause", NAME)
    said = folder("dial", "--next", "--lang", language)
    assert said.exit_code == 3
    assert f"{words} `dialer campaign start" in said.words


def test_a_number_is_one_command_and_one_call(folder: Folder, runner: ScriptedRunner) -> None:
    document = folder.json("dial", CALLABLE, "--by", "Anne Martin")
    assert runner.called == ["+33639980100"]
    attempt = document["attempt"]
    assert (attempt["number"], attempt["disposition"], attempt["talk_ms"]) == ("+33639980100", "answered", 21_500)
    story = folder("audit", "explain", attempt["id"])
    assert story.exit_code == 0
    (status,) = folder.json("campaign", "status", NAME)["campaigns"]
    assert (status["attempts"], status["dispositions"]) == (1, {"answered": 1})


@pytest.mark.parametrize(("language", "words"), [("fr", "sans réponse, 0 s"), ("en", "no-answer, 0 s")])
def test_its_outcome_is_told(folder: Folder, runner: ScriptedRunner, language: str, words: str) -> None:
    runner.otherwise = NO_ANSWER
    said = folder("dial", CALLABLE, "--lang", language)
    assert said.exit_code == 0
    assert words in said.words


def test_what_the_law_forbids_is_not_dialed_by_hand_either(folder: Folder, runner: ScriptedRunner) -> None:
    folder.json("objection", "add", CALLABLE)
    document = folder.json("dial", CALLABLE, exit_code=1)
    assert (document["attempt"], document["decision"]["verdict"]) == (None, "deny")
    assert "FR-OBJECTION" in document["decision"]["rule_ids"]
    assert "FR-OBJECTION" in folder("dial", CALLABLE).words
    assert runner.called == []


def test_what_the_gate_alone_knows_stops_the_call_too(folder: Folder, runner: ScriptedRunner) -> None:
    """The carrier's pace: the last call has just started, and the next start is far away."""
    folder.json("dial", CALLABLE)
    folder.tamper("update limiter set next_start = '2026-11-24 12:00:00.000000'")
    document = folder.json("dial", "0639980125", exit_code=1)
    assert document["attempt"] is None
    assert runner.called == ["+33639980100"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("0639989999",), "+33639989999"),
        ((CALLABLE, "--campaign", "nulle part"), "nulle part"),
        (("--next", "--campaign", "Fibre novembre"), "dialer run"),
    ],
    ids=["nobody's number", "no such campaign", "a machine's campaign"],
)
def test_what_cannot_be_dialed_is_refused(
    folder: Folder, runner: ScriptedRunner, words: tuple[str, ...], told: str
) -> None:
    rows = folder.tables()
    assert told in folder.json("dial", *words, exit_code=3)["message"]
    assert (runner.called, folder.tables()) == ([], rows)


def test_when_nobody_is_due_the_answer_is_no(folder: Folder, runner: ScriptedRunner) -> None:
    folder.tamper("update candidate set due_at = '2026-11-25 10:00:00.000000'")
    assert folder.json("dial", "--next", exit_code=1) == {"ok": True, "campaign": NAME, "number": None}
    assert "nobody of campaign 'Conseil fibre' is due now" in folder("dial", "--next", "--lang", "en").words


def test_without_a_campaign_of_that_kind_it_says_so(loaded_folder: Folder) -> None:
    assert "dialer campaign start" in loaded_folder.json("dial", "--next", exit_code=3)["message"]


@pytest.mark.parametrize("words", [(), (CALLABLE, "--next")], ids=["neither", "both"])
def test_a_number_or_next_but_not_both(folder: Folder, words: tuple[str, ...]) -> None:
    said = folder("dial", *words)
    assert (said.exit_code, said.out) == (2, "")
    assert "NUMBER" in said.err


def test_a_run_that_dials_by_itself_is_not_for_it(folder: Folder) -> None:
    refused = folder("run", "--until-idle", "--lang", "en")
    assert refused.exit_code == 3
    assert "no campaign is running" in refused.words
    assert "`dialer dial`" in refused.words


def test_who_speaks_is_shown_what_to_say_first_and_is_asked_for_when_in_doubt(
    folder: Folder, runner: ScriptedRunner
) -> None:
    for user, name in (("poste-1", "Anne Martin"), ("poste-2", "Zoé Petit")):
        folder.change(
            "dialer.toml",
            "[[notices]]                         # a complete",
            f'[[agents]]\nname = "{name}"\nphone = "sip:{user}@127.0.0.1:5099"\ncampaigns = ["{NAME}"]\n\n'
            "[[notices]]                         # a complete",
        )
    assert "say which with --agent" in folder.json("dial", CALLABLE, "--lang", "en", exit_code=3)["message"]
    said = folder("dial", CALLABLE, "--agent", "Zoé Petit", "--lang", "en").words
    assert "Your phone is ringing: sip:poste-2@127.0.0.1:5099" in said
    assert "To say first: “" in said
    folder.json("dial", CALLABLE, "--by", "Anne Martin", exit_code=1)
