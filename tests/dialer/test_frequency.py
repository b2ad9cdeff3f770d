"""Four attempts in thirty days, per advertiser and person, over all campaigns and numbers (D.223-9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialer.dispositions import Disposition
from dialer.ledger import settle_leftovers
from dialer.ports import CallEventKind
from dialer.schema import Campaign
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING
from tests.dialer.records import past_call


def call(agency: Agency, campaign: Campaign, person: int) -> str:
    """One whole call that nobody answered; the attempt's id."""
    attempt_id = agency.dial(agency.order(campaign, person))
    agency.report(attempt_id, CallEventKind.ENDED, disposition=Disposition.NO_ANSWER)
    agency.clock.advance(minutes=1)
    return attempt_id


def deferred(agency: Agency, campaign: Campaign, person: int) -> bool:
    answer = agency.ask(campaign, person)
    return answer.decision.verdict is Verdict.DEFER and answer.decision.rule_ids == ("FR-FREQ",)


def test_the_fifth_attempt_waits_until_the_first_is_thirty_days_old(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for _ in range(4):
        call(agency, campaign, person)
    answer = agency.ask(campaign, person)
    assert answer.decision.rule_ids == ("FR-FREQ",)
    assert answer.eligibility.at == MORNING.replace(hour=9, minute=0) + timedelta(days=30)


def test_an_approved_attempt_holds_its_slot_before_it_leaves(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for _ in range(3):
        call(agency, campaign, person)
    assert agency.ask(campaign, person).order
    agency.clock.advance(minutes=1)
    assert deferred(agency, campaign, person)


def test_all_campaigns_of_an_advertiser_count_together(agency: Agency) -> None:
    person = agency.person()
    one, other = agency.campaign(), agency.campaign(name="Fibre décembre")
    for campaign in (one, other, one, other):
        call(agency, campaign, person)
    assert deferred(agency, one, person)
    assert deferred(agency, other, person)


def test_all_numbers_of_a_person_count_together_and_take_turns(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001", "+33261910001")
    campaign = agency.campaign()
    called = [agency.attempt(call(agency, campaign, person)).number for _ in range(4)]
    assert called == ["+33639980101", "+33199000001", "+33261910001", "+33639980101"]
    assert deferred(agency, campaign, person)


def test_another_advertiser_has_its_own_count(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    other = agency.campaign(name="Autre", advertiser="autre")
    for _ in range(4):
        call(agency, campaign, person)
    assert deferred(agency, campaign, person)
    assert agency.ask(other, person).order


def test_another_person_has_their_own_count(agency: Agency) -> None:
    person, neighbour = agency.person(), agency.person()
    campaign = agency.campaign()
    for _ in range(4):
        call(agency, campaign, person)
    assert agency.ask(campaign, neighbour).order


@pytest.mark.parametrize("kind", [CallEventKind.NOT_SENT, CallEventKind.REFUSED])
def test_what_never_left_does_not_count(agency: Agency, kind: CallEventKind) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for _ in range(5):
        agency.report(agency.dial(agency.order(campaign, person)), kind)
    assert agency.ask(campaign, person).order


def test_approvals_given_back_after_a_crash_do_not_count(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for _ in range(5):
        agency.order(campaign, person)
        with agency.transaction() as session:
            settle_leftovers(session, agency.clock.now())
    assert agency.ask(campaign, person).order


def test_calls_lost_in_a_crash_count(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    for _ in range(4):
        agency.dial(agency.order(campaign, person))
        with agency.transaction() as session:
            settle_leftovers(session, agency.clock.now())
    assert deferred(agency, campaign, person)


@pytest.mark.parametrize(
    ("days_ago", "waits"),
    [([1, 2, 3, 29], True), ([1, 2, 3, 30], False), ([0, 0, 0, 0], True), ([1, 2, 3], False)],
)
def test_calls_made_elsewhere_count_on_their_day(agency: Agency, days_ago: list[int], waits: bool) -> None:
    person = agency.person("+33639980101")
    today = date(2026, 11, 24)
    agency.add(*(past_call("+33639980101", today - timedelta(days=ago)) for ago in days_ago))
    agency.clock.set("2026-11-24T14:02:00+01:00")
    assert deferred(agency, agency.campaign(), person) is waits


def test_calls_made_elsewhere_today_count_before_their_hour_is_known(agency: Agency) -> None:
    """The file knows the day only: at ten in the morning today's calls may have been made at nine."""
    person = agency.person("+33639980101")
    agency.add(*(past_call("+33639980101", MORNING.date()) for _ in range(4)))
    assert deferred(agency, agency.campaign(), person)
