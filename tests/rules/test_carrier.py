"""The carrier's terms as rules: when they hold a call back, until which instant, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.decide import decide
from rules.eligibility import Eligibility, Outlook, next_eligible_at
from rules.facts import ContactKind, Facts, Sector
from rules.line import Breach, Figure
from rules.rolling_hour import breaches
from rules.rule import STATUTE_ONLY, Layer, Verdict
from tests.rules.calls import NEW_LAW, legal_call, utc
from tests.rules.lines import CALLR, breach, clear_line
from tests.rules.test_rolling_hour import calls_each_minute

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HELD = {
    # rule -> a line on which it alone holds the call back for five minutes
    "CT-ASR": clear_line(breaches=(breach(Figure.ASR, NEW_LAW, 5),)),
    "CT-ACD": clear_line(breaches=(breach(Figure.ACD, NEW_LAW, 5),)),
    "CT-SHORT": clear_line(breaches=(breach(Figure.SHORT, NEW_LAW, 5),)),
    "CT-CAPS": clear_line(next_start=NEW_LAW + 5 * MINUTE),
    "CT-CHANNELS": clear_line(in_use=10, room_at=NEW_LAW + 5 * MINUTE),
}


def test_a_line_with_room_and_good_figures_holds_nothing_back() -> None:
    decision = decide(legal_call(line=clear_line(in_use=9, next_start=NEW_LAW, room_at=None)), NEW_LAW)
    assert (decision.verdict, decision.rule_ids) == (Verdict.ALLOW, ())


def test_without_a_line_nothing_is_asked_of_the_carrier() -> None:
    """A forecast or a case file is no call about to leave."""
    decision = decide(legal_call(line=None), NEW_LAW)
    carriers = [finding for finding in decision.findings if finding.rule.id.startswith("CT-")]
    assert {finding.rule.id for finding in carriers} == {*HELD, "CT-UNASSIGNED"}
    assert all(finding.verdict is Verdict.ALLOW for finding in carriers)


@pytest.mark.parametrize("rule", HELD)
def test_each_term_defers_until_time_brings_it_back(rule: str) -> None:
    facts = legal_call(line=HELD[rule])
    decision = decide(facts, NEW_LAW)
    (finding,) = decision.blocking
    assert (decision.verdict, decision.rule_ids) == (Verdict.DEFER, (rule,))
    assert finding.layer is Layer.CONTRACT
    assert finding.outcome.until == NEW_LAW + 5 * MINUTE
    assert decide(facts, NEW_LAW + 5 * MINUTE - MICROSECOND).rule_ids == (rule,)
    assert decide(facts, NEW_LAW + 5 * MINUTE).verdict is Verdict.ALLOW
    assert next_eligible_at(facts, NEW_LAW) == Eligibility(Outlook.LATER, NEW_LAW + 5 * MINUTE)


@pytest.mark.parametrize("rule", HELD)
@pytest.mark.parametrize(
    "change", [{"kind": ContactKind.PROFESSIONAL}, {"sector": Sector.SURVEY}], ids=["firm", "poll"]
)
def test_the_carrier_asks_the_same_of_firms_and_polls(rule: str, change: dict[str, object]) -> None:
    assert decide(legal_call(line=HELD[rule], **change), NEW_LAW).rule_ids == (rule,)


@pytest.mark.parametrize("rule", [*HELD, "CT-UNASSIGNED"])
def test_the_carriers_terms_are_no_law(rule: str) -> None:
    facts = legal_call(line=HELD.get(rule), number_unassigned=rule == "CT-UNASSIGNED")
    assert decide(facts, NEW_LAW).rule_ids == (rule,)
    assert decide(facts, NEW_LAW, profile=STATUTE_ONLY).verdict is Verdict.ALLOW


def test_an_end_told_in_another_zone_is_given_in_utc() -> None:
    in_paris = (NEW_LAW + MINUTE).astimezone(timezone(timedelta(hours=2)))
    found = next_eligible_at(legal_call(line=clear_line(next_start=in_paris)), NEW_LAW)
    assert found.at == NEW_LAW + MINUTE
    assert found.at.tzinfo is UTC


def test_a_number_that_nobody_has_is_denied_for_good() -> None:
    nobody = legal_call(number_unassigned=True, line=clear_line())
    decision = decide(nobody, NEW_LAW)
    assert (decision.verdict, decision.rule_ids) == (Verdict.DENY, ("CT-UNASSIGNED",))
    assert next_eligible_at(nobody, NEW_LAW) == Eligibility(Outlook.NEVER)


def test_a_full_line_that_knows_no_end_is_not_promised_one() -> None:
    full = legal_call(line=clear_line(in_use=10))
    assert decide(full, NEW_LAW).verdict is Verdict.DEFER
    assert next_eligible_at(full, NEW_LAW) == Eligibility(Outlook.NEVER)


@pytest.mark.parametrize(("in_use", "ids"), [(0, ()), (9, ()), (10, ("CT-CHANNELS",)), (11, ("CT-CHANNELS",))])
def test_the_last_channel_may_be_taken_and_no_further_one(in_use: int, ids: tuple[str, ...]) -> None:
    assert decide(legal_call(line=clear_line(in_use=in_use)), NEW_LAW).rule_ids == ids


def held(*minutes: float) -> tuple[Breach, ...]:
    """ASR of the trunk, ACD of the number shown: the first two of these minutes are their ends."""
    figures = ((Figure.ASR, ""), (Figure.ACD, legal_call().caller_id))
    return tuple(
        breach(figure, NEW_LAW, end, caller_id=number) for (figure, number), end in zip(figures, minutes, strict=False)
    )


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        (legal_call(line=clear_line(breaches=held(5))), NEW_LAW + 5 * MINUTE),
        (legal_call(line=clear_line(breaches=held(5, 20))), NEW_LAW + 20 * MINUTE),
        (legal_call(line=clear_line(breaches=held(5), next_start=NEW_LAW + 12 * MINUTE)), NEW_LAW + 12 * MINUTE),
        (
            legal_call(
                line=clear_line(
                    in_use=10,
                    room_at=NEW_LAW + 7 * MINUTE,
                    next_start=NEW_LAW + 3 * MINUTE,
                    breaches=held(5, 8),
                )
            ),
            NEW_LAW + 8 * MINUTE,
        ),
        (legal_call(line=clear_line(breaches=held(121))), utc("2026-09-15 12:00")),
    ],
    ids=[
        "one figure",
        "the later of two figures",
        "the next start comes later",
        "the latest of several ends",
        "the figure is back at 13:01, the window opens at 14:00",
    ],
)
def test_the_next_possible_instant_looks_past_every_term(facts: Facts, first: datetime) -> None:
    found = next_eligible_at(facts, NEW_LAW)
    assert found.at == first
    assert decide(facts, first).verdict is Verdict.ALLOW


def test_from_bad_calls_to_the_instant_at_which_the_line_is_open_again() -> None:
    """Forty-nine calls, one a minute, none answered: with the next the figures would speak, and against us."""
    silent = breaches(calls_each_minute("-" * 49), [], CALLR, NEW_LAW)
    facts = legal_call(line=clear_line(breaches=silent))
    oldest = NEW_LAW - 48 * MINUTE
    assert next_eligible_at(facts, NEW_LAW) == Eligibility(Outlook.LATER, oldest + timedelta(hours=1))
    asr = next(finding for finding in decide(facts, NEW_LAW).blocking if finding.rule.id == "CT-ASR")
    assert asr.outcome.values == {"value": 0, "limit": 60, "operator": "Callr"}


@pytest.mark.parametrize(
    ("of", "ids"), [("", ("CT-ASR",)), ("+33162000000", ("CT-ASR",)), ("+33162000001", ())], ids=str
)
def test_the_hour_of_another_number_holds_nothing_back(of: str, ids: tuple[str, ...]) -> None:
    line = clear_line(breaches=(breach(Figure.ASR, NEW_LAW, 5, caller_id=of),))
    assert decide(legal_call(caller_id="+33162000000", line=line), NEW_LAW).rule_ids == ids


def test_of_the_trunk_and_of_the_number_the_longer_hold_is_told() -> None:
    both = (breach(Figure.ASR, NEW_LAW, 5), breach(Figure.ASR, NEW_LAW, 7, caller_id="+33162000000"))
    for breaches_in_some_order in (both, both[::-1]):
        (finding,) = decide(legal_call(line=clear_line(breaches=breaches_in_some_order)), NEW_LAW).blocking
        assert (finding.outcome.reason, finding.outcome.until) == ("next-failure-of-number", NEW_LAW + 7 * MINUTE)
