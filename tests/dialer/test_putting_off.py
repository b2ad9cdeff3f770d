"""At lunch time one answer speaks for everybody in the same place, and says no more than the gate would to each."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, update

from dialer.audit import AuditKind
from dialer.putting_off import put_off_likewise
from dialer.schema import AgreedSlot, Campaign, Candidate, CandidateState
from rules.rule import Verdict
from tests.dialer.agency import Agency, consent_of
from tests.dialer.fakes import ScriptedRunner

pytestmark = pytest.mark.slow_on_postgresql

LUNCH = "2026-11-24T13:30:00+01:00"
OPENING = datetime.fromisoformat("2026-11-24T14:00:00+01:00").astimezone(UTC)
INSTANTS = (LUNCH, "2026-11-24T20:30:00+01:00", "2026-12-26T11:00:00+01:00", "2027-05-27T17:00:00+02:00")
"""Lunch, an evening, the second day of Christmas (in Alsace), the day of the abolition in Guadeloupe."""
POSTCODES = ("35000", "75011", "67000", "97200", "97400", "97133", "97100", "98800", "2A004", "98000", "7500", None)


def due_again(agency: Agency, campaign: Campaign) -> None:
    with agency.transaction() as session:
        session.execute(update(Candidate).values(state=CandidateState.WAITING, due_at=agency.clock.now()))


@pytest.mark.parametrize("at", INSTANTS)
def test_nobody_is_put_off_beyond_what_the_gate_says(agency: Agency, at: str) -> None:
    people = [agency.person(postcode=postcode) for postcode in POSTCODES for _ in range(2)]
    people += [agency.person(postcode="35000", siret="73282932000074")]
    campaign = agency.campaign()
    agency.clock.set(at)
    put_off = 0
    for asked in people:
        due_again(agency, campaign)
        agency.wait_for_a_start()
        with agency.transaction() as session:
            answer = agency.workspace.gate.ask(session, campaign, asked)
            put_off_likewise(session, campaign, asked, answer.decision, agency.clock.now())
            session.rollback() if answer.order else None
        if answer.order:
            continue
        for other in people:
            candidate = agency.candidate(campaign, other)
            if candidate.due_at and candidate.due_at > agency.clock.now():
                put_off += 1
                judged = agency.ask(campaign, other)
                assert judged.decision.verdict is not Verdict.ALLOW
                assert judged.eligibility.at is None or judged.eligibility.at >= candidate.due_at
    assert put_off


def test_one_question_is_enough_for_a_whole_town(agency: Agency) -> None:
    people = [agency.person() for _ in range(30)]
    campaign = agency.campaign()
    agency.clock.set(LUNCH)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert len(agency.decisions()) == 1
    assert {agency.candidate(campaign, person).due_at for person in people} == {OPENING}
    assert {agency.candidate(campaign, person).note for person in people} == {"FR-HOURS"}


def test_the_chain_says_who_was_put_off_with_whom(agency: Agency) -> None:
    """An officer can show why there is no decision about each of them."""
    for _ in range(30):
        agency.person(postcode="97400")
    agency.campaign()
    agency.clock.set("2026-11-24T10:30:00+01:00")
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    (decision,) = agency.decisions()
    (row,) = [json.loads(row.body) for row in agency.audit() if row.kind == AuditKind.PUT_OFF]
    assert row == {
        "campaign": "Fibre novembre",
        "decision": decision.id,
        "people": 29,
        "until": "2026-11-24T10:00:00+00:00",
    }


def test_those_with_hours_of_their_own_are_asked_about_themselves(agency: Agency) -> None:
    agency.person()
    own = [
        agency.person(siret="73282932000074"),
        agency.person(),
        agency.person(consent=False),
        agency.person(postcode=None),
    ]
    slot = datetime.fromisoformat("2026-11-28T20:00:00+01:00")
    agency.add(
        AgreedSlot(contact_id=own[1], at=slot, proof="preuve.pdf"),
        consent_of(own[2], any_hour=True, collected_on=date(2026, 9, 1)),
    )
    agency.campaign()
    agency.clock.set(LUNCH)
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    asked = {decision.contact_id for decision in agency.decisions()}
    assert asked >= {own[0], own[2], own[3]}


def test_a_refusal_that_is_not_of_the_calendar_is_nobody_elses(agency: Agency) -> None:
    people = [agency.person(consent=False) for _ in range(3)]
    campaign = agency.campaign()
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert [decision.contact_id for decision in agency.decisions()] == people
    assert {agency.candidate(campaign, person).state for person in people} == {CandidateState.NEVER}


def test_those_who_are_not_due_stay_where_they_are(agency: Agency) -> None:
    asked, later = agency.person(), agency.person()
    campaign = agency.campaign()
    agency.clock.set(LUNCH)
    tomorrow = agency.clock.now() + timedelta(days=1)
    with agency.transaction() as session:
        session.execute(update(Candidate).where(col(Candidate.contact_id) == later).values(due_at=tomorrow))
    agency.engine(ScriptedRunner(agency.clock)).run(until_idle=True)
    assert agency.candidate(campaign, asked).due_at == OPENING
    assert agency.candidate(campaign, later).due_at == tomorrow
