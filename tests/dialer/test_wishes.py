"""What people say about being called takes effect at once, in every campaign that it concerns."""

from __future__ import annotations

import json

import pytest

from dialer.audit import AuditKind
from dialer.errors import NotFound
from dialer.ledger import AttemptMoved
from dialer.schema import AttemptState, CandidateState, Origin, WishKind
from dialer.wishes import contact_of, record_wish, wishes_of
from rules.rule import Verdict
from tests.dialer.agency import Agency


def test_an_objection_toward_one_advertiser_leaves_the_others(agency: Agency) -> None:
    person = agency.person()
    ours, same, other = (
        agency.campaign(),
        agency.campaign(name="Fibre décembre"),
        agency.campaign(name="Autre", advertiser="autre"),
    )
    agency.object(person, ours.advertiser_id)
    states = [agency.candidate(campaign, person).state for campaign in (ours, same, other)]
    assert states == [CandidateState.NEVER, CandidateState.NEVER, CandidateState.WAITING]
    assert agency.ask(same, person).decision.verdict is Verdict.DENY
    assert agency.ask(other, person).order


def test_an_objection_toward_all_stops_everything(agency: Agency) -> None:
    person, neighbour = agency.person(), agency.person()
    campaigns = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    agency.object(person)
    for campaign in campaigns:
        assert agency.candidate(campaign, person).state is CandidateState.NEVER
        assert agency.ask(campaign, person).decision.verdict is Verdict.DENY
        assert agency.candidate(campaign, neighbour).state is CandidateState.WAITING


def test_an_approved_call_that_has_not_left_is_cancelled(agency: Agency) -> None:
    person = agency.person()
    order = agency.order(agency.campaign(), person)
    agency.object(person)
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    told = json.loads(agency.audit()[-1].body)
    assert (told["attempt"], told["state"]) == (order.permit.attempt_id, "cancelled")
    with pytest.raises(AttemptMoved):
        agency.dial(order)


def test_who_was_on_the_way_to_a_cancelled_call_is_never_asked_about_again(agency: Agency) -> None:
    """The engine had put the candidate on the line; no report will ever come for the cancelled attempt."""
    person = agency.person()
    campaign = agency.campaign()
    engine = agency.engine_of_one_question()
    assert agency.candidate(campaign, person).state is CandidateState.CALLING
    agency.object(person)
    assert engine.queue.take()
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.due_at, candidate.note) == (CandidateState.NEVER, None, "objection")


def test_a_call_under_way_is_not_touched(agency: Agency) -> None:
    person = agency.person()
    attempt_id = agency.dial(agency.order(agency.campaign(), person))
    agency.object(person)
    assert agency.state(attempt_id) is AttemptState.DIALING


def test_the_approved_call_of_another_advertiser_goes_on(agency: Agency) -> None:
    person = agency.person()
    ours = agency.campaign()
    other = agency.order(agency.campaign(name="Autre", advertiser="autre"), person)
    agency.object(person, ours.advertiser_id)
    assert agency.state(other.permit.attempt_id) is AttemptState.APPROVED


@pytest.mark.parametrize("kind", [WishKind.OBJECTION, WishKind.REFUSAL])
def test_a_wish_is_kept_and_recorded_without_a_name(agency: Agency, kind: WishKind) -> None:
    person = agency.person()
    campaign = agency.campaign()
    agency.object(person, campaign.advertiser_id, kind)
    with agency.transaction() as session:
        (wish,) = wishes_of(session, person)
    last = agency.audit()[-1]
    assert (wish.kind, wish.source, wish.said_at, wish.noted_at) == (kind, "operator", *[agency.clock.now()] * 2)
    assert last.kind == AuditKind.WISH
    told = json.loads(last.body)
    assert agency.remark(told.pop("source_sha256")) == "operator"
    assert told == {
        "person": agency.workspace.pseudonyms.of(person),
        "wish": wish.id,
        "kind": kind.value,
        "advertiser": campaign.advertiser_id,
        "said_at": agency.clock.now().isoformat(),
        "about": None,
        "origin": "hand",
        "corrects": None,
    }
    assert agency.ask(campaign, person).decision.verdict is Verdict.DENY


def test_a_wish_without_a_date_counts_as_said_now(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    with agency.transaction() as session:
        record_wish(
            session,
            agency.workspace.pseudonyms,
            contact_id=person,
            advertiser_id=None,
            kind=WishKind.OBJECTION,
            said_at=None,
            source="letter",
            origin=Origin.HAND,
            number="",
            now=agency.clock.now(),
        )
    assert agency.ask(campaign, person).decision.rule_ids == ("FR-CONSENT", "FR-OBJECTION", "FR-ROBOCALL-L34-5")


def test_a_person_is_found_by_any_of_their_numbers(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001")
    with agency.transaction() as session:
        assert {contact_of(session, number) for number in ("+33639980101", "+33199000001")} == {person}
        with pytest.raises(NotFound, match=r"\+33639989999; check its digits"):
            contact_of(session, "+33639989999")
