"""What is handed over: the decisions of a person, a campaign or a period and no others, with their sums and groups."""

from __future__ import annotations

from datetime import timedelta

from dialer.schema import Campaign
from dialer.submission import Case, Scope, calls, cases, count_cases, evidence, people_of
from dialer.submission_digest import Digest
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

DAY = timedelta(days=1)


def told(agency: Agency, scope: Scope) -> list[Case]:
    with agency.workspace.store.reading() as session:
        found = list(cases(session, agency.workspace.vault, scope))
        assert count_cases(session, scope) == len(found)
    return found


def digest_of(found: list[Case]) -> Digest:
    digest = Digest()
    for case in found:
        digest.add(case)
    return digest


def test_a_scope_takes_what_it_names_and_no_more(agency: Agency) -> None:
    one, other = agency.person(), agency.person()
    first, second = agency.campaign(), agency.campaign(name="Autre campagne")
    agency.ask(first, one)
    agency.ask(first, other)
    agency.clock.advance(days=1)
    agency.ask(second, other)
    ids = {
        "all": Scope(),
        "person": Scope(contact_id=other),
        "campaign": Scope(campaign_id=first.id),
        "both": Scope(contact_id=other, campaign_id=first.id),
        "day": Scope(since=MORNING - DAY, until=MORNING + DAY / 2),
    }
    assert {name: [case.row.id for case in told(agency, scope)] for name, scope in ids.items()} == {
        "all": [1, 2, 3],
        "person": [2, 3],
        "campaign": [1, 2],
        "both": [2],
        "day": [1, 2],
    }


def test_the_calls_are_those_of_its_decisions_also_the_ones_that_never_left(agency: Agency) -> None:
    one, other = agency.person(), agency.person()
    campaign = agency.campaign()
    agency.order(campaign, one)
    sent = agency.dial(agency.order(campaign, other))
    with agency.workspace.store.reading() as session:
        assert [each.id for each in calls(session, Scope(contact_id=other))] == [sent]
        assert len(list(calls(session, Scope()))) == 2


def test_a_case_holds_the_facts_in_clear_until_they_are_erased(agency: Agency, campaign: Campaign, person: int) -> None:
    agency.ask(campaign, person)
    (case,) = told(agency, Scope())
    assert (case.number, case.to_dict()["erased"]) == ("+33639980101", False)
    with agency.transaction() as session:
        agency.workspace.vault.destroy(session, person)
    (case,) = told(agency, Scope())
    assert (case.body, case.number, case.to_dict()["verdict"]) == (None, case.row.number, "allow")


def test_refusals_of_one_person_for_the_same_reasons_on_one_day_are_one_group(agency: Agency) -> None:
    stranger, other = agency.person(consent=False), agency.person(consent=False)
    campaign = agency.campaign()
    for person in (stranger, stranger, other, stranger):
        agency.ask(campaign, person)
        agency.clock.advance(minutes=10)
    agency.clock.advance(days=1)
    agency.ask(campaign, stranger)
    digest = digest_of(told(agency, Scope()))
    assert [(group.contact_id, group.decisions) for group in digest.without_call.values()] == [
        (stranger, [1, 2, 4]), (other, [3]), (stranger, [5]),
    ]  # fmt: skip
    first = next(iter(digest.without_call.values()))
    assert (first.last - first.first) == timedelta(minutes=30)
    assert {finding.rule_id for finding in first.findings} == set(first.rules) != set()
    assert (digest.decisions, digest.verdicts["deny"], digest.rules["FR-CONSENT"]) == (5, 5, 5)


def test_an_allowed_call_keeps_what_it_rested_on_and_the_clock_over_there(agency: Agency) -> None:
    person = agency.person(postcode="97400")
    campaign = agency.campaign()
    agency.clock.set("2026-11-24T11:30:00+01:00")
    agency.ask(campaign, person)
    digest = digest_of(told(agency, Scope()))
    (basis,) = digest.bases.values()
    assert [(record["kind"], record["proof"]) for record in basis.records] == [("consent", "preuves/formulaire.pdf")]
    assert [f"{clock:%H:%M}" for clock in basis.clocks] == ["14:30"]
    assert digest.proofs == {"preuves/formulaire.pdf"}


def test_a_person_without_any_decision_is_there_with_their_records(agency: Agency, person: int) -> None:
    with agency.workspace.store.reading() as session:
        known = people_of(session, agency.workspace.pseudonyms, Scope(contact_id=person))
        assert known[person].numbers == ("+33639980101",)
        assert known[person].pseudonym == agency.workspace.pseudonyms.of(person)
        assert {(each.kind, each.proof) for each in evidence(session, known)} == {("consent", "preuves/formulaire.pdf")}
