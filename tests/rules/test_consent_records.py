"""What a consent record itself states (hours, channels, a term, an advertiser, offers) and its withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import Channel, ConsentRecord, ConsentStatus, Notice, NoticeItem, Purpose, consent_status, covers
from rules.facts import Consent, Sector, SystemKind

NOTICE = Notice(
    id="volta-2026-1",
    advertiser="Volta",
    callers=frozenset({"Centre"}),
    sectors=frozenset({Sector.TELECOM, Sector.GENERIC}),
    items=frozenset(NoticeItem),
    period_days=365,
)
COLLECTED = date(2026, 9, 1)
RECORD = ConsentRecord(NOTICE, COLLECTED, proof="sha256:abc")
PURPOSE = Purpose("Volta", "Centre", Sector.TELECOM, SystemKind.AUTOMATED)
TODAY = date(2026, 9, 15)
LAST_DAY = date(2027, 8, 31)
DAY = timedelta(days=1)
EVENING, MORNING = ((time(18), time(20)),), ((time(10), time(12)),)


def status_of(*records: ConsentRecord, objections: tuple[date | None, ...] = (), today: date = TODAY) -> ConsentStatus:
    return consent_status(records, objections, PURPOSE, today)


@pytest.mark.parametrize(
    ("stated", "covered"),
    [
        ({"channels": frozenset({Channel.VOICE})}, True),
        ({"channels": frozenset({Channel.SMS, Channel.VOICE})}, True),
        ({"channels": frozenset({Channel.SMS, Channel.EMAIL, Channel.POST, Channel.SOCIAL})}, False),
        ({"advertiser": "Volta"}, True),
        ({"advertiser": "Volta Énergie"}, False),
        ({"sectors": frozenset({Sector.TELECOM})}, True),
        ({"sectors": frozenset({Sector.GENERIC})}, False),
        ({"sectors": frozenset({Sector.TELECOM, Sector.PRESS})}, True),
        ({"withdrawn": True}, False),
        ({"withdrawn_on": date(2026, 9, 10)}, False),
        ({"withdrawn_on": date(2026, 8, 1)}, False),
    ],
    ids=[
        "by voice", "by voice among others", "by everything but voice", "the same advertiser", "another advertiser",
        "this offer", "another offer of the notice", "this offer among others", "withdrawn some day", "withdrawn",
        "withdrawn before it was given",
    ],
)  # fmt: skip
def test_what_the_record_states_narrows_its_notice(stated: dict[str, object], covered: bool) -> None:
    assert covers(replace(RECORD, **stated), PURPOSE) is covered  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("purpose", "stated"),
    [
        (replace(PURPOSE, advertiser="Autre", caller="Centre"), {"advertiser": "Autre"}),
        (replace(PURPOSE, sector=Sector.PRESS), {"sectors": frozenset({Sector.PRESS})}),
    ],
    ids=["advertiser", "offer"],
)
def test_what_the_record_states_never_widens_its_notice(purpose: Purpose, stated: dict[str, object]) -> None:
    assert not covers(replace(RECORD, **stated), purpose)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("until", "last"),
    [(None, LAST_DAY), (date(2026, 9, 30), date(2026, 9, 30)), (date(2028, 1, 1), LAST_DAY)],
    ids=["none of its own", "shorter", "longer"],
)
def test_a_term_of_its_own_can_only_be_shorter(until: date | None, last: date) -> None:
    record = replace(RECORD, until=until)
    assert record.last_day == last
    assert status_of(record) == ConsentStatus(Consent.VALID, last, COLLECTED)
    assert status_of(record, today=last).status is Consent.VALID
    assert status_of(record, today=last + DAY).status is Consent.UNPROVEN


@pytest.mark.parametrize("missing", [{"notice": None}, {"collected_on": None}])
def test_a_record_without_notice_or_date_has_no_last_day(missing: dict[str, None]) -> None:
    assert replace(RECORD, until=TODAY, **missing).last_day is None
    assert status_of(replace(RECORD, until=TODAY, **missing)).status is Consent.UNPROVEN


def test_the_hours_of_the_record_come_with_its_status() -> None:
    assert status_of(replace(RECORD, hours=EVENING)) == ConsentStatus(Consent.VALID, LAST_DAY, COLLECTED, hours=EVENING)
    assert status_of(RECORD).hours == ()


@pytest.mark.parametrize("turned", [1, -1], ids=["in order", "turned round"])
@pytest.mark.parametrize(
    ("records", "until", "hours"),
    [
        ((replace(RECORD, hours=EVENING), RECORD), LAST_DAY, ()),
        ((replace(RECORD, hours=EVENING), replace(RECORD, until=date(2026, 12, 31))), LAST_DAY, EVENING),
        ((replace(RECORD, hours=EVENING, until=date(2026, 12, 31)), RECORD), LAST_DAY, ()),
        ((replace(RECORD, hours=EVENING), replace(RECORD, hours=MORNING)), LAST_DAY, EVENING),
        ((replace(RECORD, hours=EVENING), replace(RECORD, until=date(2026, 9, 14))), LAST_DAY, EVENING),
    ],
    ids=[
        "of equal life, the one without limit", "the longer one with its hours", "the longer one without",
        "of equal life and limited, never both", "one that has ended does not count",
    ],
)  # fmt: skip
def test_of_several_consents_one_counts_with_its_own_hours(
    records: tuple[ConsentRecord, ...], until: date, hours: object, turned: int
) -> None:
    found = status_of(*records[::turned])
    assert (found.status, found.until, found.hours) == (Consent.VALID, until, hours)


def test_a_consent_given_again_later_counts_before_a_freer_older_one() -> None:
    again = replace(RECORD, collected_on=date(2026, 9, 10), hours=EVENING, until=date(2026, 12, 31))
    found = consent_status([RECORD, again], [], PURPOSE, TODAY, refused_on=date(2026, 9, 5))
    assert (found.after_refusal, found.until, found.hours) == (True, date(2026, 12, 31), EVENING)


LATER = replace(RECORD, collected_on=date(2026, 9, 12))


@pytest.mark.parametrize(
    ("withdrawn", "others", "status"),
    [
        ({"withdrawn_on": date(2026, 9, 10)}, (), Consent.WITHDRAWN),
        ({"withdrawn": True}, (), Consent.WITHDRAWN),
        ({"withdrawn_on": date(2026, 8, 1)}, (), Consent.WITHDRAWN),
        ({"withdrawn_on": date(2026, 9, 11)}, (LATER,), Consent.VALID),
        ({"withdrawn_on": date(2026, 9, 12)}, (LATER,), Consent.WITHDRAWN),
        ({"withdrawn_on": date(2026, 9, 13)}, (LATER,), Consent.WITHDRAWN),
        ({"withdrawn": True}, (LATER,), Consent.WITHDRAWN),
        ({"withdrawn": True, "withdrawn_on": date(2026, 9, 11)}, (LATER,), Consent.VALID),
        ({"withdrawn_on": date(2026, 8, 31)}, (RECORD,), Consent.VALID),
        ({"withdrawn_on": TODAY + DAY}, (LATER,), Consent.WITHDRAWN),
    ],
    ids=[
        "and none later", "on an unreadable day", "on a day before it was given", "before another was given",
        "on the day of another", "after another", "on an unreadable day, after another", "on a day that is told",
        "before another of its own day", "on a day to come",
    ],
)  # fmt: skip
def test_a_withdrawal_ends_every_consent_that_is_not_later(
    withdrawn: dict[str, object], others: tuple[ConsentRecord, ...], status: Consent
) -> None:
    assert status_of(replace(RECORD, **withdrawn), *others).status is status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (replace(RECORD, notice=replace(NOTICE, advertiser="Autre")), Consent.VALID),
        (replace(RECORD, notice=None, advertiser="Autre"), Consent.VALID),
        (replace(RECORD, notice=None), Consent.WITHDRAWN),
        (replace(RECORD, notice=None, advertiser="Volta"), Consent.WITHDRAWN),
        (replace(RECORD, advertiser="Autre"), Consent.WITHDRAWN),
        (replace(RECORD, notice=replace(NOTICE, advertiser="Autre"), advertiser="Volta"), Consent.WITHDRAWN),
        (replace(RECORD, notice=replace(NOTICE, sectors=frozenset({Sector.PRESS}))), Consent.WITHDRAWN),
    ],
    ids=[
        "another's by its notice", "another's by its own words", "nobody's known", "ours by its own words",
        "ours by its notice", "ours by its own words against its notice", "ours for another offer",
    ],
)  # fmt: skip
def test_a_withdrawal_stands_against_the_advertiser_to_whom_the_consent_was_given(
    record: ConsentRecord, status: Consent
) -> None:
    assert status_of(replace(record, withdrawn_on=TODAY), LATER).status is status


def test_an_objection_later_than_a_withdrawal_still_counts() -> None:
    withdrawn = replace(RECORD, withdrawn_on=date(2026, 9, 5))
    assert status_of(withdrawn, LATER, objections=(date(2026, 9, 14),)).status is Consent.WITHDRAWN


HOURS = st.sampled_from([(), EVENING, MORNING, MORNING + EVENING])
STATED = st.builds(
    lambda after, hours, until, channels, withdrawn, withdrawn_on: replace(
        RECORD,
        collected_on=COLLECTED + after * DAY,
        hours=hours,
        until=until,
        channels=frozenset(channels),
        withdrawn=withdrawn,
        withdrawn_on=withdrawn_on,
    ),
    st.integers(-400, 14),
    HOURS,
    st.none() | st.dates(date(2026, 9, 1), date(2027, 12, 31)),
    st.sampled_from([(), (Channel.VOICE,), (Channel.SMS,), (Channel.VOICE, Channel.SMS)]),
    st.sampled_from([False] * 9 + [True]),
    st.none() | st.dates(date(2025, 9, 1), TODAY),
)


@given(st.lists(STATED, max_size=4))
def test_a_status_is_that_of_one_record_alone(records: list[ConsentRecord]) -> None:
    """Whatever is on record, a valid consent with its end and hours is one that a single record gives."""
    found = status_of(*records)
    assert status_of(*records[::-1]) == found
    if found.status is Consent.VALID:
        assert found in [status_of(record) for record in records]


@given(st.lists(STATED, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_withdrawal_of_an_unreadable_day_leaves_no_consent(records: list[ConsentRecord], random: Random) -> None:
    index = random.randrange(len(records))
    records[index] = replace(records[index], withdrawn=True, withdrawn_on=None)
    assert status_of(*records) == ConsentStatus(Consent.WITHDRAWN)
