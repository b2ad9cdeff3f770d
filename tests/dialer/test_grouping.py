"""A crowd read as columns: in groups, everybody gets the very answers that they would get alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache

import pytest
from sqlmodel import Session

from dialer.columns import Crowd
from dialer.facts import read_facts
from dialer.grouping import grouped
from dialer.groups import PARTS, Groups
from dialer.past_calls import alike
from dialer.schema import Advertiser, Campaign
from dialer.sheets import SHEETS
from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.facts import Facts
from tests.dialer.agency import Agency
from tests.dialer.evidence_at_random import Records
from tests.dialer.fakes import MORNING

pytestmark = pytest.mark.slow_on_postgresql

PEOPLE = 60
OLD_LAW = datetime.fromisoformat("2026-08-03T10:30:00+02:00")
"""A week before the law of consent: whoever looks ahead sees both."""
LATER = [timedelta(), timedelta(minutes=47), *(timedelta(hours=hours) for hours in (3, 9, 26, 55, 190, 300, 730, 1500))]


@cache
def answers(facts: Facts, at: datetime) -> Hashable:
    """What the rules say about somebody at many instants, and when they are next callable."""
    decisions = [decide(facts, at + later) for later in LATER]
    return tuple((each.verdict, each.rule_ids) for each in decisions), next_eligible_at(facts, at)


@pytest.fixture
def crowded(agency: Agency, request: pytest.FixtureRequest) -> tuple[Campaign, int, datetime]:
    """A crowd drawn from a seed, around an instant."""
    seed, at = request.param
    agency.clock.instant = at
    campaign = agency.campaign(running=False, lists=(), request_objects=("fibre",))
    with agency.transaction() as session:
        session.add(Advertiser(key="autre", name="Autre Société"))
        session.flush()
        records = Records(session, campaign, seed, at)
        records.people(PEOPLE) if seed else records.twins(2 * PEOPLE)
        if seed % 2:
            records.scrub()
        return campaign, records.list_id, at


everywhere = pytest.mark.parametrize(
    "crowded", [(seed, at) for seed in range(6) for at in (MORNING, OLD_LAW)], indirect=True
)


def alone(session: Session, agency: Agency, campaign: Campaign, list_id: int, at: datetime) -> list[Facts]:
    ids = session.exec(Crowd.of(session, [list_id]).ids()).all()
    found = read_facts(session, agency.workspace.settings, campaign, sorted(set(ids)), at)
    return [asked.facts for asked in found.values()]


def counted(groups: Groups, at: datetime) -> Counter[Hashable]:
    found: Counter[Hashable] = Counter()
    for facts, contacts in zip(groups.facts(), groups.contacts, strict=True):
        found[answers(facts, at)] += contacts
    return found


@everywhere
def test_groups_are_answered_like_each_of_their_members_alone(
    agency: Agency, crowded: tuple[Campaign, int, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the rows of a few are looked up, or whole tables are read through."""
    campaign, list_id, at = crowded
    with agency.transaction() as session:
        everybody = alone(session, agency, campaign, list_id, at)
        monkeypatch.setattr("dialer.columns._FEW", 0)
        looked_up = grouped(session, agency.workspace.settings, campaign, [list_id], at)
        monkeypatch.setattr("dialer.columns._FEW", 1_000)
        read_through = grouped(session, agency.workspace.settings, campaign, [list_id], at)
    each = Counter(answers(facts, at) for facts in everybody)
    assert counted(looked_up, at) == each
    assert counted(read_through, at) == each


@everywhere
def test_histories_that_are_alike_change_no_answer(agency: Agency, crowded: tuple[Campaign, int, datetime]) -> None:
    campaign, list_id, at = crowded
    end = at + LATER[-1] + timedelta(days=3)
    with agency.transaction() as session:
        groups = grouped(session, agency.workspace.settings, campaign, [list_id], at)
    fewer, _ = alike(groups.within(at, end), at, end, agency.workspace.gate.profile).joined()
    ours, theirs = (Counter(dict.fromkeys((), 0)) + _verdicts(each, at) for each in (groups, fewer))
    assert ours == theirs
    assert len(fewer) <= len(groups)


def _verdicts(groups: Groups, at: datetime) -> Counter[Hashable]:
    found: Counter[Hashable] = Counter()
    for facts, contacts in zip(groups.facts(), groups.contacts, strict=True):
        found[rules_of(facts, at)] += contacts
    return found


@cache
def rules_of(facts: Facts, at: datetime) -> Hashable:
    return tuple(decide(facts, at + later).rule_ids for later in LATER)


def test_people_alike_in_all_that_counts_are_one_group(agency: Agency) -> None:
    for _ in range(6):
        agency.person()
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        groups = grouped(session, agency.workspace.settings, campaign, [1], MORNING)
    assert groups.contacts == [3, 3], "one for each number that is shown"


def test_every_field_of_the_facts_belongs_to_one_part() -> None:
    named = [name for names in PARTS.values() for name in names]
    assert sorted(named) == sorted(field.name for field in fields(Facts))


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_leaves_out_only_what_says_nothing_about_a_call(name: str) -> None:
    sheet = SHEETS[name]
    left_out = set(sheet.table.model_fields) - set(sheet.names)
    assert left_out <= {"id", "contact_id", "contacts_id", "list_id", "uploaded_on"}


def test_a_list_of_nobody_has_no_groups(agency: Agency) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    with agency.transaction() as session:
        groups = grouped(session, agency.workspace.settings, campaign, [99], MORNING)
    assert groups.contacts == []
