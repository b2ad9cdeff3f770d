"""What people said while the database was away: on disk at once, on record with the next run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from dialer.dispositions import Disposition
from dialer.errors import StoreBusy, StoreUnavailable
from dialer.kept_reports import FOLDER, KeptReports, take_up
from dialer.ports import CallEvent, CallEventKind
from dialer.schema import AttemptState, WishKind
from dialer.store import Store
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING, OPTS_OUT, ScriptedRunner, event

AWAY = StoreBusy("the server is restarting", "le serveur redémarre")
FULL = StoreUnavailable("the disk is full", "le disque est plein")
REPORTS = [
    event("a1", CallEventKind.DIGIT, MORNING, detail="9"),
    event("a1", CallEventKind.ENDED, MORNING, disposition=Disposition.OPTED_OUT, call_id="x@y"),
]


class Killed(BaseException):
    """Nothing of the engine runs any more."""


def kept(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*"))


def taken_up(folder: Path) -> list[CallEvent]:
    found: list[CallEvent] = []
    take_up(folder, found.extend)
    return found


def die_while_they_object(agency: Agency, monkeypatch: pytest.MonkeyPatch, trouble: StoreUnavailable) -> None:
    """The database goes away as the call is answered; the person presses 9; the engine is killed."""
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock, otherwise=OPTS_OUT)
    engine = agency.engine(phone)
    transaction = Store.transaction

    @contextmanager
    def fails(store: Store, *patience: Any) -> Iterator[Session]:
        raise trouble
        yield

    def watch() -> None:
        if phone.placed:
            monkeypatch.setattr(Store, "transaction", fails)
        if phone.placed and not phone.up and kept(agency.workspace.settings.folder):
            monkeypatch.setattr(engine, "_end", lambda: None)
            raise Killed

    phone.on_wait = watch
    with pytest.raises((Killed, StoreUnavailable)):
        engine.run()
    engine._under_way.close()  # as the kernel does
    monkeypatch.setattr(Store, "transaction", transaction)


@pytest.mark.parametrize("trouble", [AWAY, FULL], ids=["away", "full"])
def test_an_objection_outlives_the_process_that_could_not_write_it_down(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, trouble: StoreUnavailable
) -> None:
    die_while_they_object(agency, monkeypatch, trouble)
    assert [wish.kind for wish in agency.wishes()] == []
    agency.clock.advance(minutes=2)
    next_run = agency.engine(ScriptedRunner(agency.clock))
    next_run.run(until_idle=True)
    assert [wish.kind for wish in agency.wishes()] == [WishKind.OBJECTION]
    assert [(each.state, each.disposition) for each in agency.attempts()] == [
        (AttemptState.CLOSED, Disposition.OPTED_OUT)
    ]
    assert kept(agency.workspace.settings.folder) == []
    with agency.transaction() as session:
        assert verify(session).whole


def test_a_day_without_trouble_leaves_no_file(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert kept(agency.workspace.settings.folder) == []


def test_what_was_kept_and_recorded_after_all_counts_once(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    die_while_they_object(agency, monkeypatch, AWAY)
    (path,) = kept(agency.workspace.settings.folder)
    again = path.read_bytes()
    agency.clock.advance(minutes=2)
    agency.engine(ScriptedRunner(agency.clock)).recover()
    told, rows = agency.attempts()[0].events, len(agency.audit())
    path.write_bytes(again)
    agency.engine(ScriptedRunner(agency.clock)).recover()
    assert (agency.attempts()[0].events, len(agency.audit()), len(agency.wishes())) == (told, rows, 1)


def test_reports_come_back_as_they_were(tmp_path: Path) -> None:
    writing = KeptReports(tmp_path)
    writing.keep(REPORTS[:1])
    writing.keep(REPORTS[1:])
    assert taken_up(tmp_path) == [], "its engine is alive"
    writing.close()
    assert taken_up(tmp_path) == REPORTS
    assert taken_up(tmp_path) == []


def test_a_line_that_was_cut_short_is_left_out_and_the_others_count(tmp_path: Path) -> None:
    writing = KeptReports(tmp_path)
    writing.keep(REPORTS)
    writing.close()
    (path,) = kept(tmp_path)
    os.truncate(path, path.stat().st_size - 20)
    assert taken_up(tmp_path) == REPORTS[:1]


def test_what_cannot_be_recorded_stays(tmp_path: Path) -> None:
    writing = KeptReports(tmp_path)
    writing.keep(REPORTS)
    writing.close()

    def fail(reports: object) -> None:
        raise AWAY

    with pytest.raises(StoreBusy):
        take_up(tmp_path, fail)
    assert taken_up(tmp_path) == REPORTS


def test_a_disk_that_takes_nothing_stops_no_call(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    KeptReports(tmp_path).keep(REPORTS)
    assert taken_up(tmp_path) == []
