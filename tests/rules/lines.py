"""A line against which nothing stands, and Hypothesis strategies for lines in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from rules.line import Breach, CarrierTerms, Figure, Line, LineCall

CALLR = CarrierTerms(
    operator="Callr",
    channels=10,
    starts_per_second=1,
    asr_above_percent=60,
    acd_above_seconds=15,
    short_call_seconds=8,
    short_below_percent=10,
    least_calls=50,
)
_CLEAR = Line(operator="Callr", channels=10, in_use=0)


def clear_line(**changes: object) -> Line:
    """A line with room and within its terms, with these changes."""
    return replace(_CLEAR, **changes)  # type: ignore[arg-type]


def breach(
    figure: Figure, at: datetime, minutes: float, value: int = 40, limit: int = 60, caller_id: str = ""
) -> Breach:
    """One that ends so many minutes after `at`."""
    return Breach(figure, value, limit, at + timedelta(minutes=minutes), caller_id)


def line_calls(at: datetime, least: int = 0, most: int = 12) -> st.SearchStrategy[list[LineCall]]:
    """Calls of the last eighty minutes, some at the same instant and some on the edge of the hour."""
    ago = st.integers(0, 16).map(lambda steps: timedelta(minutes=5 * steps)) | st.integers(0, 4800).map(
        lambda seconds: timedelta(seconds=seconds)
    )
    talk = st.sampled_from([0, 7_999, 8_000, 14_999, 15_000, 15_001, 60_000]) | st.integers(0, 200_000)
    call = st.builds(
        lambda back, answered, ms: LineCall(at - back, answered, ms if answered else 0), ago, st.booleans(), talk
    )
    return st.lists(call, min_size=least, max_size=most)


@st.composite
def lines(draw: st.DrawFn, at: datetime) -> Line:
    """A trunk as the gate sees it at `at`: full or not, between two starts or not, held by its figures or not."""
    ahead = st.integers(min_value=-600, max_value=7200).map(lambda seconds: at + timedelta(seconds=seconds))
    numbers = st.sampled_from(["", "+33162000000", "+33162000001"])
    held = st.builds(Breach, st.sampled_from(Figure), st.just(40), st.just(60), ahead, numbers)
    return Line(
        operator="Callr",
        channels=10,
        in_use=draw(st.sampled_from([0, 9, 10, 11])),
        next_start=draw(st.none() | ahead),
        room_at=draw(st.none() | ahead),
        failures_left=draw(st.none() | st.integers(0, 49)),
        breaches=tuple(draw(st.lists(held, max_size=3, unique_by=lambda each: (each.figure, each.caller_id)))),
    )
