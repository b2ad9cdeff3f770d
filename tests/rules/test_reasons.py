"""Every rule is driven into every reason that it knows, and each reads as a sentence in both languages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from rules.decide import decide
from rules.facts import Bloctel, Consent, Facts, Sector, SystemKind
from rules.line import Figure
from rules.rule import ENGINE_REASONS
from rules.rulebook import french_rulebook
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc
from tests.rules.lines import breach, clear_line

BOOK = french_rulebook()

EVENINGS = ((time(18), time(20)),)
Drive = tuple[str, str, datetime, Facts, str]
DRIVES: list[Drive] = [
    # rule, reason, instant, facts, words that must be said
    ("FR-HOURS", "closed", utc("2024-10-12 09:00"), legal_call(), "11:00:00 2024-10-12 Europe/Paris"),
    ("FR-HOURS", "closed", utc("2026-09-15 18:00"), legal_call(), "20:00:00 2026-09-15 Europe/Paris"),
    ("FR-HOLIDAY", "holiday", utc("2024-11-01 10:00"), legal_call(), "2024-11-01"),
    ("FR-HOLIDAY", "holiday", utc("2026-11-11 10:00"), legal_call(), "2026-11-11"),
    (
        *("FR-HOLIDAY-REGIONAL", "local-holiday", utc("2024-03-29 10:00")),
        *(legal_call(postcode="67000"), "2024-03-29 alsace-moselle"),
    ),
    (
        *("FR-HOLIDAY-REGIONAL", "local-holiday", utc("2026-12-20 08:00")),
        *(legal_call(postcode="97400"), "2026-12-20 reunion"),
    ),
    ("FR-FREQ", "cap-reached", OLD_LAW, legal_call(attempts=(OLD_LAW,) * 5), "5 30 4"),
    ("FR-FREQ", "cap-reached", NEW_LAW, legal_call(attempts=(NEW_LAW,) * 4), "4 30"),
    ("FR-FREQ", "under-cap", OLD_LAW, legal_call(attempts=(OLD_LAW,) * 3), "3 30 4"),
    ("FR-FREQ", "under-cap", NEW_LAW, legal_call(), "0 30 4"),
    ("FR-REFUSAL-60D", "resting", OLD_LAW, legal_call(last_refusal=OLD_LAW), "2024-10-15 60"),
    (
        *("FR-REFUSAL-60D", "resting", NEW_LAW),
        *(legal_call(last_refusal=NEW_LAW, consent_after_refusal=True), "2026-09-15 60"),
    ),
    ("FR-REFUSAL-PERM", "refused", NEW_LAW, legal_call(last_refusal=OLD_LAW), "2024-10-15"),
    (
        *("FR-REFUSAL-PERM", "outside-accepted-hours", NEW_LAW),
        *(legal_call(last_refusal=OLD_LAW, consent_after_refusal=True, consent_hours=EVENINGS), "18:00-20:00"),
    ),
    (
        *("FR-CONSENT", "outside-accepted-hours", NEW_LAW),
        *(legal_call(consent_hours=EVENINGS), "11:00:00 (Europe/Paris) (18:00-20:00)"),
    ),
    ("FR-CONSENT", "none", NEW_LAW, legal_call(consent=Consent.NONE), ""),
    ("FR-CONSENT", "expired-or-unproven", NEW_LAW, legal_call(consent=Consent.UNPROVEN), ""),
    ("FR-CONSENT", "withdrawn", NEW_LAW, legal_call(consent=Consent.WITHDRAWN), ""),
    ("FR-BLOCTEL", "listed", OLD_LAW, legal_call(bloctel=Bloctel.LISTED), "Bloctel"),
    ("FR-BLOCTEL", "not-checked", OLD_LAW, legal_call(bloctel=Bloctel.NOT_CHECKED), "30"),
    ("FR-OBJECTION", "objected", OLD_LAW, legal_call(consent=Consent.WITHDRAWN), ""),
    ("FR-OBJECTION", "objected", NEW_LAW, legal_call(consent=Consent.WITHDRAWN), ""),
    (
        *("FR-ROBOCALL-L34-5", "no-machine-consent", OLD_LAW),
        *(legal_call(consent=Consent.NONE, system=SystemKind.AI_AGENT), ""),
    ),
    (
        *("FR-ROBOCALL-L34-5", "outside-accepted-hours", OLD_LAW),
        *(legal_call(consent_hours=EVENINGS, system=SystemKind.AI_AGENT), "(18:00-20:00)"),
    ),
    ("PO-ONE-CALL", "on-the-line", OLD_LAW, legal_call(called_until=OLD_LAW + timedelta(seconds=1)), ""),
    ("PO-SOURCE-STALE", "stale", OLD_LAW, legal_call(sources_until=date(2024, 10, 14)), "2024-10-14"),
    ("FR-SECTOR-CPF", "banned", OLD_LAW, legal_call(sector=Sector.CPF_TRAINING), ""),
    ("FR-SECTOR-ENERGY", "banned", OLD_LAW, legal_call(sector=Sector.ENERGY_RENOVATION), ""),
    ("FR-SECTOR-ADAPT", "banned", utc("2025-07-02 09:00"), legal_call(sector=Sector.HOME_ADAPTATION), ""),
    ("FR-SECTOR-ADAPT", "banned", NEW_LAW, legal_call(sector=Sector.HOME_ADAPTATION), ""),
    (
        *("FR-SECTOR-INSURANCE", "declined", OLD_LAW),
        *(legal_call(sector=Sector.INSURANCE, last_refusal=utc("2024-01-01 10:00")), ""),
    ),
    ("FR-CLI-MASKED", "masked", NEW_LAW, legal_call(caller_id="anonymous"), ""),
    ("FR-CLI-MOBILE", "mobile", NEW_LAW, legal_call(caller_id="+33639980100"), "+33639980100"),
    ("FR-CLI-PREMIUM", "surcharged", NEW_LAW, legal_call(caller_id="+33899000000"), "+33899000000"),
    (
        *("FR-CLI-NPV", "not-npv", NEW_LAW),
        *(legal_call(caller_id="+33199000100", system=SystemKind.AUTOMATED), "+33199000100"),
    ),
    ("FR-CLI-NPV", "unattested", NEW_LAW, legal_call(caller_id="+33806000000"), "+33806000000"),
    ("FR-CLI-AUTH", "not-registered", OLD_LAW, legal_call(caller_id_authorised=False), "+33162000000"),
    ("FR-CLI-AUTH", "not-registered", NEW_LAW, legal_call(caller_id_authorised=False), "+33162000000"),
    ("FR-TZ", "no-zone", NEW_LAW, legal_call(postcode="98000"), "'98000'"),
    ("FR-TZ", "no-zone", NEW_LAW, legal_call(postcode=None, number="+32460000000"), "''"),
    ("FR-TZ", "no-zone", NEW_LAW, legal_call(postcode="98400"), "'98400'"),
    ("FR-TERRITORY-PACIFIC", "not-covered", NEW_LAW, legal_call(postcode="98800"), "nouvelle-caledonie"),
    (
        *("CT-ASR", "next-failure", NEW_LAW),
        *(legal_call(line=clear_line(breaches=(breach(Figure.ASR, NEW_LAW, 5, 41, 60),))), "41 60 Callr"),
    ),
    (
        *("CT-ASR", "next-failure-of-number", NEW_LAW),
        legal_call(line=clear_line(breaches=(breach(Figure.ASR, NEW_LAW, 5, 41, 60, "+33162000000"),))),
        "41 60 Callr +33162000000",
    ),
    (
        *("CT-ACD", "next-failure", NEW_LAW),
        *(legal_call(line=clear_line(breaches=(breach(Figure.ACD, NEW_LAW, 5, 12, 15),))), "12 15 Callr"),
    ),
    (
        *("CT-ACD", "next-failure-of-number", NEW_LAW),
        legal_call(line=clear_line(breaches=(breach(Figure.ACD, NEW_LAW, 5, 12, 15, "+33162000000"),))),
        "12 15 Callr +33162000000",
    ),
    (
        *("CT-SHORT", "next-failure", NEW_LAW),
        *(legal_call(line=clear_line(breaches=(breach(Figure.SHORT, NEW_LAW, 5, 11, 10),))), "11 10 Callr"),
    ),
    (
        *("CT-SHORT", "next-failure-of-number", NEW_LAW),
        legal_call(line=clear_line(breaches=(breach(Figure.SHORT, NEW_LAW, 5, 11, 10, "+33162000000"),))),
        "11 10 Callr +33162000000",
    ),
    (
        *("CT-CAPS", "too-soon", NEW_LAW),
        *(legal_call(line=clear_line(next_start=NEW_LAW + timedelta(seconds=1))), "Callr"),
    ),
    ("CT-CHANNELS", "full", NEW_LAW, legal_call(line=clear_line(in_use=10)), "10 Callr"),
    ("CT-UNASSIGNED", "unassigned", NEW_LAW, legal_call(number_unassigned=True), "+33199000001"),
]


@pytest.mark.parametrize(
    ("rule", "reason", "at", "facts", "words"),
    DRIVES,
    ids=[f"{rule} {reason} {at:%Y}" for rule, reason, at, *_ in DRIVES],
)
def test_the_reason_is_given_and_filled_with_its_values(
    rule: str, reason: str, at: datetime, facts: Facts, words: str
) -> None:
    (finding,) = [finding for finding in decide(facts, at).findings if finding.rule.id == rule]
    assert finding.outcome.reason == reason
    french, english = finding.reason("fr"), finding.reason("en")
    assert french != english
    for text in (french, english):
        assert text
        assert "{" not in text
        for word in words.split():
            assert word in text


def test_no_reason_was_forgotten() -> None:
    """Each version of each rule is driven into each of its reasons."""
    driven = {(rule, reason, BOOK.on(at.date()).first) for rule, reason, at, *_ in DRIVES}
    for version in BOOK.rules:
        for reason in version.reasons:
            assert any(
                (rule, known) == (version.id, reason) and first in version.in_force for rule, known, first in driven
            ), f"{version.id}: nothing leads to {reason!r} in the version of {version.in_force.first}"


def test_a_rule_that_passes_says_nothing() -> None:
    passing = [finding for finding in decide(legal_call(), NEW_LAW).findings if not finding.outcome.reason]
    assert passing
    assert all(finding.reason("fr") == finding.reason("en") == "" for finding in passing)


@pytest.mark.parametrize("reason", ENGINE_REASONS)
def test_the_engines_own_reasons_speak_both_languages(reason: str) -> None:
    text = ENGINE_REASONS[reason]
    assert text.fill("fr", {"error": "panne"}) != text.fill("en", {"error": "panne"})
    assert "panne" in text.fill("fr", {"error": "panne"})
