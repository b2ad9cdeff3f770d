"""The hour that is kept up call by call says what counting all calls anew would say."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import running_hour
from rules.line import CarrierTerms, LineCall
from rules.rolling_hour import gauges
from rules.running_hour import RunningHour, can_be_summed

START = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
TERMS = (
    CarrierTerms("callr", 10, 1, asr_above_percent=60, acd_above_seconds=15, short_below_percent=10, least_calls=5),
    CarrierTerms("asr", 10, 1, asr_above_percent=30, least_calls=2),
    CarrierTerms("acd", 10, 1, acd_above_seconds=20, least_calls=12),
    CarrierTerms("short", 10, 1, short_below_percent=50, least_calls=3),
)


def both(hour: RunningHour, calls: dict[str, tuple[LineCall, bool]], terms: CarrierTerms, at: datetime, unsent: int):
    ended = [call for call, over in calls.values() if over]
    under_way = [call for call, over in calls.values() if not over] + [LineCall(at, False, 0)] * unsent
    counted = gauges(ended, under_way, terms, at)
    expected = min(gauge.left for gauge in counted), tuple(gauge.held for gauge in counted if gauge.held)
    room = hour.room(at, unsent)
    return (room.failures_left, room.breaches), expected


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: terms.operator)
@settings(max_examples=60)
@given(seed=st.integers(0, 10**9), good=st.floats(0.1, 0.95))
def test_whatever_happens_to_the_calls_both_ways_agree(terms: CarrierTerms, seed: int, good: float) -> None:
    random, at, number = Random(seed), START, 0
    hour, calls = RunningHour(terms), {}
    for _ in range(random.randrange(1, 120)):
        at += timedelta(seconds=random.choice((0.5, 3, 40, 400)), microseconds=random.randrange(1, 1000))
        what = random.random()
        live = [key for key, (_, over) in calls.items() if not over]
        if what < 0.5 or not live:
            number += 1
            calls[f"{number}"] = LineCall(at, False, 0), False
            hour.put(f"{number}", calls[f"{number}"][0], ended=False)
        elif what < 0.9:
            key = random.choice(live)
            talk = random.choice((2_000, 9_000, 60_000)) if random.random() < good else 0
            calls[key] = LineCall(calls[key][0].started_at, talk > 0, talk), random.random() < 0.8
            hour.put(key, calls[key][0], ended=calls[key][1])
        else:
            key = random.choice(live)
            del calls[key]
            hour.drop(key)
        found, expected = both(hour, calls, terms, at, random.choice((0, 0, 1, 3, 9)))
        assert found == expected


def test_a_full_hour_in_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_hour, "_SIZE", 4)
    random, terms = Random(5), TERMS[0]
    hour, calls = RunningHour(terms), {}
    starts = [START + timedelta(seconds=7 * turn) for turn in range(700)]
    for place, start in sorted(enumerate(starts), key=lambda pair: pair[0] + random.randrange(9)):
        talk = 0 if random.random() < 0.25 else random.choice((30_000, 90_000, 4_000) if place % 9 == 0 else (60_000,))
        calls[f"{place}"] = LineCall(start, talk > 0, talk), True
        hour.put(f"{place}", calls[f"{place}"][0], ended=True)
        if place % 5 == 0:
            found, expected = both(hour, calls, terms, max(call.started_at for call, _ in calls.values()), place % 3)
            assert found == expected
    assert len(hour) < len(calls), "what has left the hour is forgotten"


def test_calls_of_one_instant_are_never_judged_more_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_hour, "_SIZE", 4)
    random = Random(11)
    for terms in TERMS:
        hour, calls = RunningHour(terms), {}
        for turn in range(200):
            talk = random.choice((0, 3_000, 50_000))
            calls[f"{turn}"] = LineCall(START + timedelta(seconds=turn // 6), talk > 0, talk), True
            hour.put(f"{turn}", calls[f"{turn}"][0], ended=True)
            (left, _), (expected, _) = both(hour, calls, terms, START + timedelta(minutes=5), 0)
            assert left <= expected


def test_terms_that_ask_for_nothing_leave_room_for_everything() -> None:
    assert RunningHour(CarrierTerms("plain", 400, 50)).room(START, 3).failures_left is None


@pytest.mark.parametrize(
    ("changes", "yes"),
    [({"asr_above_percent": 0}, False), ({"acd_above_seconds": 0}, False), ({"short_below_percent": 100}, False),
     ({"short_below_percent": 99}, True), ({"asr_above_percent": 1, "acd_above_seconds": 1}, True)],
)  # fmt: skip
def test_limits_that_leave_nothing_to_divide_by_are_told_apart(changes: dict[str, int], yes: bool) -> None:
    assert can_be_summed(CarrierTerms("odd", 10, 1, **changes)) is yes
