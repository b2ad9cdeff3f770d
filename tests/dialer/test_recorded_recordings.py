"""A recording that is exchanged, altered or taken away is found; one that was deleted by the rules is not missed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from dialer.audit import AuditKind, append
from dialer.dispositions import Disposition
from dialer.erasure import erase
from dialer.faults import Verification
from dialer.holds import place_hold
from dialer.ports import CallEventKind
from dialer.recording_digests import told_recordings
from dialer.recordings_to_note import RecordingsToNote
from dialer.retention_run import apply_retention
from dialer.schema import AuditRow
from dialer.verification import verify, verify_folder
from tests.dialer.agency import Agency
from tests.dialer.recordings_made import record

Tamper = Callable[[Path, Path], None]


@pytest.fixture
def recorded(agency: Agency) -> tuple[Path, Path]:
    """Two recordings of two people, of which the chain tells."""
    people = [agency.person() for _ in range(2)]
    campaign, attempts = agency.campaign(), []
    for person in people:
        attempts.append(agency.dial(agency.order(campaign, person)))
        agency.report(attempts[-1], CallEventKind.ENDED, disposition=Disposition.ANSWERED)
    paths = [record(agency, attempt, seconds) for seconds, attempt in enumerate(attempts, 1)]
    RecordingsToNote(agency.workspace).note_left()
    return paths[0], paths[1]


def verified(agency: Agency, *, with_recordings: bool = True) -> Verification:
    folder = agency.workspace.path("recordings") if with_recordings else None
    with agency.workspace.store.reading() as session:
        return verify(session, pseudonyms=agency.workspace.pseudonyms, recordings=folder)


def about_recordings(found: Verification) -> list[str]:
    return [each.why for each in found.reservations if "recordings" in each.why]


def test_what_nobody_touched_is_whole(agency: Agency, recorded: tuple[Path, Path]) -> None:
    found = verified(agency)
    assert (found.why, about_recordings(found)) == ("", [])
    assert verify_folder(agency.workspace, recordings=True).whole


def one_sample(first: Path, _second: Path) -> None:
    content = bytearray(first.read_bytes())
    content[-1] ^= 1
    first.write_bytes(content)


def cut(first: Path, _second: Path) -> None:
    first.write_bytes(first.read_bytes()[:-2])


def emptied(first: Path, _second: Path) -> None:
    first.write_bytes(b"")


def exchanged(first: Path, second: Path) -> None:
    first.write_bytes(second.read_bytes())


def taken_away(first: Path, _second: Path) -> None:
    first.unlink()


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (one_sample, "was altered"),
        (cut, "was altered"),
        (emptied, "was altered"),
        (exchanged, "was altered"),
        (taken_away, "is missing, and no row tells of its deletion"),
    ],
)
def test_whoever_touches_a_file_is_found(agency: Agency, recorded: tuple[Path, Path], act: Tamper, why: str) -> None:
    act(*recorded)
    found = verified(agency)
    assert found.why == f"the recording of attempt {recorded[0].stem} {why}"
    rows = [row.seq for row in agency.audit() if row.kind == AuditKind.RECORDED]
    assert found.broken_at in rows


def test_a_file_that_was_told_is_not_told_otherwise_later(agency: Agency, recorded: tuple[Path, Path]) -> None:
    """By whoever exchanges a file and appends a row for it."""
    first, second = recorded
    first.write_bytes(second.read_bytes())
    with agency.transaction() as session:
        told = {"attempt": first.stem, "sha256": hashlib.sha256(first.read_bytes()).hexdigest(), "bytes": 32_044}
        append(session, AuditKind.RECORDED, told, agency.clock.now())
    assert "told otherwise before" in verified(agency).why


def test_two_engines_that_tell_the_same_are_no_fault(agency: Agency, recorded: tuple[Path, Path]) -> None:
    with agency.transaction() as session:
        for row in session.exec(select(AuditRow).where(AuditRow.kind == str(AuditKind.RECORDED))).all():
            append(session, AuditKind.RECORDED, json.loads(row.body), agency.clock.now())
    assert verified(agency).whole


def the_time_is_over(agency: Agency, first: Path) -> None:
    at = agency.clock.now().timestamp()
    for path in first.parent.glob(f"{first.stem}.wav"):
        os.utime(path, (at, at))
    agency.clock.advance(days=300)
    apply_retention(agency.workspace, clock_is_right=True)


def their_person_is_erased(agency: Agency, first: Path) -> None:
    erase(agency.workspace, agency.attempt(first.stem).contact_id, "", agency.clock.now())


@pytest.mark.parametrize("act", [the_time_is_over, their_person_is_erased])
def test_what_was_deleted_by_the_rules_is_not_missed(
    agency: Agency, recorded: tuple[Path, Path], act: Callable[[Agency, Path], None]
) -> None:
    act(agency, recorded[0])
    assert not recorded[0].exists()
    found = verified(agency)
    assert (found.why, about_recordings(found)) == ("", [])
    with agency.transaction() as session:
        told = told_recordings(session, [recorded[0].stem])[recorded[0].stem]
    assert told.deleted_by == agency.audit()[-1].seq


@pytest.mark.parametrize("act", [the_time_is_over, their_person_is_erased])
def test_what_was_deleted_before_a_kill_is_told_the_next_time(
    agency: Agency, recorded: tuple[Path, Path], act: Callable[[Agency, Path], None]
) -> None:
    recorded[0].unlink()
    assert not verified(agency).whole
    act(agency, recorded[0])
    assert verified(agency).why == ""


def test_a_recording_that_is_held_and_gone_is_missed_for_ever(agency: Agency, recorded: tuple[Path, Path]) -> None:
    contact_id = agency.attempt(recorded[0].stem).contact_id
    with agency.transaction() as session:
        workspace, now = agency.workspace, agency.clock.now()
        place_hold(session, workspace.settings, workspace.pseudonyms, "a complaint", now, contact_id=contact_id)
    recorded[0].unlink()
    agency.clock.advance(days=300)
    apply_retention(agency.workspace, clock_is_right=True)
    assert "is missing" in verified(agency).why


def test_without_their_folder_it_is_said_that_they_were_not_read(agency: Agency, recorded: tuple[Path, Path]) -> None:
    recorded[0].unlink()
    found = verified(agency, with_recordings=False)
    assert found.whole
    assert about_recordings(found) == ["not compared: 2 recordings; `dialer audit verify` reads them"]


def test_recordings_of_an_earlier_version_are_a_reservation(agency: Agency, attempt: str) -> None:
    agency.report(attempt, CallEventKind.ENDED, disposition=Disposition.ANSWERED)
    record(agency, attempt)
    found = verified(agency)
    assert found.whole
    assert [each.startswith("not compared: 1 recordings of which") for each in about_recordings(found)] == [True]


def test_progress_goes_to_the_last_byte(agency: Agency, recorded: tuple[Path, Path]) -> None:
    steps: list[tuple[int, int]] = []
    with agency.workspace.store.reading() as session:
        verify(session, recordings=agency.workspace.path("recordings"), progress=lambda *step: steps.append(step))
    size = sum(path.stat().st_size for path in recorded)
    assert steps[-1] == (size, size)
