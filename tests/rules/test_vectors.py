"""Rows of a case file: read in the strict way, answered in the columns promised, refused by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from rules.facts import Bloctel, Consent, ContactKind, Contract
from rules.rulebook import LawNotCovered
from rules.vectors import ANSWER_COLUMNS, CASE_COLUMNS, CaseUnreadable, answer, read_case
from tests.rules.calls import OLD_LAW
from tests.rules.case_file import CASES

(LEGAL,) = [case.row for case in CASES if case.id == "C120"]


def changed(**columns: str) -> dict[str, str]:
    return {**LEGAL, **columns}


def test_the_columns_are_those_of_the_case_file() -> None:
    assert [*CASE_COLUMNS, "expected", "expected_rule_ids", "legal_basis", "note"] == list(CASES[0].row)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (LEGAL, ("C120", "allow", "NONE", "2024-09-10T09:00:00Z")),
        (changed(instant_utc="2024-09-10T20:00:00+02:00"), ("C120", "defer", "FR-HOURS", "2024-09-11T08:00:00Z")),
        (changed(cli="anonymous"), ("C120", "deny", "FR-CLI-MASKED", "never")),
        (changed(bloctel_listed="yes", consent="valid"), ("C120", "deny", "FR-BLOCTEL", "beyond-horizon")),
        (
            changed(cli="anonymous", instant_utc="2024-09-10T18:00:00Z"),
            ("C120", "deny", "FR-CLI-MASKED;FR-HOURS", "never"),
        ),
    ],
    ids=["allowed now", "later", "never", "beyond the horizon", "several rules"],
)
def test_an_answer_has_the_four_columns(row: dict[str, str], expected: tuple[str, ...]) -> None:
    assert answer(row).row() == expected
    assert len(expected) == len(ANSWER_COLUMNS)


def test_a_missing_fact_takes_the_stricter_value() -> None:
    missing = ("contact_kind", "consent", "bloctel_listed", "existing_contract", "appointment_consent", "cli")
    facts, at = read_case(changed(contact_postcode=" ", **dict.fromkeys(missing, "")))
    assert at == datetime(2024, 9, 10, 9, 0, tzinfo=UTC)
    assert (facts.kind, facts.consent, facts.bloctel) == (ContactKind.CONSUMER, Consent.UNPROVEN, Bloctel.NOT_CHECKED)
    assert facts.caller_id == "anonymous"
    assert facts.postcode is None
    assert facts.contract is Contract.NONE
    assert (facts.any_hour_agreed, facts.slots, facts.callback_until) == (False, (), None)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("instant_utc", "2024-09-10T09:00:00", "write the time zone, as in 2026-09-15T09:00:00Z"),
        ("instant_utc", "tomorrow", "an instant such as 2026-09-15T09:00:00Z is wanted"),
        ("instant_utc", "", "an instant such as 2026-09-15T09:00:00Z is wanted"),
        ("instant_utc", "9999-12-31T23:00:00Z", "a year before 9000 is wanted"),
        ("instant_utc", "0001-01-01T00:00:00+14:00", "is wanted"),
        ("number_e164", "0199000001", "E.164"),
        ("number_e164", "+3319900000A", "an E.164 number"),
        ("number_e164", "", "an E.164 number such as .33199000001 is wanted"),
        ("number_e164", "anonymous", "an E.164 number"),
        ("number_e164", "118008", "an E.164 number"),
        ("number_e164", "3900", "an E.164 number"),
        ("number_e164", "1023", "an E.164 number"),
        ("contact_kind", "firm", "one of consumer, professional is wanted"),
        ("advertiser_sector", "solar", "one of generic, telecom, .* is wanted"),
        ("advertiser_sector", "", "one of generic"),
        ("consent", "yes", "one of none, valid, withdrawn, expired-or-unproven is wanted"),
        ("existing_contract", "yes", "one of no, yes-related, yes-unrelated"),
        ("bloctel_listed", "maybe", "one of yes, no, not-checked-30d, n/a"),
        ("attempts_last_30d", "-1", "a whole number from 0 on is wanted"),
        ("attempts_last_30d", "", "a whole number"),
        ("attempts_last_30d", "9" * 23, "at most 5 digits"),
        ("last_refusal_days_ago", "800000", "at most 5 digits"),
        ("attempts_last_30d", "²", "a whole number"),
        ("last_refusal_days_ago", "ten", "a whole number"),
        ("appointment_consent", "later", "one of no, general, slot, callback-5wd"),
        ("cli", "01 62 00 00 00", "neither `anonymous`, an E.164 number .* nor a short number"),
        ("system_kind", "predictive", "one of human-agent, automated, ai-agent"),
    ],
)
def test_a_bad_cell_is_named_with_what_is_accepted(column: str, value: str, message: str) -> None:
    with pytest.raises(CaseUnreadable, match=f"column {column}: {re.escape(repr(value))} is not accepted .*{message}"):
        answer(changed(**{column: value}))


def test_a_missing_column_is_named() -> None:
    row = {name: value for name, value in LEGAL.items() if name != "system_kind"}
    with pytest.raises(CaseUnreadable, match="column system_kind"):
        read_case(row)


def test_a_day_before_the_book_is_not_answered() -> None:
    with pytest.raises(LawNotCovered, match="2022-06-01"):
        answer(changed(instant_utc="2022-06-01T09:00:00Z"))


def test_a_refusal_today_is_never_later_than_the_call() -> None:
    facts, at = read_case(changed(last_refusal_days_ago="0"))
    assert facts.last_refusal == at
    assert not facts.consent_after_refusal


def test_with_a_valid_consent_a_refusal_came_before_it() -> None:
    facts, _ = read_case(changed(last_refusal_days_ago="30", consent="valid"))
    assert facts.consent_after_refusal
    assert facts.last_refusal is not None
    assert facts.last_refusal.date() == OLD_LAW.replace(month=8, day=11).date()


def test_where_no_zone_is_known_a_refusal_is_dated_in_utc() -> None:
    facts, _ = read_case(changed(contact_postcode="98000", last_refusal_days_ago="3"))
    assert facts.last_refusal == datetime(2024, 9, 7, 12, 0, tzinfo=UTC)
