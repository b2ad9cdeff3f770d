"""The law changes at the consumer's midnight, with neither gap nor overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rules.decide import decide
from rules.facts import Consent
from rules.rule import Verdict
from rules.rulebook import COVERED_FROM, LawNotCovered, french_rulebook
from tests.rules.calls import NEW_LAW, legal_call

ZONES = {
    "75001": "Europe/Paris",
    "67000": "Europe/Paris",
    "97100": "America/Guadeloupe",
    "97133": "America/St_Barthelemy",
    "97150": "America/Marigot",
    "97200": "America/Martinique",
    "97300": "America/Cayenne",
    "97400": "Indian/Reunion",
    "97500": "America/Miquelon",
    "97600": "Indian/Mayotte",
    "98600": "Pacific/Wallis",
    "98800": "Pacific/Noumea",
}
CHANGES = {
    # first day of the new law -> rules that are there from it on, and rules that are there until it
    date(2023, 3, 1): ({"FR-HOURS", "FR-HOLIDAY", "FR-FREQ", "FR-REFUSAL-60D"}, set()),
    date(2023, 7, 25): ({"FR-CLI-AUTH"}, set()),
    date(2025, 7, 2): ({"FR-SECTOR-ADAPT"}, set()),
    date(2026, 8, 11): ({"FR-CONSENT", "FR-REFUSAL-PERM"}, {"FR-BLOCTEL", "FR-SECTOR-INSURANCE"}),
}


@pytest.mark.parametrize("first_day", CHANGES, ids=str)
@pytest.mark.parametrize(("postcode", "zone"), ZONES.items(), ids=ZONES.keys())
def test_the_new_law_begins_at_local_midnight(postcode: str, zone: str, first_day: date) -> None:
    begins, ends = CHANGES[first_day]
    midnight = datetime.combine(first_day, time(0), ZoneInfo(zone)).astimezone(UTC)
    before = rules_asked(postcode, midnight - timedelta(microseconds=1))
    after = rules_asked(postcode, midnight)
    assert after - before == begins | ({"FR-HOLIDAY-REGIONAL"} if first_day == date(2023, 3, 1) else set())
    assert before - after == ends


def rules_asked(postcode: str | None, at: datetime, number: str = "+33199000001") -> set[str]:
    decision = decide(legal_call(postcode=postcode, number=number), at)
    return {finding.rule.id for finding in decision.findings}


def test_with_several_candidate_zones_the_latest_local_date_chooses_the_law() -> None:
    midnight_in_reunion = datetime(2026, 8, 10, 20, 0, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert "FR-CONSENT" in rules_asked(None, midnight_in_reunion, "+262692000000")
    assert "FR-CONSENT" not in rules_asked(None, midnight_in_reunion - second, "+262692000000")
    assert "FR-CONSENT" not in rules_asked("97600", midnight_in_reunion), "still the 10th in Mayotte"


def test_editions_follow_each_other_without_gap_or_overlap() -> None:
    editions = french_rulebook().editions
    assert editions[0].first == COVERED_FROM
    assert editions[-1].last is None
    for before, after in pairwise(editions):
        assert before.last is not None
        assert after.first - before.last == timedelta(days=1)


def test_every_change_of_the_dossier_opens_an_edition() -> None:
    assert {COVERED_FROM, *CHANGES} <= {edition.first for edition in french_rulebook().editions}


def test_nothing_is_decided_about_days_before_the_book_begins() -> None:
    with pytest.raises(LawNotCovered, match="2022-12-31"):
        decide(legal_call(), datetime(2022, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert decide(legal_call(), datetime(2022, 12, 31, 23, 0, tzinfo=UTC)).law_day == COVERED_FROM


def test_a_call_can_be_judged_under_the_law_of_another_day() -> None:
    cold_call = legal_call(consent=Consent.NONE)
    assert decide(cold_call, NEW_LAW).rule_ids == ("FR-CONSENT",)
    under_the_old = decide(cold_call, NEW_LAW, law_of=date(2026, 8, 10))
    assert under_the_old.verdict is Verdict.ALLOW
    assert under_the_old.law_day == date(2026, 8, 10)
