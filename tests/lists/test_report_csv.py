"""The CSV of problems opens in Excel with a double click, holds every problem, and runs nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists import ContactList, write_problems_csv
from lists.problems import CATALOGUE, found, worded
from lists.report_csv import FORMULA_STARTS, harmless, harmless_column

Read = Callable[..., ContactList]
HEADERS = ["file", "line", "column", "value", "severity", "code", "message", "remedy"]


def written(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_problem_is_written_as_it_is_worded(read: Read, tmp_path: Path, language: str) -> None:
    contacts = read("Tél;Nom;CP\n0639980001;A;1\n06 XX;=B;75001\n0639980001;C;75002\n0639980001\n")
    write_problems_csv(tmp_path / "p.csv", contacts.problems, language, file="liste.csv")  # type: ignore[arg-type]
    rows = written(tmp_path / "p.csv")
    assert rows[0] == HEADERS
    assert rows[1:] == [
        [
            "liste.csv", str(each.line), each.column, harmless(each.value), each.severity.value, each.code,
            each.message_fr if language == "fr" else each.message_en,
            each.remedy_fr if language == "fr" else each.remedy_en,
        ]
        for each in worded(contacts.problems)
    ]  # fmt: skip
    assert len(rows) > 5


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_can_be_written_with_its_detail(tmp_path: Path, code: str) -> None:
    problems = found(code, lines=2, column="Tél", values="x", detail="some {detail}", detail_fr="du {detail}")
    write_problems_csv(tmp_path / "p.csv", problems, "fr", file="liste.csv")
    (problem,) = worded(problems)
    assert written(tmp_path / "p.csv")[1][6:] == [problem.message_fr, problem.remedy_fr]


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "＝cmd()", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1"])
def test_no_cell_starts_a_formula_and_no_text_is_lost(tmp_path: Path, text: str) -> None:
    problems = found("formula-like", lines=2, column=text, values=text, detail=text)
    write_problems_csv(tmp_path / "p.csv", problems, "en", file=text)
    row = written(tmp_path / "p.csv")[1]
    assert (row[0], row[2], row[3]) == (f"'{text}", f"'{text}", f"'{text}")
    assert not any(cell.startswith(FORMULA_STARTS) for cell in row)


@given(st.text() | st.sampled_from(FORMULA_STARTS).flatmap(lambda start: st.text().map(start.__add__)))
def test_no_text_ever_starts_a_formula_and_none_is_lost(cell: str) -> None:
    safe = harmless(cell)
    assert not safe.startswith(FORMULA_STARTS)
    assert safe == (f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell)


@given(st.lists(st.text(st.sampled_from("=+-@＝＋－＠\t\r\n'aé 1"), max_size=5), max_size=8))
def test_a_column_is_made_harmless_as_each_of_its_cells(texts: list[str]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    assert frame.select(harmless_column(pl.col("text")))["text"].to_list() == [harmless(text) for text in texts]


def test_a_list_without_problems_has_its_header_line(read: Read, tmp_path: Path) -> None:
    write_problems_csv(tmp_path / "p.csv", read("Tél;CP\n0639980001;75001\n").problems, "fr", file="liste.csv")
    assert written(tmp_path / "p.csv") == [HEADERS]


def test_what_cannot_be_written_leaves_the_old_file_and_no_draft(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "p.csv"
    target.parent.mkdir()
    target.write_text("before")

    def fail(self: pl.DataFrame, file: object, **_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", fail)
    with pytest.raises(OSError, match="No space"):
        write_problems_csv(target, read("Tél\n06XX\n").problems, "fr", file="liste.csv")
    assert [path.name for path in target.parent.iterdir()] == ["p.csv"]
    assert target.read_text() == "before"
