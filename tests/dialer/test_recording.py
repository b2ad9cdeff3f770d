"""Which calls are recorded: as many as the campaign says, and a sample is a sample."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from dialer.recording import with_recording
from dialer.recordings import recordings_of
from rules.duty import Recording
from rules.facts import Sector
from tests.dialer.agency import Agency


@pytest.mark.parametrize(
    ("recording", "sector", "least", "most"),
    [
        (Recording.OFF, Sector.TELECOM, 0, 0),
        (Recording.SAMPLE, Sector.TELECOM, 60, 140),
        (Recording.ALL, Sector.TELECOM, 1000, 1000),
        (Recording.SAMPLE, Sector.INSURANCE, 1000, 1000),
    ],
)
def test_a_sample_is_one_call_in_ten_and_insurance_wants_each(
    agency: Agency, person: int, recording: Recording, sector: Sector, least: int, most: int
) -> None:
    order = agency.order(agency.campaign(), person)
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
