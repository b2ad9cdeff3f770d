"""Sources that must be renewed, and requests that justify no earlier call."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.book.exemptions import day_of_the_request
from rules.decide import decide
from rules.eligibility import Eligibility, Outlook, next_eligible_at
from rules.facts import Bloctel, Consent, ContactKind, Contract, Facts, Sector
from rules.rule import STATUTE_ONLY, Layer, Verdict
from rules.rulebook import french_rulebook
from rules.situation import Situation
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc

REUNION_OR_MAYOTTE = {"postcode": None, "number": "+262262000000"}
BOOK = french_rulebook()


@pytest.mark.parametrize(
    ("last_day", "verdict"),
    [(None, Verdict.ALLOW), (date(2026, 9, 15), Verdict.ALLOW), (date(2026, 9, 14), Verdict.DEFER)],
    ids=["no term", "its last day", "the day after"],
)
def test_a_call_waits_for_a_source_to_be_renewed(last_day: date | None, verdict: Verdict) -> None:
    decision = decide(legal_call(sources_until=last_day), NEW_LAW)
    assert decision.verdict is verdict
    assert decision.rule_ids == (("PO-SOURCE-STALE",) if verdict is Verdict.DEFER else ())


def test_a_stale_source_is_our_own_rule_and_time_does_not_renew_it() -> None:
    stale = legal_call(sources_until=date(2026, 9, 14))
    (finding,) = decide(stale, NEW_LAW).blocking
    assert (finding.layer, finding.outcome.until) == (Layer.POLICY, None)
    assert next_eligible_at(stale, NEW_LAW) == Eligibility(Outlook.NEVER)
    assert decide(stale, NEW_LAW, profile=STATUTE_ONLY).verdict is Verdict.ALLOW


def test_a_source_that_ends_before_the_next_window_ends_the_outlook() -> None:
    tonight = utc("2026-09-15 18:00")
    assert next_eligible_at(legal_call(sources_until=date(2026, 9, 15)), tonight).outlook is Outlook.NEVER
    assert next_eligible_at(legal_call(sources_until=date(2026, 9, 16)), tonight).outlook is Outlook.LATER


@pytest.mark.parametrize("at", [OLD_LAW, NEW_LAW], ids=["before the reform", "since"])
@pytest.mark.parametrize(
    "changes",
    [
        {"kind": ContactKind.PROFESSIONAL},
        {"sector": Sector.SURVEY},
        {"sector": Sector.PRESS},
        {"contract": Contract.RELATED},
        {"callback_until": date(2099, 1, 1)},
        {"slots": (OLD_LAW, NEW_LAW)},
        {"any_hour_agreed": True},
    ],
    ids=["professional", "poll", "press", "contract", "call-back", "slot", "any hour"],
)
def test_nothing_lifts_a_stale_source(changes: dict[str, object], at: datetime) -> None:
    assert decide(legal_call(sources_until=date(2023, 1, 1), **changes), at).rule_ids == ("PO-SOURCE-STALE",)
    assert not any("PO-SOURCE-STALE" in exemption.discharges for exemption in BOOK.exemptions)


def test_the_latest_clock_tells_whether_a_source_is_stale() -> None:
    """00:30 on the 15th in Reunion, 23:30 on the 14th in Mayotte."""
    facts = legal_call(**REUNION_OR_MAYOTTE, sources_until=date(2026, 9, 14))
    assert "PO-SOURCE-STALE" in decide(facts, utc("2026-09-14 20:30")).rule_ids
    assert "PO-SOURCE-STALE" not in decide(facts, utc("2026-09-14 19:30")).rule_ids


def asked(**changes: object) -> Facts:
    """Nobody's consent, and a request of 15 September that runs until the 21st."""
    request = {"consent": Consent.NONE, "callback_from": date(2026, 9, 15), "callback_until": date(2026, 9, 21)}
    return legal_call(**(request | changes))


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2026-09-14 09:00", Verdict.DENY),
        ("2026-09-15 09:00", Verdict.ALLOW),
        ("2026-09-21 09:00", Verdict.ALLOW),
        ("2026-09-22 09:00", Verdict.DENY),
    ],
    ids=["the day before", "the day itself", "the last day", "the day after"],
)
def test_a_request_justifies_calls_from_its_day_to_its_last(at: str, verdict: Verdict) -> None:
    decision = decide(asked(), utc(at))
    assert (decision.verdict, decision.rule_ids) == (
        (verdict, ("FR-CALLBACK-5WD",)) if verdict is Verdict.ALLOW else (verdict, ("FR-CONSENT",))
    )


def test_a_request_without_its_day_was_made_already() -> None:
    assert decide(asked(callback_from=None), utc("2026-09-14 09:00")).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("at", "justified"),
    [("2026-09-14 20:30", False), ("2026-09-14 21:00", True), ("2026-09-21 19:30", True), ("2026-09-21 20:00", False)],
    ids=["the 15th in Reunion only", "the 15th in Mayotte too", "the 21st in both", "the 22nd in Reunion already"],
)
def test_the_days_of_a_request_are_counted_on_every_clock(at: str, justified: bool) -> None:
    denied = "FR-CONSENT" in decide(asked(**REUNION_OR_MAYOTTE), utc(at)).rule_ids
    assert denied is not justified


def test_a_request_to_come_opens_with_its_day() -> None:
    assert next_eligible_at(asked(), utc("2026-09-14 09:00")) == Eligibility(Outlook.LATER, utc("2026-09-15 08:00"))
    never = asked(callback_until=date(2026, 9, 14))
    assert next_eligible_at(never, utc("2026-09-13 09:00")) == Eligibility(Outlook.NEVER)


@pytest.mark.parametrize(
    ("facts", "at", "opens"),
    [
        (asked(), "2026-09-14 09:00", "2026-09-14 22:00"),
        (asked(), "2026-09-14 22:00", None),
        (asked(callback_from=None), "2026-09-14 09:00", None),
        (asked(**REUNION_OR_MAYOTTE), "2026-09-14 09:00", "2026-09-14 21:00"),
        (asked(**REUNION_OR_MAYOTTE), "2026-09-14 20:30", "2026-09-14 21:00"),
        (asked(**REUNION_OR_MAYOTTE), "2026-09-14 21:00", None),
        (asked(postcode="98000"), "2026-09-14 09:00", "2026-09-15 00:00"),
    ],
    ids=["tomorrow", "this instant", "made already", "in two zones", "begun in one", "begun in both", "no zone"],
)
def test_the_day_of_a_request_begins_in_the_last_zone(facts: Facts, at: str, opens: str | None) -> None:
    found = day_of_the_request(facts, Situation.of(facts, utc(at)), BOOK.on(date(2026, 9, 14)).numbers)
    assert found == (utc(opens) if opens else None)
    assert found is None or found.tzinfo is UTC


def test_a_request_lifts_the_consent_and_not_the_list_of_before() -> None:
    before = asked(callback_from=date(2026, 8, 10), callback_until=date(2026, 8, 17), bloctel=Bloctel.LISTED)
    assert decide(before, utc("2026-08-10 09:00")).rule_ids == ("FR-BLOCTEL",)
    assert decide(before, utc("2026-08-11 09:00")).rule_ids == ("FR-CALLBACK-5WD",)
