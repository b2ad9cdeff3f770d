"""What is on record about a person, as the facts that the rules read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel

from dialer.facts import CallFacts, read_facts
from dialer.schema import (
    AgreedSlot,
    AttemptState,
    CallbackRequest,
    Campaign,
    ContractRow,
    Origin,
    Phone,
    PhoneState,
    Wish,
    WishKind,
)
from rules.facts import Consent, ContactKind, Contract, Sector, SystemKind
from tests.dialer.agency import CONSENTED_ON, Agency, consent_of
from tests.dialer.records import list_id, oppose, past_call

LAST_DAY = date(2027, 8, 31)


def facts(agency: Agency, person: int, **plan: Any) -> CallFacts:
    campaign = agency.campaign(running=False, **plan)
    return facts_for(agency, campaign, person)


def facts_for(agency: Agency, campaign: Campaign, person: int) -> CallFacts:
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now())
    return found[person]


def with_consent(agency: Agency, **changes: Any) -> int:
    person = agency.person(consent=False)
    agency.add(consent_of(person, **changes))
    return person


@pytest.mark.parametrize(
    ("changes", "plan", "status"),
    [
        ({}, {}, Consent.VALID),
        ({}, {"advertiser": "autre"}, Consent.UNPROVEN),
        ({}, {"sector": Sector.INSURANCE}, Consent.UNPROVEN),
        ({"notice": "AUTRE-2026"}, {}, Consent.UNPROVEN),
        ({"notice": "FH-2025-09"}, {}, Consent.UNPROVEN),
        ({"notice": "inconnue"}, {}, Consent.UNPROVEN),
        ({"proof": ""}, {}, Consent.UNPROVEN),
        ({"systems": "human-agent"}, {}, Consent.UNPROVEN),
        ({"systems": ""}, {}, Consent.UNPROVEN),
        ({"systems": ""}, {"system": SystemKind.AUTOMATED}, Consent.VALID),
        ({"collected_on": None}, {}, Consent.UNPROVEN),
        ({"collected_on": date(2025, 11, 25)}, {}, Consent.VALID),
        ({"collected_on": date(2025, 11, 24)}, {}, Consent.UNPROVEN),
        ({"collected_on": date(2026, 11, 25)}, {}, Consent.UNPROVEN),
        ({"channels": "sms;email"}, {}, Consent.UNPROVEN),
        ({"channels": "sms;voice"}, {}, Consent.VALID),
        ({"until": date(2026, 11, 24)}, {}, Consent.VALID),
        ({"until": date(2026, 11, 23)}, {}, Consent.UNPROVEN),
        ({"advertiser": "autre"}, {}, Consent.UNPROVEN),
        ({"advertiser": "fibre-horizon"}, {}, Consent.VALID),
        ({"sectors": "insurance"}, {}, Consent.UNPROVEN),
        ({"sectors": "insurance;telecom"}, {}, Consent.VALID),
        ({"withdrawn": True}, {}, Consent.WITHDRAWN),
        ({"withdrawn": True, "withdrawn_on": date(2026, 10, 1)}, {}, Consent.WITHDRAWN),
    ],
    ids=[
        "complete", "other advertiser", "other offer", "another's notice", "a notice lacking two items",
        "a notice nobody knows", "no proof", "persons only", "silent about machines",
        "silent, but a person connects", "no date", "its last day", "one day over", "a day to come",
        "not by voice", "by voice too", "the last day agreed", "one day over what was agreed",
        "another advertiser in the record", "ours in the record", "another offer in the record",
        "our offer in the record", "withdrawn some day", "withdrawn on a day",
    ],
)  # fmt: skip
def test_a_consent_counts_for_what_it_names(
    agency: Agency, changes: dict[str, Any], plan: dict[str, Any], status: Consent
) -> None:
    person = with_consent(agency, **changes)
    assert facts(agency, person, **plan).facts.consent is status


def test_a_consent_says_for_which_hours(agency: Agency) -> None:
    person = with_consent(agency, hours="18:00-20:00;10:00-12:00")
    assert facts(agency, person).facts.consent_hours == ((time(10), time(12)), (time(18), time(20)))


@pytest.mark.parametrize(
    ("changes", "agreed"),
    [
        ({"any_hour": True}, True),
        ({"any_hour": False}, False),
        ({"any_hour": True, "proof": ""}, False),
        ({"any_hour": True, "notice": "AUTRE-2026"}, False),
        ({"any_hour": True, "withdrawn": True}, False),
        ({"any_hour": True, "collected_on": date(2025, 11, 24)}, False),
    ],
    ids=["agreed", "not agreed", "no proof", "to another", "withdrawn", "run out"],
)
def test_only_a_consent_that_counts_agrees_to_any_hour(agency: Agency, changes: dict[str, Any], agreed: bool) -> None:
    person = with_consent(agency, collected_on=date(2026, 8, 20))
    agency.add(consent_of(person, **changes))
    assert facts(agency, person).facts.any_hour_agreed is agreed


def test_a_later_narrower_consent_narrows_an_older_one(agency: Agency) -> None:
    """Until then a call at every hour by machines; since 1 October between 18 and 20 hours only."""
    person = with_consent(agency)
    agency.add(consent_of(person, collected_on=date(2026, 10, 1), hours="18:00-20:00"))
    assert facts(agency, person).facts.consent_hours == ((time(18), time(20)),)
    agency.add(consent_of(person, collected_on=date(2026, 10, 2), systems="human-agent"))
    assert facts(agency, person, name="Later").facts.consent is Consent.UNPROVEN


@pytest.mark.parametrize(
    ("files", "status", "until"),
    [
        ([(1, 1, None), (2, 1, date(2026, 11, 23))], Contract.NONE, None),
        ([(1, 1, None), (2, None, date(2026, 11, 23))], Contract.NONE, None),
        ([(1, 1, None), (2, None, date(2026, 12, 31))], Contract.RELATED, date(2026, 12, 31)),
        ([(1, 1, date(2026, 12, 1)), (2, None, None)], Contract.RELATED, date(2026, 12, 1)),
        ([(1, None, date(2026, 11, 23)), (2, 1, None)], Contract.RELATED, None),
        ([(1, None, None)], Contract.NONE, None),
    ],
    ids=["ours, ended", "of no advertiser, ended", "with an end", "without one", "ended before", "nobody's"],
)
def test_a_later_file_may_end_a_contract_and_only_one_that_names_us_gives_one(
    agency: Agency, files: list[tuple[int, int | None, date | None]], status: Contract, until: date | None
) -> None:
    """Each file: its place, with which advertiser the contract is, and its end."""
    person = agency.person()
    campaign = agency.campaign()
    for file, advertiser_id, end in files:
        held = list_id(agency, f"file {file}")
        agency.add(
            ContractRow(
                contact_id=person, list_id=held, object="ADSL", until=end, advertiser_id=advertiser_id, proof="c"
            )
        )
    found = facts_for(agency, campaign, person).facts
    assert (found.contract, found.contract_until) == (status, until)


def test_a_caller_whom_the_notice_does_not_name_has_no_consent(agency: Agency) -> None:
    person = with_consent(agency)
    agency.workspace.settings = agency.workspace.settings.model_copy(update={"caller": "un-autre-centre"})
    assert facts(agency, person).facts.consent is Consent.UNPROVEN


def test_a_consent_says_how_long(agency: Agency) -> None:
    found = facts(agency, agency.person()).facts
    assert (found.consent, found.consent_until) == (Consent.VALID, LAST_DAY)


def test_nothing_on_record_is_no_consent(agency: Agency) -> None:
    assert facts(agency, agency.person(consent=False)).facts.consent is Consent.NONE


def wish(person: int, kind: WishKind, said_on: str | None, advertiser_id: int | None = None) -> Wish:
    noon = datetime.fromisoformat(f"{said_on}T12:00+00:00") if said_on else None
    return Wish(
        contact_id=person, kind=kind, said_at=noon, source="test", origin=Origin.HAND,
        noted_at=datetime(2026, 11, 1, tzinfo=UTC), advertiser_id=advertiser_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("objected_on", "status"),
    [
        ("2026-08-31", Consent.VALID),
        ("2026-09-01", Consent.WITHDRAWN),
        ("2026-09-02", Consent.WITHDRAWN),
        (None, Consent.WITHDRAWN),
    ],
    ids=["before the consent", "on its day", "after it", "at an unreadable date"],
)
def test_an_objection_ends_every_consent_that_is_not_later(
    agency: Agency, objected_on: str | None, status: Consent
) -> None:
    person = agency.person()
    agency.add(wish(person, WishKind.OBJECTION, objected_on))
    assert facts(agency, person).facts.consent is status


@pytest.mark.parametrize(
    ("said_at", "status"),
    [("2026-09-01T00:30:00+02:00", Consent.WITHDRAWN), ("2026-08-31T23:30:00+02:00", Consent.VALID)],
    ids=["early on the day of the consent", "late on the day before"],
)
def test_the_day_of_an_objection_is_the_persons_own(agency: Agency, said_at: str, status: Consent) -> None:
    """Half past midnight in Rennes is still the day before in UTC."""
    person = agency.person()
    said = wish(person, WishKind.OBJECTION, None)
    said.said_at = datetime.fromisoformat(said_at)
    agency.add(said)
    assert facts(agency, person).facts.consent is status


def test_an_objection_toward_another_advertiser_is_not_ours(agency: Agency) -> None:
    person = agency.person()
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    agency.add(wish(person, WishKind.OBJECTION, "2026-10-01", other.advertiser_id))
    assert facts_for(agency, ours, person).facts.consent is Consent.VALID
    assert facts_for(agency, other, person).facts.consent is Consent.WITHDRAWN


@pytest.mark.parametrize("kind", [WishKind.OBJECTION, WishKind.REFUSAL])
@pytest.mark.parametrize("number", ["+33639980101", "+33199000001"])
@pytest.mark.parametrize("toward", ["all", "us"])
def test_what_a_file_says_against_one_number_holds_for_the_person(
    agency: Agency, kind: WishKind, number: str, toward: str
) -> None:
    person = agency.person("+33639980101", "+33199000001")
    campaign = agency.campaign()
    oppose(agency, number, kind, date(2026, 10, 1), 0 if toward == "all" else campaign.advertiser_id)
    found = facts_for(agency, campaign, person).facts
    objected = kind is WishKind.OBJECTION
    assert found.consent is (Consent.WITHDRAWN if objected else Consent.VALID)
    assert found.last_refusal == (None if objected else datetime(2026, 10, 1, 11, tzinfo=UTC))


@pytest.mark.parametrize("kind", [WishKind.OBJECTION, WishKind.REFUSAL])
def test_what_a_file_says_to_another_or_about_another_number_is_not_ours(agency: Agency, kind: WishKind) -> None:
    person = agency.person("+33639980101")
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    oppose(agency, "+33639980101", kind, None, other.advertiser_id)
    oppose(agency, "+33639980102", kind, None)
    found = facts_for(agency, ours, person).facts
    assert (found.consent, found.last_refusal) == (Consent.VALID, None)


@pytest.mark.parametrize(
    ("said_on", "status"),
    [(date(2026, 8, 31), Consent.VALID), (date(2026, 9, 1), Consent.WITHDRAWN), (None, Consent.WITHDRAWN)],
    ids=["before the consent", "on its day", "at an unreadable date"],
)
@pytest.mark.parametrize("postcode", ["35000", "97400", "97500", "97600"])
def test_the_day_that_a_file_states_is_the_persons_own_wherever_they_are(
    agency: Agency, said_on: date | None, status: Consent, postcode: str
) -> None:
    person = agency.person("+33639980101", postcode=postcode)
    oppose(agency, "+33639980101", WishKind.OBJECTION, said_on)
    assert facts(agency, person).facts.consent is status


def test_a_refusal_without_a_readable_date_was_said_now(agency: Agency) -> None:
    person = agency.person("+33639980101")
    oppose(agency, "+33639980101", WishKind.REFUSAL, None)
    assert facts(agency, person).facts.last_refusal == agency.clock.now()


@pytest.mark.parametrize(
    ("refused_on", "again"),
    [("2026-08-31", True), ("2026-09-01", False), ("2026-10-01", False), (None, False)],
    ids=["then consent", "on the same day", "after the consent", "at an unreadable date"],
)
def test_a_consent_given_after_a_refusal_is_told_apart(agency: Agency, refused_on: str | None, again: bool) -> None:
    person = agency.person()
    agency.add(wish(person, WishKind.REFUSAL, refused_on))
    found = facts(agency, person).facts
    assert (found.consent, found.consent_after_refusal) == (Consent.VALID, again)
    assert found.last_refusal


def test_a_refusal_of_this_very_day_has_been_said_already(agency: Agency) -> None:
    """A file knows the day only; its noon is still to come when the first call leaves at ten."""
    person = agency.person()
    agency.add(wish(person, WishKind.REFUSAL, "2026-11-24"))
    found = facts(agency, person).facts
    assert found.last_refusal == agency.clock.now()


def test_of_several_refusals_the_last_one_counts(agency: Agency) -> None:
    person = agency.person()
    agency.add(*(wish(person, WishKind.REFUSAL, day) for day in ("2026-10-20", "2026-03-01", "2026-08-01")))
    assert facts(agency, person).facts.last_refusal == datetime(2026, 10, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contracts", "status", "until"),
    [
        ([], Contract.NONE, None),
        ([("ADSL", None)], Contract.RELATED, None),
        ([("ADSL", date(2026, 11, 24))], Contract.RELATED, date(2026, 11, 24)),
        ([("ADSL", date(2026, 11, 23))], Contract.NONE, None),
        ([("Assurance", None)], Contract.UNRELATED, None),
        ([("Assurance", None), ("Fibre 500", date(2027, 1, 1))], Contract.RELATED, date(2027, 1, 1)),
        ([("ADSL", date(2026, 12, 1)), ("Fibre 500", date(2027, 1, 1))], Contract.RELATED, date(2027, 1, 1)),
        ([("ADSL", date(2027, 1, 1)), ("Fibre 500", None)], Contract.RELATED, None),
        ([("ADSL", date(2026, 1, 1)), ("Assurance", None)], Contract.UNRELATED, None),
    ],
)
def test_a_contract_counts_while_it_runs_and_for_its_object(
    agency: Agency, contracts: list[tuple[str, date | None]], status: Contract, until: date | None
) -> None:
    person = agency.person()
    campaign = agency.campaign(running=False)
    ours = {"contact_id": person, "advertiser_id": campaign.advertiser_id}
    agency.add(*(ContractRow(object=about, until=last, proof="c", **ours) for about, last in contracts))
    found = facts_for(agency, campaign, person).facts
    assert (found.contract, found.contract_until) == (status, until)


def test_a_contract_that_has_not_begun_or_is_anothers_does_not_count(agency: Agency) -> None:
    people = iter([agency.person() for _ in range(5)])
    campaign, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    today = agency.clock.now().date()
    for terms, status in (
        ({"since": today}, Contract.RELATED),
        ({"since": today + timedelta(days=1)}, Contract.NONE),
        ({"advertiser_id": None}, Contract.NONE),
        ({"proof": ""}, Contract.NONE),
        ({"advertiser_id": other.advertiser_id}, Contract.NONE),
    ):
        person = next(people)
        ours = {"contact_id": person, "advertiser_id": campaign.advertiser_id}
        agency.add(ContractRow(object="ADSL", **({"proof": "c"} | ours | terms)))
        assert facts_for(agency, campaign, person).facts.contract is status, terms


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"requested_on": date(2026, 11, 25)}, False),
        ({"proof": ""}, False),
        ({"object": "Assurance"}, False),
        ({"advertiser_id": None}, False),
    ],
    ids=["proven", "a day to come", "no proof", "about something else", "to nobody known"],
)
def test_a_proven_request_opens_five_working_days(agency: Agency, changes: dict[str, Any], counts: bool) -> None:
    person = agency.person()
    campaign = agency.campaign(request_objects=("Fibre",))
    made = {
        "object": "Fibre",
        "requested_on": date(2026, 11, 23),
        "proof": "p",
        "advertiser_id": campaign.advertiser_id,
    }
    agency.add(CallbackRequest(contact_id=person, **(made | changes)))
    found = facts_for(agency, campaign, person).facts
    window = (date(2026, 11, 23), date(2026, 11, 28)) if counts else (None, None)
    assert (found.callback_from, found.callback_until) == window


def test_of_several_requests_the_one_that_ends_last_counts_and_none_without_objects(agency: Agency) -> None:
    person = agency.person()
    ours, silent = agency.campaign(request_objects=("Fibre",)), agency.campaign(name="Fibre décembre")
    for day in (20, 23, 18):
        asked = {"object": "Fibre", "requested_on": date(2026, 11, day), "advertiser_id": ours.advertiser_id}
        agency.add(CallbackRequest(contact_id=person, proof="p", **asked))
    assert facts_for(agency, ours, person).facts.callback_from == date(2026, 11, 23)
    assert facts_for(agency, silent, person).facts.callback_until is None


def test_proven_slots_of_this_advertiser_are_facts(agency: Agency) -> None:
    person = agency.person()
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    at = agency.clock.now() + timedelta(days=1)
    for days, advertiser_id, proof in (
        (2, ours.advertiser_id, "p"),
        (1, ours.advertiser_id, "p"),
        (3, ours.advertiser_id, ""),
        (4, other.advertiser_id, "p"),
        (5, None, "p"),
    ):
        slot = at + timedelta(days=days)
        agency.add(AgreedSlot(contact_id=person, advertiser_id=advertiser_id, at=slot, proof=proof))
    assert facts_for(agency, ours, person).facts.slots == (at + timedelta(days=1), at + timedelta(days=2))


def test_attempts_are_those_of_this_advertiser_that_left_or_still_may(agency: Agency) -> None:
    person = agency.person()
    ours, other = agency.campaign(), agency.campaign(name="Autre", advertiser="autre")
    start = agency.clock.now() - timedelta(days=3)
    for campaign in (ours, other):
        for hour, state in enumerate(AttemptState):
            agency.write_attempt(campaign, person, state=state, dialed_at=start + timedelta(hours=hour))
    agency.add(past_call("+33639980001", start.date() - timedelta(days=1)))
    left = [hour for hour, state in enumerate(AttemptState) if state not in ("cancelled", "expired")]
    assert facts_for(agency, ours, person).facts.attempts == (
        datetime.combine(start.date() - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=11),
        *(start + timedelta(hours=hour) for hour in left),
    )


@pytest.mark.parametrize(
    ("states", "tried", "number"),
    [
        ((PhoneState.LIVE, PhoneState.LIVE), (), "+33639980101"),
        ((PhoneState.LIVE, PhoneState.LIVE), ("+33639980101",), "+33199000001"),
        ((PhoneState.LIVE, PhoneState.LIVE), ("+33639980101", "+33199000001"), "+33639980101"),
        ((PhoneState.UNASSIGNED, PhoneState.LIVE), (), "+33199000001"),
        ((PhoneState.LIVE, PhoneState.UNASSIGNED), ("+33639980101",), "+33639980101"),
        ((PhoneState.UNASSIGNED, PhoneState.UNASSIGNED), (), "+33639980101"),
    ],
)
def test_the_number_tried_least_comes_next(
    agency: Agency, states: tuple[PhoneState, PhoneState], tried: tuple[str, ...], number: str
) -> None:
    person = agency.person("+33639980101", "+33199000001")
    rows: list[SQLModel] = []
    with agency.transaction() as session:
        for phone_id, state in enumerate(states, start=1):
            phone = session.get_one(Phone, phone_id)
            phone.state = state
            rows.append(phone)
        session.add_all(rows)
    campaign = agency.campaign()
    for called in tried:
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, number=called)
    found = facts_for(agency, campaign, person).facts
    assert (found.number, found.number_unassigned) == (number, PhoneState.LIVE not in states)


@pytest.mark.parametrize(
    ("siret", "kind"), [(None, ContactKind.CONSUMER), ("12345678200028", ContactKind.PROFESSIONAL)]
)
def test_a_business_number_makes_a_professional(agency: Agency, siret: str | None, kind: ContactKind) -> None:
    assert facts(agency, agency.person(siret=siret)).facts.kind is kind


def test_one_person_always_sees_the_same_proven_number(agency: Agency) -> None:
    people = [agency.person() for _ in range(4)]
    one, other = agency.campaign(), agency.campaign(name="Fibre décembre")
    seen = [[facts_for(agency, campaign, person).facts.caller_id for person in people] for campaign in (one, other)]
    assert seen[0] == seen[1]
    assert set(seen[0]) == {"+33162000001", "+33424000002"}
    assert facts_for(agency, one, people[0]).facts.caller_id_authorised


def test_a_number_whose_proof_is_gone_is_not_authorised(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    settings = agency.workspace.settings
    bare = [trunk.model_copy(update={"caller_ids": ()}) for trunk in settings.trunks]
    agency.workspace.settings = settings.model_copy(update={"trunks": tuple(bare)})
    assert not facts_for(agency, campaign, person).facts.caller_id_authorised


def test_many_contacts_are_read_as_one_by_one(agency: Agency) -> None:
    people = [agency.person(), agency.person(consent=False), agency.person(postcode="97400")]
    agency.add(wish(people[2], WishKind.OBJECTION, None), past_call("+33639980001", CONSENTED_ON))
    campaign = agency.campaign()
    with agency.transaction() as session:
        together = read_facts(session, agency.workspace.settings, campaign, people, agency.clock.now())
    assert {person: found.facts for person, found in together.items()} == {
        person: facts_for(agency, campaign, person).facts for person in people
    }
