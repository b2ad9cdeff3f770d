"""The one way to an attempt: all that belongs to an approval is there together, or nothing is."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from dialer.audit import AuditKind
from dialer.clock import SimulatedClockRefused
from dialer.dispositions import Disposition
from dialer.ports import CallEventKind
from dialer.schema import AttemptState, Limiter
from dialer.store import canonical
from dialer.verification import verify
from rules.decide import decide
from rules.facts import Facts
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

APART = timedelta(microseconds=337_334)
"""What the sample trunk's three starts a second become, with room for what happens on the way to the carrier."""
SATURDAY = "2026-11-28T11:00:00+01:00"


class PowerCut(Exception):
    """Stands for whatever ends a transaction before its commit."""


def changes(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


def test_an_approval_is_one_attempt_with_its_decision_and_two_audit_rows(agency: Agency) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign()
    before = agency.numbers_of_rows()
    permit = agency.order(campaign, person).permit
    assert changes(before, agency.numbers_of_rows()) == {
        "decision": 1,
        "attempt": 1,
        "audit": 2,
        "limiter": 1,
        "person_key": 1,
    }
    attempt, decision = agency.attempt(permit.attempt_id), agency.decisions()[0]
    assert (attempt.state, attempt.decision_id, attempt.contact_id) == (AttemptState.APPROVED, decision.id, person)
    assert (permit.callee, permit.trunk) == (attempt.number, attempt.trunk) == ("+33639980101", "boucle")
    assert permit.caller_id == attempt.caller_id
    assert permit.decision_hash == decision.sha256 == hashlib.sha256(decision.body.encode()).hexdigest()
    assert [row.kind for row in agency.audit()[-2:]] == [AuditKind.DECISION, AuditKind.ATTEMPT]


def test_the_permit_is_one_that_a_runner_accepts(agency: Agency) -> None:
    person = agency.person()
    permit = agency.order(agency.campaign(), person).permit
    assert permit.simulated
    assert permit.not_after - permit.not_before == timedelta(seconds=10)
    agency.workspace.permit_key.verify(permit, now=agency.clock.now(), trunk="boucle")


@pytest.mark.parametrize(
    ("verdict", "consent", "at"),
    [("deny", False, MORNING.isoformat()), ("defer", True, SATURDAY)],
    ids=["no consent", "a Saturday"],
)
def test_a_no_is_recorded_and_does_nothing_else(agency: Agency, verdict: str, consent: bool, at: str) -> None:
    person = agency.person(consent=consent)
    campaign = agency.campaign()
    agency.clock.set(at)
    before = agency.numbers_of_rows()
    answer = agency.ask(campaign, person)
    assert answer.order is None
    done = changes(before, agency.numbers_of_rows())
    assert done == {"decision": 1, "audit": 1, "person_key": 1}, "no start is used up"
    assert agency.decisions()[0].verdict == verdict


def test_a_deferral_says_when_and_a_denial_says_never(agency: Agency) -> None:
    willing, unasked = agency.person(), agency.person(consent=False)
    campaign = agency.campaign()
    agency.clock.set(SATURDAY)
    agency.ask(campaign, willing)
    agency.ask(campaign, unasked)
    assert [row.next_at for row in agency.decisions()] == ["2026-11-30T09:00:00+00:00", "never"]


def test_what_is_rolled_back_leaves_nothing(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    before = agency.numbers_of_rows()
    with pytest.raises(PowerCut), agency.transaction() as session:  # noqa: PT012 - the cut comes after the approval
        assert agency.workspace.gate.ask(session, campaign, person).order
        raise PowerCut
    assert agency.numbers_of_rows() == before
    with agency.transaction() as session:
        assert verify(session).whole


def test_the_stored_facts_give_the_stored_decision_again(agency: Agency) -> None:
    people = [agency.person(), agency.person(consent=False), agency.person(postcode="98000")]
    campaign = agency.campaign()
    for person in people:
        agency.ask(campaign, person)
    for row in agency.decisions():
        body = json.loads(agency.stored(row))
        again = decide(Facts.from_dict(body["facts"]), row.at, profile=agency.workspace.gate.profile)
        assert again.to_dict() == body["decision"]


@pytest.mark.parametrize("consent", [True, False], ids=["callable", "not callable"])
def test_simulated_time_never_drives_a_real_carrier(agency: Agency, consent: bool) -> None:
    person = agency.person(consent=consent)
    campaign = agency.campaign(trunk="operateur", caller_ids=("+33162000003",))
    before = agency.numbers_of_rows()
    with pytest.raises(SimulatedClockRefused, match="operateur"):
        agency.ask(campaign, person)
    assert agency.numbers_of_rows() == before


def test_true_time_does(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign(trunk="operateur", caller_ids=("+33162000003",))
    agency.clock.simulated = False
    permit = agency.order(campaign, person).permit
    assert (permit.trunk, permit.simulated) == ("operateur", False)


@pytest.mark.parametrize(
    ("at", "lasts"),
    [
        ("2026-11-24T12:59:19+01:00", 10),
        ("2026-11-24T12:59:22+01:00", 8),
        ("2026-11-24T12:59:29+01:00", 1),
        ("2026-11-24T12:59:29.500000+01:00", 0.5),
        ("2026-11-24T12:59:29.990000+01:00", 0.01),
        ("2026-11-24T19:59:25.250000+01:00", 4.75),
    ],
)
def test_a_permit_ends_with_the_legal_window_less_the_ring_guard(agency: Agency, at: str, lasts: float) -> None:
    person = agency.person()
    campaign = agency.campaign()
    agency.clock.set(at)
    permit = agency.order(campaign, person).permit
    assert permit.not_after <= permit.not_before + timedelta(seconds=lasts)
    assert permit.not_after >= permit.not_before + timedelta(seconds=lasts, milliseconds=-2)


@pytest.mark.parametrize("at", ["2026-11-24T12:59:30+01:00", "2026-11-24T12:59:59+01:00", "2026-11-24T13:30:00+01:00"])
def test_inside_the_ring_guard_nobody_is_approved(agency: Agency, at: str) -> None:
    person = agency.person()
    campaign = agency.campaign()
    agency.clock.set(at)
    answer = agency.ask(campaign, person)
    assert (answer.order, answer.eligibility.at) == (None, datetime.fromisoformat("2026-11-24T14:00:00+01:00"))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(before=st.timedeltas(timedelta(microseconds=1), timedelta(seconds=15)))
def test_at_no_instant_does_a_permit_outlive_its_window(agency: Agency, before: timedelta) -> None:
    closes = datetime.fromisoformat("2026-11-24T12:59:30+01:00")
    agency.clock.instant = MORNING
    person = agency.person()
    campaign = agency.campaign(name=f"campagne {person}")
    agency.clock.instant = closes - before
    with suppress(PowerCut), agency.transaction() as session:
        order = agency.workspace.gate.ask(session, campaign, person).order
        raise PowerCut  # the next example starts earlier, and the audit refuses a clock that goes back
    assert order
    assert order.permit.not_before <= order.permit.not_after <= closes


def test_an_objection_between_two_questions_denies_the_second(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    assert agency.ask(campaign, person).order
    agency.object(person)
    second = agency.ask(campaign, person)
    assert (second.order, second.decision.verdict) == (None, Verdict.DENY)
    assert "FR-OBJECTION" in second.decision.rule_ids


def test_a_person_without_a_live_number_is_never_approved(agency: Agency) -> None:
    """A professional, whom consumer law does not protect, so that the rules alone might say yes."""
    person = agency.person(siret="12345678200028")
    campaign = agency.campaign()
    with agency.transaction() as session:
        session.connection().exec_driver_sql("UPDATE phone SET state = 'unassigned'")
    answer = agency.ask(campaign, person)
    assert (answer.order, answer.eligibility.at, agency.attempts()) == (None, None, [])


def test_the_gate_itself_keeps_the_carriers_pace(agency: Agency) -> None:
    """Three starts a second: approvals run two seconds ahead of the clock, each with a start of its own."""
    people = [agency.person() for _ in range(7)]
    campaign = agency.campaign()
    now = agency.clock.now()
    with agency.transaction() as session:
        answers = [agency.workspace.gate.ask(session, campaign, person) for person in people]
    *approved, last = answers
    permits = [answer.order.permit for answer in approved if answer.order]
    starts = [permit.not_before for permit in permits]
    assert starts == [now + turn * APART for turn in range(6)]
    assert [answer.decision.at for answer in approved] == starts, "the rules judge the instant of the start"
    assert {permit.not_after - permit.not_before for permit in permits} == {timedelta(seconds=10)}
    assert (last.order, last.decision.rule_ids) == (None, ("CT-CAPS",))
    assert last.eligibility.at == starts[-1] + APART


def test_a_start_that_lies_after_the_window_is_not_used(agency: Agency) -> None:
    first, second = agency.person(), agency.person()
    campaign = agency.campaign()
    agency.clock.set("2026-11-24T12:59:29.800000+01:00")
    with agency.transaction() as session:
        ask = agency.workspace.gate.ask
        one, other = ask(session, campaign, first), ask(session, campaign, second)
    assert one.order is not None
    assert (other.order, other.decision.rule_ids) == (None, ("FR-HOURS",))


def test_an_approval_uses_one_start_of_its_trunk(agency: Agency) -> None:
    person = agency.person()
    agency.order(agency.campaign(), person)
    with agency.transaction() as session:
        limiter = session.exec(select(Limiter)).one()
    assert (limiter.name, limiter.next_start) == ("trunk:boucle", agency.clock.now() + APART)


def test_one_person_is_not_called_twice_at_once_whatever_the_campaign(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33639980102")
    one, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    attempt = agency.dial(agency.order(one, person))
    for campaign in (one, other):
        answer = agency.ask(campaign, person)
        assert (answer.order, answer.decision.rule_ids) == (None, ("PO-ONE-CALL",))
        assert answer.eligibility.at == agency.attempt(attempt).lease_until
    agency.report(attempt, CallEventKind.ENDED, disposition=Disposition.NO_ANSWER)
    assert agency.ask(other, person).order


def test_nor_is_a_number_whoever_was_called_at_it(agency: Agency) -> None:
    """The number has gone from one contact to the other since, as when a list is taken back."""
    before, now_theirs = agency.person(), agency.person("+33639980101")
    campaign = agency.campaign()
    agency.write_attempt(campaign, before, number="+33639980101", lease_until=agency.clock.now() + timedelta(minutes=2))
    assert agency.ask(campaign, now_theirs).decision.rule_ids == ("PO-ONE-CALL",)


def test_what_is_stored_is_canonical(agency: Agency) -> None:
    people = [agency.person(), agency.person(consent=False), agency.person(last_name="L\u2028é\x7f😀")]
    campaign = agency.campaign()
    for person in people:
        agency.ask(campaign, person)
    for row in agency.decisions():
        assert agency.stored(row) == canonical(json.loads(agency.stored(row)))
    assert all(row.body == canonical(json.loads(row.body)) for row in agency.audit())


def test_every_decision_names_what_it_rests_on(agency: Agency) -> None:
    person = agency.person()
    agency.ask(agency.campaign(), person)
    body = json.loads(agency.stored(agency.decisions()[0]))
    assert set(body) == {"facts", "grounds", "decision", "next", "fingerprints", "ring_guard"}
    assert body["fingerprints"]


def test_a_decision_names_the_rules_data_and_settings_that_it_rests_on(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    agency.ask(campaign, person)
    body = json.loads(agency.stored(agency.decisions()[0]))
    assert body["fingerprints"]["settings"] == agency.workspace.settings.sha256
    assert {"rules", "numbers", "tzdata", "holidays", "phonenumbers"} <= body["fingerprints"].keys()
