"""While a hold stands nobody in it is called and no campaign of it starts; lifted, everything is as before."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import Session

from dialer.audit import AuditKind
from dialer.campaigns import campaign_named, set_state
from dialer.candidates import next_due
from dialer.errors import NotFound, NotPossible
from dialer.held import Held
from dialer.holds import holds, lift_hold, place_hold
from dialer.ports import CallEventKind
from dialer.schema import AgreedSlot, AttemptState, Campaign, CampaignState, LegalHold
from dialer.taking_back import take_back
from tests.dialer.agency import LIST, Agency
from tests.dialer.fakes import ScriptedRunner


def placed(agency: Agency, *, person: int | None = None, campaign: Campaign | None = None) -> LegalHold:
    now, workspace = agency.clock.now(), agency.workspace
    with agency.transaction() as session:
        known = campaign_named(session, campaign.name) if campaign else None
        return place_hold(
            session, workspace.settings, workspace.pseudonyms, "a suit", now, contact_id=person, campaign=known
        )


def lifted(agency: Agency, hold: LegalHold) -> None:
    with agency.transaction() as session:
        lift_hold(session, hold.id, agency.clock.now())


def state_of(agency: Agency, campaign: Campaign) -> CampaignState:
    with agency.transaction() as session:
        return session.get_one(Campaign, campaign.id).state


def test_the_gate_approves_nobody_who_is_held(agency: Agency, campaign: Campaign, person: int) -> None:
    hold = placed(agency, person=person)
    with pytest.raises(Held, match=f"legal hold {hold.id}"):
        agency.ask(campaign, person)
    assert agency.decisions() == []
    lifted(agency, hold)
    assert agency.ask(campaign, person).order


@pytest.mark.parametrize("everything", [False, True])
def test_the_gate_approves_nobody_of_a_held_campaign(
    agency: Agency, campaign: Campaign, person: int, everything: bool
) -> None:
    """Even if something set it running behind the hold."""
    hold = placed(agency, campaign=None if everything else campaign)
    with pytest.raises(Held):
        agency.ask(campaign, person)
    assert state_of(agency, campaign) is CampaignState.PAUSED
    lifted(agency, hold)
    assert agency.ask(campaign, person).order


def test_a_run_passes_over_who_is_held_and_calls_the_others(agency: Agency) -> None:
    held, free = agency.person(), agency.person()
    agency.campaign()
    hold = placed(agency, person=held)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert [attempt.contact_id for attempt in agency.attempts()] == [free]
    lifted(agency, hold)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert {attempt.contact_id for attempt in agency.attempts()} == {free, held}


def test_an_agreed_hour_does_not_break_a_hold(agency: Agency, campaign: Campaign, person: int) -> None:
    at = agency.clock.now()
    agency.add(AgreedSlot(contact_id=person, advertiser_id=campaign.advertiser_id, at=at, proof="p.pdf"))
    placed(agency, person=person)
    agency.clock.advance(seconds=5)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert agency.attempts() == []


@pytest.mark.parametrize("everything", [False, True])
def test_a_held_campaign_stops_at_once_and_does_not_start(
    agency: Agency, campaign: Campaign, person: int, everything: bool
) -> None:
    order = agency.order(campaign, person)
    hold = placed(agency, campaign=None if everything else campaign)
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    assert state_of(agency, campaign) is CampaignState.PAUSED
    with agency.transaction() as session, pytest.raises(Held):
        _start(session, agency, campaign)
    lifted(agency, hold)
    with agency.transaction() as session:
        _start(session, agency, campaign)
    assert state_of(agency, campaign) is CampaignState.RUNNING


def _start(session: Session, agency: Agency, campaign: Campaign) -> None:
    set_state(session, agency.workspace.settings, campaign.name, CampaignState.RUNNING, agency.clock.now())


def test_a_hold_on_one_campaign_leaves_the_others_alone(agency: Agency, person: int) -> None:
    one, other = agency.campaign(name="one"), agency.campaign(name="other")
    placed(agency, campaign=one)
    assert state_of(agency, other) is CampaignState.RUNNING
    assert agency.ask(other, person).order


def test_an_approved_call_to_who_is_held_does_not_leave(agency: Agency, campaign: Campaign, person: int) -> None:
    order = agency.order(campaign, person)
    placed(agency, person=person)
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    with agency.transaction() as session:
        assert next_due(session, campaign, agency.clock.now() + timedelta(days=1)) is None


def test_a_call_under_way_ends_by_itself(agency: Agency, attempt: str, person: int) -> None:
    placed(agency, person=person)
    assert agency.state(attempt) is AttemptState.DIALING
    agency.report(attempt, CallEventKind.ANSWERED)
    assert agency.state(attempt) is AttemptState.ANSWERED


def test_the_chain_tells_of_both_without_naming_anybody(agency: Agency, person: int) -> None:
    hold = placed(agency, person=person)
    lifted(agency, hold)
    told = {row.kind: json.loads(row.body) for row in agency.audit()}
    assert told[AuditKind.HOLD]["person"] == agency.workspace.pseudonyms.of(person)
    assert agency.remark(told[AuditKind.HOLD]["reason_sha256"]) == "a suit"
    assert told[AuditKind.RELEASED]["hold"] == hold.id


def test_a_hold_is_lifted_once_and_stays_on_record(agency: Agency, person: int) -> None:
    hold = placed(agency, person=person)
    lifted(agency, hold)
    with agency.transaction() as session:
        assert holds(session) == []
        assert [each.id for each in holds(session, lifted=True)] == [hold.id]
        with pytest.raises(NotPossible, match="lifted already"):
            lift_hold(session, hold.id, agency.clock.now())
        with pytest.raises(NotFound, match="no hold 99"):
            lift_hold(session, 99, agency.clock.now())


def test_a_hold_needs_a_reason(agency: Agency) -> None:
    with agency.transaction() as session, pytest.raises(NotPossible, match="--reason"):
        place_hold(session, agency.workspace.settings, agency.workspace.pseudonyms, "  ", agency.clock.now())


@pytest.mark.parametrize("over", ["somebody on it", "a campaign of it", "everything", "somebody else"])
def test_a_list_is_not_taken_back_under_a_hold(agency: Agency, over: str) -> None:
    person = agency.person()
    other = agency.person(list_name="others")
    campaign = agency.campaign(running=False)
    people = {"somebody on it": person, "somebody else": other}
    placed(agency, person=people.get(over), campaign=campaign if over == "a campaign of it" else None)
    with agency.transaction() as session:
        if over == "somebody else":
            take_back(session, agency.workspace.pseudonyms, LIST, agency.clock.now())
            return
        with pytest.raises(Held):
            take_back(session, agency.workspace.pseudonyms, LIST, agency.clock.now())
