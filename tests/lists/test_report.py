"""The report accounts for every row and can be forwarded as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import ContactList, ListReport, read_contacts
from lists.problems import CATALOGUE

Read = Callable[..., ContactList]


def test_the_report_is_json_and_names_no_folder(read: Read, tmp_path: Path) -> None:
    report = read("Tél;Nom\n0639980001;A\n06XX;B\n").report
    text = json.dumps(report.to_dict())
    assert json.loads(text) == report.to_dict()
    assert str(tmp_path) not in text
    assert report.to_dict()["file"] == "liste.csv"


def test_problems_come_in_the_order_of_the_lines(read: Read) -> None:
    report = read("Tél;CP;Nom\n06XX;;A\n0639980001;1;=B\n0639980001;75001;C\n0639980002\n").report
    assert [each.line for each in report.problems] == [2, 2, 3, 3, 4, 4, 5]


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_is_worded_in_both_languages_with_a_remedy(code: str) -> None:
    wording = CATALOGUE[code]
    sentences = [wording.message_fr, wording.message_en, wording.remedy_fr, wording.remedy_en]
    assert all(re.fullmatch(r"[A-ZÉ].*[.?]", sentence) for sentence in sentences)
    assert wording.message_fr != wording.message_en
    assert ("{detail}" in wording.message_fr) == ("{detail}" in wording.message_en)


def test_every_entry_of_the_catalogue_is_used() -> None:
    root = Path(__file__).parents[2]
    sources = [path for floor in ("lists", "dialer") for path in (root / floor).rglob("*.py")]
    others = "".join(path.read_text() for path in sources if path.name != "problems.py")
    assert [code for code in CATALOGUE if others.count(f'"{code}"') == others.count(f'"{code}": Wording')] == []


def test_a_report_repeats_the_first_problems_and_counts_them_all(read: Read) -> None:
    contacts = read("Tél;CP\n" + "".join(f"06XX;{place}\n" for place in range(10_000, 10_150)) + "0639980001;1\n" * 60)
    report = contacts.report
    assert report.counts == {"merged-same-number": 59, "number-letters": 150, "postcode-unreadable": 60}
    assert report.problems_found == len(contacts.problems) == 269
    twice = (line for line in range(153, 177) for _ in "ab")
    assert [each.line for each in report.problems] == [*range(2, 153), *twice, 177]


def test_a_report_comes_back_from_its_stored_form(read: Read) -> None:
    report = read("Tél;CP\n06XX;75001\n0639980001;1\n").report
    assert ListReport.from_dict(json.loads(json.dumps(report.to_dict()))) == report


CELL = st.text(st.sampled_from('06399801a;",\n\r =+é'), max_size=14)


@settings(max_examples=60)
@given(st.lists(CELL, min_size=1, max_size=8))
def test_whatever_stands_under_the_header_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes("\n".join(["Tél;Nom", *rows, "0639980001;Zoé"]).encode())
    contacts = read_contacts(path, today=date(2026, 11, 24), delimiter=";")
    report = contacts.report
    assert report.rows_read == report.accepted + report.merged + report.rejected
    assert report.accepted == len(contacts.frame)
    assert contacts.frame["numbers"].notna().all()
    lines = len(re.findall(r"\r\n|\r|\n", path.read_bytes().decode())) + 1
    assert contacts.frame["line"].between(2, lines).all()
