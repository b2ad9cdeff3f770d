"""Facts are stored with their decision and must come back exactly, or not at all."""

from __future__ import annotations

from datetime import date, time

import pytest

from rules.facts import Bloctel, Consent, Contract, Facts
from rules.line import Figure
from tests.rules.calls import NEW_LAW, OLD_LAW, legal_call
from tests.rules.lines import breach, clear_line

WHOLE = legal_call(
    attempts=(OLD_LAW, NEW_LAW),
    last_refusal=OLD_LAW,
    consent_until=date(2027, 1, 1),
    consent_hours=((time(9, 30), time(12)), (time(18), time(20))),
    slots=(NEW_LAW,),
    callback_from=date(2026, 9, 14),
    callback_until=date(2026, 9, 20),
    called_until=NEW_LAW,
    number_unassigned=True,
    sources_until=date(2026, 9, 30),
    line=clear_line(next_start=NEW_LAW, room_at=NEW_LAW, breaches=(breach(Figure.ACD, NEW_LAW, 5),)),
)


def test_facts_survive_being_stored() -> None:
    assert Facts.from_dict(WHOLE.to_dict()) == WHOLE


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("caller_id_authorised", "false"),
        ("caller_id_authorised", 1),
        ("consent_after_refusal", "no"),
        ("any_hour_agreed", None),
        ("number", 33199000001),
        ("number", None),
        ("postcode", 75001),
        ("caller_id", None),
        ("kind", "robot"),
        ("sector", ""),
        ("system", None),
        ("consent", "yes"),
        ("contract", True),
        ("bloctel", "maybe"),
        ("consent_until", "soon"),
        ("callback_until", "2026-02-30"),
        ("callback_from", "yesterday"),
        ("sources_until", "never"),
        ("consent_hours", "18:00-20:00"),
        ("consent_hours", None),
        ("consent_hours", ["18:00-20:00"]),
        ("consent_hours", [["18:00"]]),
        ("consent_hours", [["18:00", 20]]),
        ("consent_hours", [["18h", "20h"]]),
        ("attempts", "2026-09-15T09:00:00+00:00"),
        ("attempts", 4),
        ("slots", None),
        ("last_refusal", "yesterday"),
        ("number_unassigned", "false"),
        ("number_unassigned", 0),
        ("line", []),
        ("line", {}),
        ("line", "Callr"),
        ("no_such_fact", 1),
    ],
)
def test_a_stored_value_of_another_kind_is_refused_not_guessed(column: str, value: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Facts.from_dict(WHOLE.to_dict() | {column: value})


def test_hours_are_stored_as_pairs_of_clock_times() -> None:
    assert WHOLE.to_dict()["consent_hours"] == [["09:30:00", "12:00:00"], ["18:00:00", "20:00:00"]]


def test_facts_stored_before_a_fact_was_known_still_load() -> None:
    later = ("consent_hours", "callback_from", "sources_until")
    stored = {name: value for name, value in legal_call().to_dict().items() if name not in later}
    assert Facts.from_dict(stored) == legal_call()


def test_facts_without_a_line_are_stored_as_such() -> None:
    assert Facts.from_dict(legal_call().to_dict()).line is None


def test_facts_without_a_number_are_refused() -> None:
    plain = WHOLE.to_dict()
    del plain["number"]
    with pytest.raises(TypeError, match="number"):
        Facts.from_dict(plain)


def test_an_objection_does_not_run_out() -> None:
    assert legal_call(consent=Consent.WITHDRAWN, consent_until=date(2020, 1, 1)).consent_on(date(2026, 1, 1)) is (
        Consent.WITHDRAWN
    )


def test_a_contract_without_an_end_is_running() -> None:
    assert legal_call(contract=Contract.RELATED).contract_on(date(2099, 1, 1)) is Contract.RELATED


def test_a_listing_on_bloctel_does_not_age() -> None:
    listed = legal_call(bloctel=Bloctel.LISTED, bloctel_until=date(2020, 1, 1))
    assert listed.bloctel_on(date(2026, 1, 1)) is Bloctel.LISTED


def test_a_status_from_after_the_abolition_proves_no_scrub() -> None:
    assert legal_call(bloctel=Bloctel.NOT_APPLICABLE).bloctel_on(date(2024, 1, 1)) is Bloctel.NOT_CHECKED
