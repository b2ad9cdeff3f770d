"""What holds for every call, whatever the facts: the engine's promises as invariants."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decide import decide
from rules.facts import Bloctel, Consent, Contract, Facts
from rules.rule import STATUTE_ONLY, STRICT, Citation, Layer, Outcome, Profile, Rule, Text, Verdict
from rules.rulebook import Rulebook, french_rulebook
from rules.situation import Situation
from tests.rules.strategies import calls, calls_that_wait

BOOK = french_rulebook()
Call = tuple[Facts, datetime]


def one_more_rule(verdict: Verdict) -> Rulebook:
    """The French book, and a rule that always answers `verdict`."""
    extra = Rule(
        "X-ALWAYS",
        Text("toujours", "always"),
        Layer.STATUTE,
        (Citation("test"),),
        {"always": Text("toujours", "always")},
        lambda facts, situation, numbers: Outcome(verdict, "always"),
    )
    return Rulebook((*BOOK.rules, extra), BOOK.exemptions, BOOK.numbers)


ALWAYS = {verdict: one_more_rule(verdict) for verdict in Verdict}


@given(calls(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_exemptions_changes_nothing(call: Call, random: Random) -> None:
    rules, exemptions = list(BOOK.rules), list(BOOK.exemptions)
    random.shuffle(rules)
    random.shuffle(exemptions)
    shuffled = Rulebook(tuple(rules), tuple(exemptions), BOOK.numbers)
    assert decide(*call, rulebook=shuffled).to_dict() == decide(*call).to_dict()


@given(calls(), st.randoms(use_true_random=False))
def test_the_order_of_attempts_and_slots_changes_nothing(call: Call, random: Random) -> None:
    facts, at = call
    attempts, slots = list(facts.attempts), list(facts.slots)
    random.shuffle(attempts)
    random.shuffle(slots)
    shuffled = replace(facts, attempts=tuple(attempts), slots=tuple(slots))
    assert decide(shuffled, at).to_dict() == decide(facts, at).to_dict()


@given(calls())
def test_a_slot_told_twice_counts_once(call: Call) -> None:
    facts, at = call
    twice = replace(facts, slots=facts.slots * 2)
    assert decide(twice, at).to_dict() == decide(facts, at).to_dict()


@given(calls())
def test_the_strictest_finding_is_the_verdict(call: Call) -> None:
    decision = decide(*call)
    assert decision.verdict is max(finding.verdict for finding in decision.findings)
    assert (decision.verdict is Verdict.ALLOW) == (not decision.blocking)


@given(calls())
def test_one_denying_rule_denies_every_call(call: Call) -> None:
    decision = decide(*call, rulebook=ALWAYS[Verdict.DENY])
    assert decision.verdict is Verdict.DENY
    assert "X-ALWAYS" in decision.rule_ids


@given(calls(), st.sampled_from([Verdict.ALLOW, Verdict.DEFER]))
def test_a_milder_rule_never_softens_a_decision(call: Call, verdict: Verdict) -> None:
    assert decide(*call, rulebook=ALWAYS[verdict]).verdict is max(verdict, decide(*call).verdict)


@given(calls())
def test_there_is_one_finding_per_rule_in_order_of_id(call: Call) -> None:
    ids = [finding.rule.id for finding in decide(*call).findings]
    assert ids == sorted(set(ids))


WORSE: dict[str, dict[str, Any]] = {
    "an objection": {"consent": Consent.WITHDRAWN},
    "no contract any more": {"contract": Contract.NONE},
    "a listing on Bloctel": {"bloctel": Bloctel.LISTED},
    "a masked caller id": {"caller_id": "anonymous"},
    "a caller id without proof": {"caller_id_authorised": False},
    "no agreed hours": {"any_hour_agreed": False},
    "no slot": {"slots": ()},
    "no request for a call-back": {"callback_until": None},
    "a request to be made yet": {"callback_from": date(2099, 1, 1)},
    "fewer hours accepted": {"consent_hours": ((time(3), time(4)),)},
    "a source out of date": {"sources_until": date(2020, 1, 1)},
}


@given(calls())
def test_one_more_attempt_never_makes_a_call_more_allowed(call: Call) -> None:
    facts, at = call
    for made in (at, at - timedelta(days=29), at - timedelta(days=31)):
        tried = replace(facts, attempts=(*facts.attempts, made))
        assert decide(tried, at).verdict >= decide(facts, at).verdict


@given(calls(), st.integers(min_value=0, max_value=100))
def test_a_refusal_never_makes_a_call_more_allowed(call: Call, days_ago: int) -> None:
    facts, at = call
    untold = replace(facts, last_refusal=None)
    refused = replace(facts, last_refusal=at - timedelta(days=days_ago))
    assert decide(refused, at).verdict >= decide(untold, at).verdict


@given(calls())
def test_a_consent_older_than_the_refusal_never_helps(call: Call) -> None:
    facts, at = call
    before, after = replace(facts, consent_after_refusal=False), replace(facts, consent_after_refusal=True)
    assert decide(before, at).verdict >= decide(after, at).verdict or before.last_refusal is None


@pytest.mark.parametrize("change", WORSE.values(), ids=WORSE.keys())
@given(call=calls())
@settings(max_examples=40)
def test_a_worse_fact_never_makes_a_call_more_allowed(call: Call, change: dict[str, Any]) -> None:
    facts, at = call
    assert decide(replace(facts, **change), at).verdict >= decide(facts, at).verdict


@given(calls())
def test_a_lost_proof_never_makes_a_call_more_allowed(call: Call) -> None:
    facts, at = call
    proven, unproven = replace(facts, consent=Consent.VALID), replace(facts, consent=Consent.UNPROVEN)
    assert decide(unproven, at).verdict >= decide(proven, at).verdict


@given(calls(), st.integers(min_value=1, max_value=200))
def test_consent_contract_and_scrub_only_wear_out_with_time(call: Call, days: int) -> None:
    facts, at = call
    today = at.date()
    later = today + timedelta(days=days)
    assert facts.consent_on(later) in (facts.consent_on(today), Consent.UNPROVEN)
    assert facts.contract_on(later) in (facts.contract_on(today), Contract.NONE)
    assert facts.bloctel_on(later) in (facts.bloctel_on(today), Bloctel.NOT_CHECKED)


@given(calls())
def test_stored_facts_give_the_same_decision_again(call: Call) -> None:
    facts, at = call
    stored = Facts.from_dict(json.loads(json.dumps(facts.to_dict())))
    assert stored == facts
    assert json.dumps(decide(stored, at).to_dict()) == json.dumps(decide(facts, at).to_dict())


@given(calls())
def test_the_clock_of_the_caller_does_not_matter(call: Call) -> None:
    facts, at = call
    elsewhere = at.astimezone(datetime.now(UTC).astimezone().tzinfo)
    assert decide(facts, elsewhere).to_dict() == decide(facts, at).to_dict()


@given(calls())
def test_what_the_strict_profile_allows_the_statute_allows(call: Call) -> None:
    strict, statute = decide(*call), decide(*call, profile=STATUTE_ONLY)
    assert statute.verdict <= strict.verdict
    assert {finding.rule.id for finding in statute.blocking} <= {finding.rule.id for finding in strict.blocking}
    assert all(finding.layer is Layer.STATUTE for finding in statute.findings)


@given(calls(), st.integers(min_value=1, max_value=120))
def test_a_ring_guard_only_takes_calls_away(call: Call, seconds: int) -> None:
    guarded = decide(*call, profile=Profile("guarded", STRICT.layers, seconds))
    assert guarded.verdict >= decide(*call).verdict


@given(calls())
def test_every_finding_has_words_in_both_languages_when_it_blocks(call: Call) -> None:
    for finding in decide(*call).findings:
        if finding.outcome.verdict is not Verdict.ALLOW:
            assert finding.reason("fr")
            assert finding.reason("en")


@given(calls())
def test_a_decision_is_plain_json_without_floats(call: Call) -> None:
    def refuse_float(text: str) -> None:
        raise AssertionError(f"a float: {text}")

    plain = decide(*call).to_dict()
    assert json.loads(json.dumps(plain), parse_float=refuse_float) == plain


@given(calls() | calls_that_wait())
def test_the_end_of_an_obstacle_is_the_first_instant_without_it(call: Call) -> None:
    """Each rule by itself: still blocking a microsecond before its `until`, and no longer at it.

    With a consent that does not run out: one that does hands the refusal over from FR-REFUSAL-60D to -PERM.
    """
    facts, at = replace(call[0], consent_until=None), call[1]
    numbers = BOOK.on(Situation.of(facts, at).day).numbers
    for finding in decide(facts, at).findings:
        if until := finding.outcome.until:
            just_before = Situation.of(facts, until - timedelta(microseconds=1))
            assert finding.rule.check(facts, just_before, numbers).verdict is not Verdict.ALLOW
            assert finding.rule.check(facts, Situation.of(facts, until), numbers).verdict is Verdict.ALLOW


@given(st.dates(date(2023, 1, 1), date(2099, 12, 31)))
def test_every_day_has_exactly_one_edition(day: date) -> None:
    assert sum(edition.first <= day <= (edition.last or date.max) for edition in BOOK.editions) == 1
    edition = BOOK.on(day)
    assert edition.first <= day <= (edition.last or date.max)
    assert {rule.id for rule in edition.rules} == {rule.id for rule in BOOK.rules if day in rule.in_force}
