"""`dialer rules`: the book is readable, and a file of cases is decided row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.explain import layer_word
from rules.rule import Layer

if TYPE_CHECKING:
    from tests.commands.conftest import Say

CASES = Path(__file__).parents[1] / "rules" / "cases" / "cases.csv"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """The dossier's cases, in a file that a test may spoil."""
    path = tmp_path / "cases.csv"
    path.write_bytes(CASES.read_bytes())
    return path


def spoil(cases: Path, case_id: str, column: str, value: str) -> int:
    """Change one cell; gives the line it is on."""
    with cases.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (index,) = [number for number, row in enumerate(rows) if row["case_id"] == case_id]
    rows[index][column] = value
    with cases.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return index + 2


def test_all_cases_of_the_dossier_come_out_as_expected(say: Say, cases: Path) -> None:
    said = say("rules", "check", cases, "--expect", "--json")
    assert said.exit_code == 0
    assert said.document() == {"ok": True, "decided": 188, "unreadable": [], "differences": []}
    assert "188 cas décidés, 188 conformes" in say("rules", "check", cases, "--expect").words


def test_one_wrong_expectation_is_named(say: Say, cases: Path) -> None:
    line = spoil(cases, "C100", "expected", "perhaps")
    said = say("rules", "check", cases, "--expect", "--json")
    assert said.exit_code == 1
    (difference,) = said.document()["differences"]
    assert (difference["case_id"], difference["line"]) == ("C100", line)
    assert difference["expected"].startswith("perhaps ")
    assert "C100" in say("rules", "check", cases, "--expect").words


def test_an_unreadable_row_is_told_by_line_and_the_others_are_answered(say: Say, cases: Path, tmp_path: Path) -> None:
    line = spoil(cases, "C100", "instant_utc", "[/bold] demain")
    said = say("rules", "check", cases, "--expect", "--output", "answers.csv", "--json")
    assert said.exit_code == 3
    document = said.document()
    assert document["decided"] == 187
    assert [(row["case_id"], row["line"]) for row in document["unreadable"]] == [("C100", line)]
    assert "instant_utc" in document["unreadable"][0]["message"]
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 187
    assert f"ligne {line}" in say("rules", "check", cases, "--expect").words


def test_answers_have_exactly_these_columns(say: Say, cases: Path, tmp_path: Path) -> None:
    assert say("rules", "check", cases, "--output", "answers.csv").exit_code == 0
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["case_id", "verdict", "rule_ids", "next_eligible_at"]
    assert len(rows) == 188
    with CASES.open(encoding="utf-8", newline="") as file:
        expected = [[row["case_id"], row["expected"], row["expected_rule_ids"]] for row in csv.DictReader(file)]
    assert [row[:3] for row in rows] == expected


@pytest.mark.parametrize("output", ["absent/answers.csv", "cases.csv/answers.csv", "folder"])
def test_answers_that_cannot_be_written_are_blamed_on_their_own_path(
    say: Say, cases: Path, tmp_path: Path, output: str
) -> None:
    (tmp_path / "folder").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    said = say("rules", "check", cases, "--output", output, "--json")
    assert said.exit_code == 3
    assert said.document()["message"].startswith(f"{output} :")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"case_id,verdict\nC1,allow\n", "instant_utc"),
        (b"", "case_id"),
        (CASES.read_bytes().splitlines(keepends=True)[0], "cases.csv"),
        ("é".encode("cp1252"), "UTF-8"),
        (None, "cases.csv"),
    ],
    ids=["missing columns", "empty", "no row", "not UTF-8", "absent"],
)
def test_a_file_that_holds_no_cases(say: Say, cases: Path, content: bytes | None, told: str) -> None:
    cases.unlink() if content is None else cases.write_bytes(content)
    said = say("rules", "check", cases, "--output", "answers.csv", "--json")
    assert said.exit_code == 3
    assert told in said.document()["message"]
    assert not Path("answers.csv").exists()


def test_a_column_that_stands_twice_is_refused(say: Say, cases: Path) -> None:
    """Or the second would silently be the one that counts."""
    rows = list(csv.reader(cases.read_text("utf-8").splitlines()))
    with cases.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*row, "consent" if number == 0 else "valid"] for number, row in enumerate(rows)])
    said = say("rules", "check", cases, "--json")
    assert said.exit_code == 3
    assert "consent" in said.document()["message"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: [*row, "valid"], "more cells than columns"),
        (lambda row: ["", *row[1:]], "case_id: empty"),
        (lambda row: ["C099", *row[1:]], "'C099' stands in line"),
    ],
    ids=["a cell too many", "no id", "an id again"],
)
def test_a_row_whose_answer_could_be_taken_for_anothers_is_not_answered(
    say: Say, cases: Path, change: Callable[[list[str]], list[str]], told: str
) -> None:
    rows = list(csv.reader(cases.read_text("utf-8").splitlines()))
    changed = [change(row) if row[0] == "C100" else row for row in rows]
    with cases.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(changed)
    said = say("rules", "check", cases, "--json")
    assert (said.exit_code, said.document()["decided"]) == (3, 187)
    (fault,) = said.document()["unreadable"]
    assert told in fault["message"]


def test_where_no_case_can_be_answered_earlier_answers_stay(say: Say, cases: Path) -> None:
    header, first, *_ = cases.read_text("utf-8").splitlines()
    cases.write_text(f"{header}\n{first.replace(':', '?')}\n", "utf-8")
    answers = Path("answers.csv")
    answers.write_text("of yesterday", "utf-8")
    assert say("rules", "check", cases, "--output", answers).exit_code == 3
    assert answers.read_text("utf-8") == "of yesterday"


def test_expectations_need_their_columns(say: Say, tmp_path: Path) -> None:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = [row[:14] for row in csv.reader(file)]
    with (tmp_path / "bare.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert say("rules", "check", "bare.csv").exit_code == 0
    said = say("rules", "check", "bare.csv", "--expect", "--json")
    assert said.exit_code == 3
    assert "expected, expected_rule_ids" in said.document()["message"]


def test_the_book_of_a_day_holds_only_what_was_in_force(say: Say) -> None:
    def ids(*words: str) -> set[str]:
        return {rule["id"] for rule in say("rules", "list", *words, "--json").document()["rules"]}

    assert ids("--on", "2026-08-10") != ids("--on", "2026-08-11")
    assert ids("--on", "2026-08-10") | ids("--on", "2026-08-11") <= ids()


def test_a_rule_is_shown_with_its_articles_words_and_numbers(say: Say) -> None:
    said = say("rules", "show", "fr-freq")
    assert said.exit_code == 0
    assert "D.223-9" in said.words
    assert "FR-FREQ" in said.words
    unknown = say("rules", "show", "FR-NOTHING", "--json")
    assert unknown.exit_code == 3
    assert "rules list" in unknown.document()["message"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_layer_of_a_rule_is_told_in_the_language_of_the_reader(say: Say, language: str) -> None:
    told = layer_word(Layer.POLICY, language)
    assert f"· {told}" in say("rules", "show", "FR-REFUSAL-60D", "--lang", language).words
