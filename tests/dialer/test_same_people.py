"""Somebody loaded as two people whom a later row shows to be one: what limits calls to one of them limits the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from dialer.imports import Imported
from dialer.schema import AttemptState, Campaign, ListKind, Opposition, PastCall, WishKind
from dialer.wishes import contact_of
from rules.rule import Verdict
from tests.dialer.agency import Agency
from tests.dialer.lists import CONSENT, TODAY, evidence_file, load, row, undo
from tests.dialer.records import past_call

pytestmark = pytest.mark.slow_on_postgresql

A, B, C = "+33639980101", "+33639980102", "+33639980103"
ROUX = {"Nom": "Roux", "Prénom": "Jean", "Code_postal": "35000"}
CALLED_ON = TODAY - timedelta(days=10)


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """For Jean Roux, who is there three times, each time with a number of his own."""
    rows = [row(Portable=number, Réf_client=number[-1], **ROUX, **CONSENT) for number in (A, B, C)]
    load(agency, *rows, name="base", source="crm")
    return agency.campaign(lists=("base",))


def holder(agency: Agency, number: str) -> int:
    with agency.transaction() as session:
        return contact_of(session, number)


def verdicts(agency: Agency, campaign: Campaign, *asked: str) -> list[Verdict]:
    return [agency.ask(campaign, holder(agency, number)).decision.verdict for number in asked]


def opposed(agency: Agency) -> set[str]:
    with agency.transaction() as session:
        return {f"+{number}" for number in session.exec(select(Opposition.number))}


def calls(agency: Agency, number: str) -> int:
    """How many calls files and lists tell of this number, each once or more."""
    with agency.transaction() as session:
        return len(session.exec(select(PastCall.id).where(col(PastCall.number) == int(number[1:]))).all())


def tie(agency: Agency, *numbers: str, name: str = "lien", **cells: str) -> Imported:
    one, other = numbers
    return load(agency, row(Téléphone=one, Portable=other, **(ROUX | cells)), name=name, source="autre")


def shared(imported: Imported) -> list[tuple[int, str]]:
    told = imported.problems.select("line", "value", "code").rows()
    return [(line, value) for line, value, code in told if code == "limits-shared"]


def object_at(agency: Agency, number: str, how: str) -> None:
    if how == "by hand":
        agency.object(holder(agency, number))
    elif how == "in a file":
        said = Opposition(number=int(number[1:]), kind=WishKind.OBJECTION, said_on=TODAY)
        evidence_file(agency, ListKind.OBJECTIONS, said, name="fichier")
    else:
        load(agency, row(Portable=number, Opposition_le="20/11/2026", **ROUX), name="opposé")


@pytest.mark.parametrize("how", ["by hand", "in a file", "in a list"])
def test_an_objection_at_one_number_holds_at_the_other_and_goes_with_the_list(
    agency: Agency, campaign: Campaign, how: str
) -> None:
    object_at(agency, A, how)
    assert verdicts(agency, campaign, A, B, C) == [Verdict.DENY, Verdict.ALLOW, Verdict.ALLOW]
    agency.clock.advance(hours=1)
    imported = tie(agency, B, A)
    assert shared(imported) == [(2, B)]
    assert verdicts(agency, campaign, A, B) == [Verdict.DENY, Verdict.DENY]
    assert C not in opposed(agency)
    undo(agency, "lien", drop_limits="two people")
    assert B not in opposed(agency)


def test_a_refusal_holds_at_the_other_number(agency: Agency, campaign: Campaign) -> None:
    agency.object(holder(agency, A), kind=WishKind.REFUSAL)
    tie(agency, B, A)
    assert verdicts(agency, campaign, B) == verdicts(agency, campaign, A) != [Verdict.ALLOW]


def test_an_objection_toward_another_advertiser_stays_one_toward_that(agency: Agency, campaign: Campaign) -> None:
    load(agency, row(Portable=C, **ROUX), name="encore")
    other = campaign.advertiser_id + 1
    said = Opposition(number=int(A[1:]), kind=WishKind.OBJECTION, advertiser_id=other, said_on=TODAY)
    evidence_file(agency, ListKind.OBJECTIONS, said)
    tie(agency, B, A)
    with agency.transaction() as session:
        toward = session.exec(select(Opposition.advertiser_id).where(Opposition.number == int(B[1:]))).all()
    assert list(toward) == [other]
    assert verdicts(agency, campaign, B) == [Verdict.ALLOW]


def test_what_ties_two_through_a_third_is_followed(agency: Agency, campaign: Campaign) -> None:
    """In one list: first and second by their numbers, second and third by a number and a customer id."""
    agency.object(holder(agency, A))
    first = row(Téléphone=A, Portable=B, **ROUX)
    load(agency, first, row(Portable="+33639980109", Réf_client="2", **ROUX), name="lien", source="crm")
    assert verdicts(agency, campaign, B, C) == [Verdict.DENY, Verdict.ALLOW]
    tie(agency, B, C, name="lien 2")
    assert verdicts(agency, campaign, C) == [Verdict.DENY]


def test_what_the_list_itself_says_of_one_reaches_the_other(agency: Agency, campaign: Campaign) -> None:
    """The row that objects names the first by his customer id alone; another row ties him to the second."""
    objecting = row(Portable="+33639980109", Réf_client="1", Opposition_le="20/11/2026", **ROUX)
    load(agency, objecting, row(Téléphone=A, Portable=B, **ROUX), name="lien", source="crm")
    assert verdicts(agency, campaign, B, C) == [Verdict.DENY, Verdict.ALLOW]


@pytest.mark.parametrize("cells", [{"Nom": "Blanc"}, {"Nom": "", "Prénom": ""}])
def test_a_row_that_agrees_with_neither_ties_nobody(agency: Agency, campaign: Campaign, cells: dict[str, str]) -> None:
    agency.object(holder(agency, A))
    assert shared(tie(agency, B, A, **cells)) == []
    assert verdicts(agency, campaign, B) == [Verdict.ALLOW]


def test_nothing_is_told_where_nothing_limits(agency: Agency, campaign: Campaign) -> None:
    assert shared(tie(agency, A, B)) == []


def test_calls_to_one_count_for_the_other(agency: Agency, campaign: Campaign) -> None:
    """Two of our own calls to the first, and one to each that a log tells of, make four for both."""
    for _ in range(2):
        agency.clock.advance(minutes=1)
        agency.write_attempt(campaign, holder(agency, A), dialed_at=agency.clock.now(), state=AttemptState.CLOSED)
    evidence_file(agency, ListKind.PAST_CALLS, past_call(A, CALLED_ON), past_call(B, CALLED_ON))
    tie(agency, B, A)
    agency.clock.advance(minutes=5)
    answers = [agency.ask(campaign, holder(agency, number)).decision for number in (A, B)]
    assert [(each.verdict, each.rule_ids) for each in answers] == [(Verdict.DEFER, ("FR-FREQ",))] * 2
    assert verdicts(agency, campaign, C) == [Verdict.ALLOW]
    undo(agency, "lien", drop_limits="two people")
    assert verdicts(agency, campaign, B) == [Verdict.ALLOW]


def test_calls_do_not_grow_from_list_to_list(agency: Agency, campaign: Campaign) -> None:
    """A call to the first that a log tells, and the last call that each list tells of both, are two for each."""
    evidence_file(agency, ListKind.PAST_CALLS, past_call(A, CALLED_ON))
    for place in range(3):
        tie(agency, B, A, name=f"lien {place}", Appels_passés="16/11/2026", Commentaire=str(place))
    assert verdicts(agency, campaign, A, B) == [Verdict.ALLOW, Verdict.ALLOW]


def test_calls_that_count_no_more_are_left(agency: Agency, campaign: Campaign) -> None:
    evidence_file(agency, ListKind.PAST_CALLS, past_call(A, date(2026, 1, 5)))
    assert shared(tie(agency, B, A)) == []
    assert calls(agency, B) == 0
