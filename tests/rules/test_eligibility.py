"""When a call becomes possible: exactly then, and at no instant before."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import event, given, settings

from rules.decide import decide
from rules.eligibility import Eligibility, Outlook, next_eligible_at
from rules.facts import Bloctel, Consent, Contract, Facts, Sector
from rules.places import possible_places
from rules.rule import STRICT, Profile, Verdict
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc
from tests.rules.strategies import calls, calls_that_wait

MICROSECOND = timedelta(microseconds=1)
CLOCK_CHANGES = (time(2), time(3), time(2, fold=1), time(3, fold=1))
"""In Paris and Miquelon; on other days two instants like any other."""
BRUTE_FORCE = timedelta(days=65)
"""Longer than any single obstacle that time removes."""


@given(calls_that_wait())
@settings(max_examples=150)
def test_the_first_possible_instant_is_exact(call: tuple[Facts, datetime]) -> None:
    nothing_is_possible_before_what_is_found(*call)


@pytest.mark.slow
@pytest.mark.timeout(600)
@given(calls() | calls_that_wait())
@settings(max_examples=2_000)
def test_the_first_possible_instant_is_exact_in_many_more_calls(call: tuple[Facts, datetime]) -> None:
    nothing_is_possible_before_what_is_found(*call)


def nothing_is_possible_before_what_is_found(facts: Facts, at: datetime) -> None:
    """Between two edges nothing can change, so judging at every edge is judging at every instant."""
    found = next_eligible_at(facts, at)
    event(str(found.outlook))
    if found.at is not None:
        assert decide(facts, found.at).verdict is Verdict.ALLOW
    if found.outlook is Outlook.LATER and found.at is not None:
        assert found.at > at
        assert decide(facts, found.at - MICROSECOND).verdict is not Verdict.ALLOW
    until = min(found.at or at + BRUTE_FORCE, at + BRUTE_FORCE)
    for edge in edges(facts, at, until):
        assert decide(facts, edge).verdict is not Verdict.ALLOW, f"already possible at {edge}"


def edges(facts: Facts, start: datetime, end: datetime) -> list[datetime]:
    """`start`, and every midnight, edge of legal or accepted hours, of a slot and of the line after it before `end`."""
    instants = {start, *facts.slots, *(slot + timedelta(minutes=15) + MICROSECOND for slot in facts.slots)}
    if line := facts.line:
        instants |= {edge for edge in (line.next_start, line.room_at) if edge}
        instants |= {breach.until for breach in line.breaches}
    told = {edge for span in facts.consent_hours for edge in span} | {time(0), time(10), time(13), time(14), time(20)}
    clocks = [clock.replace(fold=fold) for clock in told for fold in (0, 1)]
    zones = [place.zone for place in possible_places(facts.postcode, facts.number) if place.zone] or [UTC]
    for zone in zones:
        day = start.astimezone(zone).date()
        while day <= end.astimezone(zone).date():
            for clock in (*clocks, *CLOCK_CHANGES):
                instants.add(datetime.combine(day, clock, zone).astimezone(UTC))
            day += timedelta(days=1)
    return sorted(instant for instant in instants if start <= instant < end)


@pytest.mark.parametrize(
    ("at", "facts", "first"),
    [
        pytest.param("2026-09-15 07:59:59", legal_call(), "2026-09-15 08:00", id="the window opens"),
        pytest.param("2026-09-15 11:00", legal_call(), "2026-09-15 12:00", id="after lunch"),
        pytest.param("2026-09-18 18:00", legal_call(), "2026-09-21 08:00", id="after the weekend"),
        pytest.param("2025-10-24 18:00", legal_call(), "2025-10-27 09:00", id="over the autumn change"),
        pytest.param("2026-05-13 18:00", legal_call(), "2026-05-15 08:00", id="Ascension is skipped"),
        pytest.param(
            "2024-05-07 18:00", legal_call(), "2024-05-10 08:00", id="8 May and Ascension follow each other in 2024"
        ),
        pytest.param("2025-12-24 19:00", legal_call(postcode="67000"), "2025-12-29 09:00", id="Christmas in Alsace"),
        pytest.param("2025-12-24 19:00", legal_call(), "2025-12-26 09:00", id="Christmas in Paris"),
        pytest.param(
            "2026-09-15 09:00",
            legal_call(attempts=(utc("2026-08-20 09:00"), *[utc("2026-09-10 09:00")] * 3)),
            "2026-09-21 08:00",
            id="the oldest of four attempts leaves the window on a Saturday",
        ),
        pytest.param(
            "2024-10-15 09:00",
            legal_call(last_refusal=utc("2024-10-15 08:30")),
            "2024-12-16 09:00",
            id="sixty days after a refusal end on a Sunday",
        ),
        pytest.param(
            "2026-09-12 09:00",
            legal_call(slots=(utc("2026-09-13 19:00"),)),
            "2026-09-13 19:00",
            id="a slot on Sunday evening comes before Monday",
        ),
        pytest.param(
            "2026-09-12 09:00",
            legal_call(slots=(utc("2026-09-13 19:00"), utc("2026-09-12 19:00"), utc("2026-09-12 08:00"))),
            "2026-09-12 19:00",
            id="the next of several slots",
        ),
        pytest.param(
            "2026-09-12 09:00",
            legal_call(
                slots=(utc("2026-09-13 19:00"),), attempts=(utc("2026-08-15 09:00"), *[utc("2026-09-01 09:00")] * 3)
            ),
            "2026-09-14 08:00",
            id="a slot does not lift the cap",
        ),
        pytest.param(
            "2026-08-10 18:00",
            legal_call(bloctel=Bloctel.LISTED),
            "2026-08-11 08:00",
            id="Bloctel ends with the reform, for those who consented",
        ),
        pytest.param(
            "2026-08-10 09:00",
            legal_call(sector=Sector.INSURANCE, last_refusal=OLD_LAW, consent_after_refusal=True),
            "2026-08-11 08:00",
            id="the insurance rule ends with the reform",
        ),
    ],
)
def test_the_next_possible_instant(at: str, facts: Facts, first: str) -> None:
    assert next_eligible_at(facts, utc(at)) == Eligibility(Outlook.LATER, utc(first))


@pytest.mark.parametrize(
    "facts",
    [
        legal_call(consent=Consent.NONE),
        legal_call(consent=Consent.WITHDRAWN),
        legal_call(last_refusal=OLD_LAW),
        legal_call(postcode="98800"),
        legal_call(postcode="98000"),
        legal_call(caller_id="anonymous"),
        legal_call(sector=Sector.ENERGY_RENOVATION),
        legal_call(sector=Sector.CPF_TRAINING, contract=Contract.UNRELATED),
    ],
    ids=lambda facts: "-".join(decide(facts, NEW_LAW).rule_ids),
)
def test_time_alone_never_lifts_a_lasting_obstacle(facts: Facts) -> None:
    assert next_eligible_at(facts, NEW_LAW) == Eligibility(Outlook.NEVER)


def test_a_consent_that_runs_out_before_the_next_window_is_too_late() -> None:
    friday_evening = utc("2026-09-18 18:30")
    facts = legal_call(consent_until=friday_evening.date() + timedelta(days=1))
    assert next_eligible_at(facts, friday_evening) == Eligibility(Outlook.NEVER)


def test_what_lies_beyond_the_horizon_is_not_called_never() -> None:
    listed = legal_call(bloctel=Bloctel.LISTED)
    assert next_eligible_at(listed, OLD_LAW) == Eligibility(Outlook.BEYOND_HORIZON)
    assert next_eligible_at(listed, OLD_LAW, horizon=timedelta(days=1000)).outlook is Outlook.LATER


@pytest.mark.parametrize(
    ("horizon", "outlook"), [(timedelta(hours=1), Outlook.LATER), (timedelta(minutes=59), Outlook.BEYOND_HORIZON)]
)
def test_the_horizon_itself_is_still_within_reach(horizon: timedelta, outlook: Outlook) -> None:
    assert next_eligible_at(legal_call(), utc("2026-09-15 11:00"), horizon=horizon).outlook is outlook


def test_the_reform_begins_in_the_first_of_two_candidate_zones() -> None:
    midnight_in_reunion = utc("2026-08-10 20:00")
    listed = legal_call(postcode=None, number="+262692000000", bloctel=Bloctel.LISTED, slots=(midnight_in_reunion,))
    found = next_eligible_at(listed, utc("2026-08-10 08:00"))
    assert found == Eligibility(Outlook.LATER, midnight_in_reunion)


def test_a_slot_at_the_midnight_of_a_far_reform_lies_beyond_the_horizon_too() -> None:
    listed = legal_call(bloctel=Bloctel.LISTED, slots=(utc("2026-08-10 22:00"),))
    assert next_eligible_at(listed, OLD_LAW) == Eligibility(Outlook.BEYOND_HORIZON)


@pytest.mark.parametrize(
    "facts",
    [legal_call(caller_id="anonymous"), legal_call(bloctel=Bloctel.LISTED, consent=Consent.NONE)],
    ids=["no law to come lifts it", "the law that lifts it brings another obstacle"],
)
def test_never_is_said_even_when_the_law_changes_beyond_the_horizon(facts: Facts) -> None:
    assert next_eligible_at(facts, OLD_LAW) == Eligibility(Outlook.NEVER)


def test_a_call_that_is_allowed_now_is_possible_now_in_utc() -> None:
    in_paris = NEW_LAW.astimezone(timezone(timedelta(hours=2)))
    found = next_eligible_at(legal_call(), in_paris)
    assert found == Eligibility(Outlook.NOW, NEW_LAW)
    assert found.at is not None
    assert found.at.tzinfo is UTC


def test_a_decision_already_taken_is_not_taken_again() -> None:
    refused = legal_call(caller_id="anonymous")
    allowed = decide(legal_call(), NEW_LAW)
    assert next_eligible_at(refused, NEW_LAW, decision=allowed).outlook is Outlook.NOW


def test_the_ring_guard_is_kept_when_looking_ahead() -> None:
    guarded = Profile("guarded", STRICT.layers, ring_guard_seconds=30)
    found = next_eligible_at(legal_call(), utc("2026-09-15 10:59:45"), profile=guarded)
    assert found == Eligibility(Outlook.LATER, utc("2026-09-15 12:00"))


def test_a_slot_that_cannot_be_read_brings_no_call_nearer() -> None:
    """The exemption can say neither whether it applies nor when: the call is denied, and no date is promised."""
    naive = datetime(2026, 9, 13, 19, 0)  # noqa: DTZ001
    saturday = utc("2026-09-12 09:00")
    assert decide(legal_call(slots=(naive,)), saturday).rule_ids == ("FR-HOURS",)
    assert next_eligible_at(legal_call(slots=(naive,)), saturday) == Eligibility(Outlook.NEVER)


def test_a_guard_longer_than_every_window_leaves_no_instant() -> None:
    guarded = Profile("guarded", STRICT.layers, ring_guard_seconds=7 * 3600)
    assert next_eligible_at(legal_call(), NEW_LAW, profile=guarded) == Eligibility(Outlook.NEVER)
