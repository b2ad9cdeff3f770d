"""Where the dossier leaves a question open: what the rules answer today, so that a change is a choice.

None of these is settled law. Each takes the stricter reading unless its name says otherwise.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rules.decide import decide
from rules.evidence import ConsentRecord, Notice, NoticeItem, Purpose, consent_status
from rules.facts import Consent, ContactKind, Contract, Facts, Sector, SystemKind
from rules.rule import STATUTE_ONLY, Verdict
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call, utc


@pytest.mark.parametrize(
    ("facts", "at", "ids"),
    [
        pytest.param(
            *(legal_call(sector=Sector.SURVEY, consent=Consent.WITHDRAWN), NEW_LAW, ("FR-OBJECTION",)),
            id="an objection to marketing also stops polls",
        ),
        pytest.param(
            legal_call(sector=Sector.INSURANCE, contract=Contract.RELATED, last_refusal=utc("2024-01-01 10:00")),
            *(OLD_LAW, ("FR-SECTOR-INSURANCE",)),
            id="a refusal of insurance is no sector ban that a contract lifts",
        ),
        pytest.param(
            *(legal_call(postcode="98800"), utc("2026-09-15 14:00"), ("FR-HOURS", "FR-TERRITORY-PACIFIC")),
            id="national hours are also reported where national law is not extended",
        ),
        pytest.param(
            *(legal_call(postcode="98800", kind=ContactKind.PROFESSIONAL), NEW_LAW, ("FR-B2B",)),
            id="the looser reading: the Pacific is closed for consumers only",
        ),
        pytest.param(
            legal_call(sector=Sector.SURVEY, consent=Consent.NONE, system=SystemKind.AI_AGENT),
            *(NEW_LAW, ("FR-SURVEY",)),
            id="the looser reading: a poll by a machine is no prospecting",
        ),
    ],
)
def test_what_the_rules_answer_today(facts: Facts, at: datetime, ids: tuple[str, ...]) -> None:
    assert decide(facts, at).rule_ids == ids


def test_a_masked_poll_is_refused_as_statute_though_the_article_speaks_of_contracts() -> None:
    poll = legal_call(sector=Sector.SURVEY, caller_id="anonymous")
    assert decide(poll, NEW_LAW, profile=STATUTE_ONLY).verdict is Verdict.DENY


def test_the_looser_reading_an_objection_undone_by_a_later_consent_does_not_come_back_when_it_ends() -> None:
    """Objection on 1 September, consent on the 2nd, for thirty days."""
    notice = Notice("n1", "Volta", frozenset(), frozenset({Sector.GENERIC}), frozenset(NoticeItem), period_days=30)
    record = ConsentRecord(notice, date(2026, 9, 2), "proof")
    purpose = Purpose("Volta", "Volta", Sector.GENERIC, SystemKind.HUMAN_AGENT)
    status = consent_status([record], [date(2026, 9, 1)], purpose, date(2026, 11, 2))
    assert status.status is Consent.UNPROVEN
