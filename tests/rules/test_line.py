"""The rolling hour against the carrier's terms: in which spans a figure is out of them, time alone passing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.line import WINDOW, Breach, CarrierTerms, Figure, Line, LineCall, breaches
from tests.rules.calls import NEW_LAW
from tests.rules.lines import CALLR, breach, clear_line, line_calls, lines

MICROSECOND = timedelta(microseconds=1)
FEW = replace(CALLR, least_calls=4)
"""The same terms, speaking from four calls on."""

TERMS = st.builds(
    CarrierTerms,
    operator=st.just("Callr"),
    channels=st.just(10),
    starts_per_second=st.just(1),
    asr_above_percent=st.none() | st.sampled_from([0, 33, 50, 60, 100]),
    acd_above_seconds=st.none() | st.sampled_from([0, 15, 60]),
    short_call_seconds=st.sampled_from([8, 60]),
    short_below_percent=st.none() | st.sampled_from([0, 10, 50, 100]),
    least_calls=st.integers(min_value=0, max_value=6),
)


def out_of_terms(calls: Sequence[LineCall], terms: CarrierTerms, at: datetime) -> set[Figure]:
    """The slow way: at one instant, filter the hour afresh and work out each figure as a fraction."""
    hour = [call for call in calls if at - WINDOW < call.started_at]
    answered = [call for call in hour if call.answered]
    if len(hour) < terms.least_calls or not hour:
        return set()
    found = set()
    if terms.asr_above_percent is not None and not Fraction(len(answered), len(hour)) > Fraction(
        terms.asr_above_percent, 100
    ):
        found.add(Figure.ASR)
    if answered:
        seconds = Fraction(sum(call.talk_ms for call in answered), 1000) / len(answered)
        short = Fraction(len([call for call in answered if call.talk_ms < terms.short_call_seconds * 1000]))
        if terms.acd_above_seconds is not None and not seconds > terms.acd_above_seconds:
            found.add(Figure.ACD)
        if terms.short_below_percent is not None and not short / len(answered) < Fraction(
            terms.short_below_percent, 100
        ):
            found.add(Figure.SHORT)
    return found


def value_of(figure: Figure, calls: Sequence[LineCall], terms: CarrierTerms, at: datetime) -> int:
    """The figure itself at one instant, rounded down: percent or seconds."""
    hour = [call for call in calls if at - WINDOW < call.started_at]
    talks = [call.talk_ms for call in hour if call.answered]
    match figure:
        case Figure.ASR:
            return int(Fraction(100 * len(talks), len(hour)))
        case Figure.ACD:
            return int(Fraction(sum(talks), 1000 * len(talks)))
        case Figure.SHORT:
            return int(Fraction(100 * len([ms for ms in talks if ms < terms.short_call_seconds * 1000]), len(talks)))


@given(line_calls(NEW_LAW), TERMS)
@settings(max_examples=400, deadline=None)
def test_the_spans_are_those_of_a_fresh_look_at_every_instant(calls: list[LineCall], terms: CarrierTerms) -> None:
    """Figures change only when a call leaves the hour: looking just before, at and after each such instant is all."""
    spans = breaches(calls, terms, NEW_LAW)
    event(f"{len(spans)} spans")
    leaving = {call.started_at + WINDOW for call in calls} | {NEW_LAW + 2 * WINDOW}
    edges = sorted({NEW_LAW, *(edge + nudge for edge in leaving for nudge in (-MICROSECOND, 0 * WINDOW, MICROSECOND))})
    for instant in [edge for edge in edges if edge >= NEW_LAW]:
        held = {span.figure for span in spans if span.holds_at(instant)}
        assert held == out_of_terms(calls, terms, instant), instant


@given(line_calls(NEW_LAW), TERMS)
@settings(deadline=None)
def test_a_span_ends_at_the_first_instant_at_which_the_figure_is_back(
    calls: list[LineCall], terms: CarrierTerms
) -> None:
    for span in breaches(calls, terms, NEW_LAW):
        assert NEW_LAW <= span.since < span.until
        assert span.figure in out_of_terms(calls, terms, span.until - MICROSECOND)
        assert span.figure not in out_of_terms(calls, terms, span.until)
        assert span.since == NEW_LAW or span.figure not in out_of_terms(calls, terms, span.since - MICROSECOND)
        assert span.value == value_of(span.figure, calls, terms, span.since)


@given(line_calls(NEW_LAW), TERMS)
def test_spans_of_one_figure_never_touch(calls: list[LineCall], terms: CarrierTerms) -> None:
    spans = breaches(calls, terms, NEW_LAW)
    assert list(spans) == sorted(spans, key=lambda span: (span.figure, span.since))
    for one, other in pairwise(spans):
        assert one.figure is not other.figure or one.until < other.since


@given(line_calls(NEW_LAW), TERMS, st.randoms(use_true_random=False))
def test_the_order_of_the_calls_does_not_matter(calls: list[LineCall], terms: CarrierTerms, random: Random) -> None:
    shuffled = list(calls)
    random.shuffle(shuffled)
    assert breaches(shuffled, terms, NEW_LAW) == breaches(calls, terms, NEW_LAW)


@given(line_calls(NEW_LAW), TERMS)
def test_an_hour_later_nothing_stands(calls: list[LineCall], terms: CarrierTerms) -> None:
    assert breaches(calls, terms, NEW_LAW + WINDOW) == ()
    assert all(span.until <= NEW_LAW + WINDOW for span in breaches(calls, terms, NEW_LAW))


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
        ("a" * 31 + "-" * 19, {}),
        ("a" * 30 + "-" * 20, {Figure.ASR: 60}),
        ("-" * 50, {Figure.ASR: 0}),
        ("-" * 49, {}),
        ("a" * 46 + "s" * 4, {}),
        ("a" * 45 + "s" * 5, {Figure.SHORT: 10}),
        ("s" * 50, {Figure.SHORT: 100, Figure.ACD: 7}),
        ("s" * 49, {}),
        ("", {}),
    ],
    ids=[
        *("all answered", "62 percent answered", "60 percent is not above 60", "none answered"),
        *("forty-nine calls say nothing", "8 percent short", "10 percent is not below 10"),
        *("all short", "forty-nine short ones say nothing", "no call"),
    ],
)
def test_a_limit_itself_is_out_of_terms_and_fifty_calls_are_needed(words: str, expected: dict[Figure, int]) -> None:
    now = [span for span in breaches(calls_each_minute(words), CALLR, NEW_LAW) if span.holds_at(NEW_LAW)]
    assert {span.figure: span.value for span in now} == expected


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("----", 57), ("-a--", 57), ("a----aa", 57), ("--aaa", 56)],
    ids=[
        "the sample falls below four",
        "so it does when one was answered",
        "an answered call that leaves changes nothing",
        "three in five are below, three in four above",
    ],
)
def test_the_end_is_when_a_call_leaves_the_hour(words: str, minutes: int) -> None:
    (span,) = breaches(calls_each_minute(words), FEW, NEW_LAW)
    assert (span.figure, span.since) == (Figure.ASR, NEW_LAW)
    assert span.until == NEW_LAW + timedelta(minutes=minutes)


def test_a_figure_can_leave_its_terms_by_time_alone() -> None:
    """Answered calls grow old first: what is within terms now will not be in a quarter of an hour."""
    (span,) = breaches(calls_each_minute("aaaa-----a"), replace(FEW, asr_above_percent=45), NEW_LAW)
    assert span.figure is Figure.ASR
    assert span.since == NEW_LAW + timedelta(minutes=51), "half of ten, then four of nine"


def test_one_figure_may_be_out_of_terms_in_two_spans() -> None:
    """Half of four, two of three, half of two, none of one."""
    spans = breaches(calls_each_minute("-aa-"), replace(FEW, asr_above_percent=50, least_calls=1), NEW_LAW)
    in_minutes = [((span.since - NEW_LAW).seconds // 60, (span.until - NEW_LAW).seconds // 60) for span in spans]
    assert in_minutes == [(0, 57), (58, 60)]


@pytest.mark.parametrize(
    ("age", "counts"),
    [(WINDOW, False), (WINDOW - MICROSECOND, True), (WINDOW + MICROSECOND, False)],
    ids=["an hour ago", "just under", "just over"],
)
def test_a_call_counts_for_less_than_an_hour(age: timedelta, counts: bool) -> None:
    old = LineCall(NEW_LAW - age, False, 0)
    assert bool(breaches([old], replace(FEW, least_calls=1), NEW_LAW)) is counts


def test_calls_of_one_instant_leave_together() -> None:
    burst = [LineCall(NEW_LAW, False, 0)] * 4
    (span,) = breaches(burst, FEW, NEW_LAW)
    assert span == Breach(Figure.ASR, 0, 60, NEW_LAW, NEW_LAW + WINDOW)


def test_what_the_operator_does_not_ask_is_not_watched() -> None:
    nothing_asked = CarrierTerms("Défaut", 10, 1)
    assert not nothing_asked.watched
    assert breaches(calls_each_minute("-" * 55), nothing_asked, NEW_LAW) == ()


def test_where_an_operator_does_not_say_a_short_call_is_under_eight_seconds_and_fifty_calls_speak() -> None:
    unsaid = CarrierTerms("Défaut", 10, 1, short_below_percent=100)

    def all_of(count: int, talk_ms: int) -> tuple[Breach, ...]:
        return breaches([LineCall(NEW_LAW, True, talk_ms)] * count, unsaid, NEW_LAW)

    assert [span.figure for span in all_of(50, 7_999)] == [Figure.SHORT]
    assert all_of(49, 7_999) == all_of(50, 8_000) == ()


@pytest.mark.parametrize("limit", ["asr_above_percent", "acd_above_seconds", "short_below_percent"])
def test_a_single_limit_is_enough_to_watch(limit: str) -> None:
    assert replace(CarrierTerms("Défaut", 10, 1), **{limit: 0}).watched  # type: ignore[arg-type]


@given(lines(NEW_LAW))
def test_a_line_survives_being_stored(line: Line) -> None:
    assert Line.from_dict(json.loads(json.dumps(line.to_dict()))) == line


PLAIN = clear_line(next_start=NEW_LAW, breaches=(breach(Figure.ASR, NEW_LAW, 5),)).to_dict()
(ROW,) = PLAIN["breaches"]  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        {"breaches": {}},
        {"breaches": None},
        {"breaches": [{**ROW, "figure": "mos"}]},
        {"breaches": [{**ROW, "until": "soon"}]},
        {"breaches": [{name: value for name, value in ROW.items() if name != "limit"}]},
        {"next_start": "soon"},
        {"next_start": 12},
        {"no_such_fact": 1},
    ],
    ids=lambda change: str(change)[:40],
)
def test_a_stored_line_of_another_shape_is_refused_not_guessed(change: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Line.from_dict({**PLAIN, **change})


def test_a_stored_line_without_one_of_its_facts_is_refused() -> None:
    for missing in ("operator", "channels", "in_use", "breaches", "next_start"):
        with pytest.raises((KeyError, TypeError)):
            Line.from_dict({name: value for name, value in PLAIN.items() if name != missing})
