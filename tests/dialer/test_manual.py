"""A human agent's campaign dials nothing by itself: one explicit command places one call, through the same gate."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dialer.audit import AuditKind
from dialer.dispositions import Disposition
from dialer.errors import NotFound, NotPossible
from dialer.human_command import HumanCommand
from dialer.manual import Commanded, OneCall, next_person, preview
from dialer.schema import AgreedSlot, AttemptState, Campaign, CandidateState
from dialer.verification import verify
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import ScriptedRunner


@pytest.fixture
def by_hand(agency: Agency, person: int) -> Campaign:
    return agency.campaign(name="Conseil fibre", system=SystemKind.HUMAN_AGENT)


def call(agency: Agency, campaign: Campaign, contact_id: int, runner: ScriptedRunner | None = None) -> OneCall:
    """What `dialer dial NUMBER` does."""
    engine = agency.engine(runner or ScriptedRunner(agency.clock))
    command = HumanCommand("Anne Martin", agency.clock.now())
    one = OneCall(agency.workspace, engine.runner, engine.desk, Commanded(campaign, contact_id, command))
    engine.questions = one
    engine.run(until_idle=True)
    return one


def following(agency: Agency, campaign: Campaign) -> int | None:
    with agency.transaction() as session:
        return next_person(session, campaign, agency.clock.now())


def test_a_run_dials_nothing_for_it(agency: Agency, by_hand: Campaign) -> None:
    runner = ScriptedRunner(agency.clock)
    agency.engine(runner).run(until_idle=True)
    assert (runner.placed, agency.attempts()) == ([], [])


def test_the_gate_wants_a_command_for_it_and_for_nothing_else(agency: Agency, person: int, by_hand: Campaign) -> None:
    machine = agency.campaign()
    before = agency.numbers_of_rows()
    for campaign, command in ((by_hand, None), (machine, HumanCommand("Anne Martin", agency.clock.now()))):
        said = "dialer dial --next" if command is None else "dialer run"
        with pytest.raises(NotPossible, match=said), agency.transaction() as session:
            agency.workspace.gate.ask(session, campaign, person, command)
    assert agency.numbers_of_rows() == before


def test_one_command_places_one_call(agency: Agency, person: int, by_hand: Campaign) -> None:
    other = agency.person()
    agency.campaign(name="Tous", system=SystemKind.HUMAN_AGENT)
    agency.campaign(name="Machine")
    runner = ScriptedRunner(agency.clock)
    one = call(agency, by_hand, person, runner)
    assert one.answer is not None
    assert one.answer.order is not None
    assert runner.called == ["+33639980101"]
    (attempt,) = agency.attempts()
    assert (attempt.id, attempt.contact_id) == (one.answer.order.permit.attempt_id, person)
    assert (attempt.state, attempt.disposition) == (AttemptState.CLOSED, Disposition.ANSWERED)
    assert agency.candidate(by_hand, person).state is CandidateState.DONE
    assert other != person


def test_who_commanded_it_and_when_stands_in_the_log(agency: Agency, person: int, by_hand: Campaign) -> None:
    at = agency.clock.now()
    call(agency, by_hand, person)
    approved = [json.loads(row.body) for row in agency.audit() if row.kind == AuditKind.ATTEMPT]
    told = [(body["commanded_by"], body["commanded_at"]) for body in approved if body["state"] == "approved"]
    assert told == [("Anne Martin", at.isoformat())]
    assert json.loads(agency.stored(agency.decisions()[0]))["facts"]["system"] == "human-agent"
    with agency.transaction() as session:
        assert verify(session).whole


def test_a_machines_call_names_nobody(agency: Agency, attempt: str) -> None:
    bodies = [json.loads(row.body) for row in agency.audit() if row.kind == AuditKind.ATTEMPT]
    assert bodies
    assert not any("commanded_by" in body for body in bodies)


def test_the_gate_says_no_to_a_person_as_to_a_machine(agency: Agency, person: int, by_hand: Campaign) -> None:
    agency.object(person)
    runner = ScriptedRunner(agency.clock)
    one = call(agency, by_hand, person, runner)
    assert one.answer is not None
    assert one.answer.order is None
    assert "FR-OBJECTION" in one.answer.decision.rule_ids
    assert (runner.placed, agency.attempts()) == ([], [])


def test_who_is_done_may_be_called_again_by_hand_if_the_law_allows(
    agency: Agency, person: int, by_hand: Campaign
) -> None:
    """Four times in thirty days, whoever asks; the fifth command calls nobody."""
    placed = []
    for _ in range(5):
        one = call(agency, by_hand, person)
        assert one.answer is not None
        placed.append(bool(one.answer.order))
        agency.clock.advance(minutes=5)
    assert placed == [True, True, True, True, False]
    assert len(agency.attempts()) == 4


def test_a_call_by_hand_waits_while_a_machine_has_the_person_on_the_line(
    agency: Agency, person: int, by_hand: Campaign
) -> None:
    machine = agency.campaign()
    agency.write_attempt(
        machine, person, state=AttemptState.RINGING, dialed_at=agency.clock.now(),
        lease_until=agency.clock.now() + timedelta(minutes=2),
    )  # fmt: skip
    with agency.transaction() as session:
        answer = agency.workspace.gate.ask(session, by_hand, person, HumanCommand("Anne", agency.clock.now()))
    assert answer.order is None
    assert following(agency, by_hand) is None


def test_next_is_who_agreed_to_be_called_now_and_then_who_waits_longest(
    agency: Agency, person: int, by_hand: Campaign
) -> None:
    kept = agency.person("+33639980102")
    now = agency.clock.now()
    all_of_them = agency.campaign(name="Tous", system=SystemKind.HUMAN_AGENT)
    assert following(agency, all_of_them) == person
    agency.add(AgreedSlot(contact_id=kept, advertiser_id=1, at=now - timedelta(minutes=3), proof="enregistrement"))
    with agency.transaction() as session:
        candidate = agency.candidate(all_of_them, kept)
        candidate.due_at = now
        session.add(candidate)
    assert following(agency, all_of_them) == kept
    assert following(agency, by_hand) == person


def test_a_preview_shows_the_law_and_decides_nothing(agency: Agency, person: int, by_hand: Campaign) -> None:
    before = agency.numbers_of_rows()
    with agency.transaction() as session:
        shown = preview(session, agency.workspace, by_hand, person)
    assert (shown.contact.id, shown.number, shown.decision.rule_ids) == (person, "+33639980101", ())
    assert shown.eligibility.at == agency.clock.now()
    assert agency.numbers_of_rows() == before


def test_nobody_is_called_for_a_campaign_that_rests_or_that_they_are_not_in(agency: Agency, person: int) -> None:
    resting = agency.campaign(name="Repos", system=SystemKind.HUMAN_AGENT, running=False)
    stranger = agency.person(list_name="ailleurs")
    with pytest.raises(NotPossible, match="is draft; `dialer campaign start 'Repos'`"):
        following(agency, resting)
    with pytest.raises(NotPossible, match="is draft"):
        call(agency, resting, person)
    running = agency.campaign(name="Conseil", system=SystemKind.HUMAN_AGENT)
    with pytest.raises(NotFound, match="on no list of campaign 'Conseil'"):
        call(agency, running, stranger)
    assert agency.attempts() == []
