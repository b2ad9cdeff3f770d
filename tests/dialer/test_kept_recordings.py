"""Of an insurance call that a contract followed the recording is kept two years; of every other one, six months."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialer.errors import NotFound, NotPossible
from dialer.kept_recordings import KeepReason, keep_recording
from dialer.retention import due
from dialer.retention_run import apply_retention
from dialer.retention_table import Kept
from rules.facts import Sector
from tests.dialer.agency import Agency

REPEALED = date(2026, 8, 11)
BEFORE = date(2026, 8, 10)


def call(agency: Agency, on: date, sector: Sector = Sector.INSURANCE) -> Path:
    """The recording of a call on that day."""
    instant = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    person = agency.person()
    attempt = agency.write_attempt(agency.campaign(running=False, sector=sector), person, approved_at=instant)
    path = agency.workspace.path("recordings", f"{attempt}.wav")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"RIFF")
    os.utime(path, (instant.timestamp(), instant.timestamp()))
    return path


def say(agency: Agency, path: Path, reason: KeepReason = KeepReason.CONTRACT) -> None:
    with agency.transaction() as session:
        keep_recording(session, agency.workspace.settings.folder, path.stem, reason, agency.clock.now())


def over(agency: Agency, on: date) -> list[Path]:
    with agency.transaction() as session:
        return due(session, agency.workspace.settings, on).recordings


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ((), date(2027, 2, 7)),
        ((KeepReason.CONTRACT,), date(2028, 8, 10)),
        ((KeepReason.CONTRACT, KeepReason.NO_CONTRACT), date(2027, 2, 7)),
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


def test_when_two_years_are_over_it_goes_and_is_counted_by_itself(agency: Agency) -> None:
    path = call(agency, BEFORE)
    say(agency, path)
    agency.clock.instant = datetime(2028, 8, 11, 9, tzinfo=UTC)
    counts = apply_retention(agency.workspace, clock_is_right=True).counts()
    assert (counts[Kept.SALE_RECORDINGS], counts[Kept.RECORDINGS]) == (1, 0)
    assert not path.exists()


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
