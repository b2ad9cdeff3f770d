"""What the carrier could charge is told call by call, and a zero is counted, not assumed."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlmodel import col

from dialer.audit import AuditKind
from dialer.complaints import Complaint, complaints, record_complaint
from dialer.dispositions import Disposition
from dialer.errors import NotFound
from dialer.exposure import ChargeKind, Exposure, exposure
from dialer.operators import Operator, Penalties
from dialer.schema import Attempt, AttemptState, Campaign
from dialer.settings import CallerIdSettings, TrunkKind, TrunkSettings
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
CALLR = Operator(
    name="Callr", channels=10, starts_per_second=1, asr_above_percent=60, least_calls=4,
    penalties=Penalties(per_call_out_of_terms=20, unauthorised_caller_id=2_000_000, complaint=200_000),
)  # fmt: skip
OWN = "+33162000001"


def trunk(*numbers: str) -> TrunkSettings:
    ids = [
        CallerIdSettings(number=number, assignee="Fibre Horizon", proof="preuve.pdf", reviewed_on=MORNING.date())
        for number in numbers
    ]
    return TrunkSettings(name="boucle", kind=TrunkKind.LOOPBACK, host="127.0.0.1", caller_ids=tuple(ids))


def told(agency: Agency, on: TrunkSettings | None = None) -> Exposure:
    with agency.transaction() as session:
        vault, asked = agency.workspace.vault, on or trunk(OWN)
        return exposure(session, vault, asked, CALLR, MORNING - HOUR, MORNING + HOUR, MORNING + DAY)


def call(agency: Agency, campaign: Campaign, person: int, minutes: int = 0, *, answered: bool = True) -> str:
    return agency.write_attempt(
        campaign,
        person,
        state=AttemptState.CLOSED,
        approved_at=MORNING + minutes * MINUTE,
        dialed_at=MORNING + minutes * MINUTE,
        disposition=Disposition.ANSWERED if answered else Disposition.NO_ANSWER,
        talk_ms=60_000 if answered else 0,
    )


def test_calls_within_the_terms_cost_nothing(agency: Agency, campaign: Campaign, person: int) -> None:
    for minute in range(6):
        call(agency, campaign, person, minute, answered=minute != 3)
    found = told(agency)
    assert (found.calls, found.charges, found.euros) == (6, (), Decimal(0))


def test_each_call_in_an_hour_out_of_terms_is_charged(agency: Agency, campaign: Campaign, person: int) -> None:
    """Three answered at ten, then three not: the last four alone are one in four, and the hour that holds all six
    is at a half; three quarters of an hour later one more is answered, with too few left beside it."""
    charged = [call(agency, campaign, person, minute, answered=minute < 3) for minute in range(6)]
    call(agency, campaign, person, 59 + 6)
    found = told(agency)
    assert [charge.attempts for charge in found.charges] == [(attempt,) for attempt in charged]
    assert {(charge.kind, charge.about) for charge in found.charges} == {(ChargeKind.OUT_OF_TERMS, "asr")}
    assert found.euros == Decimal("0.12")
    assert json.loads(json.dumps(found.to_dict()))["thousandths"] == 120


def test_an_hour_that_reaches_over_the_edge_of_the_period_counts_for_the_calls_inside(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    before, after = (
        [call(agency, campaign, person, -61, answered=False) for _ in range(2)],
        [call(agency, campaign, person, -59, answered=False) for _ in range(2)],
    )
    found = told(agency)
    assert before
    assert {charge.attempts for charge in found.charges} == {(attempt,) for attempt in after}
    assert found.calls == 2


def test_a_number_without_proof_is_charged_once(agency: Agency, campaign: Campaign, person: int) -> None:
    first, second = call(agency, campaign, person), call(agency, campaign, person)
    (charge,) = told(agency, trunk()).charges
    assert (charge.kind, charge.about, charge.thousandths) == (ChargeKind.UNAUTHORISED_CALLER_ID, OWN, 2_000_000)
    assert set(charge.attempts) == {first, second}


def test_a_number_that_was_proven_when_it_was_shown_stays_so(agency: Agency, campaign: Campaign, person: int) -> None:
    order = agency.order(campaign, person)
    attempt = agency.dial(order)
    with agency.transaction() as session:
        session.execute(update(Attempt).where(col(Attempt.id) == attempt).values(state=AttemptState.CLOSED))
    found = told(agency, trunk())
    assert (found.calls, found.charges) == (1, ())


def test_a_complaint_is_on_record_in_the_chain_and_charged(agency: Agency, campaign: Campaign, person: int) -> None:
    attempt = call(agency, campaign, person)
    said = Complaint(attempt, MORNING, "dossier 17")
    with agency.transaction() as session:
        record_complaint(session, said, MORNING)
        assert complaints(session) == [said]
    last = agency.audit()[-1]
    assert (last.kind, "dossier" in last.body) == (AuditKind.COMPLAINT, False)
    (charge,) = told(agency).charges
    assert (charge.kind, charge.attempts, charge.about) == (ChargeKind.COMPLAINT, (attempt,), "dossier 17")
    assert told(agency).euros == Decimal(200)


@pytest.mark.parametrize("state", [None, AttemptState.CANCELLED, AttemptState.APPROVED])
def test_a_complaint_about_a_call_that_never_left_is_refused(
    agency: Agency, campaign: Campaign, person: int, state: AttemptState | None
) -> None:
    attempt = agency.write_attempt(campaign, person, state=state) if state else "no-such-attempt"
    with pytest.raises(NotFound, match="has left the platform"), agency.transaction() as session:
        record_complaint(session, Complaint(attempt, MORNING, "dossier 17"), MORNING)
    assert not told(agency).charges


def test_a_call_that_still_rings_is_not_counted_yet(agency: Agency, campaign: Campaign, person: int) -> None:
    agency.write_attempt(campaign, person, state=AttemptState.RINGING, dialed_at=MORNING)
    assert told(agency).calls == 0
