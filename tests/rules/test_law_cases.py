"""One case file per article, written for a lawyer: each row a sentence, an answer, and the rules behind it."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.rulebook import french_rulebook
from rules.vectors import MORE_COLUMNS, answer
from tests.rules.case_file import BY_ARTICLE, CASES, Case
from tests.rules.reference import judge, open_question, territories_of
from tests.rules.reference_tables import ZONES

EVERY_CASE = [case for cases in BY_ARTICLE.values() for case in cases]
COLUMNS = [*CASES[0].row, "phrase"]
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
NOT_IN_A_CASE = {"FR-CLI-AUTH", "PO-ONE-CALL"}
"""A case has no column for the carrier's list, it takes every caller id as authorised; nor for a call under way."""


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: case.id)
def test_the_answer_is_what_the_case_file_expects(case: Case) -> None:
    ours = answer(case.row)
    assert (ours.verdict, ours.rule_ids) == (case.verdict, ";".join(case.rule_ids)), case.row["phrase"]


@pytest.mark.parametrize("case", [case for case in EVERY_CASE if not open_question(case.row)], ids=lambda case: case.id)
def test_the_second_reading_of_the_law_answers_alike(case: Case) -> None:
    hidden = case.row["cli"] in ("", "private")  # the reference knows one word for a hidden number
    row = {**case.row, "cli": "anonymous"} if hidden else case.row
    assert judge(row) == (case.verdict, case.rule_ids), case.row["phrase"]


@pytest.mark.parametrize("article", BY_ARTICLE)
def test_a_file_can_be_read_in_one_sitting_and_shows_both_sides(article: str) -> None:
    cases = BY_ARTICLE[article]
    assert 6 <= len(cases) <= 20
    assert len({case.verdict for case in cases}) > 1
    first, *_ = cases[0].id.rpartition("-")
    assert [case.id for case in cases] == [f"{first}-{number:02d}" for number in range(1, len(cases) + 1)]


@pytest.mark.parametrize("article", BY_ARTICLE)
def test_each_row_has_its_columns_a_french_sentence_and_the_article(article: str) -> None:
    for case in BY_ARTICLE[article]:
        phrase = case.row["phrase"]
        assert [column for column in case.row if column not in MORE_COLUMNS] == COLUMNS
        assert phrase[0].isupper() or phrase[0] in "«0123456789", case.id
        assert phrase.endswith("."), case.id
        assert case.row["legal_basis"], case.id


@pytest.mark.parametrize("article", BY_ARTICLE)
def test_the_note_is_the_consumers_own_day_and_hour(article: str) -> None:
    """A lawyer reads local time; the column that is judged says UTC, and both must agree."""
    for case in BY_ARTICLE[article]:
        at = datetime.fromisoformat(case.row["instant_utc"])
        places = territories_of(case.row["contact_postcode"], case.row["number_e164"])
        zones = [zone for place in places for zone in ZONES[place]] or ["Europe/Paris"]
        local = [at.astimezone(ZoneInfo(zone)) for zone in zones]
        in_words = {f"{WEEKDAYS[moment.weekday()]} {moment:%d/%m/%Y %H:%M:%S}" for moment in local}
        assert case.row["note"] in in_words, case.id


@pytest.mark.parametrize("article", BY_ARTICLE)
def test_only_numbers_of_fiction_or_ending_in_zeros_are_written(article: str) -> None:
    for case in BY_ARTICLE[article]:
        for number in (case.row["number_e164"], case.row["cli"]):
            filled = re.fullmatch(r"\+?\d*00", number) or number in ("", "anonymous", "private")
            assert filled or number.startswith(FICTION), number


def test_no_two_cases_share_an_id_or_a_file_a_sentence() -> None:
    assert len({case.id for case in EVERY_CASE}) == len(EVERY_CASE)
    for cases in BY_ARTICLE.values():
        assert len({case.row["phrase"] for case in cases}) == len(cases)


def test_every_rule_and_exemption_of_the_law_stands_in_some_file() -> None:
    book = french_rulebook()
    every_id = {item.id for item in (*book.rules, *book.exemptions) if not item.id.startswith("CT-")}
    assert {rule_id for case in EVERY_CASE for rule_id in case.rule_ids} == (every_id | {"NONE"}) - NOT_IN_A_CASE
