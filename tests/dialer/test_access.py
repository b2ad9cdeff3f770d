"""Whoever asks « who saw my data » is told of every look, also of those at many people of whom they were one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from dialer.access import looks_at, note_access, note_look_at_number, note_scope
from dialer.schema import Campaign
from dialer.submission import Scope
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

NUMBER = "+33639980101"
DAY = timedelta(days=1)


def looked(agency: Agency, scope: Scope, campaign: str = "") -> None:
    agency.clock.advance(minutes=1)
    with agency.transaction() as session:
        note_scope(session, "audit export", scope, campaign, agency.clock.now())


def told(agency: Agency, person: int, numbers: Sequence[str] = ()) -> list[str]:
    with agency.transaction() as session:
        return [look.detail for look in looks_at(session, agency.workspace.pseudonyms, person, numbers)]


def test_who_was_in_a_campaign_that_was_looked_at_is_told_and_nobody_else(agency: Agency) -> None:
    person, other = agency.person(), agency.person()
    campaign, elsewhere = agency.campaign(), agency.campaign(name="Ailleurs")
    agency.ask(campaign, person)
    agency.ask(elsewhere, other)
    looked(agency, Scope(campaign_id=campaign.id), campaign.name)
    assert told(agency, person) == ["campagne « Fibre novembre »"]
    assert told(agency, other) == []


@pytest.mark.parametrize(
    ("since", "until", "in_it"),
    [(-1, 1, True), (-2, -1, False), (1, 2, False)],
)
def test_a_period_holds_whom_it_decided_about(
    agency: Agency, campaign: Campaign, person: int, since: int, until: int, in_it: bool
) -> None:
    agency.ask(campaign, person)
    looked(agency, Scope(since=MORNING + since * DAY, until=MORNING + until * DAY))
    assert told(agency, person) == (["du 23/11/2026 au 25/11/2026"] if in_it else [])


def test_a_look_before_anything_was_decided_about_them_showed_nothing_of_theirs(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    looked(agency, Scope(campaign_id=campaign.id), campaign.name)
    agency.clock.advance(minutes=1)
    agency.ask(campaign, person)
    assert told(agency, person) == []


@pytest.mark.parametrize(
    ("detail", "in_it"), [("Fibre novembre", True), ("Ailleurs", False), ("", True), ("2026", False)]
)
def test_what_earlier_versions_noted_is_understood(
    agency: Agency, campaign: Campaign, person: int, detail: str, in_it: bool
) -> None:
    """A period was noted without its days: whoever was on record may have been in it."""
    agency.ask(campaign, person)
    agency.clock.advance(minutes=1)
    with agency.transaction() as session:
        note_access(session, "audit export", "", detail, agency.clock.now())
    assert bool(told(agency, person)) is in_it


def test_a_look_at_their_number_before_they_were_known_is_theirs(agency: Agency) -> None:
    with agency.transaction() as session:
        note_look_at_number(session, agency.workspace.pseudonyms, "evidence show", NUMBER, agency.clock.now())
    person = agency.person(NUMBER)
    assert len(told(agency, person, [NUMBER])) == 1
    assert told(agency, agency.person()) == []
