"""Files of objections as people have them: boxes instead of days, words around numbers, and no header at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lists.errors import MissingColumn
from lists.evidence_files import EvidenceFile, read_evidence
from lists.evidence_vocabularies import EvidenceKind
from lists.opposition_numbers import opposed_numbers

TODAY = date(2026, 11, 24)
NUMBER, E164 = "06 39 98 01 21", "+33639980121"


def read(folder: Path, *lines: str) -> EvidenceFile:
    path = folder / "objections.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return read_evidence(path, EvidenceKind.OBJECTIONS, today=TODAY)


def codes(file: EvidenceFile) -> list[tuple[int, str, str]]:
    return [tuple(row) for row in file.problems.sort("line", "code").select("line", "severity", "code").iter_rows()]


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("1", "0"), ("oui", "non"), ("x", ""), ("Oui", "-")])
@pytest.mark.parametrize("header", ["Do Not Call", "Ne plus appeler", "Opt-out", "Opposition"])
def test_a_box_forbids_where_it_is_ticked_and_says_nothing_elsewhere(
    tmp_path: Path, header: str, yes: str, no: str
) -> None:
    file = read(tmp_path, f"Tél;{header};Nom", f"{NUMBER};{yes};A", f"0639980122;{no};B")
    assert file.rows.select("numbers", "said_on").rows() == [([E164], None)]
    assert codes(file) == [(1, "warning", "boxes-not-ticked")]
    assert (file.report.accepted, file.report.rejected) == (2, 0)


def test_a_row_whose_box_is_not_ticked_may_still_say_what_it_is(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;Do Not Call;Type", f"{NUMBER};FALSE;refus", "0639980122;FALSE;")
    assert file.rows.select("numbers", "kind").rows() == [([E164], "refusal")]


def test_a_box_may_hold_the_day_of_a_tick(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;Do Not Call", f"{NUMBER};01/10/2026", "0639980122;FALSE", "0639980123;TRUE")
    assert file.rows["said_on"].to_list() == [date(2026, 10, 1), None]


def test_without_any_tick_the_column_holds_days_and_an_empty_one_forbids(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;Do Not Call;Nom", f"{NUMBER};01/10/2026;A", "0639980122;;B")
    assert len(file.rows) == 2
    dated = read(tmp_path, "Tél;Opposition", f"{NUMBER};01/10/2026", "0639980122;", "0639980123;oui")
    assert len(dated.rows) == 3


def test_a_box_that_holds_anything_else_forbids(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;DNC;Nom", f"{NUMBER};peut-être;A", "0639980122;FALSE;B")
    assert file.rows["numbers"].to_list() == [[E164]]
    assert codes(file) == [(1, "warning", "boxes-not-ticked"), (2, "warning", "said-date-unreadable")]


def test_a_column_of_days_is_no_box(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;Date", f"{NUMBER};non")
    assert (2, "rejected", "nothing-said") in codes(file)


@pytest.mark.parametrize(
    ("text", "opposed"),
    [
        ("01 99 00 20 10 poste 12", [33199002010]),
        ("01 99 00 20 10 #12", [33199002010]),
        ("ext. 4 01 99 00 20 10", [33199002010]),
        ("06 39 98 10 28 (M. Martin)", [33639981028]),
        ("M. Martin 06 39 98 10 28", [33639981028]),
        ("M. Martin : +33 6 39 98 10 28", [33639981028]),
        ("0353O15025", [33353015025]),
        ("O353015025 fixe", [33353015025]),
        ("03 53 O1 5O 25", [33353015025]),
        ("Alice 06.39.98.10.28 Luc 03.53.01.50.25", [33353015025, 33639981028]),
        ("06 39 98 10 28 ou 03 53 01 50 25 (Luc)", [33353015025, 33639981028]),
        ("STOP 06 39 98 10 28", [33639981028]),
    ],
)
def test_a_number_that_a_human_would_read_is_opposed(text: str, opposed: list[int]) -> None:
    found, bad = opposed_numbers(pl.Series([text]))
    assert sorted(found["number"]) == opposed
    assert bad.is_empty()


def test_words_without_a_number_are_none() -> None:
    texts = ["12 rue de la Paix", "2026 Martin", "Otto", "le 12/03/2026 à Rennes"]
    found, bad = opposed_numbers(pl.Series(texts))
    assert found.is_empty()
    assert bad["row"].unique().to_list() == [0, 1, 2, 3]


def test_such_a_number_is_read_in_a_file_of_objections_too(tmp_path: Path) -> None:
    file = read(tmp_path, "Tél;Date", f"{NUMBER} (M. Martin);01/10/2026")
    assert (file.rows["numbers"].to_list(), codes(file)) == ([[E164]], [])


def test_a_file_of_nothing_but_numbers_needs_no_header(tmp_path: Path) -> None:
    file = read(tmp_path, NUMBER, "06 39 98 01 22")
    assert file.rows["numbers"].to_list() == [[E164], ["+33639980122"]]


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ((f"{NUMBER};01/10/2026;A", "0639980122;01/10/2026;B"), "such as “Phone;Date;Column 3”"),
        (("Oppositions 2026;;", "Tél;Date;Nom", f"{NUMBER};01/10/2026;A"), "further down (“Tél”, “Date”, “Nom”)"),
        (("Oppositions 2026", "Tél;Date", f"{NUMBER};01/10/2026"), "If this is a title, remove it"),
    ],
    ids=["no header", "a title", "a title alone"],
)
def test_a_file_without_header_or_with_a_title_above_says_what_to_do(
    tmp_path: Path, lines: tuple[str, ...], remedy: str
) -> None:
    with pytest.raises(MissingColumn) as raised:
        read(tmp_path, *lines)
    assert remedy in str(raised.value)
