"""A run on a trunk with quality terms: it holds before they are broken, goes on by itself, and owes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialer.exposure import exposure
from dialer.operators import load_operator
from tests.dialer.agency import Agency
from tests.dialer.fakes import ANSWERED, MORNING, NO_ANSWER, HandClock, ScriptedRunner

STRICT = """
name = "Strict"
channels = 30
starts_per_second = 50
asr_above_percent = 60
least_calls = 4
[penalties]
per_call_out_of_terms = 20
"""
HOUR = timedelta(hours=1)


@pytest.fixture
def strict(agency: Agency) -> Agency:
    """The sample's trunk, whose operator asks for an answer ratio from four calls on."""
    own = agency.workspace.path("operators/plain.toml")
    own.parent.mkdir(exist_ok=True)
    own.write_text(STRICT, "utf-8")
    return agency


@pytest.mark.parametrize(
    ("words", "in_the_first_hour"),
    [("------", 3), ("aaaaaa", 6), ("aaa---", 4)],
    ids=["nobody answers", "everybody answers", "three of four are within the terms, three of five are not"],
)
def test_the_terms_hold_whatever_becomes_of_the_calls(strict: Agency, words: str, in_the_first_hour: int) -> None:
    people = [strict.person(f"+3363998{place:04d}") for place in range(len(words))]
    strict.campaign()
    fates = {f"+3363998{place:04d}": NO_ANSWER if word == "-" else ANSWERED for place, word in enumerate(words)}
    strict.engine(ScriptedRunner(strict.clock, fates=fates, pace=timedelta(minutes=1))).run(until_idle=True)
    left = [attempt.dialed_at - MORNING for attempt in strict.attempts() if attempt.dialed_at]
    assert len(left) == len(people), "the hold ends by itself"
    assert len([after for after in left if after < HOUR]) == in_the_first_hour
    assert owed(strict, strict.workspace.settings.folder) == ()


def owed(agency: Agency, folder: Path) -> tuple[object, ...]:
    trunk = agency.workspace.settings.trunk("boucle")
    clock: HandClock = agency.clock
    with agency.transaction() as session:
        operator = load_operator(trunk.operator, folder)
        vault = agency.workspace.vault
        return exposure(session, vault, trunk, operator, MORNING, clock.now() + HOUR, clock.now()).charges


def test_nobody_is_put_off_for_what_the_line_owes(strict: Agency) -> None:
    """A held line is asked about nobody, so no decision stands against a person who had nothing to do with it."""
    for place in range(5):
        strict.person(f"+3363998{place:04d}")
    strict.campaign()
    runner = ScriptedRunner(strict.clock, otherwise=NO_ANSWER, pace=timedelta(minutes=1))
    strict.engine(runner).run(until_idle=True)
    assert {row.verdict for row in strict.decisions()} == {"allow"}
