"""D.223-9 al. 1 on the clock: [10:00, 13:00) and [14:00, 20:00) where the consumer lives, Monday to Friday."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.decide import decide
from rules.rule import STRICT, Profile, Verdict
from tests.rules.calls import legal_call, utc

OPENINGS = {
    # postcode, a day -> 10:00 there, in UTC
    ("75001", "winter"): "2025-01-14 09:00",
    ("75001", "the Friday before the spring change"): "2025-03-28 09:00",
    ("75001", "the Monday after the spring change"): "2025-03-31 08:00",
    ("75001", "the Friday before the autumn change"): "2025-10-24 08:00",
    ("75001", "the Monday after the autumn change"): "2025-10-27 09:00",
    ("67000", "summer"): "2026-07-15 08:00",
    ("97100", "winter"): "2025-01-14 14:00",
    ("97100", "summer"): "2025-07-15 14:00",
    ("97133", "summer"): "2025-07-15 14:00",
    ("97150", "summer"): "2025-07-15 14:00",
    ("97200", "winter"): "2025-01-14 14:00",
    ("97300", "winter"): "2025-01-14 13:00",
    ("97400", "winter"): "2025-01-14 06:00",
    ("97600", "winter"): "2025-01-14 07:00",
    ("97500", "winter"): "2025-01-14 13:00",
    ("97500", "the Friday before the North American spring change"): "2025-03-07 13:00",
    ("97500", "the Monday after it, Paris still on winter time"): "2025-03-10 12:00",
    ("97500", "the Friday before the North American autumn change, Paris already on winter time"): "2025-10-31 12:00",
    ("97500", "the Monday after it"): "2025-11-03 13:00",
    ("97500", "the first day of the opt-in regime"): "2026-08-11 12:00",
}
AFTER_OPENING = {
    # hours after 10:00 -> whether a call may start then
    0: True,
    3: False,
    4: True,
    10: False,
}


@pytest.mark.parametrize("hours", AFTER_OPENING, ids=["10:00", "13:00", "14:00", "20:00"])
@pytest.mark.parametrize(("place", "opening"), OPENINGS.items(), ids=[" ".join(place) for place in OPENINGS])
def test_each_window_opens_and_closes_on_the_second(place: tuple[str, str], opening: str, hours: int) -> None:
    facts = legal_call(postcode=place[0])
    edge = utc(opening) + timedelta(hours=hours)
    inside, second = AFTER_OPENING[hours], timedelta(seconds=1)
    assert hours_permit(facts, edge) is inside
    assert hours_permit(facts, edge - second) is not inside
    assert hours_permit(facts, edge - timedelta(microseconds=1)) is not inside
    assert hours_permit(facts, edge + second) is inside


def hours_permit(facts: object, at: object, profile: Profile = STRICT) -> bool:
    decision = decide(facts, at, profile=profile)  # type: ignore[arg-type]
    (hours,) = [finding for finding in decision.findings if finding.rule.id == "FR-HOURS"]
    assert decision.verdict is hours.verdict, "nothing else stands against this call"
    return hours.verdict is Verdict.ALLOW


@pytest.mark.parametrize("day", ["2025-03-30", "2025-10-26", "2025-03-09", "2025-11-02", "2025-03-29"])
@pytest.mark.parametrize("postcode", ["75001", "97500"])
def test_the_weekend_is_closed_all_day_even_when_the_clock_changes(postcode: str, day: str) -> None:
    facts = legal_call(postcode=postcode)
    midday = utc(f"{day} 12:00")
    assert not any(hours_permit(facts, midday + timedelta(minutes=30 * step)) for step in range(-8, 22))


def test_without_a_postcode_every_candidate_zone_must_be_open() -> None:
    reunion_or_mayotte = legal_call(postcode=None, number="+262692000000")
    assert not hours_permit(reunion_or_mayotte, utc("2025-02-04 06:59:59"))
    assert hours_permit(reunion_or_mayotte, utc("2025-02-04 07:00"))
    assert hours_permit(reunion_or_mayotte, utc("2025-02-04 08:59:59"))
    assert not hours_permit(reunion_or_mayotte, utc("2025-02-04 09:00")), "13:00 in La Réunion"
    assert not hours_permit(reunion_or_mayotte, utc("2025-02-04 10:00")), "13:00 in Mayotte"
    assert hours_permit(reunion_or_mayotte, utc("2025-02-04 11:00"))
    assert not hours_permit(reunion_or_mayotte, utc("2025-02-04 16:00")), "20:00 in La Réunion"


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-09-15 08:00:00", True),
        ("2026-09-15 10:59:29", True),
        ("2026-09-15 10:59:30", False),
        ("2026-09-15 12:00:00", True),
        ("2026-09-15 17:59:29", True),
        ("2026-09-15 17:59:30", False),
    ],
)
def test_a_ring_guard_of_thirty_seconds_keeps_a_call_from_ringing_at_closing_time(at: str, allowed: bool) -> None:
    guarded = Profile("guarded", STRICT.layers, ring_guard_seconds=30)
    assert hours_permit(legal_call(), utc(at), guarded) is allowed


def test_a_ring_guard_never_reaches_over_midnight_into_another_day() -> None:
    whole_day = Profile("guarded", STRICT.layers, ring_guard_seconds=15 * 3600)
    assert not hours_permit(legal_call(), utc("2026-09-15 08:00"), whole_day)
