"""Files as they really arrive: each gives a sentence with a place, or a report, and never a shifted cell."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lists import ContactList, FileChangedWhileRead, FileNotReadable, ListError, Severity, read_contacts
from lists import source as source_module

Read = Callable[..., ContactList]
GOOD = "Tél;Nom\n0639980001;Zoé\n"


@pytest.mark.parametrize(
    ("content", "error_id", "said"),
    [
        pytest.param(b"", "file-empty", "nothing", id="no byte"),
        pytest.param(b" \r\n\r\n", "file-empty", "nothing", id="only blank lines"),
        pytest.param(codecs.BOM_UTF8, "file-empty", "nothing", id="only a mark"),
        pytest.param(b";;;\n;;\n", "file-empty", "nothing", id="only delimiters"),
        pytest.param("Tél;Nom\n", "file-empty", "only a header line", id="only a header"),
        pytest.param("Tél;Nom\n;\n;\n", "file-empty", "only a header line", id="header and blank rows"),
        pytest.param("Tél;Nom;Nom\n1;2;3\n", "column-duplicate", "columns 2, 3", id="header twice"),
        pytest.param("Tél;NOM;Nom\n1;2;3\n", "column-duplicate", "columns 2, 3", id="header twice but case"),
        pytest.param("Tél;CP;Code postal\n1;2;3\n", "column-ambiguous", "“CP”", id="two postcodes"),
        pytest.param("Nom;Ville\nA;B\n", "column-missing", "“Nom”, “Ville”", id="no number column"),
        pytest.param("0639980001;Zoé\n", "file-empty", "only a header", id="one row, no header"),
        pytest.param(GOOD.encode() + b"\0", "file-undecodable", "line 3", id="NUL byte"),
        pytest.param(GOOD.encode("utf-16-le"), "file-undecodable", "zero", id="UTF-16 without mark"),
        pytest.param(codecs.BOM_UTF32_LE + GOOD.encode("utf-32-le"), "file-undecodable", "zero", id="UTF-32"),
        pytest.param(codecs.BOM_UTF16_LE + b"a", "file-undecodable", "utf-16", id="UTF-16 cut in a character"),
        pytest.param(b"T\xe9l;Nom\n1;\x81\n", "file-undecodable", r"(line 2) is 0x81", id="no cp1252 either"),
        pytest.param(b"PK\x03\x04" + bytes(40), "file-undecodable", "Excel workbook", id="xlsx"),
        pytest.param(b"\x1f\x8b\x08abc", "file-undecodable", "gzip", id="gzip"),
        pytest.param(b"%PDF-1.7 abc", "file-undecodable", "PDF", id="pdf"),
        pytest.param("a;b,c\n1;2,3\n", "dialect-unreadable", "(; ,)", id="delimiter in doubt"),
        pytest.param('Tél;"Nom\n0639980001;A\n', "dialect-unreadable", "line 1", id="quote open in the header"),
        pytest.param("x" * 200_000, "dialect-unreadable", "oversized", id="one endless line"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read: Read, content: str | bytes, error_id: str, said: str) -> None:
    with pytest.raises(ListError) as raised:
        read(content)
    assert raised.value.error_id == error_id
    assert "liste.csv" in str(raised.value)
    assert said in str(raised.value)
    assert "liste.csv" in raised.value.message_fr
    assert raised.value.message_fr != str(raised.value)


ROWS_AROUND = "Tél;Nom;Note\n0639980001;Un;\n{}0639980002;Deux;\n"


@pytest.mark.parametrize(
    ("row", "code", "line", "following"),
    [
        pytest.param("0639980003;Court\n", "row-short", 3, 4, id="short row"),
        pytest.param("0639980003\n", "row-short", 3, 4, id="one cell"),
        pytest.param("0639980003;Long;a;b\n", "row-long", 3, 4, id="long row"),
        pytest.param("0639980003;Long;a;\n", "row-long", 3, 4, id="one delimiter too many"),
        pytest.param('0639980003;"Jamais fermé;a\n', "row-quoting", 3, 4, id="quote never closed"),
        pytest.param('0639980003;"Le Phare" SARL;a\n', "row-quoting", 3, 4, id="quote closed too early"),
        pytest.param(f"0639980003;{'x' * 140_000};a\n", "row-quoting", 3, 4, id="huge field"),
        pytest.param('0639980003;"A\nB";a;b\n', "row-long", 3, 5, id="long row over two lines"),
        pytest.param("\n  \n;;\n0639980003;Court\n", "row-short", 6, 7, id="after blank rows"),
    ],
)
def test_a_misshapen_row_is_rejected_and_its_neighbours_are_not(
    read: Read, row: str, code: str, line: int, following: int
) -> None:
    contacts = read(ROWS_AROUND.format(row))
    assert contacts.frame["last_name"].tolist() == ["Un", "Deux"]
    assert contacts.frame["line"].tolist() == [2, following]
    (problem,) = contacts.report.problems
    assert (problem.code, problem.line, problem.severity) == (code, line, Severity.REJECTED)
    assert (contacts.report.rows_read, contacts.report.accepted, contacts.report.rejected) == (3, 2, 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_numbers_hold_for_every_line_end_and_quoted_line_breaks(read: Read, line_end: str) -> None:
    rows = ["Tél;Nom;Note", '0639980001;Un;"deux', 'lignes"', "", "06;Court;", "0639980002;Deux;"]
    contacts = read(line_end.join(rows).encode())
    assert contacts.frame["line"].tolist() == [2, 6]
    assert [(each.line, each.code) for each in contacts.report.problems] == [(5, "number-short")]


def test_text_in_utf_8_with_one_foreign_byte_is_read_as_cp1252_and_stated(read: Read) -> None:
    assert read(b"Tel;Nom;Note\n0639980001;Zo\xe9;\xc3\xa9\n").report.encoding == "cp1252"


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+SUM(A1)", "-1+1;a", "@SUM(A1)", "=1", " =1", '="a""b"'])
def test_a_formula_stays_text_and_is_pointed_at(read: Read, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    contacts = read(f"Tél;Nom\n0639980001;{quoted}\n")
    assert contacts.frame["last_name"].tolist() == [cell.strip()]
    (problem,) = contacts.report.problems
    assert (problem.code, problem.severity, problem.column) == ("formula-like", Severity.WARNING, "Nom")


@pytest.mark.parametrize("cell", ["-", "-12,50", "+3 %", "- 5 €", "Jean-Paul", "a=b"])
def test_a_plain_amount_is_no_formula(read: Read, cell: str) -> None:
    assert read(f"Tél;Solde\n+33639980001;{cell}\n").report.problems == ()


def test_a_formula_in_a_header_is_pointed_at(read: Read) -> None:
    (problem,) = read("Tél;=1+A1\n0639980001;x\n").report.problems
    assert (problem.code, problem.line, problem.column) == ("formula-like", 1, "=1+A1")


def test_columns_without_header_are_kept_by_their_place(read: Read) -> None:
    contacts = read("Tél;;\n0639980001;a;b\n")
    assert contacts.report.columns == {"Tél": "number", "(2)": "attribute", "(3)": "attribute"}
    assert contacts.frame["attributes"].tolist() == ['{"(2)": "a", "(3)": "b"}']


def test_ten_thousand_columns_are_read(read: Read) -> None:
    headers = ";".join(f"Colonne {place}" for place in range(10_000))
    contacts = read(f"Tél;{headers}\n0639980001;{';' * 9_999}\n")
    assert contacts.report.accepted == 1


def test_a_file_of_broken_rows_is_given_up(read: Read) -> None:
    with pytest.raises(ListError, match="over 1000 rows with broken quotes") as raised:
        read("Tél;Nom\n" + '0639980001;"A" B\n' * 1_100)
    assert raised.value.error_id == "dialect-unreadable"


def test_rows_of_which_none_is_good_are_a_report_not_an_error(read: Read) -> None:
    contacts = read("Tél;Nom\n12;A\nabc;B\n0639980001\n")
    assert (len(contacts.frame), contacts.report.rejected, contacts.report.rows_read) == (0, 3, 3)
    assert str(contacts.frame["numbers"].dtype) == "str"
    assert str(contacts.frame["refused"].dtype) == "bool"


@pytest.mark.parametrize(
    ("path", "reason", "reason_fr"),
    [
        ("absent.csv", "no such file", "introuvable"),
        (".", "not a file", "pas un fichier"),
        ("pipe", "not a file", "pas un fichier"),
        ("loop.csv", "symbolic links", "symbolic links"),
    ],
)
def test_a_path_that_is_no_readable_file_says_so(tmp_path: Path, path: str, reason: str, reason_fr: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    with pytest.raises(FileNotReadable, match=reason) as raised:
        read_contacts(tmp_path / path, today=date(2026, 11, 24))
    assert reason_fr in raised.value.message_fr


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GOOD)

    def deny(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(source_module.Path, "read_bytes", deny)  # root may read everything
    with pytest.raises(FileNotReadable, match="access denied"):
        read_contacts(path, today=date(2026, 11, 24))


@pytest.mark.parametrize("change", ["grows", "is replaced", "is rewritten in place"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GOOD)
    original = Path.read_bytes

    def read_while_somebody_writes(self: Path) -> bytes:
        content = original(self)
        if change == "grows":
            with path.open("a") as file:
                file.write("0639980002;Max\n")
        elif change == "is replaced":
            (tmp_path / "new.csv").write_text(GOOD)
            (tmp_path / "new.csv").replace(path)
        else:
            path.write_text(GOOD.replace("Zoé", "Léo"))
        return content

    monkeypatch.setattr(source_module.Path, "read_bytes", read_while_somebody_writes)
    with pytest.raises(FileChangedWhileRead, match="Wait until its export has finished"):
        read_contacts(path, today=date(2026, 11, 24))


def test_a_long_bad_value_is_cut_in_the_report(read: Read) -> None:
    (problem,) = read(f"Tél;Nom\n{'x' * 500};A\n").report.problems
    assert len(problem.value) == 80
