"""Of an insurance call that a contract followed the recording is kept two years, of one that none followed a month; of
every other one, six months."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from dialer.erasure import erase
from dialer.errors import NotFound, NotPossible
from dialer.kept_recordings import KeepReason, keep_recording
from dialer.ports import CallEventKind
from dialer.recording_digests import told_recordings
from dialer.recordings_to_note import RecordingsToNote
from dialer.retention import due
from dialer.retention_run import apply_retention
from dialer.retention_table import Kept
from dialer.schema import AttemptState, Contact
from rules.facts import Sector
from tests.dialer.agency import Agency
from tests.dialer.fakes import event

REPEALED = date(2026, 8, 11)
BEFORE = date(2026, 8, 10)


def call(agency: Agency, on: date, sector: Sector = Sector.INSURANCE) -> Path:
    """The recording of a call on that day."""
    instant = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    person = agency.person()
    campaign = agency.campaign(running=False, sector=sector)
    attempt = agency.write_attempt(campaign, person, approved_at=instant, state=AttemptState.CLOSED)
    path = agency.workspace.path("recordings", f"{attempt}.wav")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"RIFF")
    os.utime(path, (instant.timestamp(), instant.timestamp()))
    return path


def say(agency: Agency, path: Path, reason: KeepReason = KeepReason.CONTRACT) -> None:
    with agency.transaction() as session:
        keep_recording(session, agency.workspace.settings.folder, path.stem, reason, agency.clock.now())


def tell(agency: Agency, path: Path) -> None:
    """Its digest is on record, as after the run that recorded it."""
    recordings, now = RecordingsToNote(agency.workspace), agency.clock.now()
    recordings.heard(event(path.stem, CallEventKind.RECORDING, now, detail=path.name))
    recordings.heard(event(path.stem, CallEventKind.ENDED, now))
    recordings.note(at_once=True)


def only_person(agency: Agency) -> int:
    with agency.transaction() as session:
        return session.exec(select(Contact.id)).one()


def over(agency: Agency, on: date) -> list[Path]:
    with agency.transaction() as session:
        return due(session, agency.workspace.settings, on).recordings


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ((), date(2027, 2, 7)),
        ((KeepReason.CONTRACT,), date(2028, 8, 10)),
        ((KeepReason.NO_CONTRACT,), date(2026, 9, 10)),
        ((KeepReason.CONTRACT, KeepReason.NO_CONTRACT), date(2026, 9, 10)),
        ((KeepReason.NO_CONTRACT, KeepReason.CONTRACT), date(2028, 8, 10)),
    ],
)
def test_it_is_kept_to_the_day_as_long_as_what_was_said_last_demands(
    agency: Agency, said: tuple[KeepReason, ...], last: date
) -> None:
    path = call(agency, BEFORE)
    for reason in said:
        say(agency, path, reason)
    assert over(agency, last) == []
    assert over(agency, last.replace(day=last.day + 1)) == [path]


@pytest.mark.parametrize(
    ("said", "kind"),
    [(KeepReason.CONTRACT, Kept.SALE_RECORDINGS), (KeepReason.NO_CONTRACT, Kept.NO_SALE_RECORDINGS)],
)
def test_when_its_time_is_over_it_goes_and_is_counted_by_itself(agency: Agency, said: KeepReason, kind: Kept) -> None:
    path = call(agency, BEFORE)
    say(agency, path, said)
    agency.clock.instant = datetime(2028, 8, 11, 9, tzinfo=UTC)
    counts = apply_retention(agency.workspace, clock_is_right=True).counts()
    kinds = Kept.RECORDINGS, Kept.SALE_RECORDINGS, Kept.NO_SALE_RECORDINGS
    assert {each: counts[each] for each in kinds} == {each: int(each is kind) for each in kinds}
    assert not path.exists()


@pytest.mark.parametrize(("said", "stays"), [(KeepReason.CONTRACT, True), (KeepReason.NO_CONTRACT, False)])
def test_an_erasure_leaves_what_the_law_has_kept_and_says_so(agency: Agency, said: KeepReason, stays: bool) -> None:
    path = call(agency, BEFORE)
    tell(agency, path)
    say(agency, path, said)
    found = erase(agency.workspace, only_person(agency), "", agency.clock.now()).preview
    assert (path.exists(), found.recordings_kept, found.recordings) == (
        (True, (path,), ()) if stays else (False, (), (path,))
    )
    with agency.transaction() as session:
        (told,) = told_recordings(session).values()
        assert (told.deleted_by is None) is stays


def test_what_an_erasure_left_goes_when_its_time_is_over(agency: Agency) -> None:
    path = call(agency, BEFORE)
    tell(agency, path)
    say(agency, path)
    erase(agency.workspace, only_person(agency), "", agency.clock.now())
    agency.clock.instant = datetime(2028, 8, 11, 9, tzinfo=UTC)
    apply_retention(agency.workspace, clock_is_right=True)
    assert not path.exists()
    with agency.transaction() as session:
        assert [told.deleted_by is None for told in told_recordings(session).values()] == [False]


@pytest.mark.parametrize(("day", "sector"), [(REPEALED, Sector.INSURANCE), (BEFORE, Sector.TELECOM)])
def test_no_other_recording_is_kept_longer(agency: Agency, day: date, sector: Sector) -> None:
    path = call(agency, day, sector)
    with pytest.raises(NotPossible, match="dialer hold place"):
        say(agency, path)


def test_what_was_not_recorded_cannot_be_kept(agency: Agency) -> None:
    path = call(agency, BEFORE)
    path.unlink()
    with pytest.raises(NotFound, match=path.stem):
        say(agency, path)
    with pytest.raises(NotFound, match="ffff"):
        say(agency, path.with_name("ffff.wav"))
