"""Who is asked about next when the carrier's terms are near: nobody of a held campaign, and the likely ones first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialer.choice import Choice, choose
from dialer.dispositions import Disposition
from dialer.gate import Gate
from dialer.governor import THIN
from dialer.schema import AttemptState, Campaign, Candidate
from dialer.trunks_at_hand import Seen
from dialer.wake import Wait, Why
from rules.facts import SystemKind
from rules.line import Breach, Figure, Line
from tests.dialer.agency import Agency
from tests.dialer.fakes import ScriptedRunner

FIRST, SECOND = "+33162000001", "+33424000002"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def set_line(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """The line that the gate finds, whatever is on record."""
    line = [Line("Callr", channels=10, in_use=0)]
    monkeypatch.setattr(Gate, "see", lambda self, session, trunk: Seen(line[0], [], self.clock.now()))
    return line


def chosen(agency: Agency) -> Choice | Wait:
    with agency.transaction() as session:
        return choose(session, agency.workspace.gate, "boucle", agency.clock.now())


def breach(agency: Agency, minutes: int, caller_id: str = "") -> Breach:
    return Breach(Figure.ASR, 59, 60, agency.clock.now() + minutes * MINUTE, caller_id)


def test_a_held_campaign_says_why_and_until_when(agency: Agency, set_line: list[Line]) -> None:
    agency.person()
    agency.campaign(caller_ids=(FIRST,))
    set_line[0] = replace(set_line[0], breaches=(breach(agency, 5, FIRST),))
    wait = chosen(agency)
    assert isinstance(wait, Wait)
    assert (wait.why, wait.until) == (Why.TERMS, agency.clock.now() + 5 * MINUTE)
    assert "59 %" in wait.words("en")
    assert FIRST in wait.words("fr")


def test_where_nobody_is_due_nothing_else_is_waited_for(agency: Agency, set_line: list[Line]) -> None:
    person = agency.person()
    campaign = agency.campaign()
    coming = agency.clock.now() + 5 * MINUTE
    with agency.transaction() as session:
        session.get_one(Candidate, (campaign.id, person)).due_at = coming
    set_line[0] = replace(set_line[0], in_use=10, room_at=agency.clock.now() + MINUTE)
    assert chosen(agency) == Wait(Why.NOBODY_DUE, coming)
    agency.clock.instant = coming
    found = chosen(agency)
    assert isinstance(found, Wait)
    assert found.why is Why.CHANNELS


def test_who_waits_for_a_human_command_is_due_to_nobody_else(agency: Agency, set_line: list[Line]) -> None:
    agency.person()
    agency.campaign(system=SystemKind.HUMAN_AGENT)
    found = chosen(agency)
    assert isinstance(found, Wait)
    assert found.why is Why.NO_CAMPAIGN


def test_another_campaign_goes_on_meanwhile(agency: Agency, set_line: list[Line]) -> None:
    agency.person()
    agency.campaign(caller_ids=(FIRST,))
    other = agency.campaign(name="Fibre décembre", caller_ids=(SECOND,))
    set_line[0] = replace(set_line[0], breaches=(breach(agency, 5, FIRST),))
    found = chosen(agency)
    assert isinstance(found, Choice)
    assert found.campaign.id == other.id


def test_a_hold_of_a_campaign_with_nobody_due_is_no_reason(agency: Agency, set_line: list[Line]) -> None:
    person = agency.person()
    campaign = agency.campaign(caller_ids=(FIRST,))
    candidate = agency.candidate(campaign, person)
    candidate.due_at = agency.clock.now() + 9 * MINUTE
    agency.add(candidate)
    set_line[0] = replace(set_line[0], breaches=(breach(agency, 5),))
    wait = chosen(agency)
    assert isinstance(wait, Wait)
    assert (wait.why, wait.until) == (Why.NOBODY_DUE, candidate.due_at), "else nobody would ever look again"


def test_a_held_run_sleeps_until_the_hold_ends_and_goes_on(agency: Agency, set_line: list[Line]) -> None:
    agency.person()
    agency.campaign(caller_ids=(FIRST,))
    held = breach(agency, 50)
    set_line[0] = replace(set_line[0], breaches=(held,))
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    engine.look_up = timedelta(days=1)
    whys: list[Why] = []
    phone.on_wait = lambda: whys.append(engine.wait.why)
    engine.run(until_idle=True)
    assert whys.count(Why.TERMS) == 1
    assert [attempt.dialed_at for attempt in agency.attempts()] == [held.until]


@pytest.mark.parametrize(("failures_left", "likely_one_first"), [(THIN, True), (THIN + 1, False), (None, False)])
def test_with_few_failures_left_who_is_likely_to_answer_comes_first(
    agency: Agency, set_line: list[Line], failures_left: int | None, likely_one_first: bool
) -> None:
    silent, likely = agency.person(), agency.person()
    campaign = agency.campaign()
    call_yesterday(agency, campaign, likely)
    set_line[0] = replace(set_line[0], failures_left=failures_left)
    found = chosen(agency)
    assert isinstance(found, Choice)
    assert found.contact_id == (likely if likely_one_first else silent)


def call_yesterday(agency: Agency, campaign: Campaign, person: int) -> None:
    """At this time of the day, and they took it."""
    at = agency.clock.now() - timedelta(days=1)
    agency.write_attempt(
        campaign, person, state=AttemptState.CLOSED, disposition=Disposition.ANSWERED, dialed_at=at, talk_ms=60_000
    )


@pytest.mark.parametrize("full", [True, False])
def test_channels_and_pace_are_told_apart(agency: Agency, set_line: list[Line], full: bool) -> None:
    agency.person()
    agency.campaign()
    later = agency.clock.now() + MINUTE
    set_line[0] = replace(set_line[0], **({"in_use": 10, "room_at": later} if full else {"next_start": later}))
    wait = chosen(agency)
    assert isinstance(wait, Wait)
    assert wait.why is (Why.CHANNELS if full else Why.PACE)
    assert wait.until is not None
    assert wait.until <= later
