"""Files as they really arrive: each gives a sentence with a place, or a table, and never a shifted cell."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lists import archive, odd_rows
from lists import source as source_module
from lists.errors import FileChangedWhileRead, FileNotReadable, ListError, OversizedFile, UnreadableDialect
from lists.problems import worded
from lists.progress import Step
from lists.source import read_source
from lists.table import Table, read_table
from tests.lists.nasty.books import xlsx, zipped
from tests.lists.nasty.packed import ARCHIVES, LIST, WORKBOOKS
from tests.lists.nasty.recipe import Nasty, Refused, Taken
from tests.lists.nasty.texts import GOOD, TEXTS

CORPUS = [pytest.param(nasty, id=nasty.name) for nasty in (*TEXTS, *ARCHIVES, *WORKBOOKS)]


def table_of(path: Path, content: str | bytes) -> Table:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(read_source(path))


@pytest.mark.parametrize("nasty", CORPUS)
def test_a_nasty_file_is_taken_or_refused_as_it_should_be(nasty: Nasty, tmp_path: Path) -> None:
    path = nasty.write(tmp_path)
    match nasty.expected:
        case Refused(error_id, said):
            with pytest.raises(ListError) as raised:
                read_table(read_source(path), **nasty.options)
            assert raised.value.error_id == error_id
            assert said in str(raised.value)
            assert nasty.file in str(raised.value)
            assert nasty.file in raised.value.message_fr
            assert raised.value.message_fr != str(raised.value)
        case Taken(lines, problems, cells, headers, dialect):
            table = read_table(read_source(path), **nasty.options)
            assert table.lines.to_list() == lines
            assert [(each.line, each.code) for each in worded(table.problems)] == problems
            assert {place: table.frame[place] for place in cells} == cells
            assert headers is None or table.headers == headers
            assert {name: getattr(table.dialect, name) for name in dialect} == dialect
            assert table.frame.columns == [str(place) for place in range(len(table.headers))]


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    headers = ";".join(f"Colonne {place}" for place in range(10_000))
    table = table_of(tmp_path / "a.csv", f"Tél;{headers}\n06{';x' * 10_000}\n07;\n")
    assert table.frame.shape == (1, 10_001)
    assert table.rejected == 1


ENDLESS = {
    "as the header": ("{}", "x;", "dialect-unreadable"),
    "as the header, quoted": ("{}", '";"', "dialect-unreadable"),
    "as the only row": ("Tél;Nom\n{}", "x", "0 1"),
    "among good rows": ("Tél;Nom\n06;A\n{}\n07;B\n", ";", "2 1"),
    "among good rows, filled": ("Tél;Nom\n06;A\n{}\n07;B\n", "x;", "2 1"),
    "among good rows, quoted": ("Tél;Nom\n06;A\n{}\n07;B\n", '";"', "2 1"),
    "in a quote": ('Tél;Nom\n06;A\n06;"{}\n07;B\n', "x", "2 1"),
}


AT_WHAT_COST = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import monotonic
from lists.errors import ListError
from lists.source import read_source
from lists.table import read_table

before, start = getrusage(RUSAGE_SELF).ru_maxrss, monotonic()
try:
    table = read_table(read_source(Path(sys.argv[1])))
    print(len(table.lines), table.rejected)
except ListError as error:
    print(error.error_id)
print(monotonic() - start)
print((getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024)
"""
"""Prints the outcome, seconds and megabytes; its own process, as memory that other tests have used would hide it."""


@pytest.mark.parametrize(("around", "filling", "outcome"), ENDLESS.values(), ids=ENDLESS.keys())
def test_a_line_of_fifty_megabytes_is_refused_soon_and_at_no_great_cost(
    tmp_path: Path, around: str, filling: str, outcome: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(around.format(filling * (50_000_000 // len(filling))))
    command = [sys.executable, "-c", AT_WHAT_COST, str(path)]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    found, seconds, megabytes = told.stdout.splitlines()
    assert found == outcome
    assert float(seconds) < 20
    assert float(megabytes) < 400


@pytest.mark.parametrize("line", ['0639980001;"A" B\n', '0639980001;"A\n'])
def test_a_hundred_thousand_broken_rows_are_each_told(tmp_path: Path, line: str) -> None:
    table = table_of(tmp_path / "a.csv", "Tél;Nom\n" + line * 100_000)
    assert table.rejected == 100_000
    assert set(table.problems["code"]) == {"row-quoting"}


def test_a_file_that_would_have_to_be_read_again_and_again_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line closes the cell left open by the line before and opens another, up to the end of the file."""
    monkeypatch.setattr(odd_rows, "MOST_IN_VAIN", 1 << 20)
    with pytest.raises(UnreadableDialect, match="too many rows with badly closed quotes"):
        table_of(tmp_path / "a.csv", "Tél;Nom\n" + 'x";"\n' * 10_000)


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"liste.csv": content})])
def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: object) -> None:
    assert callable(pack)
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    assert len(table_of(tmp_path / "a", pack(b"Tel\n" + b"06\n" * 1000)).lines) == 1000
    with pytest.raises(OversizedFile, match="more than 1,048,576 bytes"):
        table_of(tmp_path / "bomb", pack(b"Tel\n" + b"06\n" * 1_000_000))


def test_a_workbook_that_is_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 12)
    with pytest.raises(OversizedFile):
        table_of(tmp_path / "bomb.xlsx", xlsx({"Liste": LIST * 100}))


def test_progress_comes_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[Step, int, int]] = []
    for name, content in (("a.csv", GOOD.encode()), ("a.xlsx", xlsx({"Liste": LIST}))):
        (tmp_path / name).write_bytes(content)
        read_table(read_source(tmp_path / name), progress=lambda *step: told.append(step))
    assert told == [(Step.READ, len(GOOD.encode()), len(GOOD.encode())), (Step.READ, 2, 2)]


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
        read_source(tmp_path / path)
    assert reason_fr in raised.value.message_fr


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GOOD)

    def deny(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(source_module.Path, "read_bytes", deny)  # root may read everything
    with pytest.raises(FileNotReadable, match="access denied"):
        read_source(path)


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
        read_source(path)


def test_the_hash_and_the_size_are_those_of_the_file_on_disk(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD.encode(), mtime=0)
    (tmp_path / "liste.csv.gz").write_bytes(packed)
    source = read_source(tmp_path / "liste.csv.gz")
    assert (source.content, source.size, source.place) == (GOOD.encode(), len(packed), "liste.csv.gz (liste.csv)")
    assert source.sha256 == hashlib.sha256(packed).hexdigest()
