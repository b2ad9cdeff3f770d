"""Contacts with equal facts are judged once: a class must get the answer of each of its members."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given

from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.facts import Facts
from rules.screening import class_of, classes
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call
from tests.rules.strategies import calls


@given(calls())
def test_a_class_gets_the_answer_of_its_members(call: tuple[Facts, datetime]) -> None:
    facts, at = call
    ours, its = decide(facts, at), decide(class_of(facts), at)
    assert (its.verdict, its.rule_ids) == (ours.verdict, ours.rule_ids)
    assert next_eligible_at(class_of(facts), at) == next_eligible_at(facts, at)


def test_numbers_of_one_country_and_attempts_in_any_order_are_one_class() -> None:
    counted = classes(
        [
            legal_call(number="+33199000001", attempts=(OLD_LAW, NEW_LAW)),
            legal_call(number="+33199000002", attempts=(NEW_LAW, OLD_LAW), postcode=" 75001"),
            legal_call(number="+33199000003", postcode="2a004"),
            legal_call(number="+33199000003", postcode="2A004"),
        ]
    )
    assert sorted(counted.values()) == [2, 2]


def test_what_the_rules_can_tell_apart_stays_apart() -> None:
    assert len(classes([legal_call(), legal_call(postcode="67000"), legal_call(number="+262262000000")])) == 3
