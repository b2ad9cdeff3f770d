"""The rules against a second reading of the dossier that shares nothing with them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decide import decide
from rules.rulebook import french_rulebook
from rules.vectors import read_case
from tests.rules.case_file import CASES, Case
from tests.rules.random_cases import random_case
from tests.rules.reference import easter, judge, national_holidays, open_question

NOT_IN_A_CASE = {"FR-CLI-AUTH", "PO-ONE-CALL"}
"""A case has no column for the carrier's list, it takes every caller id as authorised; nor for a call under way."""


def both_readings(case: dict[str, str]) -> tuple[tuple[str, list[str]], tuple[str, list[str]]]:
    """The rules' answer and the reference's, as verdict and ids."""
    decision = decide(*read_case(case))
    return (decision.verdict.word, list(decision.rule_ids) or ["NONE"]), judge(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_reference_itself_answers_the_case_file(case: Case) -> None:
    assert judge(case.row) == (case.verdict, case.rule_ids)


@given(st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_both_readings_agree(random: Random) -> None:
    case = random_case(random)
    if not open_question(case):
        ours, reference = both_readings(case)
        assert ours == reference, case


def test_both_readings_agree_on_two_thousand_random_cases() -> None:
    compare(2_000, seed=20260811)


@pytest.mark.slow
def test_both_readings_agree_on_a_hundred_thousand_random_cases() -> None:
    compare(100_000, seed=20250702)


def compare(count: int, seed: int) -> None:
    """Fail on the first difference, and when the cases drawn were too narrow to mean anything."""
    random = Random(seed)
    verdicts: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    for _ in range(count):
        case = random_case(random)
        if open_question(case):
            continue
        ours, reference = both_readings(case)
        assert ours == reference, case
        verdicts[ours[0]] += 1
        ids.update(ours[1])
    book = french_rulebook()
    every_id = {rule.id for rule in book.rules} | {exemption.id for exemption in book.exemptions}
    of_the_law = {name for name in every_id if not name.startswith("CT-")}
    assert set(ids) == (of_the_law | {"NONE"}) - NOT_IN_A_CASE
    assert min(verdicts[word] for word in ("allow", "defer", "deny")) > count / 25
    assert sum(verdicts.values()) > count * 0.95


@pytest.mark.parametrize(
    ("year", "monday", "ascension", "whit_monday"),
    [
        (2023, "04-10", "05-18", "05-29"),
        (2024, "04-01", "05-09", "05-20"),
        (2025, "04-21", "05-29", "06-09"),
        (2026, "04-06", "05-14", "05-25"),
        (2027, "03-29", "05-06", "05-17"),
        (2028, "04-17", "05-25", "06-05"),
    ],
)
def test_the_computus_of_the_reference_gives_table_5_2(
    year: int, monday: str, ascension: str, whit_monday: str
) -> None:
    movable = {date.fromisoformat(f"{year}-{day}") for day in (monday, ascension, whit_monday)}
    assert movable <= national_holidays(year)
    assert easter(year).weekday() == 6
