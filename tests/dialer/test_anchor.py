"""What holds together by itself and is not the whole: the anchor, kept apart from the database, tells."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from dialer.anchor import FILE, ChainCutShort, begin, read_anchor
from dialer.audit import AuditKind, append
from dialer.errors import NotPossible, SettingsRefused, StoreUnavailable
from dialer.faults import Verification
from dialer.runs import on_record
from dialer.sealing import seal_chain
from dialer.seals import seal_paths
from dialer.verification import move_anchor, verify_folder, verify_without_anchor
from dialer.workspace import Workspace
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


def test_the_tail_and_the_anchor_cut_off_together_are_noticed(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit WHERE seq > 5")
    anchor_of(seen).unlink()
    found = verified(seen)
    assert (found.rows, found.broken_at) == (5, 6)
    assert found.why.startswith("nothing tells whether the chain went further than row 5")
    assert not anchor_of(seen).exists(), "what is broken makes no anchor"


@pytest.mark.parametrize("left", ["seals/0001.json", "keys/seal.pub"])
def test_everything_emptied_is_noticed_as_long_as_anything_of_a_seal_is_left(seen: Agency, left: str) -> None:
    folder = seen.workspace.settings.folder
    seal_chain(seen.workspace)
    kept = (folder / left).read_bytes()
    tamper(seen, "DELETE FROM audit")
    shutil.rmtree(folder / "seals")
    for path in (anchor_of(seen), *anchor_of(seen).parent.glob("seal*")):
        path.unlink()
    assert verified(seen).whole, "nothing is left that could tell"
    (folder / left).parent.mkdir(exist_ok=True)
    (folder / left).write_bytes(kept)
    assert verified(seen).broken_at == 1


def test_a_new_folder_is_whole(agency: Agency) -> None:
    assert (verified(agency).whole, verified(agency).rows) == (True, 0)
    anchor_of(agency).unlink()
    assert verified(agency).whole, "though nothing was noted in it yet"


def test_a_database_set_up_again_does_not_begin_anew_what_was_sealed(seen: Agency) -> None:
    seal_chain(seen.workspace)
    tamper(seen, "DELETE FROM audit")
    anchor_of(seen).unlink()
    with seen.workspace.store.reading() as session:
        begin(session, anchor_of(seen), MORNING)
    assert not anchor_of(seen).exists()


@pytest.mark.parametrize("act", [seal_chain, move_anchor])
def test_an_anchor_that_was_removed_is_not_made_anew_in_silence(
    seen: Agency, act: Callable[[Workspace], object]
) -> None:
    anchor_of(seen).unlink()
    with pytest.raises(ChainCutShort, match="--without-anchor"):
        act(seen.workspace)
    assert not anchor_of(seen).exists()
    assert not seal_paths(seen.workspace.settings.folder)


def test_an_anchor_that_is_lost_is_done_without_for_a_reason_that_every_verification_tells(seen: Agency) -> None:
    anchor_of(seen).unlink()
    assert verify_without_anchor(seen.workspace, "the disk of the keys broke").whole
    last = seen.audit()[-1]
    assert seen.remark(json.loads(last.body)["without_anchor_sha256"]) == "the disk of the keys broke"
    found = verified(seen)
    assert found.whole
    told = next(each for each in found.reservations if "on trust" in each.why)
    assert "after row 8 is taken on trust" in told.why
    assert f"(ligne {last.seq})" in told.why_fr


def test_what_is_broken_is_not_accepted_without_an_anchor(seen: Agency) -> None:
    anchor_of(seen).unlink()
    tamper(seen, "DELETE FROM audit WHERE seq = 5")
    rows = len(seen.audit())
    assert verify_without_anchor(seen.workspace, "the disk broke").broken_at == 5
    assert len(seen.audit()) == rows
    assert not anchor_of(seen).exists()


def test_an_anchor_that_is_there_cannot_be_talked_away(seen: Agency) -> None:
    tamper(seen, "DELETE FROM audit WHERE seq > 5")
    with pytest.raises(NotPossible, match=r"head\.json is there"):
        verify_without_anchor(seen.workspace, "the disk broke")


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


def test_nothing_is_dialed_when_nothing_tells_how_far_the_log_went(seen: Agency) -> None:
    anchor_of(seen).unlink()
    with pytest.raises(ChainCutShort, match="--without-anchor"), on_record(seen.workspace, "boucle"):
        pytest.fail("a call could leave")


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
