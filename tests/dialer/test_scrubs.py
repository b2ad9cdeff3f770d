"""Proof that a list came back from Bloctel clears the numbers that were on it, and no others of the same people."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from dialer.facts import read_facts
from dialer.schema import Campaign, ImportedList, ListedNumber, ListMember, Phone
from rules.facts import Bloctel, Facts
from tests.dialer import lists
from tests.dialer.agency import Agency
from tests.dialer.records import list_id, scrub

NUMBER, FIXED = "+33639980101", "+33199000001"


def facts_of(agency: Agency, campaign: Campaign, person: int) -> Facts:
    with agency.transaction() as session:
        found = read_facts(session, agency.workspace.settings, campaign, [person], agency.clock.now())
    return found[person].facts


def test_a_scrub_speaks_for_the_people_of_its_list(agency: Agency) -> None:
    agency.clock.set("2026-08-01T10:02:00+02:00")
    cleared, other = agency.person(NUMBER), agency.person(list_name="others")
    scrub(agency, "people", date(2026, 7, 20), NUMBER)
    scrub(agency, "people", date(2026, 8, 2))
    campaign = agency.campaign(running=False, lists=("people", "others"))
    found = [facts_of(agency, campaign, person) for person in (cleared, other)]
    assert [(each.bloctel, each.bloctel_until) for each in found] == [
        (Bloctel.CLEAR, date(2026, 8, 19)),
        (Bloctel.NOT_CHECKED, None),
    ]


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        ((NUMBER,), (), None),
        ((NUMBER, FIXED), (), date(2026, 8, 19)),
        ((NUMBER,), (FIXED,), date(2026, 8, 14)),
        ((), (NUMBER, FIXED), date(2026, 8, 14)),
    ],
    ids=["one of two", "both", "one in each list", "the other list alone"],
)
def test_a_scrub_of_one_number_clears_no_other(
    agency: Agency, first: tuple[str, ...], second: tuple[str, ...], until: date | None
) -> None:
    agency.clock.set("2026-08-01T10:02:00+02:00")
    person = agency.person(NUMBER, FIXED)
    agency.add(ListMember(list_id=list_id(agency, "other crm"), contact_id=person))
    for name, day, numbers in (("people", 20, first), ("other crm", 15, second)):
        if numbers:
            scrub(agency, name, date(2026, 7, day), *numbers)
    facts = facts_of(agency, agency.campaign(running=False), person)
    assert (facts.bloctel, facts.bloctel_until) == (Bloctel.CLEAR if until else Bloctel.NOT_CHECKED, until)


def test_a_number_that_came_with_the_scrubbed_list_is_cleared_by_it(agency: Agency) -> None:
    agency.clock.set("2026-08-01T10:02:00+02:00")
    person = agency.person()
    people = list_id(agency, "people")
    agency.add(Phone(contact_id=person, list_id=people, number=FIXED, rank=1))
    with agency.transaction() as session:
        for phone in session.exec(select(Phone)):
            phone.list_id = people
    scrub(agency, "people", date(2026, 7, 20))
    assert facts_of(agency, agency.campaign(running=False), person).bloctel is Bloctel.CLEAR


def test_a_list_remembers_the_numbers_that_were_loaded_before_it(agency: Agency) -> None:
    agency.clock.set("2026-08-01T10:02:00+02:00")
    for name, numbers in (("june", (NUMBER, FIXED)), ("july", (NUMBER, "+33639980102"))):
        lists.load(agency, *(lists.row(Portable=number) for number in numbers), name=name)
    with agency.transaction() as session:
        held = session.exec(select(ListedNumber.number, ImportedList.name).join(ImportedList)).all()
        people = dict(session.exec(select(Phone.number, Phone.contact_id)).all())
    assert held == [(33639980101, "july")]
    scrub(agency, "july", date(2026, 7, 20))
    campaign = agency.campaign(running=False, lists=("june", "july"))
    found = {number: facts_of(agency, campaign, person).bloctel for number, person in people.items()}
    assert found == {NUMBER: Bloctel.CLEAR, FIXED: Bloctel.NOT_CHECKED, "+33639980102": Bloctel.CLEAR}
    assert agency.numbers_of_rows()["listed_number"] == 1


def test_what_a_list_remembered_goes_with_it(agency: Agency) -> None:
    for name in ("june", "july"):
        lists.load(agency, lists.row(Portable=NUMBER, Commentaire=name), name=name)
    lists.undo(agency, "july")
    assert agency.numbers_of_rows()["listed_number"] == 0
