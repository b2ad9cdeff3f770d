"""A postcode that comes with a later list: it fills a gap, and where two places differ both must permit a call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.schema import AttemptState, CandidateState
from dialer.whereabouts import together
from rules.places import possible_places
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, people, row, undo

pytestmark = pytest.mark.slow_on_postgresql

A, B = "0639980101", "0639980102"
PARIS, REUNION = "75011", "97400"


def postcode(agency: Agency) -> str | None:
    (person,) = people(agency)
    return person.postcode


def lists(agency: Agency, *rows: str) -> None:
    for place, each in enumerate(rows):
        load(agency, each, name=f"liste {place}")


def test_a_missing_postcode_is_filled(agency: Agency) -> None:
    lists(agency, row(Nom="Roux", Portable=A), row(Nom="Roux", Portable=A, Code_postal=REUNION))
    assert postcode(agency) == REUNION
    undo(agency, "liste 1")
    assert postcode(agency) is None


def test_a_row_of_another_name_fills_nothing(agency: Agency) -> None:
    lists(agency, row(Nom="Roux", Portable=A), row(Nom="Vert", Portable=A, Code_postal=REUNION))
    assert postcode(agency) is None


@pytest.mark.parametrize("name", ["Roux", "Vert", ""])
def test_another_place_is_added_and_goes_with_its_list(agency: Agency, name: str) -> None:
    lists(agency, row(Nom="Roux", Portable=A, Code_postal=PARIS), row(Nom=name, Portable=A, Code_postal=REUNION))
    assert postcode(agency) == "75011;97400"
    undo(agency, "liste 1")
    assert postcode(agency) == PARIS


@pytest.mark.parametrize("other", ["75011", "35000", "92100"])
def test_an_address_where_the_law_is_the_same_changes_nothing(agency: Agency, other: str) -> None:
    lists(agency, row(Nom="Roux", Portable=A, Code_postal=PARIS), row(Nom="ROUX", Portable=A, Code_postal=other))
    assert postcode(agency) == PARIS


def test_postcodes_of_one_file_are_kept_where_the_law_differs(agency: Agency) -> None:
    rows = [row(Nom="Roux", Portable=A, Code_postal=each) for each in (PARIS, "35000", REUNION, "97410", "67000")]
    load(agency, *rows)
    assert postcode(agency) == "75011;97400;67000"


@pytest.mark.parametrize(
    ("hour", "minute", "verdict"),
    [
        (9, 30, Verdict.DEFER),
        (10, 30, Verdict.ALLOW),
        (12, 30, Verdict.DEFER),
        (15, 30, Verdict.ALLOW),
        (16, 30, Verdict.DEFER),
    ],
    ids=["a break in Réunion", "morning and afternoon", "a break in Paris", "both afternoons", "evening in Réunion"],
)
def test_a_person_of_two_places_is_called_only_when_both_permit(
    agency: Agency, hour: int, minute: int, verdict: Verdict
) -> None:
    """In November Paris is an hour ahead of UTC, Réunion four; calls are made from 10 to 13 and from 14 to 20."""
    lists(agency, *(row(Nom="Roux", Portable=A, Code_postal=each, **CONSENT) for each in (PARIS, REUNION)))
    campaign = agency.campaign(lists=("liste 0",))
    agency.clock.instant = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
    assert agency.ask(campaign, people(agency)[0].id).decision.verdict is verdict


def test_what_differs_from_the_record_is_told(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A, Code_postal=PARIS), name="un")
    imported = load(agency, row(Nom="Vert", Portable=B), row(Nom="Roux", Portable=A, Code_postal=REUNION), name="deux")
    (told,) = [each for each in imported.report.problems if each.code == "postcode-disagrees"]
    assert (told.line, told.column, told.value) == (3, "Code postal", REUNION)
    assert "on record: 75011; 3: 97400" in told.message_en
    assert "déjà enregistré : 75011 ; 3: 97400" in told.message_fr


def test_what_repeats_one_of_the_places_on_record_is_not_told(agency: Agency) -> None:
    lists(agency, row(Nom="Roux", Portable=A, Code_postal=PARIS), row(Nom="Roux", Portable=A, Code_postal=REUNION))
    imported = load(agency, row(Nom="ROUX", Portable=A, Code_postal=REUNION), name="encore")
    assert "postcode-disagrees" not in imported.report.counts


def test_a_call_that_was_approved_for_another_place_does_not_leave(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A, Code_postal=PARIS), name="un")
    campaign = agency.campaign(running=False, lists=("un",))
    (roux,) = people(agency)
    attempt = agency.write_attempt(campaign, roux.id)
    load(agency, row(Nom="Roux", Portable=A, Code_postal=REUNION), name="deux")
    assert agency.state(attempt) is AttemptState.CANCELLED
    assert agency.candidate(campaign, roux.id).state is CandidateState.WAITING


postcodes = st.lists(
    st.sampled_from(["75011", "35000", "67000", "97400", "97133", "98713", "7500", "98000"]), min_size=1
)


@given(postcodes)
def test_joined_postcodes_leave_open_every_place_of_each(each: list[str]) -> None:
    places = [set(possible_places(postcode, "")) for postcode in each]
    expected = set().union(*places) if all(places) else set()
    assert set(possible_places(together(each), "")) == set(possible_places(";".join(each), "")) == expected


@given(postcodes)
def test_joined_again_they_stay_as_they_are(each: list[str]) -> None:
    assert together([together(each), *each]) == together(each)
