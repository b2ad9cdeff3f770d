"""What a command wrote cannot be cut off unseen a moment later; a commit never fails for the note of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialer import anchor_keeping
from dialer.anchor import FILE, read_anchor
from dialer.anchor_keeping import DURING_A_RUN
from dialer.audit import AuditKind, append
from dialer.runs import on_record
from dialer.verification import verify_folder
from tests.dialer.agency import Agency
from tests.dialer.tampering import tamper


@pytest.fixture
def keeping(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> Agency:
    """As a command opens its folder."""
    monkeypatch.setattr(agency.workspace.store, "committed", agency.workspace.anchor_keeper.committed)
    return agency


def write(agency: Agency) -> int:
    """Two rows; the number of the last."""
    with agency.transaction() as session:
        for number in range(2):
            append(session, AuditKind.COMPLAINT, {"number": number}, agency.clock.now())
    return agency.audit()[-1].seq


def noted(agency: Agency) -> int:
    anchor = read_anchor(_path(agency))
    assert anchor
    return anchor.seq


def _path(agency: Agency) -> Path:
    return agency.workspace.settings.keys_folder / FILE


def test_every_commit_moves_it(keeping: Agency) -> None:
    for _ in range(2):
        last = write(keeping)
        assert noted(keeping) == last
    before = _path(keeping).stat().st_mtime_ns
    keeping.numbers_of_rows()
    assert _path(keeping).stat().st_mtime_ns == before, "who writes no row moves nothing"


def test_what_was_written_last_and_cut_off_is_noticed(keeping: Agency) -> None:
    last = write(keeping)
    tamper(keeping, f"DELETE FROM audit WHERE seq = {last}")
    assert f"row {last} was there" in verify_folder(keeping.workspace).why


@pytest.mark.parametrize("keep", [b"", b"{}"])
def test_one_that_is_gone_or_cannot_be_read_is_left_for_the_verification(keeping: Agency, keep: bytes) -> None:
    _path(keeping).write_bytes(keep) if keep else _path(keeping).unlink()
    write(keeping)
    assert (_path(keeping).read_bytes() if keep else b"") == keep
    assert _path(keeping).exists() is bool(keep)


def test_a_chain_that_was_cut_and_grew_again_is_not_taken_for_whole(keeping: Agency) -> None:
    last = write(keeping)
    tamper(keeping, f"DELETE FROM audit WHERE seq = {last}")
    for _ in range(2):
        write(keeping)
    assert noted(keeping) == last
    assert not verify_folder(keeping.workspace).whole


def test_a_disk_that_takes_no_more_stops_no_work(keeping: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("dialer.anchor.write_whole", full)
        write(keeping)
    assert noted(keeping) == 0
    last = write(keeping)
    assert noted(keeping) == last


def test_during_a_run_it_moves_once_a_second_and_at_its_end(keeping: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(anchor_keeping, "monotonic", lambda: now)
    with on_record(keeping.workspace, "boucle"):
        first = noted(keeping)
        assert first
        write(keeping)
        assert noted(keeping) == first
        now += DURING_A_RUN.total_seconds()
        last = write(keeping)
        assert noted(keeping) == last
    assert noted(keeping) == keeping.audit()[-1].seq
    assert keeping.workspace.anchor_keeper.pause == timedelta(0)
