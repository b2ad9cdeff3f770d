"""Which calls are recorded: as many as the campaign says, and a sample is a sample."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialer.ports import CallOrder, Unrecorded
from dialer.recording import RecordingImpossible, require_room, with_recording
from dialer.recordings import recordings_of
from rules.duty import Recording
from rules.facts import Sector
from tests.dialer.agency import Agency
from tests.dialer.fakes import ScriptedRunner

LAST_DAY = datetime(2026, 8, 10, 8, tzinfo=UTC)
"""On which the law had every call about insurance recorded (C. assur. L.112-2-2, repealed from 2026-08-11)."""
NEXT_DAY = LAST_DAY + timedelta(days=1)


def order_at(agency: Agency, person: int, at: datetime) -> CallOrder:
    """As an approval of that instant."""
    order = agency.order(agency.campaign(), person)
    return replace(order, permit=replace(order.permit, not_before=at))


@pytest.mark.parametrize(
    ("recording", "sector", "at", "least", "most"),
    [
        (Recording.OFF, Sector.TELECOM, LAST_DAY, 0, 0),
        (Recording.SAMPLE, Sector.TELECOM, LAST_DAY, 60, 140),
        (Recording.ALL, Sector.TELECOM, LAST_DAY, 1000, 1000),
        (Recording.SAMPLE, Sector.INSURANCE, LAST_DAY, 1000, 1000),
        (Recording.SAMPLE, Sector.INSURANCE, NEXT_DAY, 60, 140),
        (Recording.SAMPLE, Sector.INSURANCE, datetime(2022, 3, 31, 8, tzinfo=UTC), 60, 140),
        (Recording.ALL, Sector.INSURANCE, NEXT_DAY, 1000, 1000),
    ],
)
def test_a_sample_is_one_call_in_ten_and_insurance_wanted_each(
    agency: Agency, person: int, recording: Recording, sector: Sector, at: datetime, least: int, most: int
) -> None:
    order = order_at(agency, person, at)
    plan = agency.plan(recording=recording, sector=sector)
    ids = [uuid.UUID(int=(n * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128).hex for n in range(1000)]
    orders = [replace(order, permit=replace(order.permit, attempt_id=each)) for each in ids]
    recorded = [each for each in orders if with_recording(each, plan, agency.workspace.settings.folder).recording]
    assert least <= len(recorded) <= most


def test_a_recording_bears_the_attempt_and_is_found_again_by_its_person(agency: Agency, person: int) -> None:
    """By whoever erases, exports, or deletes what is too old."""
    folder = agency.workspace.settings.folder
    order = with_recording(agency.order(agency.campaign(), person), agency.plan(recording=Recording.ALL), folder)
    assert order.recording is not None
    assert order.permit.callee[1:] not in order.recording.name
    order.recording.parent.mkdir(exist_ok=True)
    order.recording.touch()
    with agency.transaction() as session:
        assert recordings_of(session, folder, [person]) == [order.recording]
        assert recordings_of(session, folder, [person + 1]) == []


@pytest.mark.parametrize(
    ("recording", "sector", "at", "unrecorded"),
    [
        (Recording.ALL, Sector.TELECOM, LAST_DAY, Unrecorded.GOES_ON),
        (Recording.ALL, Sector.INSURANCE, LAST_DAY, Unrecorded.NO_CALL),
        (Recording.SAMPLE, Sector.INSURANCE, LAST_DAY, Unrecorded.NO_CALL),
        (Recording.OFF, Sector.INSURANCE, LAST_DAY, Unrecorded.GOES_ON),
        (Recording.ALL, Sector.INSURANCE, NEXT_DAY, Unrecorded.GOES_ON),
    ],
)
def test_in_insurance_there_was_no_call_without_its_recording(
    agency: Agency, person: int, recording: Recording, sector: Sector, at: datetime, unrecorded: Unrecorded
) -> None:
    """C. assur. L.112-2-2; a campaign without any recording starts only on days on which none is asked for."""
    plan = agency.plan(recording=recording, sector=sector)
    order = with_recording(order_at(agency, person, at), plan, agency.workspace.path())
    assert order.unrecorded is unrecorded


def announced(agency: Agency) -> None:
    """The opening says that the call is recorded, how to object, and what it had to say until the reform."""
    words = Path(agency.plan().script.opening).with_suffix(".txt")
    more = "Cet appel est enregistré ; pour vous y opposer, tapez 0. Vous pouvez vous inscrire sur Bloctel."
    words.write_text(f"{words.read_text('utf-8')} {more}", "utf-8")


def test_nobody_is_asked_about_while_a_call_that_must_be_recorded_could_not_be(agency: Agency) -> None:
    """No decision, no attempt, no INVITE; a run that ends by itself says why."""
    agency.clock.instant = LAST_DAY
    announced(agency)
    agency.person()
    agency.campaign(recording=Recording.SAMPLE, sector=Sector.INSURANCE)
    phone = ScriptedRunner(agency.clock)
    with pytest.raises(RecordingImpossible, match=r"Fibre.*L\.112-2-2.*recordings: No such file"):
        agency.engine(phone).run(until_idle=True)
    assert (phone.called, agency.attempts(), agency.decisions()) == ([], [], [])


def test_where_no_recording_is_demanded_its_failing_keeps_nobody_from_being_called(agency: Agency) -> None:
    announced(agency)
    agency.person()
    agency.campaign(recording=Recording.SAMPLE)
    phone = ScriptedRunner(agency.clock)
    agency.engine(phone).run(until_idle=True)
    assert len(phone.called) == 1


def test_room_is_asked_for_as_long_as_the_longest_call_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(os, "posix_fallocate", lambda file, start, size: asked.append(size))
    require_room(tmp_path, timedelta(minutes=2))
    assert asked == [120 * 16_000]
    assert list(tmp_path.iterdir()) == []
