"""The chain tells the digest of every recording once its file is whole, whatever died meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dialer import recordings_to_note
from dialer.audit import AuditKind
from dialer.ports import CallEventKind
from dialer.recordings_to_note import RecordingsToNote
from dialer.schema import AttemptState
from tests.dialer.agency import Agency
from tests.dialer.fakes import ScriptedRunner, event
from tests.dialer.recordings_made import record, recorded_call

CLOSED, DIALING = {"state": AttemptState.CLOSED}, {"state": AttemptState.DIALING}


def told(agency: Agency) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in agency.audit() if row.kind == AuditKind.RECORDED]


def run(agency: Agency, **script: Any) -> ScriptedRunner:
    runner = ScriptedRunner(agency.clock, **script)
    agency.engine(runner).run(until_idle=True)
    return runner


def written(agency: Agency, **fields: Any) -> str:
    person = agency.person()
    return agency.write_attempt(agency.campaign(running=False), person, **fields)


def test_after_a_run_the_digest_of_each_recording_is_told(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    run(agency, otherwise=recorded_call(agency))
    (attempt,) = agency.attempts()
    file = agency.workspace.path("recordings", f"{attempt.id}.wav").read_bytes()
    assert told(agency) == [
        {"attempt": attempt.id, "sha256": hashlib.sha256(file).hexdigest(), "bytes": len(file), "ms": 2000}
    ]


def test_what_was_deleted_because_somebody_objected_is_not_told(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    run(agency, otherwise=recorded_call(agency, objected=True))
    assert told(agency) == []


def test_during_a_run_a_file_is_read_once_it_has_rested(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(recordings_to_note, "monotonic", lambda: now)
    attempt = written(agency, **CLOSED)
    noting = RecordingsToNote(agency.workspace)
    for kind, detail in ((CallEventKind.RECORDING, f"{attempt}.wav"), (CallEventKind.ENDED, "")):
        noting.heard(event(attempt, kind, agency.clock.now(), detail=detail))
    record(agency, attempt, rested=False)
    now += recordings_to_note.REST.total_seconds() - 1
    noting.note()
    assert told(agency) == []
    now += 1
    noting.note()
    noting.note()
    assert [each["attempt"] for each in told(agency)] == [attempt]


def test_what_a_killed_process_left_is_told_by_the_next_run(agency: Agency) -> None:
    attempt = written(agency, **CLOSED)
    record(agency, attempt)
    for _ in range(2):
        run(agency)
    assert [each["attempt"] for each in told(agency)] == [attempt]


def test_the_recording_of_a_lost_call_waits_for_the_next_run(agency: Agency) -> None:
    """Its file may have to be mended before it can be heard."""
    agency.person()
    agency.campaign()
    run(agency, otherwise=recorded_call(agency, CallEventKind.LOST))
    assert told(agency) == []
    run(agency)
    assert [each["attempt"] for each in told(agency)] == [agency.attempts()[0].id]


@pytest.mark.parametrize(
    ("fields", "rested"), [(DIALING, True), (CLOSED, False)], ids=["of a live call", "just written"]
)
def test_a_file_that_may_still_be_written_to_is_left_alone(
    agency: Agency, fields: dict[str, Any], rested: bool
) -> None:
    record(agency, written(agency, **fields), rested=rested)
    RecordingsToNote(agency.workspace).note_left()
    assert told(agency) == []


def test_files_of_no_attempt_are_left_alone(agency: Agency) -> None:
    for name in ("33639980101-1", "f" * 32):
        record(agency, name)
    RecordingsToNote(agency.workspace).note_left()
    assert told(agency) == []


def test_of_very_many_the_newest_come_first_and_the_rest_later(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign(running=False)
    attempts = [agency.write_attempt(campaign, person, **CLOSED) for person in people]
    for attempt in attempts:
        record(agency, attempt)
    _written_before(agency.workspace.path("recordings", f"{attempts[0]}.wav"), timedelta(days=1))
    monkeypatch.setattr(recordings_to_note, "_MOST", 40_000)
    noting = RecordingsToNote(agency.workspace)
    noting.note_left()
    assert {each["attempt"] for each in told(agency)} == set(attempts[1:])
    noting.note_left()
    assert {each["attempt"] for each in told(agency)} == set(attempts)


def test_a_file_without_a_readable_header_is_told_without_its_length(agency: Agency) -> None:
    attempt = written(agency, **CLOSED)
    path = record(agency, attempt)
    path.write_bytes(b"RIFF")
    _written_before(path, timedelta(days=1))
    RecordingsToNote(agency.workspace).note_left()
    assert [(each["bytes"], "ms" in each) for each in told(agency)] == [(4, False)]


def _written_before(path: Path, span: timedelta) -> None:
    at = path.stat().st_mtime - span.total_seconds()
    os.utime(path, (at, at))
