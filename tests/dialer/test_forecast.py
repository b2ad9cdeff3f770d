"""Before launch: the same answers as the gate's, for everybody at once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from dialer.advertisers import advertiser_id_of
from dialer.cliff import Drop
from dialer.comparison import compare
from dialer.contacts import import_list, list_named
from dialer.facts import read_facts
from dialer.forecast import OFFICE_ZONE, Forecast, forecast
from dialer.schema import Advertiser, Campaign, ListMember
from lists import read_contacts
from rules.decide import decide
from rules.eligibility import Outlook, next_eligible_at
from rules.explain import changes
from rules.facts import Facts
from rules.rule import Profile, Verdict
from tests.dialer.agency import Agency
from tests.dialer.evidence_at_random import Records
from tests.dialer.fakes import MORNING

pytestmark = pytest.mark.slow_on_postgresql

DAYS = 4
PROFILE = Profile("strict", ring_guard_seconds=30)
MONDAY = datetime.fromisoformat("2027-05-03T10:00:00+02:00")


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """The sample list with everything that a real export holds."""
    sample = read_contacts(agency.workspace.path("contacts.csv"), today=MORNING.date())
    with agency.transaction() as session:
        toward = advertiser_id_of(session, agency.workspace.settings, "fibre-horizon")
        import_list(session, sample, "sample", agency.clock.now(), advertiser_id=toward)
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
    held: Counter[str] = Counter()
    for rule in ahead.rules:
        held[rule.rule_id] += rule.contacts
    assert held == blocked
    assert [rule.contacts for rule in ahead.rules] == sorted((rule.contacts for rule in ahead.rules), reverse=True)


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
        session.add(ListMember(list_id=2, contact_id=1, line=2))
        ahead = forecast(session, agency.workspace.settings, campaign, [1, 2], MORNING, 1)
    assert (ahead.contacts, ahead.now) == (2, 2)


def next_on_or_after(facts: Facts, at: datetime) -> datetime | None:
    return next_eligible_at(facts, at, profile=PROFILE).at


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "at", [MORNING, datetime.fromisoformat("2026-08-06T18:30:00+02:00")], ids=["one law", "the law changes"]
)
def test_each_day_says_of_everybody_what_they_would_hear_alone(agency: Agency, seed: int, at: datetime) -> None:
    """Slow and plain: everybody is asked about every day."""
    agency.clock.instant = at
    campaign = agency.campaign(running=False, lists=(), request_objects=("fibre",))
    with agency.transaction() as session:
        session.add(Advertiser(key="autre", name="Autre Société"))
        session.flush()
        records = Records(session, campaign, seed, at)
        ids = records.people(40)
        if seed:
            records.scrub()
        settings = agency.workspace.settings
        everybody = [asked.facts for asked in read_facts(session, settings, campaign, ids, at).values()]
        ahead = forecast(session, settings, campaign, [records.list_id], at, 12, hourly=False)
    first = Counter(next_on_or_after(facts, at) for facts in everybody)
    assert (ahead.contacts, ahead.now, ahead.never) == (len(everybody), first[at], first[None])
    instants = sorted((moment, count) for moment, count in first.items() if moment)
    assert [(opening.at, opening.contacts) for opening in ahead.next_instants] == instants[:20]
    for day in ahead.days:
        starts, ends = (datetime.combine(day.day + timedelta(days=n), time(), OFFICE_ZONE) for n in (0, 1))
        chances = [next_on_or_after(facts, max(starts, at)) for facts in everybody]
        callable_then = sum(chance is not None and chance < ends for chance in chances)
        never = sum(chance is None for chance in chances)
        assert (day.callable, day.never) == (callable_then, never), day.day
        assert day.deferred == len(everybody) - callable_then - never


def test_a_day_names_the_rule_that_closes_it(agency: Agency) -> None:
    """A Sunday, the first of May, and somebody without consent on every day."""
    agency.person()
    agency.person(consent=False)
    campaign = agency.campaign(running=False)
    friday = datetime.fromisoformat("2027-04-30T10:00:00+02:00")
    with agency.transaction() as session:
        days = forecast(session, agency.workspace.settings, campaign, [1], friday, 4).days
    named = [{rule.rule_id: rule.contacts for rule in day.rules} for day in days]
    assert [day.callable for day in days] == [1, 0, 0, 1]
    assert all(day["FR-CONSENT"] == 1 for day in named)
    assert (named[1]["FR-HOLIDAY"], named[2]["FR-HOURS"]) == (2, 2)
    assert [(opening.at, opening.contacts) for opening in days[1].until] == [(MONDAY, 1)]


def test_the_cliff_counts_the_last_days_of_consents_that_count(agency: Agency) -> None:
    for _ in range(3):
        agency.person()
    agency.person(consent=False)
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        ahead = forecast(session, agency.workspace.settings, campaign, [1], MORNING, 1)
    assert ahead.cliff.consented == 3
    assert ahead.cliff.days == (Drop(date(2027, 8, 31), date(2027, 8, 31), 3),)
    assert ahead.cliff.weeks == (Drop(date(2027, 8, 30), date(2027, 9, 5), 3),)
    assert ahead.cliff.months == (Drop(date(2027, 8, 1), date(2027, 8, 31), 3),)
    assert len(ahead.cliff.steepest) == 3


def test_a_list_of_nobody_has_an_empty_forecast(agency: Agency) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        ahead = forecast(session, agency.workspace.settings, campaign, [99], MORNING, 3)
    assert (ahead.contacts, ahead.now, ahead.later, ahead.never) == (0, 0, 0, 0)
    assert [day.callable for day in ahead.days] == [0, 0, 0]
    assert ahead.cliff.steepest == ()


def test_a_comparison_in_groups_is_that_of_everybody_alone(agency: Agency) -> None:
    campaign = agency.campaign(running=False, lists=(), request_objects=("fibre",))
    under = date(2026, 8, 10)
    with agency.transaction() as session:
        session.add(Advertiser(key="autre", name="Autre Société"))
        session.flush()
        records = Records(session, campaign, 5, MORNING)
        ids = records.people(60)
        settings = agency.workspace.settings
        everybody = [asked.facts for asked in read_facts(session, settings, campaign, ids, MORNING).values()]
        compared = compare(session, settings, campaign, [records.list_id], MORNING, under)
    pairs = [
        (decide(facts, MORNING, profile=PROFILE, law_of=under), decide(facts, MORNING, profile=PROFILE))
        for facts in everybody
    ]
    assert compared.verdicts == Counter((before.verdict, after.verdict) for before, after in pairs)
    assert compared.rules == Counter(change for before, after in pairs for change in changes(before, after))
