"""Opposition lists: whatever may be a number stays opposed, and it is the same number that a contact list holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.evidence_files import read_evidence
from lists.evidence_vocabularies import EvidenceKind
from lists.number_cells import numbers_in
from lists.opposition_numbers import opposed_numbers
from lists.report_csv import write_problems_csv

SPELLINGS = ("0{0}", "+33{0}", "0033 {0}", "+33 (0){0}", "33{0}", "{0}", " 0{0} ", "0{0}.0", "tel +33{0}", "0{0}/18")


def numbers(*texts: str) -> list[tuple[int, int]]:
    found, _ = opposed_numbers(pl.Series(texts, dtype=pl.String))
    return sorted((row, number) for row, number in found.iter_rows())


@given(st.lists(st.tuples(st.sampled_from(SPELLINGS), st.integers(10**8, 10**9 - 1)), max_size=20))
def test_a_number_that_can_be_called_is_opposed_however_it_is_written(written: list[tuple[str, int]]) -> None:
    texts = pl.Series([spelling.format(digits) for spelling, digits in written], dtype=pl.String)
    callable_, _ = numbers_in(texts, pl.repeat("", len(texts), dtype=pl.String, eager=True))
    opposed = numbers(*texts)
    for row, number in callable_.select("cell", "number").iter_rows():
        assert (row, int(number[1:])) in opposed


@given(st.lists(st.text(max_size=30), max_size=8))
def test_every_cell_gives_numbers_or_a_reason_or_is_empty(texts: list[str]) -> None:
    found, bad = opposed_numbers(pl.Series(texts, dtype=pl.String))
    told = {*found["row"], *bad["row"]}
    assert all(row in told for row, text in enumerate(texts) if any(character.isalnum() for character in text))
    assert all(10**5 <= number < 10**15 for number in found["number"])


@pytest.mark.parametrize(
    ("text", "opposed"),
    [
        ("06 39 98 01 21", [33639980121]),
        ("+44 20 7946 0958", [442079460958]),
        ("08 00 12 34 56", [33800123456]),
        ("0700 1234567890", [337001234567890]),
        ("+33 1 00 00 00 00", [33100000000]),
        ("0692 12 34 56", [262692123456]),
        ("+33 692 12 34 56", [33692123456, 262692123456]),
        ("+33 5 96 12 34 56", [33596123456, 596596123456]),
        ("+33 (0)692 12 34 56", [262692123456]),
        ("+262 6 39 98 01 21", [33639980121, 262639980121]),
        ("+262 612 34 56 78", [33612345678, 262612345678]),
        ("+33 262 692 12 34 56", [262692123456, 33262692123456]),
        ("+06 39 98 01 21", [33639980121]),
        ('="0639980121"', [33639980121]),
        ("=+33639980121", [33639980121]),
        ("'+33639980121", [33639980121]),
        ("25 00 00", [33250000, 508250000, 687250000]),
        ("+99 1234", [991234]),
        ("06 39 98 01 21 ou 06 39 98 01 22", [33639980121, 33639980122]),
        ("18", []),
        ("inconnu", []),
        ("+1234567890123456", []),
    ],
)
def test_old_foreign_and_special_numbers_are_kept_and_nonsense_is_not(text: str, opposed: list[int]) -> None:
    assert sorted(number for _, number in numbers(text)) == sorted(opposed)


@pytest.mark.parametrize("lines", [("0639980121", "0639980122"), ("Téléphone", "0639980121", "0639980122")])
def test_a_bare_list_of_numbers_needs_no_header(tmp_path: Path, lines: tuple[str, ...]) -> None:
    path = tmp_path / "opposition.txt"
    path.write_text("\n".join(lines), "utf-8")
    file = read_evidence(path, EvidenceKind.OPPOSITION, today=date(2026, 11, 24))
    assert file.rows["number"].to_list() == [33639980121, 33639980122]
    assert file.rows["line"].to_list() == [len(lines) - 1, len(lines)]
    assert (file.report.rows_read, file.report.accepted) == (2, 2)


def test_dates_and_bad_cells_of_an_opposition_list(tmp_path: Path) -> None:
    path = tmp_path / "opposition.csv"
    path.write_text("Tél;Inscrit le\n0639980121;01/10/2026\n0639980122;\nabc;01/10/2026\n", "utf-8")
    file = read_evidence(path, EvidenceKind.OPPOSITION, today=date(2026, 11, 24))
    assert file.rows.drop("line").rows() == [(date(2026, 10, 1), 33639980121), (None, 33639980122)]
    assert (file.report.accepted, file.report.rejected) == (2, 1)
    assert "number-missing" in file.report.counts


LIMITING = [
    (EvidenceKind.OBJECTIONS, "Tél"),
    (EvidenceKind.PAST_CALLS, "Tél;Date"),
]


@pytest.mark.parametrize(("kind", "header"), LIMITING)
@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("+33 6 92 12 34 56", "+33692123456"),
        ("+33 5 90 12 34 56", "+33590123456"),
        ("08 99 12 34 56", "+33899123456"),
        ("+33 1 00 00 00 00", "+33100000000"),
        ("'+33 6 39 98 01 21", "+33639980121"),
        ("=+33639980121", "+33639980121"),
    ],
)
def test_a_row_that_limits_is_kept_whether_its_number_can_be_called_or_not(
    tmp_path: Path, kind: EvidenceKind, header: str, cell: str, number: str
) -> None:
    path = tmp_path / "limits.csv"
    path.write_text(f"{header}\n{cell}{';20/11/2026' if ';' in header else ''}\n", "utf-8")
    file = read_evidence(path, kind, today=date(2026, 11, 24))
    assert file.rows["numbers"].to_list() == [[number]]
    assert (file.report.accepted, file.report.rejected) == (1, 0)


def test_a_formula_in_a_cell_of_numbers_is_no_number_and_is_harmless_in_the_report(tmp_path: Path) -> None:
    path, report = tmp_path / "limits.csv", tmp_path / "report.csv"
    path.write_text("Tél\n0639980121\n=cmd()+33\n=1+1\n", "utf-8")
    file = read_evidence(path, EvidenceKind.OBJECTIONS, today=date(2026, 11, 24))
    assert (file.report.accepted, file.report.rejected) == (1, 2)
    write_problems_csv(report, file.problems, "en", file="limits.csv")
    cells = [line.split(";")[3] for line in report.read_text("utf-8-sig").splitlines()[1:]]
    assert sorted(cells) == ["'=1+1", "'=cmd()+33"]
