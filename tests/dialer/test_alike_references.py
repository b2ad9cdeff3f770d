"""A reference that a spreadsheet rewrote names nobody, and says which one it looks like."""

from __future__ import annotations

import pytest

from lists.problems import worded
from tests.dialer.agency import Agency
from tests.dialer.evidence import load
from tests.dialer.records import list_id

NUMBER = "+33639980101"


@pytest.mark.parametrize(
    ("written", "looks_like"),
    [("2.0", "2"), ("2,0", "2"), ("002", "2"), ("0002.00", "2"), ("3.0", ""), ("C2", ""), ("02A", ""), ("2", None)],
)
def test_an_unknown_reference_says_which_known_one_it_looks_like(
    agency: Agency, written: str, looks_like: str | None
) -> None:
    agency.person(NUMBER, external_id="2", list_id=list_id(agency, "people", source="crm"))
    imported = load(agency, "objections", "Réf client;Tél", f"{written};", ";0639980999", source="crm")
    told = [(each.code, each.message_en) for each in worded(imported.problems)]
    if looks_like is None:
        assert told == []
        return
    ((code, message),) = told
    assert code == ("reference-alike" if looks_like else "person-unknown")
    assert f"“{looks_like}” is known" in message or not looks_like


def test_a_reference_of_another_source_is_not_alike(agency: Agency) -> None:
    agency.person(NUMBER, external_id="2", list_id=list_id(agency, "people", source="crm"))
    imported = load(agency, "objections", "Réf client;Tél", "2.0;", ";0639980999", source="other")
    assert [each.code for each in worded(imported.problems)] == ["person-unknown"]
