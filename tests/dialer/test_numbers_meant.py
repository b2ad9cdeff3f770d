"""Files that limit calls hold for every number that a wrongly written one may mean, and contact lists read the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.schema import CandidateState
from lists import Number, normalise_number
from lists.number_plan import OVERSEAS_PREFIXES
from tests.dialer import lists
from tests.dialer.agency import Agency
from tests.dialer.evidence import load

pytestmark = pytest.mark.slow_on_postgresql

REUNION = "+262692123456"
WRONG = [
    "+33 6 92 12 34 56",
    "0033692123456",
    "+33 (0)6 92 12 34 56",
    "=+33692123456",
    "'+33692123456",
    '="0692123456"',
]


@pytest.mark.parametrize("kind", ["objections", "opposition", "past-calls"])
@pytest.mark.parametrize("written", [*WRONG, "+590 6 92 12 34 56", "+33 262 692 12 34 56"])
def test_a_limit_under_a_wrong_code_reaches_who_has_the_number(agency: Agency, kind: str, written: str) -> None:
    person = agency.person(REUNION, postcode="97400")
    campaign = agency.campaign()
    options = {"source": "groupe", "as_of": date(2026, 11, 20)} if kind == "opposition" else {}
    rows = [f"{written};20/11/2026"] * 4
    imported = load(agency, kind, "Tél;Date", *rows, **options)
    assert imported.report.rejected == 0
    waits = agency.candidate(campaign, person).state is CandidateState.WAITING
    assert waits == (kind == "past-calls")
    assert {"FR-FREQ", "FR-OBJECTION"} & set(agency.ask(campaign, person).decision.rule_ids)


@pytest.mark.parametrize("written", WRONG)
def test_a_contact_list_reads_it_as_the_number_overseas_with_its_limits(agency: Agency, written: str) -> None:
    cell = written.replace('"', '""')
    lists.load(agency, lists.row(Portable=f'"{cell}"', Opposition_le="20/11/2026"), name="one")
    lists.load(agency, lists.row(Portable="0692 12 34 56", **lists.CONSENT), name="other")
    assert len(lists.people(agency)) == 1
    campaign = agency.campaign(lists=("one", "other"))
    assert "FR-OBJECTION" in agency.ask(campaign, lists.people(agency)[0].id).decision.rule_ids


@given(st.sampled_from(sorted(OVERSEAS_PREFIXES)), st.text("0123456789", min_size=6, max_size=6))
def test_with_plus_33_for_its_zero_a_number_is_the_same(prefix: str, rest: str) -> None:
    national = (prefix + rest)[:10]
    assert normalise_number(f"+33{national[1:]}") == normalise_number(national)


@given(st.from_regex(r"\+33[1-9][0-9]{8}", fullmatch=True))
def test_no_number_of_the_metropole_has_a_prefix_from_overseas(written: str) -> None:
    """It would be called by the clock of Paris."""
    read = normalise_number(written)
    if isinstance(read, Number) and read.e164.startswith("+33"):
        fictional = read.e164.startswith("+3363998")
        assert fictional or not any(f"0{read.e164[3:]}".startswith(prefix) for prefix in OVERSEAS_PREFIXES)
