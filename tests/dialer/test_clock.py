"""A clock that does not go with the time: set by hand, or stopped while the machine slept."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

import pytest

from dialer.clock import ClockJumped, ClockWatch, SystemClock
from tests.dialer.fakes import HandClock

TOLERANCE = timedelta(seconds=5)


class Steady:
    """The machine's steady counter, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("clock", "time", "jumped"),
    [
        (1, 1, None),
        (3600, 3600, None),
        (5, 0, None),
        (0, 5, None),
        (5.1, 0, r"\+5 s"),
        (0, 5.5, "-6 s|-5 s"),
        (28_800, 0.5, r"\+28800 s"),
        (-3600, 1, "-3601 s"),
    ],
    ids=["goes", "a long wait", "at the limit", "slow, at the limit", "past it", "slow", "slept a night", "set back"],
)
def test_it_jumped_when_it_and_the_time_disagree(clock: float, time: float, jumped: str | None) -> None:
    shown, steady = HandClock(), Steady()
    watch = ClockWatch(shown, TOLERANCE, steady)
    shown.advance(seconds=clock)
    steady.seconds += time
    if jumped is None:
        watch.check()
    else:
        with pytest.raises(ClockJumped, match=jumped):
            watch.check()


def test_drift_that_a_time_server_corrects_is_no_jump() -> None:
    shown, steady = HandClock(), Steady()
    watch = ClockWatch(shown, TOLERANCE, steady)
    for _ in range(1000):
        shown.advance(seconds=10.1)
        steady.seconds += 10
        watch.check()


def test_a_process_that_was_held_up_while_it_looked_looks_again() -> None:
    """Stopped between the two readings, it would else see a jump that is none."""
    shown = HandClock()
    readings = cycle([0.0, 0.0, 1.0, 61.0, 61.0, 61.0])
    watch = ClockWatch(shown, TOLERANCE, lambda: next(readings))
    shown.advance(seconds=61)
    watch.check()


def test_the_machines_own_clock_goes_with_the_time() -> None:
    watch = ClockWatch(SystemClock(), TOLERANCE)
    watch.check()
