"""From a record of consent to its status: what cannot be proven does not count (R.223-1 to R.223-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import (
    NO_CONSENT,
    ConsentRecord,
    ConsentStatus,
    Notice,
    NoticeItem,
    Purpose,
    consent_status,
    covers,
    last_day_of_consent,
)
from rules.facts import Consent, Sector, SystemKind

NOTICE = Notice(
    id="telecom-2026-1",
    advertiser="Exemple Télécom",
    callers=frozenset({"Centre d'appels Exemple"}),
    sectors=frozenset({Sector.TELECOM}),
    items=frozenset(NoticeItem),
    period_days=365,
)
RECORD = ConsentRecord(NOTICE, date(2026, 9, 1), proof="sha256:abc")
PURPOSE = Purpose("Exemple Télécom", "Centre d'appels Exemple", Sector.TELECOM, SystemKind.AUTOMATED)
TODAY = date(2026, 9, 15)
LAST_DAY = date(2027, 8, 31)
VALID = ConsentStatus(Consent.VALID, LAST_DAY, RECORD.collected_on)


@pytest.mark.parametrize(
    ("collected", "period_days", "last"),
    [
        ("2026-08-11", 365, "2027-08-10"),
        ("2024-01-01", 366, "2024-12-31"),
        ("2024-02-29", 365, "2025-02-27"),
        ("2026-09-01", 9999, "2027-08-31"),
        ("2026-09-01", 364, "2027-08-30"),
        ("2026-09-01", 30, "2026-09-30"),
        ("2026-09-01", 1, "2026-09-01"),
        ("2026-09-01", 0, "2026-08-31"),
        ("2027-02-28", 366, "2028-02-27"),
        ("2027-03-01", 366, "2028-02-29"),
        ("2028-02-29", 366, "2029-02-27"),
        ("2027-12-31", 60, "2028-02-28"),
        ("2027-12-31", 61, "2028-02-29"),
    ],
)
def test_a_consent_lives_until_the_day_before_its_anniversary_or_less(
    collected: str, period_days: int, last: str
) -> None:
    assert last_day_of_consent(date.fromisoformat(collected), period_days) == date.fromisoformat(last)


@given(st.dates(date(2022, 1, 1), date(2029, 1, 1)), st.integers(min_value=0, max_value=2000))
def test_no_consent_outlives_a_year(collected: date, period_days: int) -> None:
    assert last_day_of_consent(collected, period_days) < collected + timedelta(days=366)


def test_a_complete_record_is_a_valid_consent() -> None:
    assert consent_status([RECORD], [], PURPOSE, TODAY) == VALID


@pytest.mark.parametrize("item", NoticeItem)
def test_a_notice_that_lacks_one_of_the_five_items_gives_no_consent(item: NoticeItem) -> None:
    incomplete = replace(RECORD, notice=replace(NOTICE, items=NOTICE.items - {item}))
    assert consent_status([incomplete], [], PURPOSE, TODAY).status is Consent.UNPROVEN


@pytest.mark.parametrize(
    "purpose",
    [
        replace(PURPOSE, advertiser="Une autre société"),
        replace(PURPOSE, caller="Un tiers qui n'est pas nommé"),
        replace(PURPOSE, sector=Sector.INSURANCE),
        replace(PURPOSE, system=SystemKind.AI_AGENT),
    ],
    ids=["another advertiser", "an unnamed third party", "another offer", "a machine"],
)
def test_a_consent_reaches_only_what_it_named(purpose: Purpose) -> None:
    assert not covers(RECORD, purpose)
    assert consent_status([RECORD], [], purpose, TODAY).status is Consent.UNPROVEN


def test_a_record_without_its_notice_covers_nothing() -> None:
    assert not covers(replace(RECORD, notice=None), PURPOSE)


def test_the_advertiser_itself_needs_no_naming_as_caller() -> None:
    assert covers(RECORD, replace(PURPOSE, caller="Exemple Télécom"))


def test_a_consent_that_names_machines_covers_machines_and_only_what_it_names() -> None:
    to_machines = replace(RECORD, systems=frozenset({SystemKind.AI_AGENT}))
    assert covers(to_machines, replace(PURPOSE, system=SystemKind.AI_AGENT))
    assert not covers(to_machines, PURPOSE)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, proof=""),
        replace(RECORD, notice=None),
        replace(RECORD, collected_on=None),
        replace(RECORD, collected_on=TODAY + timedelta(days=1)),
    ],
    ids=["no proof", "no notice", "no date", "a date to come"],
)
def test_what_cannot_be_proven_is_no_consent(record: ConsentRecord) -> None:
    assert consent_status([record], [], PURPOSE, TODAY) == ConsentStatus(Consent.UNPROVEN)


def test_nothing_on_record_is_told_apart_from_a_bad_record() -> None:
    assert consent_status([], [], PURPOSE, TODAY) == NO_CONSENT


def test_a_consent_expires_with_its_last_day_and_keeps_its_dates() -> None:
    assert consent_status([RECORD], [], PURPOSE, LAST_DAY).status is Consent.VALID
    after = consent_status([RECORD], [], PURPOSE, LAST_DAY + timedelta(days=1))
    assert after == ConsentStatus(Consent.UNPROVEN, LAST_DAY, RECORD.collected_on)


@pytest.mark.parametrize(
    ("objected_on", "status"),
    [
        (date(2026, 8, 31), Consent.VALID),
        (date(2026, 9, 1), Consent.WITHDRAWN),
        (date(2026, 9, 2), Consent.WITHDRAWN),
        (None, Consent.WITHDRAWN),
    ],
    ids=["the day before", "the very day", "the day after", "an unreadable date"],
)
def test_only_a_later_consent_ends_an_objection(objected_on: date | None, status: Consent) -> None:
    assert consent_status([RECORD], [objected_on], PURPOSE, TODAY).status is status


def test_an_objection_without_any_consent_is_a_withdrawal() -> None:
    assert consent_status([], [date(2026, 1, 1)], PURPOSE, TODAY) == ConsentStatus(Consent.WITHDRAWN)


def test_of_several_consents_the_one_given_last_counts() -> None:
    renewed = replace(RECORD, collected_on=date(2026, 9, 10))
    assert consent_status([renewed, RECORD], [], PURPOSE, TODAY).until == date(2027, 9, 9)


def test_a_shorter_consent_given_after_the_objection_counts_though_an_older_one_ran_longer() -> None:
    """1 September, for a year. 5 September: objection. 10 September, for thirty days: consent again."""
    again = replace(RECORD, notice=replace(NOTICE, period_days=30), collected_on=date(2026, 9, 10))
    status = consent_status([RECORD, again], [date(2026, 9, 5)], PURPOSE, TODAY)
    assert status == ConsentStatus(Consent.VALID, date(2026, 10, 9), date(2026, 9, 10))


@pytest.mark.parametrize(
    ("refused_on", "again"),
    [(None, False), (date(2026, 8, 31), True), (date(2026, 9, 1), False), (date(2026, 9, 2), False)],
    ids=["no refusal", "the day before", "the very day", "the day after"],
)
def test_a_consent_is_given_again_only_on_a_later_day_than_the_refusal(refused_on: date | None, again: bool) -> None:
    assert consent_status([RECORD], [], PURPOSE, TODAY, refused_on) == replace(VALID, after_refusal=again)


def test_a_shorter_consent_given_after_a_refusal_ends_the_longer_one_from_before() -> None:
    """1 September, for a year. 5 September: refusal. 10 September, for thirty days: consent again."""
    again = replace(RECORD, notice=replace(NOTICE, period_days=30), collected_on=date(2026, 9, 10))
    status = consent_status([RECORD, again], [], PURPOSE, TODAY, refused_on=date(2026, 9, 5))
    assert status == ConsentStatus(Consent.VALID, date(2026, 10, 9), date(2026, 9, 10), after_refusal=True)
    last = consent_status([RECORD, again], [], PURPOSE, date(2026, 10, 9), refused_on=date(2026, 9, 5))
    assert last == status, "its last day is one of its days"
    after = consent_status([RECORD, again], [], PURPOSE, date(2026, 10, 10), refused_on=date(2026, 9, 5))
    assert after == ConsentStatus(Consent.UNPROVEN, date(2026, 10, 9), date(2026, 9, 10))


def test_a_consent_for_no_day_at_all_never_holds() -> None:
    for_no_day = replace(RECORD, notice=replace(NOTICE, period_days=0), collected_on=TODAY)
    assert consent_status([for_no_day], [], PURPOSE, TODAY).status is Consent.UNPROVEN


def test_a_consent_of_thirty_days_counts_its_first_day() -> None:
    """Collected on 1 September for thirty days: the last is the 30th."""
    for_a_month = replace(RECORD, notice=replace(NOTICE, period_days=30))
    assert consent_status([for_a_month], [], PURPOSE, date(2026, 9, 30)).status is Consent.VALID
    assert consent_status([for_a_month], [], PURPOSE, date(2026, 10, 1)).status is Consent.UNPROVEN


def test_a_consent_counts_from_its_very_day() -> None:
    assert consent_status([RECORD], [], PURPOSE, date(2026, 9, 1)).status is Consent.VALID
    assert consent_status([RECORD], [], PURPOSE, date(2026, 8, 31)).status is Consent.UNPROVEN


def test_of_consents_given_again_the_last_counts() -> None:
    """Refusal on 2 September; asked again on the 5th for a year, and on the 10th for thirty days."""
    long = replace(RECORD, collected_on=date(2026, 9, 5))
    short = replace(RECORD, notice=replace(NOTICE, period_days=30), collected_on=date(2026, 9, 10))
    status = consent_status([short, RECORD, long], [], PURPOSE, TODAY, refused_on=date(2026, 9, 2))
    assert status == ConsentStatus(Consent.VALID, date(2026, 10, 9), date(2026, 9, 10), after_refusal=True)


NEAR = st.integers(-400, 10).map(lambda days: TODAY + timedelta(days=days))
RECORDS = st.lists(
    st.builds(
        lambda days, collected, proof, covered: ConsentRecord(
            replace(NOTICE, period_days=days, sectors=frozenset({Sector.TELECOM if covered else Sector.PRESS})),
            collected,
            proof,
        ),
        st.sampled_from([1, 30, 365, 366, 900]),
        st.none() | NEAR,
        st.sampled_from(["sha256:abc", "sha256:abc", ""]),
        st.sampled_from([True, True, False]),
    ),
    max_size=4,
)


def holds(record: ConsentRecord, objections: list[date | None], day: date, today: date) -> bool:
    """The slow way: walk from the day of collection, a day at a time, for the period and never for a year."""
    if record.collected_on is None or record.collected_on > today or not covers(record, PURPOSE):
        return False
    if any(record.collected_on <= (objected or today) for objected in objections):
        return False
    walked, at = 1, record.collected_on
    assert record.notice is not None
    while at < day:
        at, walked = at + timedelta(days=1), walked + 1
        if (at.year, at.month, at.day) >= (record.collected_on.year + 1, record.collected_on.month, _day_of(record)):
            return False
    return walked <= record.notice.period_days


def _day_of(record: ConsentRecord) -> int:
    """A 29 February has its anniversary on the 28th."""
    assert record.collected_on is not None
    return 28 if (record.collected_on.month, record.collected_on.day) == (2, 29) else record.collected_on.day


def given_last(records: list[ConsentRecord]) -> list[ConsentRecord]:
    """Those about this offer, with a day and a proof, that no other is later than."""
    proven = [
        (record.collected_on, record)
        for record in records
        if record.notice and PURPOSE.sector in record.notice.sectors and record.proof
        if record.collected_on and record.collected_on <= TODAY
    ]
    return [record for day, record in proven if not any(later > day for later, _ in proven)]


@given(RECORDS, st.lists(st.none() | NEAR, max_size=2), st.none() | NEAR)
def test_a_status_is_what_a_walk_through_the_days_finds(
    records: list[ConsentRecord], objections: list[date | None], refused_on: date | None
) -> None:
    status = consent_status(records, objections, PURPOSE, TODAY, refused_on)
    last = given_last(records)
    holding = last if last and all(holds(record, objections, TODAY, TODAY) for record in last) else []
    assert (status.status is Consent.VALID) == bool(holding)
    again = [record for record in holding if refused_on and record.collected_on and record.collected_on > refused_on]
    assert status.after_refusal == bool(again)
    if status.status is Consent.VALID and status.until:
        assert all(holds(record, objections, status.until, TODAY) for record in holding)
        assert not all(holds(record, objections, status.until + timedelta(days=1), TODAY) for record in holding)


@given(RECORDS, st.lists(st.none() | NEAR, max_size=2), st.none() | NEAR)
def test_neither_order_nor_one_more_objection_ever_helps(
    records: list[ConsentRecord], objections: list[date | None], refused_on: date | None
) -> None:
    status = consent_status(records, objections, PURPOSE, TODAY, refused_on)
    assert consent_status(records[::-1], objections[::-1], PURPOSE, TODAY, refused_on) == status
    objected = consent_status(records, [*objections, TODAY], PURPOSE, TODAY, refused_on)
    assert objected.status is Consent.WITHDRAWN
