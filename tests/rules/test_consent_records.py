"""What a consent record itself states (hours, channels, a term, an advertiser, offers) and its withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import (
    Channel,
    ConsentRecord,
    ConsentStatus,
    Notice,
    NoticeItem,
    Purpose,
    consent_status,
    covers,
    ruling,
)
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
DECEMBER = date(2026, 12, 31)
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
    ("records", "status", "until", "hours"),
    [
        ((replace(RECORD, hours=EVENING), RECORD), Consent.VALID, LAST_DAY, EVENING),
        ((replace(RECORD, hours=EVENING), replace(RECORD, until=DECEMBER)), Consent.VALID, DECEMBER, EVENING),
        ((replace(RECORD, hours=EVENING), replace(RECORD, hours=MORNING)), Consent.UNPROVEN, None, ()),
        ((replace(RECORD, hours=EVENING), replace(RECORD, hours=MORNING + EVENING)), Consent.VALID, LAST_DAY, EVENING),
        ((RECORD, replace(RECORD, until=TODAY - DAY)), Consent.UNPROVEN, TODAY - DAY, ()),
        ((RECORD, replace(RECORD, channels=frozenset({Channel.SMS}))), Consent.UNPROVEN, None, ()),
        ((RECORD, replace(RECORD, proof="", hours=EVENING)), Consent.VALID, LAST_DAY, EVENING),
        ((RECORD, replace(RECORD, withdrawn_on=COLLECTED - DAY)), Consent.VALID, LAST_DAY, ()),
    ],
    ids=[
        "one with hours", "the shorter one, and the hours of the other", "no hour in common", "the hours in common",
        "one that has ended", "one for text messages", "one without proof for some hours",
        "one that is withdrawn",
    ],
)  # fmt: skip
def test_of_several_consents_of_one_day_each_must_cover_the_call(
    records: tuple[ConsentRecord, ...], status: Consent, until: date | None, hours: object, turned: int
) -> None:
    found = status_of(*records[::turned])
    assert (found.status, found.until, found.hours) == (status, until, hours)


@pytest.mark.parametrize(
    ("changes", "status", "hours", "last"),
    [
        ({}, Consent.VALID, (), date(2027, 9, 9)),
        ({"hours": EVENING}, Consent.VALID, EVENING, date(2027, 9, 9)),
        ({"until": DECEMBER}, Consent.VALID, (), DECEMBER),
        ({"until": TODAY - DAY}, Consent.UNPROVEN, (), TODAY - DAY),
        ({"systems": frozenset({SystemKind.HUMAN_AGENT})}, Consent.UNPROVEN, (), None),
        ({"channels": frozenset({Channel.EMAIL})}, Consent.UNPROVEN, (), None),
        ({"notice": replace(NOTICE, callers=frozenset())}, Consent.UNPROVEN, (), None),
        ({"collected_on": TODAY + DAY, "hours": EVENING}, Consent.VALID, (), LAST_DAY),
        ({"advertiser": "Autre", "notice": replace(NOTICE, advertiser="Autre")}, Consent.VALID, (), LAST_DAY),
        ({"sectors": frozenset({Sector.GENERIC}), "hours": EVENING}, Consent.VALID, (), LAST_DAY),
        ({"notice": replace(NOTICE, sectors=frozenset({Sector.PRESS}))}, Consent.VALID, (), LAST_DAY),
    ],
    ids=[
        "on the same terms", "for some hours", "for a shorter time", "that has ended", "for persons", "for e-mail",
        "to another caller", "of a day to come", "to another advertiser", "for another offer", "of another notice",
    ],
)  # fmt: skip
def test_the_consent_given_last_rules_alone(
    changes: dict[str, object], status: Consent, hours: object, last: date | None
) -> None:
    """1 September: for a year and every hour. 10 September: a second one."""
    later = replace(RECORD, **{"collected_on": date(2026, 9, 10), **changes})  # type: ignore[arg-type]
    for records in ((RECORD, later), (later, RECORD)):
        found = status_of(*records)
        assert (found.status, found.hours, found.until) == (status, hours, last)


@pytest.mark.parametrize(
    "lacking",
    [{"proof": ""}, {"notice": None}, {"notice": replace(NOTICE, items=frozenset())}, {"collected_on": None}],
    ids=["proof", "notice", "an item of the notice", "date"],
)
@pytest.mark.parametrize(
    ("terms", "status", "hours", "last"),
    [
        ({}, Consent.VALID, (), LAST_DAY),
        ({"hours": EVENING}, Consent.VALID, EVENING, LAST_DAY),
        ({"until": DECEMBER}, Consent.VALID, (), DECEMBER),
        ({"until": date(2028, 1, 1)}, Consent.VALID, (), LAST_DAY),
        ({"systems": frozenset({SystemKind.AUTOMATED})}, Consent.VALID, (), LAST_DAY),
        ({"systems": frozenset({SystemKind.HUMAN_AGENT})}, Consent.UNPROVEN, (), None),
        ({"channels": frozenset({Channel.EMAIL})}, Consent.UNPROVEN, (), None),
        ({"hours": EVENING, "advertiser": "Autre", "notice": None}, Consent.VALID, (), LAST_DAY),
        ({"hours": EVENING, "sectors": frozenset({Sector.PRESS})}, Consent.VALID, (), LAST_DAY),
    ],
    ids=[
        "nothing", "hours", "an end", "a later end", "this system", "another system", "another channel",
        "hours of another advertiser's", "hours for another offer",
    ],
)  # fmt: skip
def test_what_was_said_later_without_proof_permits_nothing_and_narrows_all_the_same(
    lacking: dict[str, object], terms: dict[str, object], status: Consent, hours: object, last: date | None
) -> None:
    later = replace(RECORD, collected_on=date(2026, 9, 10))
    unproven = replace(later, **{**lacking, **terms})  # type: ignore[arg-type]
    for records in ((RECORD, unproven), (unproven, RECORD)):
        found = status_of(*records)
        assert (found.status, found.hours, found.until) == (status, hours, last)
    assert status_of(unproven).status is Consent.UNPROVEN


def test_a_consent_given_again_ends_what_was_said_before_it_without_proof() -> None:
    """An import without proofs, and the same consents again with them, leave nobody behind."""
    unproven = replace(RECORD, proof="", hours=EVENING)
    assert status_of(unproven, replace(RECORD, collected_on=COLLECTED + DAY)).hours == ()
    assert status_of(replace(RECORD, proof=""), RECORD).status is Consent.VALID


def test_an_agreement_to_any_hour_ends_with_the_next_consent_that_does_not_repeat_it() -> None:
    free = replace(RECORD, any_hour=True)
    assert status_of(free).any_hour
    assert not status_of(free, replace(RECORD, collected_on=date(2026, 9, 10))).any_hour
    assert status_of(RECORD, replace(free, collected_on=date(2026, 9, 10))).any_hour


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
    lambda after, hours, until, channels, withdrawn, withdrawn_on, proof: replace(
        RECORD,
        proof=proof,
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
    st.sampled_from([None] * 9 + [date(2026, 3, 1), date(2026, 9, 3)]),
    st.sampled_from(["sha256:abc"] * 4 + [""]),
)


@given(st.lists(STATED, max_size=4))
def test_a_status_is_within_that_of_each_record_given_last(records: list[ConsentRecord]) -> None:
    """A valid consent never reaches further than any single record on which it rests."""
    found = status_of(*records)
    assert status_of(*records[::-1]) == found
    for record in ruling(records, PURPOSE, TODAY) if found.status is Consent.VALID else ():
        assert within(found, status_of(replace(record, proof="sha256:abc")))


@given(st.lists(STATED, max_size=3), st.data())
def test_a_later_narrower_consent_never_makes_a_call_lawful_that_was_not(
    records: list[ConsentRecord], data: st.DataObject
) -> None:
    """On the terms of whatever record, or on less: fewer channels, fewer hours, no later end."""
    before = status_of(*records)
    on = data.draw(st.dates(COLLECTED + 20 * DAY, TODAY + 30 * DAY))
    if not (last := ruling(records, PURPOSE, TODAY)) or before.until is None:
        return
    wider = data.draw(st.sampled_from(last))
    narrower = replace(
        wider,
        collected_on=data.draw(st.dates(max(record.collected_on or TODAY for record in last), TODAY)),
        until=data.draw(st.dates(COLLECTED - 400 * DAY, before.until)),
        hours=data.draw(st.sampled_from([before.hours or MORNING, before.hours or EVENING, before.hours])),
        channels=data.draw(st.sampled_from([wider.channels, frozenset({Channel.SMS})])),
        systems=data.draw(st.sampled_from([wider.systems, frozenset({SystemKind.HUMAN_AGENT})])),
        proof=data.draw(st.sampled_from([wider.proof, ""])),
    )
    after, unchanged = (status_of(*each, today=on) for each in ([*records, narrower], records))
    if after.status is Consent.VALID:
        assert within(after, unchanged)


def within(status: ConsentStatus, other: ConsentStatus) -> bool:
    """Whether every call that the one permits is permitted by the other."""
    assert status.until is not None
    assert other.until is not None
    spans = status.hours or ((time.min, time.max),)
    wider = other.hours or ((time.min, time.max),)
    return (
        other.status is Consent.VALID
        and status.until <= other.until
        and all(any(opens <= start and end <= ends for opens, ends in wider) for start, end in spans)
    )


@given(st.lists(STATED, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_withdrawal_of_an_unreadable_day_leaves_no_consent(records: list[ConsentRecord], random: Random) -> None:
    index = random.randrange(len(records))
    records[index] = replace(records[index], withdrawn=True, withdrawn_on=None)
    assert status_of(*records) == ConsentStatus(Consent.WITHDRAWN)


DENIAL = ConsentRecord(None, COLLECTED + 9 * DAY, proof="", channels=frozenset({Channel.NONE}))


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ((DENIAL,), Consent.NONE),
        ((RECORD, DENIAL), Consent.UNPROVEN),
        ((DENIAL, replace(RECORD, collected_on=COLLECTED + 10 * DAY)), Consent.VALID),
        ((RECORD, replace(DENIAL, collected_on=COLLECTED)), Consent.UNPROVEN),
        ((RECORD, replace(DENIAL, collected_on=COLLECTED - DAY)), Consent.VALID),
        ((RECORD, replace(DENIAL, advertiser="Autre")), Consent.VALID),
        ((RECORD, replace(RECORD, collected_on=TODAY, channels=DENIAL.channels)), Consent.UNPROVEN),
    ],
    ids=[
        "of who never gave any", "after a consent", "before a consent", "on the same day", "the day before",
        "toward another advertiser", "terms that cannot be read",
    ],
)  # fmt: skip
def test_a_no_ends_what_was_given_until_its_day_and_is_no_consent(
    records: tuple[ConsentRecord, ...], status: Consent
) -> None:
    assert status_of(*records).status is status
