"""The gate's own view of a trunk is the one that counting every call of the hour anew would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from dialer.dispositions import Disposition
from dialer.pacing import line_of
from dialer.ports import CallEventKind
from dialer.schema import Attempt, AttemptState, Campaign
from dialer.workspace import Workspace
from tests.dialer.agency import Agency

S = AttemptState
TERMS = """
name = "Strenge"
channels = 24
starts_per_second = 3
asr_above_percent = 40
acd_above_seconds = 12
short_call_seconds = 8
short_below_percent = 40
least_calls = 6
"""
NUMBERS = ("+33162000001", "+33424000002")


@pytest.fixture
def folder(folder: Path) -> Path:
    """The loopback's carrier has terms of every kind."""
    (folder / "operators").mkdir()
    (folder / "operators" / "strict.toml").write_text(TERMS, "utf-8")
    config = folder / "dialer.toml"
    config.write_text(config.read_text("utf-8").replace('operator = "plain"', 'operator = "strict"', 1), "utf-8")
    return folder


def both(agency: Agency) -> None:
    """The gate's line, and the one that is counted anew, are the same."""
    agency.clock.advance(milliseconds=1)  # calls of one instant are judged one after the other here, together there
    gate, trunk = agency.workspace.gate, agency.workspace.settings.trunk("boucle")
    with agency.transaction() as session:
        found = gate.see(session, "boucle").line
        expected = line_of(session, trunk, gate.terms(trunk), agency.clock.now())
    assert found == expected


@pytest.mark.parametrize("seed", range(6))
def test_through_an_afternoon_of_calls(agency: Agency, campaign: Campaign, person: int, seed: int) -> None:
    random, live = Random(seed), list[str]()
    for _ in range(90):
        pause = random.choice((0.4, 5, 30, 300))
        if pause > 30:  # nothing that is approved waits so long
            for attempt_id in live:
                dial(agency, attempt_id)
        agency.clock.advance(seconds=pause, microseconds=random.randrange(1000))
        now, what = agency.clock.now(), random.random()
        if what < 0.5 or not live:
            live.append(agency.write_attempt(campaign, person, caller_id=random.choice(NUMBERS)))
        elif what < 0.6:
            agency.write_attempt(
                campaign, person, caller_id=random.choice(NUMBERS), state=S.CLOSED, talk_ms=30_000,
                dialed_at=now - timedelta(seconds=40), disposition=Disposition.ANSWERED,
            )  # fmt: skip
        else:
            live = advance(agency, random, live)
        both(agency)


def dial(agency: Agency, attempt_id: str) -> None:
    with agency.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        if attempt.dialed_at is None:
            agency.clock.advance(milliseconds=1)
            attempt.state, attempt.dialed_at = S.DIALING, agency.clock.now()


def advance(agency: Agency, random: Random, live: list[str]) -> list[str]:
    """One of those that are not over goes on, as the ledger would write it; those that still are not over."""
    attempt_id = random.choice(live)
    attempt, now = agency.attempt(attempt_id), agency.clock.now()
    with agency.transaction() as session:
        if attempt.dialed_at is None:
            attempt.state = random.choice((S.DIALING, S.DIALING, S.CANCELLED))
            attempt.dialed_at = now if attempt.state is S.DIALING else None
        elif attempt.answered_at is None and random.random() < 0.6:
            attempt.state, attempt.answered_at = S.ANSWERED, now
        else:
            attempt.state = random.choice((S.CLOSED, S.CLOSED, S.UNKNOWN))
            attempt.disposition = Disposition.ANSWERED if attempt.answered_at else Disposition.NO_ANSWER
            attempt.talk_ms = (now - attempt.answered_at) // timedelta(milliseconds=1) if attempt.answered_at else 0
        session.add(attempt)
        over = attempt.state not in (S.APPROVED, S.DIALING, S.ANSWERED)
    return [each for each in live if not (over and each == attempt_id)]


def test_another_process_sees_what_this_one_did(agency: Agency) -> None:
    people = [agency.person() for _ in range(4)]
    campaign = agency.campaign()
    workspace = agency.workspace
    other = replace(agency, workspace=Workspace(workspace.settings, workspace.store, workspace.clock))
    both(agency)
    both(other)
    for turn, called in enumerate(people):
        attempt_id = agency.dial(agency.order(campaign, called))
        agency.clock.advance(seconds=3)
        if turn % 2:
            both(other)
        agency.report(attempt_id, CallEventKind.ENDED, disposition=Disposition.BUSY)
        both(other)
        both(agency)


def test_what_was_rolled_back_is_not_counted(agency: Agency, campaign: Campaign, person: int) -> None:
    both(agency)
    for _ in range(3):
        with pytest.raises(InterruptedError), agency.transaction() as session:  # noqa: PT012 - after the approval
            assert agency.workspace.gate.ask(session, campaign, person).order
            assert agency.workspace.gate.see(session, "boucle").line.in_use == 1
            raise InterruptedError
        both(agency)
    agency.report(agency.dial(agency.order(campaign, person)), CallEventKind.ENDED, disposition=Disposition.BUSY)
    both(agency)


def test_a_clock_set_back_counts_anew(agency: Agency, campaign: Campaign, person: int) -> None:
    for minutes in (3, 50, 59, 62):
        agency.write_attempt(
            campaign, person, state=S.CLOSED, disposition=Disposition.BUSY,
            approved_at=agency.clock.now() - timedelta(minutes=minutes),
            dialed_at=agency.clock.now() - timedelta(minutes=minutes),
        )  # fmt: skip
    for minutes in (0, 5, 30, -34, 2):
        agency.clock.advance(minutes=minutes)
        both(agency)
