"""What holds together by itself and is not the whole: the anchor, kept apart from the database, tells."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from dialer.anchor import FILE, ChainCutShort, read_anchor
from dialer.audit import AuditKind, append
from dialer.errors import SettingsRefused, StoreUnavailable
from dialer.faults import Verification
from dialer.runs import on_record
from dialer.verification import verify_folder
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING
from tests.dialer.tampering import rewrite, tamper


@pytest.fixture
def seen(agency: Agency) -> Agency:
    """Seven rows, verified: the eighth says so, and the anchor lies on it."""
    write(agency, 6)
    assert verify_folder(agency.workspace).whole
    return agency


def write(agency: Agency, rows: int) -> None:
    with agency.transaction() as session:
        for number in range(rows):
            append(session, AuditKind.COMPLAINT, {"number": number}, agency.clock.now())


def anchor_of(agency: Agency) -> Path:
    return agency.workspace.settings.keys_folder / FILE


def verified(agency: Agency) -> Verification:
    return verify_folder(agency.workspace)


def test_what_is_whole_goes_on_record_and_moves_the_anchor(seen: Agency) -> None:
    last = seen.audit()[-1]
    assert (last.kind, json.loads(last.body)["rows"]) == (AuditKind.VERIFIED, 7)
    anchor = read_anchor(anchor_of(seen))
    assert anchor
    assert (anchor.seq, anchor.sha256) == (8, last.sha256)
    seen.clock.advance(seconds=1)
    assert verified(seen).rows == 8


def test_the_tail_cut_off_is_noticed(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit WHERE seq > 5")
    before = anchor_of(seen).read_bytes()
    found = verified(seen)
    assert (found.rows, found.broken_at) == (5, 6)
    assert "row 8 was there" in found.why
    assert anchor_of(seen).read_bytes() == before, "what is broken moves no anchor"


def test_everything_cut_off_is_noticed(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit")
    assert verified(seen).broken_at == 1


def test_a_tail_cut_off_and_grown_again_is_noticed(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit WHERE seq > 5")
    write(seen, 7)
    found = verified(seen)
    assert (found.broken_at, found.rows) == (8, 12)


def test_a_row_edited_and_all_that_follow_hashed_anew_is_noticed(seen: Agency) -> None:
    rewrite(seen, 3, lambda _: '{"number":99}')
    found = verified(seen)
    assert (found.broken_at, found.rows) == (8, 8)
    assert "was written anew" in found.why


def test_another_database_in_its_place_is_noticed(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit")
    write(seen, 20)
    found = verified(seen)
    assert found.broken_at == 1
    assert "another database" in found.why


def test_an_older_copy_of_the_file_put_back_is_noticed(seen: Agency, engine_name: str, tmp_path: Path) -> None:
    if engine_name != "sqlite":
        pytest.skip("a server's files are not copied")
    file = Path(seen.workspace.store.url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(tmp_path / "older.db")) as copy:
        now.backup(copy)
    write(seen, 3)
    assert verified(seen).whole
    seen.workspace.store.close()
    for leftover in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(tmp_path / "older.db", file)
    assert "older copy" in verified(seen).why


def test_nothing_is_dialed_on_a_database_that_lost_rows(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit WHERE seq > 5")
    with pytest.raises(ChainCutShort, match="row 8 was there") as refused, on_record(seen.workspace, "boucle"):
        pytest.fail("a call could leave")
    assert "dialer restore" in refused.value.message_fr
    assert len(seen.audit()) == 4, "nothing was written either"


def test_a_run_goes_on_record_with_its_end_and_moves_the_anchor(seen: Agency) -> None:
    with on_record(seen.workspace, "boucle"):
        write(seen, 1)
    kinds = [row.kind for row in seen.audit()[-3:]]
    assert kinds == [AuditKind.RUN_STARTED, AuditKind.COMPLAINT, AuditKind.RUN_STOPPED]
    anchor = read_anchor(anchor_of(seen))
    assert anchor
    assert anchor.sha256 == seen.audit()[-1].sha256


def test_a_run_that_an_error_ends_says_so(agency: Agency) -> None:
    with pytest.raises(InterruptedError), on_record(agency.workspace, "boucle"):
        raise InterruptedError
    assert json.loads(agency.audit()[-1].body) == {"trunk": "boucle", "ended": "error"}


def test_the_error_that_ended_a_run_is_not_hidden_by_a_database_that_is_gone(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreUnavailable("gone", "partie")

    with pytest.raises(InterruptedError), on_record(agency.workspace, "boucle"):  # noqa: PT012 - the database goes during the run
        monkeypatch.setattr(agency.workspace.store, "transaction", gone)
        raise InterruptedError


def test_a_clock_behind_the_log_puts_nothing_on_record(seen: Agency) -> None:
    seen.clock.instant = MORNING - timedelta(days=1)
    rows = len(seen.audit())
    assert verified(seen).whole
    assert len(seen.audit()) == rows


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"chain":1}', "\x00"])
def test_an_anchor_that_cannot_be_read_is_told(agency: Agency, content: str) -> None:
    anchor_of(agency).parent.mkdir(exist_ok=True)
    anchor_of(agency).write_text(content)
    with pytest.raises(SettingsRefused, match=r"head\.json"):
        verified(agency)
