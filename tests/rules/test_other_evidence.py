"""Contracts, call-back requests and Bloctel scrubs: what they prove, and until which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import (
    ContractRecord,
    ContractStatus,
    ScrubRecord,
    ScrubStatus,
    contract_status,
    last_callback_day,
    scrub_status,
)
from rules.facts import Bloctel, Contract
from tests.rules.reference import national_holidays

TODAY = date(2026, 9, 15)
TELECOM = ("box", "mobile")
DAY = timedelta(days=1)
EVERY_DAY = [date(2023, 1, 1) + DAY * days for days in range(6 * 366)]
"""From 2023 to 2028."""
DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("requested", "last"),
    [
        ("2026-09-14", "2026-09-19"),
        ("2026-09-15", "2026-09-21"),
        ("2026-09-19", "2026-09-25"),
        ("2026-09-20", "2026-09-25"),
        ("2026-11-09", "2026-11-16"),
        ("2026-12-24", "2026-12-31"),
        ("2026-12-30", "2027-01-06"),
        ("2026-04-02", "2026-04-09"),
        ("2026-04-03", "2026-04-10"),
        ("2026-04-30", "2026-05-07"),
        ("2026-05-07", "2026-05-15"),
        ("2024-05-03", "2024-05-11"),
        ("2025-04-30", "2025-05-07"),
        ("2028-02-25", "2028-03-02"),
    ],
    ids=[
        "Monday: Saturday counts",
        "Tuesday: Sunday does not",
        "Saturday",
        "Sunday",
        "11 November does not count",
        "neither does Christmas",
        "nor New Year",
        "over Easter: Good Friday counts, Easter Monday does not",
        "from Good Friday",
        "over 1 May and a Sunday",
        "over 8 May and Ascension Thursday",
        "8 May 2024 is the eve of Ascension",
        "over 1 May 2025",
        "29 February counts",
    ],
)
def test_five_working_days_after_the_day_of_the_request(requested: str, last: str) -> None:
    assert last_callback_day(date.fromisoformat(requested)) == date.fromisoformat(last)


def test_the_fifth_working_day_is_found_by_counting_every_day_of_six_years() -> None:
    for requested in EVERY_DAY:
        worked = [
            day
            for day in (requested + DAY * ahead for ahead in range(1, 20))
            if day.weekday() != 6 and day not in national_holidays(day.year)
        ]
        assert last_callback_day(requested) == worked[4], requested


def test_a_later_request_never_has_an_earlier_term() -> None:
    terms = [last_callback_day(requested) for requested in EVERY_DAY]
    assert terms == sorted(terms)
    longest = max(zip(terms, EVERY_DAY, strict=True), key=lambda pair: pair[0] - pair[1])
    assert longest == (date(2027, 5, 10), date(2027, 4, 30)), "1 and 8 May, Ascension and two Sundays"


@pytest.mark.parametrize(("working_days", "last"), [(0, "2026-09-14"), (1, "2026-09-15"), (6, "2026-09-21")])
def test_another_number_of_working_days_is_counted_alike(working_days: int, last: str) -> None:
    assert last_callback_day(date(2026, 9, 14), working_days) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], ContractStatus(Contract.NONE)),
        ([ContractRecord("box")], ContractStatus(Contract.RELATED)),
        ([ContractRecord("box", until=TODAY)], ContractStatus(Contract.RELATED, TODAY)),
        ([ContractRecord("box", until=date(2026, 9, 14))], ContractStatus(Contract.NONE)),
        ([ContractRecord("box", since=TODAY)], ContractStatus(Contract.RELATED)),
        ([ContractRecord("box", since=date(2026, 9, 16))], ContractStatus(Contract.NONE)),
        ([ContractRecord("alarm")], ContractStatus(Contract.UNRELATED)),
        (
            [ContractRecord("box", until=TODAY), ContractRecord("mobile", until=date(2026, 12, 31))],
            ContractStatus(Contract.RELATED, date(2026, 12, 31)),
        ),
        ([ContractRecord("box", until=TODAY), ContractRecord("mobile")], ContractStatus(Contract.RELATED)),
        ([ContractRecord("alarm"), ContractRecord("box", until=TODAY)], ContractStatus(Contract.RELATED, TODAY)),
    ],
    ids=[
        "none",
        "no end agreed",
        "ends today",
        "ended yesterday",
        "starts today",
        "starts tomorrow",
        "another object",
        "the longer of two",
        "one without end",
        "one of them related",
    ],
)
def test_a_contract_counts_while_it_runs_and_concerns_the_offer(
    records: list[ContractRecord], expected: ContractStatus
) -> None:
    assert contract_status(records, TELECOM, TODAY) == expected


CONTRACTS = st.lists(
    st.builds(
        ContractRecord,
        st.sampled_from(["box", "mobile", "alarm"]),
        since=st.none() | st.integers(-5, 5).map(lambda days: TODAY + DAY * days),
        until=st.none() | st.integers(-5, 9).map(lambda days: TODAY + DAY * days),
    ),
    max_size=4,
)


@given(CONTRACTS)
def test_a_related_contract_holds_to_its_last_day_and_not_beyond(records: list[ContractRecord]) -> None:
    """Looked at day by day with the contracts that run today, none of which starts again."""
    status = contract_status(records, TELECOM, TODAY)
    running = [record for record in records if contract_status([record], TELECOM, TODAY).status is Contract.RELATED]
    assert (status.status is Contract.RELATED) == bool(running)
    for ahead in range(12):
        day = TODAY + DAY * ahead
        held = any(record.until is None or day <= record.until for record in running)
        assert held == (status.status is Contract.RELATED and (status.until is None or day <= status.until))


@given(CONTRACTS)
def test_a_contract_about_something_else_never_lends_its_end(records: list[ContractRecord]) -> None:
    about_the_offer = [record for record in records if record.object in TELECOM]
    with_others, without = contract_status(records, TELECOM, TODAY), contract_status(about_the_offer, TELECOM, TODAY)
    assert with_others.until == without.until
    assert (with_others.status is Contract.RELATED) == (without.status is Contract.RELATED)


def test_a_contract_that_ends_before_it_starts_never_runs() -> None:
    upside_down = ContractRecord("box", since=TODAY + DAY, until=TODAY - DAY)
    assert not any(upside_down.running_on(TODAY + DAY * days) for days in range(-3, 4))


def test_an_offer_that_declares_no_object_is_related_to_nothing() -> None:
    assert contract_status([ContractRecord("box")], (), TODAY) == ContractStatus(Contract.UNRELATED)


def scrub(returned_on: str) -> ScrubRecord:
    return ScrubRecord("sha256", date.fromisoformat(returned_on), rows_in=100, rows_removed=3)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ([], ScrubStatus(Bloctel.NOT_CHECKED)),
        (["2024-10-16"], ScrubStatus(Bloctel.NOT_CHECKED)),
        (["2024-10-15"], ScrubStatus(Bloctel.CLEAR, date(2024, 11, 14))),
        (["2024-09-15"], ScrubStatus(Bloctel.CLEAR, date(2024, 10, 15))),
        (["2024-09-14"], ScrubStatus(Bloctel.NOT_CHECKED, date(2024, 10, 14))),
        (["2024-09-20", "2024-01-01"], ScrubStatus(Bloctel.CLEAR, date(2024, 10, 20))),
    ],
    ids=["none", "in the future", "today", "thirty days ago", "thirty-one days ago", "the latest counts"],
)
def test_a_scrub_counts_for_thirty_days(returned: list[str], expected: ScrubStatus) -> None:
    assert scrub_status([scrub(day) for day in returned], date(2024, 10, 15)) == expected


@pytest.mark.parametrize(
    ("returned", "last"), [("2024-01-30", "2024-02-29"), ("2023-01-31", "2023-03-02"), ("2026-07-12", "2026-08-11")]
)
def test_the_thirtieth_day_is_the_last(returned: str, last: str) -> None:
    ends = date.fromisoformat(last)
    assert scrub_status([scrub(returned)], ends) == ScrubStatus(Bloctel.CLEAR, ends)
    assert scrub_status([scrub(returned)], ends + DAY) == ScrubStatus(Bloctel.NOT_CHECKED, ends)


@given(st.lists(DAYS, max_size=4), DAYS)
def test_the_latest_scrub_that_has_come_back_decides(returned: list[date], today: date) -> None:
    records = [scrub(day.isoformat()) for day in returned]
    status = scrub_status(records, today)
    fresh = any(timedelta(0) <= today - day <= 30 * DAY for day in returned)
    assert (status.status is Bloctel.CLEAR) == fresh
    assert scrub_status(records[::-1], today) == status
    if fresh:
        assert status.until is not None
        assert today <= status.until
