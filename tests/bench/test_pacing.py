"""The judge's book of calls is read right, and a short campaign keeps both limits in front of a real Kamailio."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pacing import Book

ROOT = Path(__file__).resolve().parents[2]
INSTANTS = st.lists(st.floats(0, 60, allow_nan=False), min_size=1, max_size=60)


def test_a_call_is_counted_once_however_often_the_judge_wrote_of_it() -> None:
    book = Book.read(
        " 1(9) ERROR: <script>: judge start 10.000000 a@b\n"
        " 1(9) ERROR: <script>: judge start 10.500000 a@b\n"
        "something else 11.000000\n"
        " 1(9) ERROR: <script>: judge start 10.900000 c@d\n"
        " 1(9) ERROR: <script>: judge over 11.200000 a@b\n"
        " 1(9) ERROR: <script>: judge over 11.400000 a@b\n"
    )
    assert book == Book([10.0, 10.9], [11.2])
    assert (book.busiest_second(), book.most_at_once()) == (2, 2)


def test_the_fullest_second_is_no_second_of_a_clock_and_its_end_is_the_next_ones() -> None:
    assert Book([0.9, 1.1, 1.8, 1.9], []).busiest_second() == 3
    assert Book([0.0, 1.0, 2.0], []).busiest_second() == 1


def test_a_call_that_ends_as_another_begins_makes_room_for_it() -> None:
    assert Book([0.0, 1.0], [1.0]).most_at_once() == 1


def test_the_rate_is_judged_from_the_warm_start_on() -> None:
    assert Book([float(at) for at in (0, 5, 6, 7, 8)], []).rate() == 1.0
    assert Book([0.0], []).rate() == 0.0


@given(INSTANTS)
def test_the_fullest_second_is_the_fullest_of_all_windows(instants: list[float]) -> None:
    starts = sorted(instants)
    assert Book(starts, []).busiest_second() == max(sum(begin <= at < begin + 1.0 for at in starts) for begin in starts)


@pytest.mark.slow
def test_neither_limit_is_crossed_in_front_of_a_kamailio() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.pacing", "--caps", "5", "--minutes", "0.5", "--channels", "15"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^ +5 +15 +1[3-7]\d ", done.stdout, re.M), done.stdout
