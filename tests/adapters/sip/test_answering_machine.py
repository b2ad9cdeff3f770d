"""People are short, machines talk on: judged on level sequences alone."""

from __future__ import annotations

import pytest

from adapters.sip.answering_machine import INTERVAL, VOICE_LEVEL, AnsweringMachineDetector

VOICE, QUIET = VOICE_LEVEL + 12, 2


def heard_at(*stretches: tuple[float, int]) -> float | None:
    """When (seconds after the answer) a machine is recognised in these (seconds, level) stretches."""
    detector = AnsweringMachineDetector(answered_at=100.0)
    now = 100.0
    for seconds, level in stretches:
        for _ in range(round(seconds / INTERVAL.total_seconds())):
            if detector.wants_level(now) and detector.hear(now, level):
                return now - 100.0
            now += INTERVAL.total_seconds() + 1e-6
    return None


@pytest.mark.parametrize(
    ("stretches", "why"),
    [
        ([(5, QUIET)], "silence"),
        ([(0.6, VOICE), (5, QUIET)], "allô ?"),
        ([(0.3, QUIET), (1.8, VOICE), (3, QUIET)], "a whole sentence, then waiting"),
        ([(1.2, VOICE), (0.6, QUIET), (1.2, VOICE), (0.6, QUIET), (1, VOICE)], "a person who breathes"),
        ([(5, VOICE_LEVEL - 1)], "a noisy line"),
        ([(2.5, QUIET), (5, VOICE)], "talk that is still short when listening ends"),
    ],
)
def test_people_are_not_taken_for_machines(stretches: list[tuple[float, int]], why: str) -> None:
    assert heard_at(*stretches) is None, why


@pytest.mark.parametrize(
    ("stretches", "at"),
    [
        ([(6, VOICE)], 2.2),
        ([(0.5, QUIET), (6, VOICE)], 2.7),
        ([(0.9, VOICE), (0.3, QUIET), (0.9, VOICE), (0.3, QUIET), (3, VOICE)], 2.4),
        ([(0.2, VOICE), (0.8, QUIET), (6, VOICE)], 3.2),
    ],
)
def test_a_machine_is_recognised_after_two_seconds_of_talk(stretches: list[tuple[float, int]], at: float) -> None:
    assert heard_at(*stretches) == pytest.approx(at, abs=0.1)


def test_it_stops_listening_after_four_seconds() -> None:
    detector = AnsweringMachineDetector(answered_at=0.0)
    assert detector.wants_level(4.0)
    assert not detector.wants_level(4.01)


def test_it_wants_one_level_for_each_frame() -> None:
    detector = AnsweringMachineDetector(answered_at=0.0)
    detector.hear(0.0, QUIET)
    assert not detector.wants_level(0.019)
    assert detector.wants_level(0.02)
