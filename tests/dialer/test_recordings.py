"""A recording bears nobody's number, and is found all the same by whom it is of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialer.recordings import FAR_END, recordings_of
from dialer.schema import Campaign
from tests.dialer.agency import Agency

NUMBER, STRANGER = "+33639980101", "+33639980102"
CALL_ID = "5f0c2e3a-1b7d-4e55-9c1f-0123456789ab"


def recorded(agency: Agency, *names: str) -> list[Path]:
    folder = agency.workspace.path("recordings")
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.wav" for name in names]
    for path in paths:
        path.write_bytes(b"RIFF")
    return paths


def theirs(agency: Agency, *people: int) -> list[Path]:
    with agency.transaction() as session:
        return recordings_of(session, agency.workspace.settings.folder, people)


def test_by_the_call_id_of_their_attempts(agency: Agency) -> None:
    person, other = agency.person(NUMBER), agency.person(STRANGER)
    campaign: Campaign = agency.campaign()
    agency.write_attempt(campaign, person, number=NUMBER, call_id=CALL_ID)
    agency.write_attempt(campaign, other, number=STRANGER, call_id=f"{CALL_ID}@192.0.2.1")
    agency.write_attempt(campaign, other, number=STRANGER, call_id="")
    mine, again, of_other, _ = recorded(agency, f"{CALL_ID}-1", f"{CALL_ID}-2", f"{CALL_ID}192021-1", "unknown-1")
    assert theirs(agency, person) == [mine, again]
    assert theirs(agency, other) == [of_other]
    assert theirs(agency) == []


def test_by_the_far_end_s_log_where_the_call_ended_with_its_process(agency: Agency) -> None:
    person, other = agency.person(NUMBER), agency.person(STRANGER)
    (path,) = recorded(agency, f"{CALL_ID}-1")
    line = {"event": "invite", "call_id": CALL_ID, "callee": NUMBER, "caller": STRANGER}
    log = f'{json.dumps(line)}\n{{"event": "invite", "callee": "{NUMBER}", "call'
    agency.workspace.path(FAR_END).write_text(log, "utf-8")
    assert theirs(agency, person) == [path]
    assert theirs(agency, other) == []


@pytest.mark.parametrize(("name", "found"), [("33639980101-1", True), ("3363998010-1", False), ("1-1", False)])
def test_by_the_number_in_files_of_earlier_versions(agency: Agency, name: str, found: bool) -> None:
    person = agency.person(NUMBER)
    (path,) = recorded(agency, name)
    assert theirs(agency, person) == ([path] if found else [])
