"""`dialer list import`: its file of problems, its questions in a terminal, Ctrl-C, and every option."""

from __future__ import annotations

import csv
import errno
import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from rich.console import Console
from sqlmodel import select

from commands import asking, importing
from dialer.audit import AuditKind, append
from dialer.schema import ImportedList
from lists import read_contacts
from lists.progress import Step
from tests.dialer.fakes import MORNING, HandClock
from tests.lists.nasty.books import xlsx

if TYPE_CHECKING:
    from tests.commands.conftest import Folder

GOOD = "Nom;Portable;Code postal\nNguyen;0639980125;69003\nBenali;06 39 98 02 01;13005\n"
MIXED = GOOD + "=cmd();06 39 XX 98 12;75001\n"
TWO_POSTCODES = "Nom;Portable;Code postal;CP\nNguyen;0639980125;69003;75001\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return path

    return write


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text("utf-8-sig")), delimiter=";"))


def test_all_problems_are_in_a_file_beside_the_database(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    document = new_folder.json("list", "import", write("été 1.csv", MIXED))
    path = Path(document["problems"])
    assert path == new_folder.path / "reports" / "été 1.csv"
    (problem,) = [each for each in rows_of(path) if each["severity"] == "rejected"]
    assert (problem["file"], problem["line"], problem["column"]) == ("été 1.csv", "4", "Portable")
    assert problem["remedy"]
    assert "=cmd()" not in {each["value"] for each in rows_of(path)}
    assert [each.name for each in path.parent.iterdir()] == ["été 1.csv"]


def test_without_problems_there_is_no_such_file(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    document = new_folder.json("list", "import", write("good.csv", GOOD))
    assert document["problems"] is None
    assert not (new_folder.path / "reports").exists()


def test_a_file_of_problems_of_an_import_that_was_undone_does_not_stay(
    new_folder: Folder, write: Callable[[str, str], Path]
) -> None:
    new_folder.json("list", "import", write("bad.csv", MIXED), "--name", "liste")
    new_folder.json("list", "undo", "liste", "--yes")
    new_folder.json("list", "import", write("good.csv", GOOD), "--name", "liste")
    assert list((new_folder.path / "reports").iterdir()) == []


def test_a_name_cannot_lead_out_of_the_folder_of_reports(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    document = new_folder.json("list", "import", write("bad.csv", MIXED), "--name", "../../x")
    assert Path(document["problems"]).parent == new_folder.path / "reports"


def test_the_file_of_problems_goes_where_it_is_told(
    new_folder: Folder, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    said = new_folder("list", "import", write("bad.csv", MIXED), "--report", tmp_path / "sub" / "p.csv")
    assert said.exit_code == 0
    assert str(tmp_path / "sub" / "p.csv") in said.words
    assert len(rows_of(tmp_path / "sub" / "p.csv")) >= 1


def test_problems_that_cannot_be_written_undo_the_import(
    new_folder: Folder, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    before = new_folder.tables()
    monkeypatch.setattr(importing, "write_problems_csv", full)
    document = new_folder.json("list", "import", write("bad.csv", MIXED), "--lang", "en", exit_code=3)
    assert "the disk is full" in document["message"]
    assert new_folder.tables() == before
    assert list((new_folder.path / "reports").iterdir()) == []


def test_strict_imports_nothing_when_one_row_is_bad(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    before = new_folder.tables()
    document = new_folder.json("list", "import", write("bad.csv", MIXED), "--strict", "--lang", "en", exit_code=3)
    assert "line 4" in document["message"]
    assert new_folder.tables() == before


def test_the_rows_for_which_strict_refuses_are_in_the_file_of_problems(
    new_folder: Folder, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    document = new_folder.json("list", "import", write("bad.csv", MIXED), "--strict", exit_code=3)
    assert document["problems"] == str(new_folder.path / "reports" / "bad.csv")
    assert "rejected" in {each["severity"] for each in rows_of(Path(document["problems"]))}
    told = new_folder("list", "import", write("worse.csv", MIXED), "--strict", "--report", tmp_path / "why.csv")
    assert str(tmp_path / "why.csv") in told.words
    assert "rejected" in {each["severity"] for each in rows_of(tmp_path / "why.csv")}


def test_a_mapping_is_not_saved_of_a_file_that_is_refused(
    new_folder: Folder, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    saved = tmp_path / "layout.toml"
    new_folder.json("list", "import", write("bad.csv", MIXED), "--strict", "--save-mapping", saved, exit_code=3)
    assert not saved.exists()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("x.csv", "x"),
        ("x.csv.gz", "x"),
        ("x.CSV.GZ", "x"),
        ("x.xlsx.zip", "x"),
        ("x.zip", "x"),
        ("v1.2.zip", "v1.2"),
        ("v1.2.csv", "v1.2"),
        ("x", "x"),
    ],
)
def test_a_list_is_called_as_its_file_without_what_says_how_it_is_written(file: str, name: str) -> None:
    assert importing.name_of(Path("folder", file)) == name


@pytest.mark.parametrize(("language", "meant"), [("fr", "numéro"), ("en", "number")])
def test_every_import_says_what_each_column_was_taken_for(
    new_folder: Folder, write: Callable[[str, str], Path], language: str, meant: str
) -> None:
    content = "Portable;Code postal;Nom;Humeur\n0639980125;69003;Nguyen;bonne\n06XX;75001;Benali;\n"
    said = new_folder("list", "import", write("a.csv", content), "--lang", language)
    assert f"Portable → {meant}" in said.words
    assert re.search(r"(conservées telles quelles|kept as they are)[^:]*: Humeur", said.words)
    rows = rows_of(new_folder.path / "reports" / "a.csv")
    columns = {each["column"]: each["message"] for each in rows if each["severity"] == "column"}
    assert list(columns) == ["Portable", "Code postal", "Nom", "Humeur"]
    assert columns["Portable"] == meant
    assert "Portable → " in new_folder("list", "show", "a", "--lang", language).words


def test_remarks_are_told_in_words(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    said = new_folder("list", "import", write("bad.csv", MIXED))
    assert "1 × Le numéro contient des lettres." in said.words
    assert "number-letters" not in said.words


def test_what_a_workbook_or_an_archive_has_is_told_and_nothing_that_it_has_not(
    new_folder: Folder, tmp_path: Path
) -> None:
    book, packed = tmp_path / "book.xlsx", tmp_path / "packed.zip"
    book.write_bytes(xlsx({"Clients": [["Tél", "CP"], ["0639980125", "69003"]]}))
    with ZipFile(packed, "w") as archive:
        archive.writestr("export.csv", "Tél\tCP\n0639980126\t69003\n")
    said = new_folder("list", "import", book)
    assert "feuille « Clients »" in said.words
    assert "séparateur" not in said.words
    assert "utf-8, séparateur tabulation · « export.csv » dans l'archive" in new_folder("list", "import", packed).words


NOT_UNDERSTOOD = "Portable;STOP PUB;Nom\n0639980125;x;Nguyen\n"


def test_a_column_that_speaks_of_refusal_in_unknown_words_fails_with_what_it_could_mean(
    new_folder: Folder, write: Callable[[str, str], Path]
) -> None:
    before = new_folder.tables()
    document = new_folder.json("list", "import", write("a.csv", NOT_UNDERSTOOD), exit_code=3)
    assert document["columns"] == {"STOP PUB": ["objected", "attribute", "ignored"]}
    assert '--map "STOP PUB=objected"' in document["message"]
    assert new_folder.tables() == before
    mapped = new_folder.json("list", "import", write("a.csv", NOT_UNDERSTOOD), "--map", "STOP PUB=objected")
    assert mapped["report"]["columns"]["STOP PUB"] == "objected"
    assert len(new_folder.tables()["opposition"]) == 1


def test_a_column_that_speaks_of_refusal_in_unknown_words_is_asked_about_in_a_terminal(
    new_folder: Folder, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "in_a_terminal", lambda _: True)
    monkeypatch.setattr(Console, "input", lambda *_, **__: "1")
    said = new_folder("list", "import", write("a.csv", NOT_UNDERSTOOD))
    assert said.exit_code == 0
    assert "1. ne pas appeler (oui/non)" in said.words
    (listed,) = new_folder.json("list", "show")["lists"]
    assert listed["report"]["columns"]["STOP PUB"] == "objected"


def test_source_and_persons_are_passed_on(new_folder: Folder, write: Callable[[str, str], Path]) -> None:
    shared = "Réf client;Nom;Portable\n1;Nguyen;0639980125\n2;Benali;0639980125\n"
    together = new_folder.json("list", "import", write("a.csv", shared), "--source", "hubspot")
    assert together["report"]["stored"]["persons_added"] == 1
    new_folder.json("list", "undo", "a", "--yes")
    own = "Réf client;Nom;Portable;Tel 2\n1;Nguyen;0639980125;\n2;Benali;0639980125;0639980126\n"
    apart = new_folder.json("list", "import", write("b.csv", own), "--source", "sage", "--persons", "apart")
    assert apart["report"]["stored"]["persons_added"] == 2
    (listed,) = new_folder.json("list", "show")["lists"]
    assert listed["source"] == "sage"
    assert "sage" in new_folder("list", "show").words


def test_columns_are_mapped_saved_and_mapped_again(
    new_folder: Folder, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    saved = tmp_path / "layout.toml"
    first = new_folder.json(
        "list", "import", write("a.csv", TWO_POSTCODES), "--map", "CP=postcode", "--save-mapping", saved
    )
    assert first["report"]["columns"]["CP"] == "postcode"
    again = TWO_POSTCODES.replace("0125", "0126")
    second = new_folder.json("list", "import", write("b.csv", again), "--mapping", saved)
    assert second["report"]["columns"] == first["report"]["columns"]
    overruled = new_folder.json(
        "list", "import", write("c.csv", again.replace("0126", "0127")), "--mapping", saved, "--map", "CP=attribute",
        "--map", "Code postal=postcode",
    )  # fmt: skip
    assert overruled["report"]["columns"]["Code postal"] == "postcode"


def test_what_is_ambiguous_fails_with_the_candidates_outside_a_terminal(
    new_folder: Folder, write: Callable[[str, str], Path]
) -> None:
    before = new_folder.tables()
    document = new_folder.json("list", "import", write("a.csv", TWO_POSTCODES), exit_code=3)
    assert "Code postal" in document["message"]
    assert "CP" in document["message"]
    assert "--map" in document["message"]
    assert document["columns"] == {"Code postal": ["postcode", "attribute"], "CP": ["postcode", "attribute"]}
    assert new_folder.tables() == before


def test_what_is_ambiguous_is_asked_for_in_a_terminal(
    new_folder: Folder, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "in_a_terminal", lambda _: True)
    monkeypatch.setattr("rich.console.input", lambda *_: "2", raising=False)
    monkeypatch.setattr(Console, "input", lambda *_, **__: "2")
    said = new_folder("list", "import", write("a.csv", TWO_POSTCODES))
    assert said.exit_code == 0
    assert "2. CP" in said.words
    (listed,) = new_folder.json("list", "show")["lists"]
    assert listed["report"]["columns"] == {
        "Nom": "last_name",
        "Portable": "number",
        "Code postal": "attribute",
        "CP": "postcode",
    }


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_ctrl_c_while_reading_changes_nothing(
    new_folder: Folder,
    write: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = new_folder.tables()
    monkeypatch.setattr("commands.lists.read_contacts", interrupted)
    said = new_folder("list", "import", write("good.csv", GOOD), *options)
    assert said.exit_code == 130
    assert "rien n'a été modifié" in said.words
    assert new_folder.tables() == before


def test_ctrl_c_after_the_commit_does_not_say_that_nothing_changed(
    new_folder: Folder, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def interrupted(path: Path, missing_ok: bool = False) -> None:
        unlink(path, missing_ok)
        if path.parent.name == "reports":
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "unlink", interrupted)
    said = new_folder("list", "import", write("good.csv", GOOD), "--lang", "en")
    assert said.exit_code == 130
    assert "interrupted, but 'good' was loaded already" in said.words


def test_a_bar_tells_how_far_it_is_and_leaves_no_trace(
    new_folder: Folder, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Step, int, int]] = []
    update = importing.Bar.update

    def noted(bars: Any, task: Any, *, completed: int, total: int) -> None:
        told.append((bars.tasks[task].description, completed, total))
        update(bars, task, completed=completed, total=total)

    monkeypatch.setattr(importing.Bar, "update", noted)
    said = new_folder("list", "import", write("good.csv", GOOD))
    assert "enregistrement" not in said.words, "no bar outside a terminal"
    steps = dict.fromkeys(step for step, _, _ in told)
    assert list(steps)[-1] == "enregistrement"
    assert {"lecture", "comparaison à la base"} <= set(steps)
    for step in steps:
        assert [done == total for which, done, total in told if which == step][-1]


def test_what_is_read_is_what_the_reader_of_lists_reads(
    loaded_folder: Folder, write: Callable[[str, str], Path]
) -> None:
    """The command adds nothing to the reading and leaves nothing out."""
    (listed,) = loaded_folder.json("list", "show", "contacts")["lists"]
    today = loaded_folder.workspace().clock.now().date()
    read = read_contacts(loaded_folder.path / "contacts.csv", today=today)
    assert listed["report"]["accepted"] == read.people.height
    assert listed["report"]["stored"]["numbers_added"] == read.people["numbers"].list.len().sum()


@pytest.mark.parametrize(
    ("words", "reader"),
    [
        (("list", "import"), "commands.lists.read_contacts"),
        (
            ("opposition", "import", "--source", "bloctel", "--as-of", "2026-11-20"),
            "commands.evidence_import.read_evidence",
        ),
    ],
    ids=["contacts", "oppositions"],
)
def test_while_a_large_file_is_read_a_run_may_go_on_recording(
    new_folder: Folder,
    write: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    reader: str,
) -> None:
    """The import is dated when it is stored, not when its command was typed: the log goes forward only."""
    clock = HandClock(MORNING, simulated=False)
    monkeypatch.setattr("dialer.workspace.SystemClock", lambda: clock)
    module, _, name = reader.rpartition(".")
    read = getattr(import_module(module), name)

    def reads_for_a_minute(*given: Any, **named: Any) -> Any:
        clock.advance(minutes=1)
        with new_folder.workspace().store.transaction() as session:
            append(session, AuditKind.RUN_STARTED, {"trunk": "boucle"}, clock.now())
        return read(*given, **named)

    monkeypatch.setattr(reader, reads_for_a_minute)
    document = new_folder.json(*words, write("good.csv", GOOD))
    assert document["report"]["accepted"] == 2
    with new_folder.workspace().store.reading() as session:
        assert session.exec(select(ImportedList.imported_at)).all() == [MORNING + timedelta(minutes=1)]
