"""What was written in any encoding and dialect is read back, cell by cell."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists.errors import UndecodableFile, UnreadableDialect
from lists.problems import worded
from lists.source import Source
from lists.table import Table, read_table
from lists.tidy import BLANK
from tests.lists.nasty.books import xlsx

ACCENTS = "abcABC 019 éèêëàâîïôùûçœŒÉ€’ ;,|\t\"'=+-@()/\n"
CELLS = st.text(st.sampled_from(ACCENTS), max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
HEADERS = ["Téléphone", "Nom", "Commentaire", "Préférence"]


def encode(rows: list[tuple[str, str]], encoding: str, delimiter: str, line_end: str, quoting: int) -> bytes:
    if line_end == "\r":
        quoting = csv.QUOTE_ALL  # the writer would leave a bare line feed unquoted
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(HEADERS)
    for place, (name, comment) in enumerate(rows):
        writer.writerow([f"06 39 98 00 {place:02}", name, comment, "Œuvre"])
    return buffer.getvalue().encode(encoding)


def table_of(content: bytes, encoding: str | None = None, delimiter: str | None = None) -> Table:
    return read_table(Source("liste.csv", content, "", len(content)), encoding=encoding, delimiter=delimiter)


@settings(max_examples=150)
@given(
    ROWS,
    st.sampled_from(ENCODINGS),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_every_cell_comes_back(
    rows: list[tuple[str, str]], encoding: str, delimiter: str, line_end: str, quoting: int, stated: bool
) -> None:
    content = encode(rows, encoding, delimiter, line_end, quoting)
    table = table_of(content, *((encoding, delimiter) if stated else ()))

    assert table.headers == tuple(HEADERS)
    assert table.frame["1"].to_list() == [name.strip(BLANK) for name, _ in rows]
    assert table.frame["2"].to_list() == [comment.strip(BLANK) for _, comment in rows]
    assert set(table.frame["3"]) == {"Œuvre"}
    assert (table.dialect.encoding, table.dialect.delimiter) == (encoding, delimiter)
    assert table.rejected == 0
    assert {each.severity for each in worded(table.problems)} <= {"warning"}


@settings(max_examples=50)
@given(ROWS)
def test_a_workbook_gives_what_a_text_gives(rows: list[tuple[str, str]]) -> None:
    book = xlsx({"Liste": [HEADERS, *([f"06{place}", *row, "Œuvre"] for place, row in enumerate(rows))]})
    frame = table_of(book).frame
    assert frame["1"].to_list() == [name.strip(BLANK) for name, _ in rows]
    assert frame["2"].to_list() == [comment.strip(BLANK) for _, comment in rows]


def test_utf_16_is_known_by_its_mark_in_both_byte_orders() -> None:
    text = "Téléphone;Nom\n0639980001;Zoé\n"
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        table = table_of(mark + text.encode(codec))
        assert table.frame["1"].to_list() == ["Zoé"]
        assert table.dialect.encoding == "utf-16"


def test_a_stated_encoding_wins_over_the_guess() -> None:
    table = table_of("Tel;Nom\n0639980001;Zoé\n".encode(), encoding="latin-1")
    assert table.frame["1"].to_list() == ["ZoÃ©"]
    assert table.dialect.encoding == "latin-1"


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined", "", "utf\0"])
def test_an_encoding_that_does_not_exist_is_said_so(encoding: str) -> None:
    with pytest.raises(UndecodableFile):
        table_of(b"Tel\n0639980001\n", encoding=encoding)


def test_the_byte_that_contradicts_the_stated_encoding_is_named() -> None:
    with pytest.raises(UndecodableFile, match=r"byte 19 \(line 2\) is 0xE9"):
        table_of("Tel;Nom\n0639980001;é".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("before", [0, 1, 4_194_303, 4_194_304, 9_000_000])
def test_the_byte_is_counted_right_however_far_it_is(before: int) -> None:
    content = b"Tel\n" + b"0\n" * (before // 2) + b"x" * (before % 2) + "é".encode() + b"\xe9\n"
    with pytest.raises(UndecodableFile, match=rf"byte {before + 6} \(line {before // 2 + 2}\) is 0xE9"):
        table_of(content, encoding="utf-8")


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", " ", "\0"])
def test_what_cannot_part_columns_is_refused(delimiter: str) -> None:
    with pytest.raises(UnreadableDialect, match="cannot be a delimiter"):
        table_of(b"Tel;Nom\n0639980001;A\n", delimiter=delimiter)


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("Tél", ";"),
        ("Nom, prénom;Téléphone", ";"),
        ("Téléphone;Ville, pays, région", ";"),
        ("Tél,Note;s,Nom", ","),
        ('"Nom;complet",Tél', ","),
        ("Tél|Nom", "|"),
        ("Tél\tNom", "\t"),
        ("\n\nTél,Nom", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_sense_of_the_header(header: str, delimiter: str) -> None:
    columns = header.count(delimiter)
    row = delimiter.join(["0639980001"] * (columns + 1))
    assert table_of(f"{header}\n{row}\n".encode()).dialect.delimiter == delimiter
