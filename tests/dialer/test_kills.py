"""`kill -9` while a log is sealed, backed up, restored or handed over: what is left is whole or absent, and the next
run goes on. Here processes die in earnest; every single step is held in `test_seals` and `test_backups`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.submission.folder import PROOF
from commands.desk import Desk
from commands.exporting import hand_over
from dialer.audit import AuditKind
from dialer.backups.making import make_backup
from dialer.backups.restoring import restore
from dialer.erasing_again import erase_again
from dialer.sealing import seal_chain
from dialer.seals import seal_paths
from dialer.submission import Scope
from dialer.verification import verify_folder
from tests.dialer.agency import Agency
from tests.dialer.killed_at import killed_at
from tests.dialer.restored import bring_keys, opened

KILLED = -9
NUMBER = "+33639980101"
"""Of the one person of `worked`."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agency.backup"


def config(agency: Agency) -> tuple[str, Path]:
    return "--config", agency.workspace.settings.folder / "dialer.toml"


def kinds(agency: Agency, kind: AuditKind) -> int:
    return [row.kind for row in agency.audit()].count(kind)


def require_whole(agency: Agency) -> None:
    found = verify_folder(agency.workspace)
    assert found.whole, found.why


@pytest.mark.parametrize(
    ("point", "seals", "rows"),
    [("dialer.sealing:write_seal", 1, 1), ("dialer.sealing:_record", 2, 1), ("dialer.sealing:move_anchor", 2, 2)],
)
def test_killed_while_sealing(worked: Agency, point: str, seals: int, rows: int) -> None:
    verify_folder(worked.workspace)
    assert killed_at(point, "audit", "seal", *config(worked)) == KILLED
    assert (len(seal_paths(worked.workspace.settings.folder)), kinds(worked, AuditKind.SEALED)) == (seals, rows)
    require_whole(worked)
    taken_up = seal_chain(worked.workspace).taken_up
    assert taken_up == ((2,) if seals > rows else ())
    require_whole(worked)


@pytest.mark.parametrize(
    ("point", "there", "rows"),
    [
        ("dialer.backups.making:_try", False, 0),
        ("dialer.backups.making:_record", False, 0),
        ("dialer.backups.making:sync_folder", True, 1),
    ],
)
def test_killed_while_backing_up(
    worked: Agency, file: Path, elsewhere: Path, point: str, there: bool, rows: int
) -> None:
    """No backup of which the log does not tell."""
    assert killed_at(point, "backup", file, *config(worked)) == KILLED
    assert file.exists() is there
    assert kinds(worked, AuditKind.BACKUP) == rows
    second = file.with_name("second.backup")
    make_backup(worked.workspace, second)
    assert not worked.workspace.path(".backup").exists()
    require_whole(worked)
    bring_keys(worked, elsewhere)
    restore(file if there else second, elsewhere, worked.clock, erase_again)
    workspace = opened(worked, elsewhere)
    assert verify_folder(workspace).whole
    workspace.store.close()


@pytest.mark.parametrize(
    "point",
    [
        "dialer.backups.restoring:_tell",
        "dialer.backups.restoring:_anchor",
        "dialer.backups.placing:Placing.place_settings",
    ],
)
def test_killed_while_restoring(worked: Agency, file: Path, elsewhere: Path, point: str) -> None:
    make_backup(worked.workspace, file)
    bring_keys(worked, elsewhere)
    assert killed_at(point, "restore", file, "--into", elsewhere, database=os.environ["DIALER_DATABASE"]) == KILLED
    assert not (elsewhere / "dialer.toml").exists()
    restore(file, elsewhere, worked.clock, erase_again)
    workspace = opened(worked, elsewhere)
    found = verify_folder(workspace)
    assert found.whole, found.why
    assert not (elsewhere / ".restoring").exists()
    workspace.store.close()


@pytest.mark.parametrize(
    ("point", "rows"),
    [
        ("adapters.submission.folder:write_pdf", 0),
        ("commands.exporting:_record", 0),
        ("commands.exporting:prove_row", 1),
    ],
)
def test_killed_while_handing_over(tallying: Agency, worked: Agency, point: str, rows: int) -> None:
    target = worked.workspace.path("dossier")
    period = ("--from", "2026-11-24", "--to", "2026-11-24")
    assert killed_at(point, "audit", "export", *period, "--out", target, *config(worked)) == KILLED
    assert not target.exists()
    assert kinds(worked, AuditKind.EXPORTED) == rows
    hand_over(Desk(True, None), worked.workspace, target, "du 24/11/2026 au 24/11/2026", Scope(), "")
    assert (target / PROOF).is_file()
    assert not list(worked.workspace.settings.folder.glob(".dossier*")), "what was half done is gone"
    finished = list(worked.workspace.settings.folder.glob("dossier-ligne-*"))
    assert len(finished) == rows, "what the log tells of was finished, beside the one asked for now"
    assert all((folder / PROOF).is_file() for folder in finished)
    require_whole(worked)


@pytest.mark.parametrize("spoilt", [False, True])
def test_the_next_export_finishes_one_of_which_the_log_tells(tallying: Agency, worked: Agency, spoilt: bool) -> None:
    """Unless a file of it is not what its list says, as after a power cut: then it is no delivery."""
    target = worked.workspace.path("dossier")
    period = ("--from", "2026-11-24", "--to", "2026-11-24")
    killed_at("commands.exporting:prove_row", "audit", "export", *period, "--out", target, *config(worked))
    if spoilt:
        (draft,) = worked.workspace.settings.folder.glob(".dossier*")
        (draft / "data.json").write_text("")
    hand_over(Desk(True, None), worked.workspace, target.with_name("second"), "du 24/11/2026", Scope(), "")
    assert (target / PROOF).is_file() is not spoilt
    assert not list(worked.workspace.settings.folder.glob(".dossier*"))


def test_killed_while_answering_a_person_it_leaves_no_half_answer(worked: Agency) -> None:
    target = worked.workspace.path("answer")
    assert (
        killed_at("commands.subject:answer_all", "subject", "export", NUMBER, "--out", target, *config(worked))
        == KILLED
    )
    assert not target.exists()
    assert kinds(worked, AuditKind.EXPORTED) == 0
    require_whole(worked)
