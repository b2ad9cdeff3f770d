"""A slot that an ended call keeps is lost after a moment, and for how long is told."""

from __future__ import annotations

from adapters.sip.slots import USUAL, EndingCalls


def looked(*turns: tuple[float, int]) -> EndingCalls:
    """After turns at these instants, each with so many ended calls that keep a slot."""
    calls = EndingCalls()
    for now, ending in turns:
        calls.look(ending, now)
    return calls


def test_a_call_that_ends_as_usual_costs_nobody_a_channel() -> None:
    calls = looked((0.0, 1))
    assert calls.blocked(0.01) == 0
    calls.look(0, 0.02)
    assert (calls.blocked(1.0), calls.stuck_for(1.0)) == (0, 0.0)


def test_slots_are_lost_one_by_one_as_their_calls_stay() -> None:
    calls = looked((0.0, 1), (1.0, 3))
    assert [calls.blocked(at) for at in (USUAL / 2, USUAL, 1.1, 1.3)] == [0, 1, 1, 3]


def test_a_slot_is_lost_at_once_when_nothing_at_all_was_answered() -> None:
    calls = looked((0.0, 0))
    calls.ended_in_silence(1.0)
    assert calls.blocked(1.0) == 1
    calls.look(0, 1.1)
    assert calls.blocked(1.1) == 0, "the library has given it back after all"


def test_the_oldest_comes_back_first() -> None:
    calls = looked((0.0, 1), (32.0, 2), (32.1, 1))
    assert (calls.blocked(32.2), calls.blocked(32.4)) == (0, 1)


def test_slots_are_stuck_since_the_last_of_them_came_back() -> None:
    calls = looked((0.0, 2))
    assert calls.stuck_for(29.0) == 29.0
    calls.look(1, 30.0)
    assert calls.stuck_for(40.0) == 10.0
