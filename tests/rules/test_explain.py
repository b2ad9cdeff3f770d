"""One decision told to three readers, and two decisions held against each other."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given

from rules.decide import decide
from rules.eligibility import Eligibility, Outlook, next_eligible_at
from rules.explain import Change, changes, layer_word, one_line, paragraph, verdict_word, when
from rules.facts import Consent, ContactKind, Contract, Facts
from rules.numbers import NumberTable
from rules.rule import Layer, Verdict
from rules.rulebook import Rulebook
from tests.rules.calls import NEW_LAW, legal_call, utc
from tests.rules.lines import clear_line
from tests.rules.strategies import calls

SATURDAY = utc("2026-09-12 09:00")
CAPPED = legal_call(attempts=(NEW_LAW,) * 4)
HIDDEN = legal_call(caller_id="anonymous")


def line(facts: Facts, at: datetime, language: str = "fr") -> str:
    decision = decide(facts, at)
    return one_line(decision, next_eligible_at(facts, at, decision=decision), language)


def told(facts: Facts, at: datetime, language: str = "fr") -> str:
    decision = decide(facts, at)
    return paragraph(decision, next_eligible_at(facts, at, decision=decision), language)


@pytest.mark.parametrize(
    ("facts", "at", "fr", "en"),
    [
        (legal_call(), NEW_LAW, "autorisé", "allowed"),
        (
            *(legal_call(consent=Consent.NONE, contract=Contract.RELATED), NEW_LAW),
            *("autorisé (FR-CONTRACT-EXC)", "allowed (FR-CONTRACT-EXC)"),
        ),
        (
            *(CAPPED, NEW_LAW),
            "différé : FR-FREQ (4 tentatives en 30 jours : le maximum de 4 est atteint)"
            " — possible à partir du 2026-10-15 08:00:00 UTC",
            "deferred : FR-FREQ (4 attempts in 30 days: the cap of 4 is reached)"
            " — possible from 2026-10-15 08:00:00 UTC on",
        ),
        (
            *(legal_call(caller_id="anonymous"), NEW_LAW),
            "refusé : FR-CLI-MASKED (le numéro affiché serait masqué) — aucune date : un fait nouveau est nécessaire",
            "denied : FR-CLI-MASKED (the shown number would be masked) — no date: a new fact is needed",
        ),
    ],
    ids=["allowed", "allowed by an exemption", "deferred", "denied"],
)
def test_the_operator_reads_one_line(facts: Facts, at: datetime, fr: str, en: str) -> None:
    assert line(facts, at) == fr
    assert line(facts, at, "en") == en


def test_the_line_names_every_obstacle() -> None:
    said = line(HIDDEN, SATURDAY)
    assert said.startswith("refusé : FR-CLI-MASKED (")
    assert " ; FR-HOURS (il est 11:00:00 le 2026-09-12" in said


@pytest.mark.parametrize(
    ("eligibility", "fr", "en"),
    [
        (Eligibility(Outlook.NEVER), "aucune date", "no date"),
        (Eligibility(Outlook.BEYOND_HORIZON), "pas avant plus d'un an", "not for more than a year"),
        (Eligibility(Outlook.LATER, NEW_LAW), "2026-09-15 09:00:00 UTC", "2026-09-15 09:00:00 UTC"),
    ],
    ids=["never", "beyond the horizon", "later"],
)
def test_when_is_told_in_both_languages(eligibility: Eligibility, fr: str, en: str) -> None:
    assert fr in when(eligibility, "fr")
    assert en in when(eligibility, "en")


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    in_paris = (NEW_LAW + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=2)))
    said = told(legal_call(line=clear_line(next_start=in_paris)), NEW_LAW)
    assert "CT-CAPS [contrat de l'opérateur]" in said
    assert "jusqu'au 2026-09-15 09:05:00 UTC" in said
    assert "11:05" not in said


def test_the_officer_reads_article_layer_numbers_and_end() -> None:
    said = told(CAPPED, NEW_LAW)
    assert said.startswith(
        "Appel examiné le 2026-09-15 09:00:00 UTC, sous les règles du 2026-09-15 (profil strict) : différé. "
        "FR-FREQ [loi] : 4 tentatives en 30 jours : le maximum de 4 est atteint, jusqu'au 2026-10-14 22:00:00 UTC "
        "(C. conso. D.223-9 (décret 2026-662 art. 4)). Règles respectées : CT-ACD, "
    )
    assert said.endswith(" Possible à partir du 2026-10-15 08:00:00 UTC.")


def test_the_officer_reads_what_was_lifted_and_by_what() -> None:
    said = told(legal_call(consent=Consent.NONE, contract=Contract.RELATED), NEW_LAW, "en")
    assert "FR-CONSENT is lifted by FR-CONTRACT-EXC." in said
    assert "Rules met: " in said
    assert "FR-CONSENT" not in said.split("Rules met: ")[1], "a rule that was lifted was not met"
    assert "possible from" not in said, "an allowed call needs no date"


def test_where_nothing_can_be_met_nothing_is_said_to_be() -> None:
    empty = decide(legal_call(), NEW_LAW, rulebook=Rulebook((), (), NumberTable(())))
    said = paragraph(empty, Eligibility(Outlook.NEVER))
    assert "Règles respectées" not in said
    assert said.endswith("Aucune date : un fait nouveau est nécessaire.")


@given(calls())
def test_every_paragraph_names_each_obstacle_with_its_article_in_both_languages(call: tuple[Facts, datetime]) -> None:
    decision = decide(*call)
    eligibility = next_eligible_at(*call, decision=decision)
    for language in ("fr", "en"):
        said = paragraph(decision, eligibility, language)
        assert "{" not in said
        assert verdict_word(decision.verdict, language) in said
        for finding in decision.blocking:
            assert f"{finding.rule.id} [{layer_word(finding.layer, language)}] : " in said
            assert all(str(citation) in said for citation in finding.rule.citations)


def test_every_verdict_and_layer_has_a_word_in_both_languages() -> None:
    for language in ("fr", "en"):
        assert len({verdict_word(verdict, language) for verdict in Verdict}) == len(Verdict)
        assert len({layer_word(layer, language) for layer in Layer}) == len(Layer)


def test_two_laws_side_by_side_differ_where_a_rule_answers_differently() -> None:
    cold_call = legal_call(consent=Consent.NONE)
    before, after = decide(cold_call, NEW_LAW, law_of=date(2026, 8, 10)), decide(cold_call, NEW_LAW)
    assert changes(before, after) == (Change("FR-CONSENT", None, Verdict.DENY),)
    assert changes(after, before) == (Change("FR-CONSENT", Verdict.DENY, None),)
    assert [change.to_dict() for change in changes(before, after)] == [
        {"rule": "FR-CONSENT", "before": None, "after": "deny"}
    ]


def test_a_rule_that_was_lifted_and_now_blocks_is_a_change() -> None:
    customer, stranger = (legal_call(consent=Consent.NONE, contract=kind) for kind in (Contract.RELATED, Contract.NONE))
    changed = changes(decide(customer, NEW_LAW), decide(stranger, NEW_LAW))
    assert changed == (Change("FR-CONSENT", Verdict.ALLOW, Verdict.DENY),)


def test_rules_out_of_scope_that_would_pass_are_no_change() -> None:
    firm = decide(legal_call(kind=ContactKind.PROFESSIONAL), NEW_LAW)
    assert changes(firm, decide(legal_call(), NEW_LAW)) == ()


@given(calls())
def test_a_decision_does_not_differ_from_itself(call: tuple[Facts, datetime]) -> None:
    assert changes(decide(*call), decide(*call)) == ()
