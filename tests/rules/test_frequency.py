"""Four attempts per thirty days and sixty days of rest, counted in local calendar days."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.facts import ContactKind, Facts, Sector
from rules.rule import Finding, Verdict
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc


@pytest.mark.parametrize(
    ("days_ago", "counts"), [(0, True), (29, True), (30, False)], ids=["today", "day D-29", "day D-30"]
)
def test_the_window_is_today_and_the_twenty_nine_days_before(days_ago: int, counts: bool) -> None:
    attempts = (*[NEW_LAW] * 3, NEW_LAW - timedelta(days=days_ago))
    assert (decide(legal_call(attempts=attempts), NEW_LAW).rule_ids == ("FR-FREQ",)) is counts


def test_days_are_counted_by_the_consumers_clock() -> None:
    """23:00 UTC on day D-30 is already D-29 in Paris, and still D-30 in Guadeloupe."""
    attempts = (*[NEW_LAW] * 3, utc("2026-08-16 23:00"))
    assert decide(legal_call(attempts=attempts), NEW_LAW).rule_ids == ("FR-FREQ",)
    ten_in_guadeloupe = utc("2026-09-15 14:00")
    assert decide(legal_call(attempts=attempts, postcode="97100"), ten_in_guadeloupe).verdict is Verdict.ALLOW


def test_an_attempt_that_lies_ahead_is_not_counted_yet() -> None:
    ahead = (NEW_LAW + timedelta(hours=1),) * 4
    assert decide(legal_call(attempts=ahead), NEW_LAW).verdict is Verdict.ALLOW


def test_the_finding_shows_the_numbers_that_it_used_even_below_the_cap() -> None:
    decision = decide(legal_call(attempts=(NEW_LAW,) * 3), NEW_LAW)
    (frequency,) = [finding for finding in decision.findings if finding.rule.id == "FR-FREQ"]
    assert frequency.outcome.values == {"attempts": 3, "cap": 4, "window_days": 30}
    assert "3" in frequency.reason("en")
    assert "3" in frequency.reason("fr")


@pytest.mark.parametrize(("days_ago", "blocked"), [(0, True), (60, True), (61, False)])
def test_a_refusal_blocks_sixty_completed_days(days_ago: int, blocked: bool) -> None:
    refused = legal_call(last_refusal=OLD_LAW - timedelta(days=days_ago))
    assert (decide(refused, OLD_LAW).rule_ids == ("FR-REFUSAL-60D",)) is blocked


@pytest.mark.parametrize(
    ("again", "days_ago", "ids"),
    [
        (True, 60, ("FR-REFUSAL-60D",)),
        (True, 61, ()),
        (False, 60, ("FR-REFUSAL-PERM",)),
        (False, 2000, ("FR-REFUSAL-PERM",)),
    ],
)
def test_since_the_reform_only_a_new_consent_ends_a_refusal(again: bool, days_ago: int, ids: tuple[str, ...]) -> None:
    refused = legal_call(last_refusal=NEW_LAW - timedelta(days=days_ago), consent_after_refusal=again)
    assert decide(refused, NEW_LAW).rule_ids == ids


@pytest.mark.parametrize("at", [OLD_LAW, NEW_LAW], ids=["old law", "new law"])
@pytest.mark.parametrize("sector", [Sector.GENERIC, Sector.INSURANCE])
def test_a_refusal_that_lies_ahead_is_not_known_yet(at: datetime, sector: Sector) -> None:
    """When an old call is judged again, what came after it does not count."""
    later = legal_call(sector=sector, last_refusal=at + timedelta(seconds=1))
    assert decide(later, at).verdict is Verdict.ALLOW


def test_where_no_zone_is_known_the_days_are_still_counted() -> None:
    nowhere = legal_call(postcode="98000", last_refusal=OLD_LAW, attempts=(OLD_LAW,) * 4)
    assert decide(nowhere, OLD_LAW).rule_ids == ("FR-FREQ", "FR-REFUSAL-60D", "FR-TZ")


LATE_IN_MAYOTTE = utc("2026-09-15 20:30")
"""23:30 on the 15th in Mayotte, 00:30 on the 16th in La Réunion."""


def finding_of(rule: str, facts: Facts, at: datetime) -> Finding:
    (finding,) = [finding for finding in decide(facts, at).findings if finding.rule.id == rule]
    return finding


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_candidate_zones_the_one_with_more_attempts_in_its_window_counts(order: int) -> None:
    """An attempt at 20:30 UTC on 17 August lies on the 17th in Mayotte, on the 18th in La Réunion."""
    at_night = (utc("2026-08-17 20:30"), *[utc("2026-09-01 09:00")] * 3)[::order]
    somewhere = legal_call(postcode=None, number="+262692000000", attempts=at_night)
    in_reunion_only = finding_of("FR-FREQ", somewhere, utc("2026-09-16 08:00"))
    assert in_reunion_only.outcome.values["attempts"] == 4
    assert in_reunion_only.outcome.until == utc("2026-09-16 20:00"), "midnight in La Réunion"
    in_both = finding_of("FR-FREQ", somewhere, utc("2026-09-15 08:00"))
    assert in_both.outcome.until == utc("2026-09-16 20:00"), "the later of the two midnights"


def test_of_two_candidate_zones_the_later_end_of_the_rest_counts() -> None:
    somewhere = legal_call(postcode=None, number="+262692000000", last_refusal=utc("2026-07-01 08:00"))
    rest = finding_of("FR-REFUSAL-60D", somewhere, utc("2026-07-02 08:00"))
    assert rest.outcome.until == utc("2026-08-30 21:00"), "midnight in Mayotte"


def test_a_refusal_is_dated_by_the_earlier_of_two_candidate_clocks() -> None:
    somewhere = legal_call(postcode=None, number="+262692000000", last_refusal=LATE_IN_MAYOTTE)
    lasting = finding_of("FR-REFUSAL-PERM", somewhere, LATE_IN_MAYOTTE)
    assert lasting.outcome.values == {"refused_on": "2026-09-15"}


def test_a_refusal_counts_from_the_instant_at_which_it_is_spoken() -> None:
    assert decide(legal_call(last_refusal=NEW_LAW), NEW_LAW).rule_ids == ("FR-REFUSAL-PERM",)
    assert decide(legal_call(last_refusal=OLD_LAW), OLD_LAW).rule_ids == ("FR-REFUSAL-60D",)
    insured = legal_call(last_refusal=OLD_LAW, sector=Sector.INSURANCE)
    assert decide(insured, OLD_LAW).rule_ids == ("FR-REFUSAL-60D", "FR-SECTOR-INSURANCE")


@pytest.mark.parametrize(
    ("over", "verdict"),
    [
        (timedelta(microseconds=1), Verdict.DEFER),
        (timedelta(minutes=5), Verdict.DEFER),
        (timedelta(0), Verdict.ALLOW),
        (-timedelta(minutes=1), Verdict.ALLOW),
    ],
)
@pytest.mark.parametrize("kind", ContactKind)
def test_nobody_is_called_while_a_call_to_them_is_under_way(
    over: timedelta, verdict: Verdict, kind: ContactKind
) -> None:
    facts = legal_call(called_until=NEW_LAW + over, kind=kind)
    decision = decide(facts, NEW_LAW)
    assert decision.verdict is verdict
    if verdict is Verdict.DEFER:
        assert decision.rule_ids == ("PO-ONE-CALL",)
        assert next_eligible_at(facts, NEW_LAW).at == NEW_LAW + over
