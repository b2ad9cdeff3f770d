"""Nobody can be passed over, or put in line, without anything on record that explains it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from dialer.campaigns import set_state
from dialer.faults import Verification
from dialer.schema import AgreedSlot, CampaignState, Candidate
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.fakes import BUSY, LOST, OPTS_OUT, UNASSIGNED, ScriptedRunner
from tests.dialer.tampering import tamper

MUCH_LATER = "'2027-03-25 09:00:00.000000'"


def verified(agency: Agency) -> Verification:
    with agency.workspace.store.reading() as session:
        return verify(session, pseudonyms=agency.workspace.pseudonyms)


@pytest.fixture
def waiting(agency: Agency) -> int:
    """Somebody of a campaign that has not begun."""
    person = agency.person()
    agency.campaign(running=False)
    return person


TAMPERINGS = [
    ("DELETE FROM candidate", "has no place in it"),
    ("UPDATE candidate SET state = 'calling'", "no call to them is under way"),
    ("UPDATE candidate SET state = 'done'", "no call of the campaign to them has ended"),
    ("UPDATE candidate SET due_at = NULL", "waits for no instant"),
    ("UPDATE candidate SET tries = 9", "tried more often than there were calls"),
    ("UPDATE candidate SET state = 'never', due_at = NULL", "nothing that is on record speaks against a call"),
    (f"UPDATE candidate SET due_at = {MUCH_LATER}", "waits for an instant that no decision names"),
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_instant_that_is_none_is_found(agency: Agency, waiting: int) -> None:
    tamper(agency, "UPDATE candidate SET due_at = 'tomorrow'")
    assert "waits for an instant that no decision names" in verified(agency).why


@pytest.mark.parametrize(("statement", "why"), TAMPERINGS)
def test_a_place_that_nothing_explains_is_found(agency: Agency, waiting: int, statement: str, why: str) -> None:
    assert verified(agency).whole
    tamper(agency, statement)
    found = verified(agency)
    assert why in found.why
    assert found.why.startswith(f"contact {waiting} ")
    assert (found.broken_at, "Fibre novembre" in found.why_fr) == (found.rows + 1, True)


@pytest.mark.parametrize("statement", [f"UPDATE candidate SET due_at = {MUCH_LATER}", TAMPERINGS[5][0]])
def test_a_decision_explains_its_own_instant_only(agency: Agency, statement: str) -> None:
    """Asked at night, the person waits for the morning."""
    agency.person()
    agency.campaign()
    agency.clock.set("2026-11-24T22:00:00+01:00")
    run(agency)
    assert verified(agency).whole
    tamper(agency, statement)
    assert not verified(agency).whole


def run(agency: Agency, **script: object) -> None:
    agency.engine(ScriptedRunner(agency.clock, **script)).run(until_idle=True)  # type: ignore[arg-type]


def nobody_may_be_called(agency: Agency) -> None:
    agency.clock.set("2026-11-24T22:00:00+01:00")
    run(agency)


def an_agreed_hour(agency: Agency) -> None:
    with agency.transaction() as session:
        at = agency.clock.now() + timedelta(days=3)
        session.add(AgreedSlot(contact_id=1, advertiser_id=1, at=at, proof="p.pdf"))
        session.get_one(Candidate, (1, 1)).due_at = at


def an_objection_before_the_call_left(agency: Agency) -> None:
    agency.engine_of_one_question()
    agency.object(1)


def a_pause_before_the_call_left(agency: Agency) -> None:
    agency.engine_of_one_question()
    with agency.transaction() as session:
        set_state(session, agency.workspace.settings, "Fibre novembre", CampaignState.PAUSED, agency.clock.now())


def an_obstacle_that_lasts(agency: Agency) -> None:
    agency.object(1)
    run(agency)


ACTS = [
    run,
    partial(run, otherwise=BUSY),
    partial(run, otherwise=LOST),
    partial(run, otherwise=UNASSIGNED),
    partial(run, otherwise=OPTS_OUT),
    nobody_may_be_called,
    an_agreed_hour,
    an_objection_before_the_call_left,
    a_pause_before_the_call_left,
    an_obstacle_that_lasts,
]


@pytest.mark.parametrize("act", ACTS)
def test_what_the_program_does_explains_itself(agency: Agency, act: Callable[[Agency], None]) -> None:
    for _ in range(3):
        agency.person()
    agency.person(consent=False)
    agency.campaign()
    act(agency)
    found = verified(agency)
    assert found.why == ""
