"""How findings are combined: denied by default, and each exemption reaching only what it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rules.decide import decide, judge
from rules.facts import Bloctel, Consent, ContactKind, Contract, Facts, Sector, SystemKind
from rules.numbers import Numbers, NumberTable
from rules.rule import STATUTE_ONLY, STRICT, Citation, Layer, Outcome, Period, Rule, Text, Verdict
from rules.rulebook import Edition, Rulebook, french_rulebook
from rules.situation import Situation
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc

BOOK = french_rulebook()


def broken(facts: Facts, situation: Situation, numbers: Numbers) -> Outcome:
    numbers.integer("no-such-number")
    raise AssertionError("unreachable")


def test_a_rule_that_raises_denies_and_says_so() -> None:
    rule = Rule("X-BROKEN", Text("cassée", "broken"), Layer.STATUTE, (Citation("test"),), {}, broken)
    decision = decide(legal_call(), NEW_LAW, rulebook=Rulebook((*BOOK.rules, rule), BOOK.exemptions, BOOK.numbers))
    assert decision.verdict is Verdict.DENY
    assert decision.rule_ids == ("X-BROKEN",)
    (finding,) = decision.blocking
    assert (
        finding.reason("en")
        == "the rule could not be evaluated (KeyError: 'no-such-number'); the call is denied by default"
    )
    assert finding.reason("fr").startswith("la règle n'a pas pu être évaluée")


def book_with_a_broken(exemption_id: str) -> Rulebook:
    def raising(facts: Facts, situation: Situation, numbers: Numbers) -> bool:
        raise RuntimeError("the evidence cannot be read")

    exemptions = tuple(replace(e, applies=raising) if e.id == exemption_id else e for e in BOOK.exemptions)
    return Rulebook(BOOK.rules, exemptions, BOOK.numbers)


def test_an_exemption_that_raises_lifts_nothing() -> None:
    customer = legal_call(consent=Consent.NONE, contract=Contract.RELATED)
    assert decide(customer, NEW_LAW).verdict is Verdict.ALLOW
    decision = decide(customer, NEW_LAW, rulebook=book_with_a_broken("FR-CONTRACT-EXC"))
    assert (decision.verdict, decision.rule_ids) == (Verdict.DENY, ("FR-CONSENT",))


@pytest.mark.parametrize("sector", [Sector.GENERIC, Sector.SURVEY])
def test_a_scope_that_raises_frees_no_one(sector: Sector) -> None:
    """Not even a poll, which another scope would free: what is broken must be seen and repaired."""
    firm = legal_call(kind=ContactKind.PROFESSIONAL, consent=Consent.NONE, sector=sector)
    assert decide(firm, NEW_LAW).verdict is Verdict.ALLOW
    decision = decide(firm, NEW_LAW, rulebook=book_with_a_broken("FR-B2B"))
    assert decision.verdict is Verdict.DENY
    assert "FR-CONSENT" in decision.rule_ids


def test_a_book_without_rules_denies_everything() -> None:
    empty = Rulebook((), (), NumberTable(()))
    decision = decide(legal_call(), NEW_LAW, rulebook=empty)
    assert decision.verdict is Verdict.DENY
    assert decision.findings == ()


def test_a_profile_without_layers_denies_everything() -> None:
    facts = legal_call()
    situation = Situation.of(facts, NEW_LAW)
    edition = Edition(date(2026, 1, 1), None, BOOK.on(situation.day).rules, (), BOOK.on(situation.day).numbers)
    nothing = replace(STRICT, layers=frozenset[Layer]())
    assert judge(facts, situation, edition, nothing, situation.day).verdict is Verdict.DENY


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-09-15T09:00:00 has no time zone"):
        decide(legal_call(), datetime(2026, 9, 15, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize("fact", ["attempts", "last_refusal", "slots"])
def test_a_stored_instant_without_zone_never_helps(fact: str) -> None:
    naive = datetime(2026, 9, 12, 9, 0)  # noqa: DTZ001
    value = naive if fact == "last_refusal" else (naive,)
    saturday = utc("2026-09-12 09:00")
    assert decide(legal_call(**{fact: value}), saturday).verdict is not Verdict.ALLOW


def test_facts_that_are_not_given_take_the_stricter_value() -> None:
    decision = decide(Facts(number="+33199000001"), utc("2026-09-12 09:00"))
    assert decision.rule_ids == ("FR-CLI-AUTH", "FR-CLI-MASKED", "FR-CLI-NPV", "FR-CONSENT", "FR-HOURS")


LIFTED = {
    # exemption -> the facts that bring it about
    "FR-CONTRACT-EXC": {"contract": Contract.RELATED},
    "FR-PRESS-EXC": {"sector": Sector.PRESS},
    "FR-CALLBACK-5WD": {"callback_until": date(2030, 1, 1)},
    "FR-HOURS-APPT": {"any_hour_agreed": True},
    "FR-B2B": {"kind": ContactKind.PROFESSIONAL},
    "FR-SURVEY": {"sector": Sector.SURVEY},
}
BLOCKED = {
    # rule -> an instant and the facts that it blocks, alone
    "FR-HOURS": ("2024-10-12 09:00", {}),
    "FR-HOLIDAY": ("2024-11-01 10:00", {}),
    "FR-HOLIDAY-REGIONAL": ("2024-03-29 10:00", {"postcode": "67000"}),
    "FR-FREQ": ("2024-10-15 09:00", {"attempts": (OLD_LAW,) * 4}),
    "FR-REFUSAL-60D": ("2024-10-15 09:00", {"last_refusal": OLD_LAW}),
    "FR-REFUSAL-PERM": ("2026-09-15 09:00", {"last_refusal": OLD_LAW}),
    "FR-BLOCTEL": ("2024-10-15 09:00", {"bloctel": Bloctel.LISTED}),
    "FR-CONSENT": ("2026-09-15 09:00", {"consent": Consent.UNPROVEN}),
    "FR-OBJECTION": ("2024-10-15 09:00", {"consent": Consent.WITHDRAWN}),
    "FR-ROBOCALL-L34-5": ("2024-10-15 09:00", {"consent": Consent.NONE, "system": SystemKind.AI_AGENT}),
    "FR-TZ": ("2024-10-15 09:00", {"postcode": "98000"}),
    "FR-TERRITORY-PACIFIC": ("2024-10-15 23:00", {"postcode": "98800"}),
    "FR-CLI-MASKED": ("2024-10-15 09:00", {"caller_id": "anonymous"}),
    "FR-CLI-MOBILE": ("2024-10-15 09:00", {"caller_id": "+33639980100"}),
    "FR-CLI-PREMIUM": ("2024-10-15 09:00", {"caller_id": "+33899000000"}),
    "FR-CLI-NPV": ("2024-10-15 09:00", {"caller_id": "+33199000100", "system": SystemKind.AUTOMATED}),
    "FR-CLI-AUTH": ("2024-10-15 09:00", {"caller_id_authorised": False}),
}
HOURS = {"FR-HOURS", "FR-HOLIDAY", "FR-HOLIDAY-REGIONAL"}
CALLER_IDS = {"FR-CLI-MASKED", "FR-CLI-MOBILE", "FR-CLI-PREMIUM", "FR-CLI-NPV", "FR-CLI-AUTH"}
REACH = {
    "FR-CONTRACT-EXC": {"FR-CONSENT", "FR-BLOCTEL"},
    "FR-PRESS-EXC": {"FR-CONSENT", "FR-BLOCTEL"},
    "FR-CALLBACK-5WD": {"FR-CONSENT"},
    "FR-HOURS-APPT": HOURS,
    "FR-B2B": set(BLOCKED) - CALLER_IDS - {"FR-TZ", "FR-OBJECTION", "FR-ROBOCALL-L34-5"},
    "FR-SURVEY": set(BLOCKED) - CALLER_IDS - {"FR-TZ", "FR-OBJECTION"},
}


PASSING_OBSTACLES = HOURS | {"FR-FREQ", "FR-REFUSAL-60D", "FR-TZ"}


@pytest.mark.parametrize("rule", BLOCKED)
def test_an_obstacle_is_lasting_unless_time_or_a_routine_step_removes_it(rule: str) -> None:
    at, facts = BLOCKED[rule]
    decision = decide(legal_call(**facts), utc(at))
    assert decision.rule_ids == (rule,)
    assert decision.verdict is (Verdict.DEFER if rule in PASSING_OBSTACLES else Verdict.DENY)


@pytest.mark.parametrize("rule", BLOCKED)
@pytest.mark.parametrize("exemption", LIFTED)
def test_an_exemption_lifts_what_it_names_and_nothing_else(exemption: str, rule: str) -> None:
    at, facts = BLOCKED[rule]
    decision = decide(legal_call(**{**facts, **LIFTED[exemption]}), utc(at))
    if rule in REACH[exemption]:
        assert (decision.verdict, decision.rule_ids) == (Verdict.ALLOW, (exemption,))
    else:
        assert decision.rule_ids == (rule,)


@pytest.mark.parametrize(
    ("sector", "rule"),
    [
        (Sector.CPF_TRAINING, "FR-SECTOR-CPF"),
        (Sector.ENERGY_RENOVATION, "FR-SECTOR-ENERGY"),
        (Sector.HOME_ADAPTATION, "FR-SECTOR-ADAPT"),
    ],
)
def test_only_a_contract_about_its_object_lifts_a_sector_ban(sector: Sector, rule: str) -> None:
    for banned in (
        {},
        {"contract": Contract.UNRELATED},
        {"callback_until": date(2030, 1, 1)},
        {"any_hour_agreed": True},
    ):
        assert decide(legal_call(sector=sector, **banned), NEW_LAW).rule_ids == (rule,)
    assert decide(legal_call(sector=sector, contract=Contract.RELATED), NEW_LAW).rule_ids == ("FR-CONTRACT-EXC",)


def test_a_discharged_finding_is_kept_with_the_exemption_that_lifted_it() -> None:
    decision = decide(legal_call(consent=Consent.NONE, contract=Contract.RELATED), NEW_LAW)
    (consent,) = [finding for finding in decision.findings if finding.rule.id == "FR-CONSENT"]
    assert consent.discharged_by == ("FR-CONTRACT-EXC",)
    assert consent.outcome.verdict is Verdict.DENY
    assert consent.verdict is Verdict.ALLOW


def test_an_exemption_that_was_not_needed_is_not_named() -> None:
    assert decide(legal_call(contract=Contract.RELATED, any_hour_agreed=True), NEW_LAW).relied_on == ()


@pytest.mark.parametrize(
    ("minutes", "allowed"), [(-1, False), (0, True), (15, True), (16, False)], ids=["before", "at", "after", "late"]
)
def test_a_slot_holds_for_fifteen_minutes_and_never_before(minutes: int, allowed: bool) -> None:
    slot = utc("2026-09-12 09:00")
    decision = decide(legal_call(slots=(slot,)), slot + timedelta(minutes=minutes))
    assert (decision.verdict is Verdict.ALLOW) is allowed


def test_contract_and_call_back_end_with_their_last_day_in_the_consumers_zone() -> None:
    last = date(2026, 9, 15)
    for facts in (
        legal_call(consent=Consent.NONE, contract=Contract.RELATED, contract_until=last),
        legal_call(consent=Consent.NONE, callback_until=last),
        legal_call(consent_until=last),
    ):
        assert decide(facts, utc("2026-09-15 17:59:59")).verdict is Verdict.ALLOW
        assert decide(facts, utc("2026-09-16 08:00")).rule_ids == ("FR-CONSENT",)


def test_a_clean_scrub_counts_until_its_last_day() -> None:
    scrubbed = legal_call(bloctel_until=OLD_LAW.date())
    assert decide(scrubbed, OLD_LAW).verdict is Verdict.ALLOW
    assert decide(scrubbed, OLD_LAW + timedelta(days=1)).rule_ids == ("FR-BLOCTEL",)


@pytest.mark.parametrize(
    ("facts", "at", "verdict"),
    [
        (legal_call(postcode="67000"), utc("2026-04-03 09:00"), Verdict.DEFER),
        (legal_call(sector=Sector.HOME_ADAPTATION), utc("2025-07-02 09:00"), Verdict.DENY),
        (legal_call(postcode="98800"), utc("2026-09-16 00:00"), Verdict.DENY),
        (legal_call(last_refusal=NEW_LAW, consent_after_refusal=True), NEW_LAW, Verdict.DEFER),
        (legal_call(caller_id="+33806000000"), NEW_LAW, Verdict.DENY),
        (legal_call(caller_id="+33937000000"), NEW_LAW, Verdict.DENY),
        (legal_call(caller_id="+33700000000"), NEW_LAW, Verdict.DENY),
        (legal_call(caller_id="+33820000000"), NEW_LAW, Verdict.DENY),
        (legal_call(caller_id="118008"), NEW_LAW, Verdict.DENY),
        (legal_call(kind=ContactKind.PROFESSIONAL, caller_id="anonymous"), NEW_LAW, Verdict.DENY),
        (
            legal_call(kind=ContactKind.PROFESSIONAL, consent=Consent.NONE, system=SystemKind.AI_AGENT),
            NEW_LAW,
            Verdict.DENY,
        ),
    ],
    ids=[
        *("Good Friday", "home adaptation in 2025", "Pacific", "60 days", "0806", "0937", "0700", "0820", "118"),
        *("masked to a firm", "robot to a firm"),
    ],
)
def test_our_stricter_choices_are_told_apart_from_the_statute(facts: Facts, at: datetime, verdict: Verdict) -> None:
    strict = decide(facts, at)
    assert strict.verdict is verdict
    assert {finding.layer for finding in strict.blocking} == {Layer.POLICY}
    assert decide(facts, at, profile=STATUTE_ONLY).verdict is Verdict.ALLOW


def test_a_period_includes_both_its_ends() -> None:
    period = Period(date(2024, 1, 1), date(2024, 1, 31))
    assert date(2024, 1, 1) in period
    assert date(2024, 1, 31) in period
    assert date(2023, 12, 31) not in period
    assert date(2024, 2, 1) not in period


JANUARY = Period(date(2024, 1, 1), date(2024, 1, 31))


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Period(), True),
        (Period(date(2024, 1, 31)), True),
        (Period(date(2024, 2, 1)), False),
        (Period(None, date(2024, 1, 1)), True),
        (Period(None, date(2023, 12, 31)), False),
        (Period(date(2024, 1, 10), date(2024, 1, 10)), True),
        (Period(date(2024, 2, 1), date(2024, 2, 29)), False),
        (Period(date(2023, 1, 1), date(2025, 1, 1)), True),
    ],
)
def test_periods_overlap_when_they_share_a_day(other: Period, overlaps: bool) -> None:
    assert JANUARY.overlaps(other) is overlaps
    assert other.overlaps(JANUARY) is overlaps


def test_periods_without_an_end_on_the_same_side_always_overlap() -> None:
    assert Period(date(2024, 1, 1)).overlaps(Period(date(2030, 1, 1)))
    assert Period(None, date(2024, 1, 1)).overlaps(Period(None, date(2030, 1, 1)))
    assert not Period(None, date(2024, 1, 1)).overlaps(Period(date(2024, 1, 2)))
