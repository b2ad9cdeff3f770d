"""Which number a call log means, how many calls a row tells of, and on which day they were."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlmodel import select

from dialer.facts import read_facts
from dialer.schema import PastCall
from rules.places import possible_places
from tests.dialer.agency import Agency
from tests.dialer.evidence import load

CALLED, CALLER = "+33639980101", "+33162000001"


def counted(agency: Agency) -> Counter[str]:
    with agency.transaction() as session:
        return Counter(f"+{number}" for number in session.exec(select(PastCall.number)))


@pytest.mark.parametrize("called", ["Called number", "Numéro appelé", "Destination", "To", "Callee", "Appelé"])
@pytest.mark.parametrize("caller", ["Phone", "Mobile agent", "Téléphone", "From"])
def test_a_call_is_counted_at_the_number_that_was_called(agency: Agency, caller: str, called: str) -> None:
    load(agency, "past-calls", f"Date;{caller};{called};Duration", f"20/11/2026;{CALLER};{CALLED};12")
    assert counted(agency) == {CALLED: 1}


def test_numbers_that_are_not_told_apart_are_all_counted(agency: Agency) -> None:
    load(agency, "past-calls", "Date;Phone;Mobile;Duration", f"20/11/2026;{CALLER};{CALLED};12")
    assert counted(agency) == {CALLED: 1, CALLER: 1}


@pytest.mark.parametrize(
    ("header", "count", "calls"),
    [("Nombre d'appels", "3", 3), ("Number of calls", "4.0", 4), ("Nb appels", "", 1), ("Nb appels", "souvent", 10)],
)
def test_calls_that_a_row_only_counts_are_all_made_on_its_day(
    agency: Agency, header: str, count: str, calls: int
) -> None:
    load(agency, "past-calls", f"Tél;Date;{header}", f"{CALLED};20/11/2026;{count}")
    assert counted(agency) == {CALLED: calls}


@pytest.mark.parametrize(
    ("postcode", "written", "day"),
    [
        ("35000", "2026-10-25T23:10:00Z", date(2026, 10, 26)),
        ("35000", "2026-10-26T00:10:00+01:00", date(2026, 10, 26)),
        ("97200", "2026-10-26T01:10:00Z", date(2026, 10, 25)),
        ("98800", "2026-10-25T14:10:00Z", date(2026, 10, 26)),
    ],
)
def test_a_call_with_an_offset_was_on_the_consumers_own_day(
    agency: Agency, postcode: str, written: str, day: date
) -> None:
    person = agency.person(CALLED, postcode=postcode)
    campaign = agency.campaign(running=False)
    load(agency, "past-calls", "Tél;Call time", f"{CALLED};{written}")
    with agency.transaction() as session:
        (found,) = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now()).values()
    (zone,) = {place.zone for place in possible_places(postcode, CALLED)}
    assert [attempt.astimezone(zone).date() for attempt in found.facts.attempts] == [day]


def test_an_instant_in_two_offsets_is_one_call(agency: Agency) -> None:
    person, campaign = agency.person(CALLED), agency.campaign(running=False)
    for name, at in (("utc", "2026-10-25T23:10:00Z"), ("paris", "2026-10-26T00:10:00+01:00")):
        load(agency, "past-calls", "Tél;Call time", f"{CALLED};{at}", name=name, source="crm")
    with agency.transaction() as session:
        (found,) = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now()).values()
    assert len(found.facts.attempts) == 1
