"""Every call that left is judged again: a zero says how many were looked at, and every fault of a call is found.

Lawful calls are those of the gate, fenced and ended as the engine does; then one thing about them is made otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from dialer.legal_exposure import LegalExposure, calls_left, legal_exposure
from dialer.ports import CallEventKind
from dialer.sanctions import sanction_of, shipped_sanctions
from dialer.schema import Attempt, AttemptState, Campaign, DecisionRow, Wish, WishKind
from dialer.second_look import Fault
from dialer.vault import read_decision
from rules.rulebook import french_rulebook
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
TODAY = date(2026, 11, 24)


def judged(agency: Agency, since: timedelta = DAY, only: set[str] | None = None) -> LegalExposure:
    with agency.workspace.store.reading() as session:
        read = partial(read_decision, session, agency.workspace.vault)
        ticks: list[None] = []
        found = legal_exposure(session, read, MORNING - since, MORNING + 40 * DAY, lambda: ticks.append(None), only)
        assert len(ticks) == found.calls
    return found


def called(agency: Agency, campaign: Campaign, person: int) -> str:
    """One lawful call, ended after a minute; the attempt's id."""
    attempt = agency.dial(agency.order(campaign, person))
    agency.clock.advance(minutes=1)
    agency.report(attempt, CallEventKind.ENDED)
    return attempt


def otherwise(agency: Agency, attempt: str, **values: object) -> None:
    """What the tables would hold if that had happened."""
    with agency.transaction() as session:
        session.execute(update(Attempt).where(col(Attempt.id) == attempt).values(**values))


def faults(found: LegalExposure) -> set[str]:
    return {breach.found.rule_id or str(breach.found.fault) for breach in found.breaches}


def test_lawful_calls_come_to_zero_and_are_counted(agency: Agency) -> None:
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign()
    for person in people:
        called(agency, campaign, person)
    found = judged(agency)
    assert (found.calls, found.judged, found.erased, found.breaches, found.euros) == (3, 3, 0, (), (0, 0))


def test_what_never_left_is_not_examined(agency: Agency, campaign: Campaign, person: int) -> None:
    agency.order(campaign, person)
    assert judged(agency).calls == 0
    with agency.transaction() as session:
        assert calls_left(session, MORNING - DAY, MORNING + DAY) == 0


def moved(hours: float) -> Callable[[Agency, str], None]:
    """The call left so much later than it did."""

    def change(agency: Agency, attempt: str) -> None:
        left = agency.attempt(attempt).dialed_at
        assert left
        otherwise(agency, attempt, dialed_at=left + timedelta(hours=hours), ended_at=left + timedelta(hours=hours + 1))

    return change


def shown(number: str) -> Callable[[Agency, str], None]:
    return lambda agency, attempt: otherwise(agency, attempt, caller_id=number)


def reached(agency: Agency, attempt: str) -> None:
    otherwise(agency, attempt, number="+33639989999")


def decided_otherwise(agency: Agency, attempt: str) -> None:
    """The decision behind it is of somebody else's call that was never allowed."""
    with agency.transaction() as session:
        refused = session.exec(select(DecisionRow.id).where(DecisionRow.verdict != "allow")).first()
    otherwise(agency, attempt, decision_id=refused)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (moved(3.5), {"FR-HOURS", Fault.OUTSIDE_PERMIT, Fault.NOT_ON_RECORD}),
        (moved(11), {"FR-HOURS", Fault.OUTSIDE_PERMIT, Fault.NOT_ON_RECORD}),
        (moved(24 * 4), {"FR-HOURS", Fault.OUTSIDE_PERMIT, Fault.NOT_ON_RECORD}),
        (moved(0.1), {Fault.OUTSIDE_PERMIT, Fault.NOT_ON_RECORD}),
        (shown("+33639980001"), {"FR-CLI-MOBILE", "FR-CLI-AUTH", "FR-CLI-NPV", Fault.ANOTHER_CALL}),
        (shown("anonymous"), {"FR-CLI-MASKED", "FR-CLI-AUTH", "FR-CLI-NPV", Fault.ANOTHER_CALL}),
        (shown("+33162000009"), {"FR-CLI-AUTH", Fault.ANOTHER_CALL}),
        (reached, {Fault.ANOTHER_CALL}),
        (decided_otherwise, {"FR-CLI-AUTH", "FR-CONSENT", "FR-ROBOCALL-L34-5", Fault.ANOTHER_CALL}),
    ],
)
def test_what_really_happened_counts(agency: Agency, change: Callable[[Agency, str], None], expected: set[str]) -> None:
    person, stranger = agency.person(), agency.person(consent=False)
    campaign = agency.campaign()
    agency.ask(campaign, stranger)
    attempt = called(agency, campaign, person)
    change(agency, attempt)
    found = judged(agency)
    assert faults(found) == set(map(str, expected))
    assert (found.calls, {breach.found.attempt_id for breach in found.breaches}) == (1, {attempt})


