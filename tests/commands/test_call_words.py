"""The steps of a call are told in French to whoever reads French: none is left in the words of the tables."""

from __future__ import annotations

import pytest

from commands.call_words import step_in_words, to_the_millisecond
from dialer.ports import CallEventKind
from dialer.schema import AttemptState


@pytest.mark.parametrize("step", [*AttemptState, *CallEventKind])
def test_every_step_of_a_call_has_a_french_word(step: AttemptState | CallEventKind) -> None:
    assert step_in_words(step, "fr") != step
    assert step_in_words(step, "en") == step


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("2026-11-24T09:02:02.411705+00:00", "2026-11-24 10:02:02.411"),
        ("2026-07-01T22:30:00+00:00", "2026-07-02 00:30:00.000"),
    ],
)
def test_an_instant_of_a_call_is_told_on_the_clock_of_the_office(stored: str, told: str) -> None:
    assert to_the_millisecond(stored) == told
