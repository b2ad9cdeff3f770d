"""The quick way to read rows gives what Python's strict `csv` gives, whatever the text and wherever blocks end."""

from __future__ import annotations

import csv
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lists import blocks
from lists.fields import Vocabulary
from lists.problems import worded
from lists.source import Source
from lists.sure_lines import MARK, sure_lines
from lists.table import Table, read_table
from lists.tidy import BLANK

ANY = Vocabulary("anything", {}, frozenset(), (), numbers=False)
CELLS = st.sampled_from(
    ["", "a", " b ", "é", "Œ", '"', '""', '"c"', '"d;e,f"', '"g\nh"', '"i""j"', "k\tl", 'm"n', "\ufeff"]
)
PIECES = st.one_of(CELLS, st.sampled_from([";", ",", "\t", "|", "\n", "\r", "\r\n", "\n\n", ";;"]))
TEXTS = st.lists(PIECES, max_size=40).map("".join)

Outcome = tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]


def by_csv(text: str, delimiter: str, width: int) -> Outcome:
    """The definition: rows of the header's width with their lines; and what is rejected, and why."""
    lines = [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")]
    rows: list[tuple[int, list[str]]] = []
    rejected: list[tuple[int, str]] = []
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=delimiter, strict=True)
        try:
            row = [cell.strip(BLANK) for cell in next(reader)]
        except csv.Error:
            rejected.append((at + 1, "row-quoting"))
            at += 1
            continue
        if any(row):
            if len(row) == width:
                rows.append((at + 1, row))
            else:
                rejected.append((at + 1, "row-short" if len(row) < width else "row-long"))
        at += reader.line_num
    return rows, rejected


def by_columns(text: str, delimiter: str, width: int) -> Outcome:
    header = delimiter.join(f"h{place}" for place in range(width))
    source = Source("a.csv", f"{header}\n{text}".encode(), "", 0)
    table = read_table(source, encoding="utf-8", delimiter=delimiter, vocabulary=ANY)
    told = [each for each in worded(table.problems) if each.severity == "rejected"]
    rows = [(line - 1, list(row)) for line, row in zip(table.lines, table.frame.rows(), strict=True)]
    return rows, [(each.line - 1, each.code) for each in told]


@settings(max_examples=300)
@given(
    TEXTS,
    st.sampled_from([";", ",", "\t", "|", "]", "^", "\\", "x", "é"]),
    st.integers(1, 4),
    st.sampled_from([3, 7, 50]),
)
@example('a;"b\nc;d"\n', ";", 2, 50)
@example('";"x""\n', ";", 2, 50)
@example('"a";"b\n"c";"d"\n', ";", 2, 3)
def test_rows_are_those_of_strict_csv(text: str, delimiter: str, width: int, block: int) -> None:
    expected = by_csv(text, delimiter, width)
    with patch.object(blocks, "BLOCK_BYTES", block):
        if expected == ([], []):
            return
        assert by_columns(text, delimiter, width) == expected


@settings(max_examples=300)
@given(TEXTS, st.sampled_from([";", ",", "\t", "|"]))
def test_a_sure_line_is_one_row_of_csv(text: str, delimiter: str) -> None:
    lines = text.replace("\r", "\n").split("\n")
    sure = sure_lines(pl.Series("text", lines), delimiter, any_quote='"' in text)
    for line, cells, fields in sure.rows():
        (row,) = csv.reader([lines[line]], delimiter=delimiter, strict=True)
        assert cells.split(MARK) == (row or [""])
        assert fields == len(row or [""])


@pytest.mark.parametrize("line", ["a;b", '"a";"b"', 'a;"b;c"', '"";""', ";", "", '"a;b"', '"a"'])
def test_ordinary_lines_are_read_the_quick_way(line: str) -> None:
    assert len(sure_lines(pl.Series("text", [line]), ";", any_quote='"' in line)) == 1


def table_of(text: str) -> Table:
    return read_table(Source("a.csv", text.encode(), "", 0))


def test_rows_that_look_like_one_swallowed_by_another_are_taken_but_told() -> None:
    (told,) = worded(table_of('Tél;Nom\n06;"Un\n07;Deux"\n08;c\n').problems)
    assert (told.line, told.code, told.severity) == (2, "row-quoting", "warning")
    assert "lines 2 to 3" in told.message_en
    assert "lignes 2 à 3" in told.message_fr


def test_a_misfit_names_the_cell_where_it_leaves_the_shape() -> None:
    problems = worded(table_of('Tél;Nom\n06\n07;a;b\n"08";"a";"c"\n"09"\n10;"x""y";d\n').problems)
    assert [(each.column, each.value) for each in problems] == [
        ("Tél", "06"), ("Nom", "b"), ("Nom", "c"), ("Tél", "09"), ("Nom", "d"),
    ]  # fmt: skip
    assert problems[0].message_en == "Row too short: 1 fields, 2 expected."
