"""What a line leaves room for: terms that make sense, whom a breach holds back, and a line as it is stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from rules.line import CarrierTerms, Figure, Line
from tests.rules.calls import NEW_LAW
from tests.rules.lines import CALLR, breach, clear_line, lines

MICROSECOND = timedelta(microseconds=1)


def test_what_the_operator_does_not_ask_is_not_watched() -> None:
    assert not CarrierTerms("Défaut", 10, 1).watched


@pytest.mark.parametrize("limit", ["asr_above_percent", "acd_above_seconds", "short_below_percent"])
def test_a_single_limit_is_enough_to_watch(limit: str) -> None:
    assert replace(CarrierTerms("Défaut", 10, 1), **{limit: 0}).watched  # type: ignore[arg-type]


@pytest.mark.parametrize("least", [1, 0, -1])
def test_terms_that_forbid_the_first_call_are_refused(least: int) -> None:
    with pytest.raises(ValueError, match="would forbid the first call"):
        replace(CALLR, least_calls=least)


def test_terms_that_ask_for_no_figure_may_speak_of_any_number_of_calls() -> None:
    assert CarrierTerms("Défaut", 10, 1, least_calls=1).least_calls == 1


@pytest.mark.parametrize(
    ("of", "caller_id", "holds"),
    [("", "+33162000000", True), ("+33162000000", "+33162000000", True), ("+33162000001", "+33162000000", False)],
    ids=["of the trunk", "of the number shown", "of another number"],
)
def test_a_breach_holds_back_the_calls_that_it_is_about_until_it_ends(of: str, caller_id: str, holds: bool) -> None:
    held = breach(Figure.ASR, NEW_LAW, 5, caller_id=of)
    line = clear_line(breaches=(held,))
    assert line.held(caller_id, held.until - MICROSECOND) == ((held,) if holds else ())
    assert line.held(caller_id, held.until) == ()


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
        {"breaches": [{name: value for name, value in ROW.items() if name != "caller_id"}]},
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