def test_a_call_that_the_gate_never_saw_is_without_permission_and_not_on_record(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=MORNING, ended_at=MORNING + SECOND)
    found = judged(agency)
    assert {breach.found.fault for breach in found.breaches} == {Fault.NO_PERMISSION, Fault.NOT_ON_RECORD}
    assert (found.calls, found.judged, found.euros) == (1, 0, (75_000, 375_000))


def test_one_decision_allows_one_call(agency: Agency, campaign: Campaign, person: int) -> None:
    attempt = called(agency, campaign, person)
    with agency.transaction() as session:
        again = Attempt(**{**session.get_one(Attempt, attempt).model_dump(), "id": "f" * 32})
        session.add(again)
    assert [b.found.attempt_id for b in judged(agency).breaches if b.found.fault is Fault.USED_TWICE] == sorted(
        [attempt, "f" * 32]
    )


def test_a_fifth_call_in_thirty_days_is_counted_from_the_ledger(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    """The four before it came into the tables after the decision; nothing that was decided knew of them."""
    fifth = called(agency, campaign, person)
    for days in (1, 2, 28, 29):
        at = MORNING - days * DAY
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=at, ended_at=at + SECOND)
    found = judged(agency, only={fifth})
    assert (found.calls, faults(found)) == (1, {"FR-FREQ"})


def test_the_fourth_is_not_one_too_many_nor_is_what_is_thirty_days_old(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    fourth = called(agency, campaign, person)
    for days in (1, 2, 29, 30):
        at = MORNING - days * DAY
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=at, ended_at=at + SECOND)
    assert judged(agency, only={fourth}).breaches == ()


def test_two_calls_to_one_person_at_once_are_found(agency: Agency, campaign: Campaign, person: int) -> None:
    attempt = called(agency, campaign, person)
    left = agency.attempt(attempt).dialed_at
    assert left
    agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=left - SECOND, ended_at=left + SECOND)
    found = judged(agency, only={attempt})
    assert faults(found) == {"PO-ONE-CALL"}
    assert found.breaches[0].sanction is None
    assert (found.euros, found.without_amount) == ((0, 0), 1)


@pytest.mark.parametrize(
    ("kind", "rule"), [(WishKind.OBJECTION, "FR-OBJECTION"), (WishKind.REFUSAL, "FR-REFUSAL-PERM")]
)
def test_a_call_that_left_after_a_word_against_it_is_found(
    agency: Agency, campaign: Campaign, person: int, kind: WishKind, rule: str
) -> None:
    """Such a word cancels what has not left; here it came between the approval and the departure, and did not."""
    attempt = called(agency, campaign, person)
    agency.object(person, kind=kind)
    left = agency.attempt(attempt).dialed_at
    assert left
    assert judged(agency).breaches == ()
    with agency.transaction() as session:
        session.execute(update(Wish).values(noted_at=left - timedelta(microseconds=1)))
        session.execute(update(Attempt).values(approved_at=left - SECOND))
    assert rule in faults(judged(agency))


def test_an_altered_decision_permits_nothing(agency: Agency, campaign: Campaign, person: int) -> None:
    attempt = called(agency, campaign, person)
    with agency.transaction() as session:
        _without_triggers(session)
        session.execute(update(DecisionRow).values(sha256="0" * 64))
    assert {b.found.attempt_id for b in judged(agency).breaches if b.found.fault is Fault.NO_PERMISSION} == {attempt}


def test_facts_that_were_erased_are_counted_apart(agency: Agency, campaign: Campaign, person: int) -> None:
    called(agency, campaign, person)
    with agency.transaction() as session:
        agency.workspace.vault.destroy(session, person)
    found = judged(agency)
    assert (found.calls, found.judged, found.erased, found.breaches) == (1, 0, 1, ())


def test_each_breach_is_priced_by_the_law_of_its_day(agency: Agency, campaign: Campaign, person: int) -> None:
    moved(11)(agency, called(agency, campaign, person))
    found = judged(agency)
    (hours,) = [breach for breach in found.breaches if breach.found.rule_id == "FR-HOURS"]
    assert hours.sanction is not None
    assert (hours.sanction.natural, hours.sanction.legal) == (75_000, 375_000)
    assert "L.242-16" in hours.sanction.source
    assert found.euros == (75_000, 375_000)
    plain = json.loads(json.dumps(found.to_dict()))
    assert (plain["calls"], plain["euros_legal_person"], len(plain["breaches"])) == (1, 375_000, len(found.breaches))


def test_every_sanction_names_rules_of_the_book_and_no_rule_has_two_on_one_day() -> None:
    rules = {rule.id for rule in french_rulebook().rules}
    for each in shipped_sanctions():
        assert each.rules <= rules, each.id
        assert each.source
    for rule in rules:
        for edition in french_rulebook().editions:
            named = [s for s in shipped_sanctions() if rule in s.rules and edition.first in s.in_force]
            assert len(named) <= 1, rule


def test_a_stricter_choice_of_ours_has_no_price() -> None:
    assert sanction_of("PO-ONE-CALL", TODAY) is None
    assert sanction_of("FR-SECTOR-INSURANCE", TODAY) is None


def _without_triggers(session: Session) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
