"""What a list does at once to campaigns that are under way: whom it frees, and whom it stops."""

from __future__ import annotations

from dialer.schema import AttemptState, Campaign, Candidate, CandidateState
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, load, people, row

A, B = "0639980101", "0639980102"


def put_aside(agency: Agency, campaign: Campaign, contact_id: int) -> None:
    with agency.transaction() as session:
        candidate = session.get_one(Candidate, (campaign.id, contact_id))
        candidate.state, candidate.due_at = CandidateState.NEVER, None
        session.add(candidate)


def test_who_was_put_aside_is_asked_about_again_when_a_list_brings_their_consent(agency: Agency) -> None:
    load(agency, row(Nom="Roux", Portable=A), row(Nom="Blanc", Portable=B), name="un")
    campaign = agency.campaign(lists=("un",))
    roux, blanc = people(agency)
    for person in (roux, blanc):
        put_aside(agency, campaign, person.id)
    load(agency, row(Nom="Roux", Portable=A, **CONSENT), row(Nom="Blanc", Portable=B), name="deux")
    states = [agency.candidate(campaign, person.id).state for person in (roux, blanc)]
    assert states == [CandidateState.WAITING, CandidateState.NEVER]
    assert agency.candidate(campaign, roux.id).due_at == agency.clock.now()


def test_a_consent_that_does_not_pass_frees_nobody(agency: Agency) -> None:
    """One for some systems only would limit Roux and have the gate asked anew; this one is as wide as its notice."""
    load(agency, row(Nom="Roux", Portable=A), name="un")
    campaign = agency.campaign(lists=("un",))
    (roux,) = people(agency)
    put_aside(agency, campaign, roux.id)
    load(agency, row(Nom="Vert", Portable=A, **(CONSENT | {"Systèmes_acceptés": ""})), name="deux")
    assert agency.candidate(campaign, roux.id).state is CandidateState.NEVER


def test_an_objection_in_a_list_stops_what_is_planned(agency: Agency) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign()
    order = agency.order(campaign, person)
    load(agency, row(Portable=A, Opposition_le="06/10/2026"), row(Nom="Blanc", Portable=B))
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED
    answer = agency.ask(campaign, person)
    assert answer.order is None
