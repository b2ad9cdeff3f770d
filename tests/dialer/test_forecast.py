"""Before launch: the same answers as the gate's, for everybody at once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dialer.contacts import import_list, list_named
from dialer.facts import read_facts
from dialer.forecast import OFFICE_ZONE, Forecast, forecast
from dialer.schema import Campaign, ListMember
from lists import read_contacts
from rules.decide import decide
from rules.eligibility import Outlook, next_eligible_at
from rules.facts import Facts
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

DAYS = 4


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """The sample list with everything that a real export holds."""
    sample = read_contacts(agency.workspace.path("contacts.csv"), today=MORNING.date())
    with agency.transaction() as session:
        import_list(session, sample, "sample", agency.clock.now())
    return agency.campaign(running=False, lists=("sample",))


def look_ahead(agency: Agency, campaign: Campaign, at: datetime = MORNING, days: int = DAYS) -> Forecast:
    with agency.transaction() as session:
        lists = [list_named(session, "sample").id]
        return forecast(session, agency.workspace.settings, campaign, lists, at, days)


def one_by_one(agency: Agency, campaign: Campaign) -> list[Facts]:
    """Everybody's facts, read for each alone."""

    def alone(session: Session, person: int) -> Facts:
        return read_facts(session, agency.workspace.settings, campaign, [person], MORNING)[person].facts

    with agency.transaction() as session:
        return [alone(session, person) for person in session.exec(select(ListMember.contact_id))]


def test_everybody_is_callable_now_later_or_never(agency: Agency, campaign: Campaign) -> None:
    ahead = look_ahead(agency, campaign)
    assert ahead.contacts == ahead.now + ahead.later + ahead.never == agency.numbers_of_rows()["contact"]
    assert min(ahead.now, ahead.later, ahead.never) > 0


def test_the_classes_say_what_each_contact_alone_would_hear(agency: Agency, campaign: Campaign) -> None:
    ahead, everybody = look_ahead(agency, campaign), one_by_one(agency, campaign)
    profile = agency.workspace.gate.profile
    outlooks = Counter(next_eligible_at(facts, MORNING, profile=profile).outlook for facts in everybody)
    assert (ahead.now, ahead.later) == (outlooks[Outlook.NOW], outlooks[Outlook.LATER])
    assert ahead.never == outlooks[Outlook.NEVER] + outlooks[Outlook.BEYOND_HORIZON]
    blocked = Counter(
        rule_id
        for facts in everybody
        if (decision := decide(facts, MORNING, profile=profile)).verdict is not Verdict.ALLOW
        for rule_id in decision.rule_ids
    )
    assert {rule.rule_id: rule.contacts for rule in ahead.rules} == blocked
    assert [rule.contacts for rule in ahead.rules] == sorted(blocked.values(), reverse=True)


def test_an_hour_of_the_calendar_is_a_plain_count(agency: Agency, campaign: Campaign) -> None:
    ahead, everybody = look_ahead(agency, campaign), one_by_one(agency, campaign)
    profile = agency.workspace.gate.profile
    for day in ahead.days[1:]:
        counted = {
            hour: sum(
                decide(facts, moment, profile=profile).verdict is Verdict.ALLOW
                for facts in everybody
            )
            for hour in range(24)
            if (moment := datetime.combine(day.day, datetime.min.time(), OFFICE_ZONE).replace(hour=hour))
        }  # fmt: skip
        assert dict(day.by_hour) == {hour: count for hour, count in counted.items() if count}


def test_the_days_follow_each_other_and_hold_the_first_chances(agency: Agency, campaign: Campaign) -> None:
    ahead = look_ahead(agency, campaign, days=45)
    assert [day.day for day in ahead.days[:3]] == [date(2026, 11, 24) + timedelta(days=n) for n in range(3)]
    assert sum(day.first_callable for day in ahead.days) == ahead.now + ahead.later


def test_a_weekend_is_empty(agency: Agency, campaign: Campaign) -> None:
    saturday = datetime.fromisoformat("2026-11-28T10:00:00+01:00")
    ahead = look_ahead(agency, campaign, saturday, days=2)
    consumers = [facts for facts in one_by_one(agency, campaign) if facts.kind == "consumer"]
    professionals = ahead.contacts - len(consumers)
    assert all(count <= professionals for day in ahead.days for _, count in day.by_hour)


def test_who_has_no_number_left_is_never_callable(agency: Agency, campaign: Campaign) -> None:
    with agency.transaction() as session:
        session.connection().exec_driver_sql("UPDATE phone SET state = 'unassigned'")
    ahead = look_ahead(agency, campaign)
    assert (ahead.now, ahead.later, ahead.never) == (0, 0, ahead.contacts)


def test_looking_writes_nothing(agency: Agency, campaign: Campaign) -> None:
    before = agency.numbers_of_rows()
    look_ahead(agency, campaign)
    assert agency.numbers_of_rows() == before


def test_somebody_on_two_lists_counts_once(agency: Agency) -> None:
    agency.person()
    agency.person(list_name="autres")
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        session.connection().exec_driver_sql("INSERT INTO list_member (list_id, contact_id) VALUES (2, 1)")
        ahead = forecast(session, agency.workspace.settings, campaign, [1, 2], MORNING, 1)
    assert (ahead.contacts, ahead.now) == (2, 2)
