"""What was written in any encoding and dialect is read back, cell by cell."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists import ContactList, UndecodableFile, UnreadableDialect, read_contacts

TODAY = date(2026, 11, 24)
ACCENTS = "abcABC 019 éèêëàâîïôùûçœŒÉ€’ ;,|\t\"'=+-@()/\n"
CELLS = st.text(st.sampled_from(ACCENTS), max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


def encode(rows: list[tuple[str, str]], encoding: str, delimiter: str, line_end: str, quoting: int) -> bytes:
    if line_end == "\r":
        quoting = csv.QUOTE_ALL  # the writer would leave a bare line feed unquoted
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(["Téléphone", "Nom", "Commentaire", "Préférence"])
    for place, (name, comment) in enumerate(rows):
        writer.writerow([f"06 39 98 00 {place:02}", name, comment, "Œuvre"])
    return buffer.getvalue().encode(encoding)


def read_bytes(content: bytes, encoding: str | None = None, delimiter: str | None = None) -> ContactList:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "liste.csv")
        path.write_bytes(content)
        return read_contacts(path, today=TODAY, encoding=encoding, delimiter=delimiter)


@settings(max_examples=150, deadline=None)
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
    contacts = read_bytes(content, *((encoding, delimiter) if stated else ()))

    names = [name if isinstance(name, str) else "" for name in contacts.frame["last_name"]]
    attributes = [json.loads(text) for text in contacts.frame["attributes"]]
    assert names == [name.strip() for name, _ in rows]
    assert [each.get("Commentaire", "") for each in attributes] == [comment.strip() for _, comment in rows]
    assert {each["Préférence"] for each in attributes} == {"Œuvre"}

    report = contacts.report
    assert (report.encoding, report.delimiter) == (encoding, delimiter)
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert report.rows_read == report.accepted == len(rows)
    assert {each.code for each in report.problems} <= {"formula-like"}


def test_utf_16_is_known_by_its_mark_in_both_byte_orders() -> None:
    text = "Téléphone;Nom\n0639980001;Zoé\n"
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        contacts = read_bytes(mark + text.encode(codec))
        assert contacts.frame["last_name"].tolist() == ["Zoé"]
        assert contacts.report.encoding == "utf-16"


def test_a_stated_encoding_wins_over_the_guess() -> None:
    contacts = read_bytes("Tel;Nom\n0639980001;Zoé\n".encode(), encoding="latin-1")
    assert contacts.frame["last_name"].tolist() == ["ZoÃ©"]
    assert contacts.report.encoding == "latin-1"


@pytest.mark.parametrize("encoding", ["klingon", "hex", "undefined"])
def test_an_encoding_that_does_not_exist_is_said_so(encoding: str) -> None:
    with pytest.raises(UndecodableFile):
        read_bytes(b"Tel\n0639980001\n", encoding=encoding)


def test_the_byte_that_contradicts_the_stated_encoding_is_named() -> None:
    with pytest.raises(UndecodableFile, match=r"byte 19 \(line 2\) is 0xE9"):
        read_bytes("Tel;Nom\n0639980001;é".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", " ", "\0"])
def test_what_cannot_part_columns_is_refused(delimiter: str) -> None:
    with pytest.raises(UnreadableDialect, match="cannot be a delimiter"):
        read_bytes(b"Tel;Nom\n0639980001;A\n", delimiter=delimiter)


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
    assert read_bytes(f"{header}\n{row}\n".encode()).report.delimiter == delimiter
