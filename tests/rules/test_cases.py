"""The dossier's own cases: verdict and rule ids exactly as written there."""

from __future__ import annotations

import pytest

from rules.vectors import answer
from tests.rules.case_file import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_answer_is_the_dossiers(case: Case) -> None:
    ours = answer(case.row)
    assert (ours.verdict, ours.rule_ids) == (case.verdict, ";".join(case.rule_ids))


def test_the_case_file_is_whole() -> None:
    assert [case.id for case in CASES] == [f"C{number:03d}" for number in range(1, 189)]
