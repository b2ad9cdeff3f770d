"""Public holidays against the dossier's own tables, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from rules.calendars import local_holidays, national_holidays
from rules.decide import decide
from rules.facts import Facts
from rules.places import ALSACE_MOSELLE, METROPOLE, MIQUELON, possible_places
from tests.rules.calls import legal_call, utc

FIXED = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")
TABLE_5_2 = {
    # year: Good Friday, Easter Monday, Ascension, Whit Monday
    2023: ("04-07", "04-10", "05-18", "05-29"),
    2024: ("03-29", "04-01", "05-09", "05-20"),
    2025: ("04-18", "04-21", "05-29", "06-09"),
    2026: ("04-03", "04-06", "05-14", "05-25"),
    2027: ("03-26", "03-29", "05-06", "05-17"),
    2028: ("04-14", "04-17", "05-25", "06-05"),
}
LOCAL_DAYS = {
    "97100": {"05-27"},
    "97133": {"10-09"},
    "97150": {"05-27", "05-28"},
    "97200": {"05-22"},
    "97300": {"06-10"},
    "97400": {"12-20"},
    "97500": set(),
    "97600": {"04-27"},
    "75001": set(),
}


@pytest.mark.parametrize("year", TABLE_5_2)
def test_the_eleven_national_days_are_these_and_no_others(year: int) -> None:
    _, *movable = TABLE_5_2[year]
    assert national_holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in (*FIXED, *movable)}


@pytest.mark.parametrize("year", TABLE_5_2)
def test_alsace_and_moselle_add_good_friday_and_the_day_after_christmas(year: int) -> None:
    good_friday = TABLE_5_2[year][0]
    expected = {date.fromisoformat(f"{year}-{good_friday}"), date(year, 12, 26)}
    assert local_holidays(ALSACE_MOSELLE, year) == expected
    assert local_holidays(METROPOLE, year) == set()


@pytest.mark.parametrize("postcode", ["57000", "67000", "68000"])
def test_every_commune_of_the_three_departments_has_them(postcode: str) -> None:
    assert decide(legal_call(postcode=postcode), utc("2024-03-29 10:00")).rule_ids == ("FR-HOLIDAY-REGIONAL",)


@pytest.mark.parametrize("year", TABLE_5_2)
@pytest.mark.parametrize("postcode", LOCAL_DAYS)
def test_abolition_is_remembered_on_the_day_of_the_place(postcode: str, year: int) -> None:
    (place,) = possible_places(postcode, "")
    assert local_holidays(place, year) == {date.fromisoformat(f"{year}-{day}") for day in LOCAL_DAYS[postcode]}


@pytest.mark.parametrize(
    ("day", "ids"), [("2024-05-27", ("FR-HOLIDAY-REGIONAL",)), ("2024-10-09", ("FR-HOLIDAY-REGIONAL",))]
)
def test_on_590_without_a_postcode_the_days_of_all_three_places_count(day: str, ids: tuple[str, ...]) -> None:
    somewhere = legal_call(postcode=None, number="+590590010000")
    assert decide(somewhere, utc(f"{day} 15:00")).rule_ids == ids


def test_without_a_postcode_a_metropolitan_consumer_may_live_in_alsace() -> None:
    somewhere = legal_call(postcode=None)
    assert decide(somewhere, utc("2024-03-29 10:00")).rule_ids == ("FR-HOLIDAY-REGIONAL",)


def test_national_days_hold_overseas_by_the_local_date() -> None:
    """23:30 UTC on 30 April is 1 May in La Réunion; 02:00 UTC on 2 May is still 1 May in Miquelon."""
    assert "FR-HOLIDAY" in decide(legal_call(postcode="97400"), utc("2025-04-30 23:30")).rule_ids
    assert "FR-HOLIDAY" in decide(legal_call(postcode="97500"), utc("2025-05-02 01:59")).rule_ids
    assert "FR-HOLIDAY" not in decide(legal_call(postcode="97500"), utc("2025-05-02 02:00")).rule_ids
    assert local_holidays(MIQUELON, 2025) == set()


def test_the_day_named_is_the_holiday_where_two_candidate_zones_stand_on_different_dates() -> None:
    """At 20:30 UTC on Christmas Day it is 26 December in La Réunion and still Christmas in Mayotte."""
    decision = decide(legal_call(postcode=None, number="+262692000000"), utc("2025-12-25 20:30"))
    (holiday,) = [finding for finding in decision.blocking if finding.rule.id == "FR-HOLIDAY"]
    assert holiday.outcome.values == {"day": "2025-12-25"}


@pytest.mark.parametrize(
    ("facts", "at", "rule", "until"),
    [
        (legal_call(), "2024-05-08 09:00", "FR-HOLIDAY", "2024-05-09 22:00"),
        (legal_call(postcode="97150"), "2025-05-27 15:00", "FR-HOLIDAY-REGIONAL", "2025-05-29 04:00"),
        (legal_call(postcode="97100"), "2025-05-27 15:00", "FR-HOLIDAY-REGIONAL", "2025-05-28 04:00"),
        (
            legal_call(postcode=None, number="+590590010000"),
            "2025-05-27 15:00",
            "FR-HOLIDAY-REGIONAL",
            "2025-05-29 04:00",
        ),
    ],
    ids=["8 May 2024 is the eve of Ascension", "Saint-Martin", "Guadeloupe", "one of the three places"],
)
def test_holidays_that_follow_each_other_end_together(facts: Facts, at: str, rule: str, until: str) -> None:
    (holiday,) = [finding for finding in decide(facts, utc(at)).blocking if finding.rule.id == rule]
    assert holiday.outcome.until == utc(until)


def test_a_holiday_lasts_until_it_is_over_in_every_candidate_zone() -> None:
    decision = decide(legal_call(postcode=None, number="+262692000000"), utc("2025-12-25 10:00"))
    (holiday,) = [finding for finding in decision.blocking if finding.rule.id == "FR-HOLIDAY"]
    assert holiday.outcome.until == utc("2025-12-25 21:00"), "midnight in Mayotte, an hour after La Réunion"
