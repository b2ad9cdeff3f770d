"""The rolling hour against the carrier's terms: whoever obeys never has an hour out of them, and goes on calling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.line import Breach, CarrierTerms, Figure, LineCall
from rules.rolling_hour import WINDOW, breaches, gauges, out_of_terms
from tests.rules.calls import NEW_LAW
from tests.rules.lines import CALLR, line_calls

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
FEW = replace(CALLR, least_calls=4)
"""The same terms, speaking from four calls on."""
ASR_OF_FEW = replace(FEW, acd_above_seconds=None, short_below_percent=None)

TERMS = st.builds(
    CarrierTerms,
    operator=st.just("Callr"),
    channels=st.just(10),
    starts_per_second=st.just(1),
    asr_above_percent=st.none() | st.sampled_from([0, 33, 50, 60, 100]),
    acd_above_seconds=st.none() | st.sampled_from([0, 15, 60]),
    short_call_seconds=st.sampled_from([8, 60]),
    short_below_percent=st.none() | st.sampled_from([1, 10, 50, 100]),
    least_calls=st.integers(min_value=2, max_value=6),
)
MANY = 100
"""Failures in a row that are too many for the slow way."""
UNDER_WAY = line_calls(NEW_LAW, most=3)


def limits(terms: CarrierTerms) -> dict[Figure, int]:
    asked = {
        Figure.ASR: terms.asr_above_percent,
        Figure.ACD: terms.acd_above_seconds,
        Figure.SHORT: terms.short_below_percent,
    }
    return {figure: limit for figure, limit in asked.items() if limit is not None}


def value_of(figure: Figure, hour: Sequence[LineCall], terms: CarrierTerms) -> Fraction | None:
    """The figure itself, as a fraction: percent or seconds; None where no call speaks of it."""
    talks = [call.talk_ms for call in hour if call.answered]
    match figure:
        case Figure.ASR:
            return Fraction(100 * len(talks), len(hour)) if hour else None
        case Figure.ACD:
            return Fraction(sum(talks), 1000 * len(talks)) if talks else None
        case Figure.SHORT:
            short = len([ms for ms in talks if ms < terms.short_call_seconds * 1000])
            return Fraction(100 * short, len(talks)) if talks else None


def is_out(figure: Figure, calls: Sequence[LineCall], terms: CarrierTerms, at: datetime) -> bool:
    """The slow way: at one instant, filter the hour afresh and work the figure out."""
    hour = [call for call in calls if at - WINDOW < call.started_at <= at]
    value = value_of(figure, hour, terms)
    if len(hour) < terms.least_calls or value is None:
        return False
    limit = limits(terms)[figure]
    return value >= limit if figure is Figure.SHORT else value <= limit


def at_worst(figure: Figure, call: LineCall) -> LineCall:
    """What a call under way can still come to, for this figure."""
    return call if figure is Figure.ASR or call.answered else replace(call, answered=True, talk_ms=0)


def may_start(
    figure: Figure, ended: list[LineCall], under_way: list[LineCall], terms: CarrierTerms, at: datetime, failures: int
) -> bool:
    """Whether so many calls could start and fail from `at` on and every later hour would be within this term."""
    new = [at_worst(figure, LineCall(at + place * MICROSECOND, False, 0)) for place in range(failures)]
    calls = [*ended, *(at_worst(figure, call) for call in under_way), *new]
    later = {at, *(call.started_at for call in new), *(call.started_at + WINDOW for call in calls)}
    later = {instant for instant in later if instant >= at}
    return not any(is_out(figure, calls, terms, instant) for instant in later)


@given(line_calls(NEW_LAW), UNDER_WAY, TERMS)
@settings(max_examples=300)
def test_a_call_waits_exactly_while_its_failure_could_break_a_term(
    calls: list[LineCall], under_way: list[LineCall], terms: CarrierTerms
) -> None:
    held = {breach.figure: breach for breach in breaches(calls, under_way, terms, NEW_LAW)}
    event(f"{len(held)} held")
    for figure in limits(terms):
        assert (figure not in held) is may_start(figure, calls, under_way, terms, NEW_LAW, 1)
        if figure in held:
            assert NEW_LAW < held[figure].until <= NEW_LAW + WINDOW
            assert not may_start(figure, calls, under_way, terms, held[figure].until - MICROSECOND, 1)
            assert may_start(figure, calls, under_way, terms, held[figure].until, 1)


@given(line_calls(NEW_LAW), UNDER_WAY, TERMS)
@settings(max_examples=200)
def test_so_many_may_fail_in_a_row_and_not_one_more(
    calls: list[LineCall], under_way: list[LineCall], terms: CarrierTerms
) -> None:
    soon = NEW_LAW + MICROSECOND
    for gauge in gauges(calls, under_way, terms, NEW_LAW):
        assert (gauge.held is None) is (gauge.left > 0)
        if 0 < gauge.left < MANY:
            assert may_start(gauge.figure, calls, under_way, terms, soon, gauge.left)
        if gauge.left < MANY:
            assert not may_start(gauge.figure, calls, under_way, terms, soon, gauge.left + 1)


@given(line_calls(NEW_LAW), UNDER_WAY, TERMS)
def test_a_gauge_shows_the_figure_of_the_calls_that_have_ended(
    calls: list[LineCall], under_way: list[LineCall], terms: CarrierTerms
) -> None:
    hour = [call for call in calls if call.started_at > NEW_LAW - WINDOW]
    shown = gauges(calls, under_way, terms, NEW_LAW)
    assert [(gauge.figure, gauge.limit) for gauge in shown] == list(limits(terms).items())
    for gauge in shown:
        exact = value_of(gauge.figure, hour, terms)
        assert gauge.value == (None if exact is None else int(exact))


@given(line_calls(NEW_LAW), UNDER_WAY, TERMS, st.randoms(use_true_random=False))
def test_the_order_of_the_calls_does_not_matter(
    calls: list[LineCall], under_way: list[LineCall], terms: CarrierTerms, random: Random
) -> None:
    shuffled = list(calls)
    random.shuffle(shuffled)
    assert gauges(shuffled, under_way[::-1], terms, NEW_LAW) == gauges(calls, under_way, terms, NEW_LAW)


@given(line_calls(NEW_LAW), TERMS)
def test_an_hour_later_nothing_stands(calls: list[LineCall], terms: CarrierTerms) -> None:
    assert breaches(calls, [], terms, NEW_LAW + WINDOW) == ()


@given(line_calls(NEW_LAW, most=20), TERMS)
@settings(max_examples=200)
def test_the_calls_of_an_hour_out_of_terms_are_found_and_no_others(calls: list[LineCall], terms: CarrierTerms) -> None:
    """The hour changes only when a call joins or leaves it: looking at each such instant is looking at all."""
    instants = {edge for call in calls for edge in (call.started_at, call.started_at + WINDOW)}
    out = {(figure, at) for figure in limits(terms) for at in instants if is_out(figure, calls, terms, at)}
    for call, found in zip(calls, out_of_terms(calls, terms), strict=True):
        assert found == {figure for figure, at in out if at - WINDOW < call.started_at <= at}


Step = tuple[int, int, bool, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 30, 300, 1200, 3599, 3600]) | st.integers(0, 3600),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from([0, 7_999, 8_000, 15_000, 90_000, 600_000]),
    ),
    max_size=60,
)
"""Each: seconds that pass, which call under way ends, whether it was answered, and its talk."""


@given(TERMS, STEPS)
@settings(max_examples=500)
def test_whatever_becomes_of_the_calls_a_dialer_that_obeys_is_never_out_of_terms(
    terms: CarrierTerms, steps: list[Step]
) -> None:
    now, ended, under_way = NEW_LAW, list[LineCall](), list[LineCall]()
    for seconds, which, answered, talk_ms in steps:
        now += timedelta(seconds=seconds)
        if which < len(under_way):
            left = under_way.pop(which)
            ended.append(replace(left, answered=answered, talk_ms=talk_ms if answered else 0))
        if not breaches(ended, under_way, terms, now):
            under_way.append(LineCall(now, False, 0))
    event(f"{min(len(ended) // 10, 4) * 10} calls and more")
    assert not any(out_of_terms(ended, terms))
    for figure in limits(terms):
        assert not any(out_of_terms([*ended, *(at_worst(figure, call) for call in under_way)], terms)), figure


@given(TERMS, st.integers(0, 2**32), st.sampled_from([0.0, 0.3, 0.7, 1.0]))
@settings(max_examples=60)
def test_a_dialer_that_obeys_goes_on_however_bad_the_luck(terms: CarrierTerms, seed: int, luck: float) -> None:
    """One call at a time, each as soon as it may: in every hour at least as many as may fail unheard."""
    random, now, ended = Random(seed), NEW_LAW, list[LineCall]()
    while now < NEW_LAW + 4 * WINDOW:
        if held := breaches(ended, [], terms, now):
            now = max(breach.until for breach in held)
            continue
        answered = random.random() < luck
        ended.append(LineCall(now, answered, random.choice([1_000, 60_000]) if answered else 0))
        now += 5 * MINUTE
    least = min(terms.least_calls - 1, 12) if terms.watched else 12
    for hour in range(4):
        start = NEW_LAW + hour * WINDOW
        assert len([call for call in ended if start <= call.started_at < start + WINDOW]) >= least
    assert not any(out_of_terms(ended, terms))


def calls_each_minute(words: str) -> list[LineCall]:
    """One call per letter, a minute apart, the last one now: `a` answered for a minute, `s` for 7 s, `-` not."""
    talk = {"a": 60_000, "s": 7_000, "-": 0}
    return [
        LineCall(NEW_LAW - timedelta(minutes=len(words) - 1 - place), letter != "-", talk[letter])
        for place, letter in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a" * 50, {}),
        ("a" * 31 + "-" * 18, {}),
        ("a" * 30 + "-" * 19, {Figure.ASR: 60}),
        ("-" * 49, {Figure.ASR: 0, Figure.ACD: 0, Figure.SHORT: 100}),
        ("-" * 48, {}),
        ("a" * 46 + "s" * 3, {}),
        ("a" * 45 + "s" * 4, {Figure.SHORT: 10}),
        ("s" * 49, {Figure.SHORT: 100, Figure.ACD: 6}),
        ("s" * 48, {}),
        ("", {}),
    ],
    ids=[
        *("all answered", "62 percent of fifty at worst", "60 percent is not above 60"),
        *("none answered, so the next may be the only one, and short", "forty-nine calls say nothing"),
        *("8 percent are short at worst", "10 percent is not below 10"),
        *("all short", "forty-nine short ones say nothing", "no call"),
    ],
)
def test_a_limit_itself_is_out_of_terms_and_fifty_calls_are_needed(words: str, expected: dict[Figure, int]) -> None:
    now = breaches(calls_each_minute(words), [], CALLR, NEW_LAW)
    assert {held.figure: held.value for held in now} == expected


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("---", 58), ("-a-", 58), ("a--aa", 58), ("--aaa", 57), ("-aaaaaaa--", 58)],
    ids=[
        "the sample falls below four",
        "so it does when one was answered",
        "an answered call that leaves changes nothing",
        "three in five are not above, three in four are",
        "the calls that would be left alone",
    ],
)
def test_the_end_is_when_a_call_leaves_the_hour(words: str, minutes: int) -> None:
    (held,) = breaches(calls_each_minute(words), [], ASR_OF_FEW, NEW_LAW)
    assert (held.figure, held.until) == (Figure.ASR, NEW_LAW + minutes * MINUTE)


def test_what_time_alone_would_break_is_held_back_now() -> None:
    """Answered calls grow old first: ten of fourteen are fine now, but what is left in an hour would not be."""
    words = "a" * 10 + "---"
    (held,) = breaches(calls_each_minute(words), [], ASR_OF_FEW, NEW_LAW)
    assert held.until == NEW_LAW + (60 - 2) * MINUTE, "until the last four unanswered ones cannot be alone"
    assert held.value == 0


@pytest.mark.parametrize(
    ("under_way", "left"),
    [
        ([], 3),
        ([LineCall(NEW_LAW, False, 0)], 2),
        ([LineCall(NEW_LAW, False, 0)] * 3, 0),
        ([LineCall(NEW_LAW, True, 7_999)], 2),
    ],
    ids=["nobody", "one rings", "three ring", "one has just answered"],
)
def test_every_call_under_way_is_held_to_fail(under_way: list[LineCall], left: int) -> None:
    assert min(gauge.left for gauge in gauges([], under_way, FEW, NEW_LAW)) == left


@pytest.mark.parametrize(
    ("talk_ms", "held"),
    [(7_999, {Figure.SHORT, Figure.ACD}), (8_000, {Figure.ACD}), (60_000, set())],
    ids=["still short if it ended now", "no longer short", "long enough for the mean"],
)
def test_what_a_call_under_way_has_reached_it_keeps(talk_ms: int, held: set[Figure]) -> None:
    terms = replace(FEW, asr_above_percent=None, short_below_percent=50)
    talking = [LineCall(NEW_LAW, True, talk_ms)] * 3
    assert {breach.figure for breach in breaches([], talking, terms, NEW_LAW)} == held


@pytest.mark.parametrize(
    ("age", "counts"),
    [(WINDOW, False), (WINDOW - MICROSECOND, True), (WINDOW + MICROSECOND, False)],
    ids=["an hour ago", "just under", "just over"],
)
def test_a_call_counts_for_less_than_an_hour(age: timedelta, counts: bool) -> None:
    old = LineCall(NEW_LAW - age, False, 0)
    assert bool(breaches([old], [], replace(FEW, least_calls=2), NEW_LAW)) is counts


def test_calls_of_one_instant_leave_together() -> None:
    burst = [LineCall(NEW_LAW - MINUTE, False, 0)] * 3
    (held,) = breaches(burst, [], ASR_OF_FEW, NEW_LAW)
    assert held == Breach(Figure.ASR, 0, 60, NEW_LAW + 59 * MINUTE)


def test_between_calls_that_leave_together_there_is_no_instant() -> None:
    """The two unanswered ones never stand alone with the next call: the answered one leaves with them."""
    made = NEW_LAW - MINUTE
    calls = [LineCall(made, True, 60_000), LineCall(made, False, 0)]
    terms = CarrierTerms("Callr", 10, 1, asr_above_percent=30, least_calls=2)
    assert breaches(calls, [], terms, NEW_LAW) == ()


def test_what_the_operator_does_not_ask_is_not_judged() -> None:
    nothing_asked = CarrierTerms("Défaut", 10, 1)
    assert gauges(calls_each_minute("-" * 55), [], nothing_asked, NEW_LAW) == ()
    assert out_of_terms(calls_each_minute("-" * 55), nothing_asked) == [frozenset()] * 55


def test_where_an_operator_does_not_say_a_short_call_is_under_eight_seconds_and_fifty_calls_speak() -> None:
    unsaid = CarrierTerms("Défaut", 10, 1, short_below_percent=100)

    def all_of(count: int, talk_ms: int) -> tuple[Breach, ...]:
        return breaches([LineCall(NEW_LAW, True, talk_ms)] * count, [], unsaid, NEW_LAW)

    assert [held.figure for held in all_of(49, 7_999)] == [Figure.SHORT]
    assert all_of(48, 7_999) == all_of(49, 8_000) == ()


def test_the_number_whose_calls_these_are_is_told() -> None:
    (held, *_) = breaches(calls_each_minute("-" * 49), [], CALLR, NEW_LAW)
    (gauge, *_) = gauges(calls_each_minute("-" * 49), [], CALLR, NEW_LAW, "+33162000000")
    assert gauge.held == replace(held, caller_id="+33162000000")
