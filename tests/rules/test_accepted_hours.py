"""R.223-1 II: a call outside the hours accepted is not covered by the consent, whichever rule asks for one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from rules.decide import decide
from rules.eligibility import Eligibility, Outlook, next_eligible_at
from rules.facts import Consent, ContactKind, Contract, Facts, Sector, SystemKind
from rules.rule import STATUTE_ONLY, STRICT, Finding, Layer, Profile, Verdict
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc

EVENING = ((time(18), time(20)),)
TWICE = ((time(16), time(17)), (time(10), time(12)))
MICROSECOND = timedelta(microseconds=1)
REUNION_OR_MAYOTTE = {"postcode": None, "number": "+262262000000"}


def consent_finding(facts: Facts, at: datetime, profile: Profile = STRICT) -> Finding:
    findings = decide(facts, at, profile=profile).findings
    (found,) = [finding for finding in findings if finding.rule.id == "FR-CONSENT"]
    return found


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-09-15 16:00", True),
        ("2026-09-15 17:59:59.999999", True),
        ("2026-09-15 18:00", False),
        ("2026-09-15 15:59:59.999999", False),
        ("2026-12-15 16:59:59", False),
        ("2026-12-15 17:00", True),
    ],
    ids=["18:00", "just before 20:00", "20:00", "just before 18:00", "just before 18:00 in winter", "18:00 in winter"],
)
def test_accepted_hours_are_half_open_where_the_person_lives(at: str, inside: bool) -> None:
    finding = consent_finding(legal_call(consent_hours=EVENING), utc(at))
    assert (finding.verdict is Verdict.ALLOW) is inside
    assert finding.verdict is not Verdict.DENY


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        (EVENING, "2026-09-15 09:00", "2026-09-15 16:00"),
        (EVENING, "2026-09-15 18:00", "2026-09-16 16:00"),
        (TWICE, "2026-09-15 10:00", "2026-09-15 14:00"),
        (TWICE, "2026-09-15 15:00", "2026-09-16 08:00"),
        (EVENING, "2026-09-18 18:00", "2026-09-19 16:00"),
        (EVENING, "2026-10-24 18:00", "2026-10-25 17:00"),
        (((time(20), time(22)),), "2026-09-15 09:00", "2026-09-15 18:00"),
    ],
    ids=[
        "this evening",
        "tomorrow evening",
        "the next of two spans",
        "the first of two spans, tomorrow",
        "a Saturday: days are another rule's",
        "over the autumn change",
        "hours that no law opens",
    ],
)
def test_the_call_waits_for_the_next_hour_accepted(hours: object, at: str, until: str) -> None:
    finding = consent_finding(legal_call(consent_hours=hours), utc(at))
    assert (finding.verdict, finding.outcome.until) == (Verdict.DEFER, utc(until))
    assert (finding.outcome.reason, finding.layer) == ("outside-accepted-hours", Layer.STATUTE)


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        # 28 March 2027: 02:00 becomes 03:00, at 01:00 UTC. 25 October 2026: 03:00 becomes 02:00, at 01:00 UTC.
        (((time(2, 30), time(4)),), "2027-03-28 00:59", "2027-03-28 01:00"),
        (((time(2, 15), time(2, 45)),), "2027-03-28 00:59", "2027-03-29 00:15"),
        (((time(1, 30), time(2, 30)),), "2026-10-25 00:30", "2026-10-25 01:00"),
        (((time(2, 15), time(2, 30)),), "2026-10-25 00:30", "2026-10-25 01:15"),
        (((time(2, 15), time(2, 30)),), "2026-10-24 23:00", "2026-10-25 00:15"),
    ],
    ids=[
        "the clock jumps into the span",
        "the clock jumps over the span",
        "the clock goes back into the span",
        "the span comes twice",
        "and the first time counts as well",
    ],
)
def test_a_change_of_the_clock_is_met_exactly(hours: object, at: str, until: str) -> None:
    facts = legal_call(consent_hours=hours)
    assert consent_finding(facts, utc(at)).outcome.until == utc(until)
    assert consent_finding(facts, utc(until)).verdict is Verdict.ALLOW
    assert consent_finding(facts, utc(until) - MICROSECOND).verdict is Verdict.DEFER


@pytest.mark.parametrize(
    ("at", "verdict", "until"),
    [
        ("2026-09-15 12:00", Verdict.DEFER, "2026-09-15 13:00"),
        ("2026-09-15 13:00", Verdict.ALLOW, None),
        ("2026-09-15 14:00", Verdict.DEFER, "2026-09-16 13:00"),
    ],
    ids=["16:00 in Reunion only", "17:00 and 16:00", "18:00 in Reunion"],
)
def test_the_hour_must_be_accepted_on_every_candidate_clock(at: str, verdict: Verdict, until: str | None) -> None:
    hours = ((time(16), time(18)),)
    finding = consent_finding(legal_call(**REUNION_OR_MAYOTTE, consent_hours=hours), utc(at))
    assert (finding.verdict, finding.outcome.until) == (verdict, utc(until) if until else None)


@pytest.mark.parametrize(
    "hours",
    [((time(16), time(17)),), ((time(20), time(18)),), ((time(18), time(18)),)],
    ids=["never in both zones at once", "an end before its start", "no time at all"],
)
def test_hours_that_never_come_promise_no_instant(hours: object) -> None:
    facts = legal_call(**REUNION_OR_MAYOTTE, consent_hours=hours)
    finding = consent_finding(facts, NEW_LAW)
    assert (finding.verdict, finding.outcome.until) == (Verdict.DEFER, None)
    assert next_eligible_at(facts, NEW_LAW) == Eligibility(Outlook.NEVER)


@pytest.mark.parametrize(
    ("last_day", "until"),
    [(date(2026, 9, 16), utc("2026-09-16 16:00")), (date(2026, 9, 15), None)],
    ids=["the consent runs until then", "the consent ends tonight"],
)
def test_a_consent_that_ends_before_its_next_hour_promises_none(last_day: date, until: datetime | None) -> None:
    facts = legal_call(consent_hours=EVENING, consent_until=last_day)
    after_hours = utc("2026-09-15 18:00")
    assert consent_finding(facts, after_hours).outcome.until == until
    assert next_eligible_at(facts, after_hours).at == until


def test_the_last_day_is_that_of_the_latest_clock() -> None:
    """The next instant accepted on both is 23:00 on the 15th in Mayotte, 00:00 on the 16th in Reunion."""
    hours = ((time(0), time(1)), (time(23), time(23, 59)))
    facts = legal_call(**REUNION_OR_MAYOTTE, consent_hours=hours, consent_until=date(2026, 9, 15))
    assert consent_finding(facts, utc("2026-09-15 09:00")).outcome.until is None
    longer = legal_call(**REUNION_OR_MAYOTTE, consent_hours=hours, consent_until=date(2026, 9, 16))
    assert consent_finding(longer, utc("2026-09-15 09:00")).outcome.until == utc("2026-09-15 20:00")


def test_the_ring_guard_closes_accepted_hours_early_too() -> None:
    guarded = Profile("guarded", STRICT.layers, ring_guard_seconds=30)
    facts = legal_call(consent_hours=EVENING)
    assert consent_finding(facts, utc("2026-09-15 17:59:29"), guarded).verdict is Verdict.ALLOW
    assert consent_finding(facts, utc("2026-09-15 17:59:30"), guarded).verdict is Verdict.DEFER
    short = legal_call(consent_hours=((time(18), time(18, 0, 30)),))
    assert consent_finding(short, NEW_LAW, guarded).outcome.until is None


def test_the_first_clock_outside_is_told_with_all_the_hours() -> None:
    facts = legal_call(**REUNION_OR_MAYOTTE, consent_hours=TWICE)
    assert consent_finding(facts, utc("2026-09-15 13:30")).outcome.values == {
        "local": "17:30:00",
        "zone": "Indian/Reunion",
        "hours": "16:00-17:00, 10:00-12:00",
    }


@pytest.mark.parametrize("status", [Consent.NONE, Consent.UNPROVEN, Consent.WITHDRAWN])
def test_hours_of_a_consent_that_does_not_hold_are_not_looked_at(status: Consent) -> None:
    finding = consent_finding(legal_call(consent=status, consent_hours=EVENING), utc("2026-09-15 16:30"))
    assert (finding.verdict, finding.outcome.reason) == (Verdict.DENY, status.value)


@pytest.mark.parametrize(
    ("changes", "relied_on"),
    [
        ({"contract": Contract.RELATED}, ("FR-CONTRACT-EXC",)),
        ({"sector": Sector.PRESS}, ("FR-PRESS-EXC",)),
        ({"callback_until": date(2026, 9, 15)}, ("FR-CALLBACK-5WD",)),
        ({"kind": ContactKind.PROFESSIONAL}, ("FR-B2B",)),
        ({"sector": Sector.SURVEY}, ("FR-SURVEY",)),
    ],
    ids=["contract", "press", "call-back", "professional", "poll"],
)
def test_who_needs_no_consent_needs_none_of_its_hours(changes: dict[str, object], relied_on: tuple[str, ...]) -> None:
    decision = decide(legal_call(consent_hours=EVENING, **changes), NEW_LAW)
    assert (decision.verdict, decision.relied_on) == (Verdict.ALLOW, relied_on)


def test_a_slot_agreed_at_another_hour_does_not_widen_the_consent() -> None:
    assert decide(legal_call(consent_hours=EVENING, slots=(NEW_LAW,)), NEW_LAW).rule_ids == ("FR-CONSENT",)


@pytest.mark.parametrize(
    ("changes", "layer"),
    [
        ({}, Layer.STATUTE),
        ({"kind": ContactKind.PROFESSIONAL}, Layer.POLICY),
        ({"sector": Sector.PRESS}, Layer.STATUTE),
    ],
    ids=["consumer", "professional", "press"],
)
@pytest.mark.parametrize("at", [OLD_LAW, NEW_LAW], ids=["before the reform", "since"])
def test_a_machine_has_no_consent_outside_the_hours(at: datetime, changes: dict[str, object], layer: Layer) -> None:
    facts = legal_call(system=SystemKind.AI_AGENT, consent_hours=EVENING, contract=Contract.RELATED, **changes)
    (finding,) = decide(facts, at).blocking
    assert (finding.rule.id, finding.verdict, finding.layer) == ("FR-ROBOCALL-L34-5", Verdict.DEFER, layer)
    opens = at.replace(hour=16)
    assert finding.outcome.until == opens
    assert decide(facts, opens).verdict is Verdict.ALLOW


def test_by_statute_alone_a_professional_may_be_called_by_a_machine_at_any_hour() -> None:
    firm = legal_call(kind=ContactKind.PROFESSIONAL, system=SystemKind.AI_AGENT, consent_hours=EVENING)
    assert decide(firm, NEW_LAW, profile=STATUTE_ONLY).verdict is Verdict.ALLOW


REFUSED = legal_call(
    last_refusal=NEW_LAW - timedelta(days=61),
    consent_after_refusal=True,
    consent_hours=EVENING,
    contract=Contract.RELATED,
)


def test_a_consent_given_again_undoes_a_refusal_within_its_hours_only() -> None:
    """With a contract, so that no other rule asks for the consent."""
    (finding,) = decide(REFUSED, NEW_LAW).blocking
    assert (finding.rule.id, finding.verdict, finding.layer) == ("FR-REFUSAL-PERM", Verdict.DEFER, Layer.STATUTE)
    opens = utc("2026-09-15 16:00")
    assert finding.outcome.until == opens
    assert next_eligible_at(REFUSED, NEW_LAW) == Eligibility(Outlook.LATER, opens)
    assert decide(REFUSED, opens).relied_on == ()


def test_before_the_reform_a_rested_refusal_asks_for_no_hours() -> None:
    early = legal_call(last_refusal=OLD_LAW - timedelta(days=61), consent_after_refusal=True, consent_hours=EVENING)
    assert decide(early, OLD_LAW).verdict is Verdict.ALLOW


def test_where_no_zone_is_known_no_hour_is_judged() -> None:
    assert decide(legal_call(postcode="98000", consent_hours=EVENING), NEW_LAW).rule_ids == ("FR-TZ",)
