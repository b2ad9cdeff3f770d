"""Calls are counted as the carrier counts them, and a held trunk has room for nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.dispositions import Disposition
from dialer.hour import calls_between, standings
from dialer.ledger import TRANSITIONS
from dialer.pacing import line_of
from dialer.schema import AttemptState, Campaign
from dialer.settings import TrunkKind, TrunkSettings
from rules.line import CarrierTerms, LineCall
from rules.rolling_hour import WINDOW
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

S = AttemptState
TRUNK = TrunkSettings(name="boucle", kind=TrunkKind.LOOPBACK, host="127.0.0.1", starts_per_second=50)
TERMS = CarrierTerms("Callr", channels=10, starts_per_second=1, asr_above_percent=60, least_calls=4)
FIRST, SECOND = "+33162000001", "+33162000002"
AGO = MORNING - timedelta(seconds=30)


def counted(agency: Agency, since: timedelta = WINDOW) -> list[tuple[bool, LineCall]]:
    with agency.transaction() as session:
        return [(each.ended, each.call) for each in calls_between(session, "boucle", MORNING - since, MORNING)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": S.APPROVED}, (False, LineCall(MORNING, False, 0))),
        ({"state": S.CANCELLED, "dialed_at": AGO}, None),
        ({"state": S.EXPIRED}, None),
        ({"state": S.RINGING, "dialed_at": AGO}, (False, LineCall(AGO, False, 0))),
        (
            {"state": S.ANSWERED, "dialed_at": AGO, "answered_at": MORNING - timedelta(seconds=9)},
            (False, LineCall(AGO, True, 9_000)),
        ),
        (
            {"state": S.CLOSED, "dialed_at": AGO, "disposition": Disposition.MACHINE, "talk_ms": 4_200},
            (True, LineCall(AGO, True, 4_200)),
        ),
        ({"state": S.CLOSED, "dialed_at": AGO, "disposition": Disposition.BUSY}, (True, LineCall(AGO, False, 0))),
        ({"state": S.UNKNOWN, "dialed_at": AGO}, (True, LineCall(AGO, False, 0))),
        ({"state": S.UNKNOWN, "dialed_at": AGO, "answered_at": MORNING}, (True, LineCall(AGO, True, 0))),
        ({"state": S.CLOSED, "dialed_at": MORNING - WINDOW, "disposition": Disposition.BUSY}, None),
    ],
    ids=[
        *("approved: leaves now at the earliest", "never left", "given back", "rings", "talks for nine seconds"),
        *("a machine took it", "busy", "lost on the way", "lost while it talked", "an hour old"),
    ],
)
def test_a_call_counts_for_what_is_sure_of_it(
    agency: Agency, campaign: Campaign, person: int, fields: dict[str, object], expected: tuple[bool, LineCall] | None
) -> None:
    agency.write_attempt(campaign, person, **fields)
    assert counted(agency) == ([expected] if expected else [])


@pytest.mark.parametrize("state", TRANSITIONS)
def test_every_state_is_counted_or_given_back(
    agency: Agency, campaign: Campaign, person: int, state: AttemptState
) -> None:
    agency.write_attempt(campaign, person, state=state, dialed_at=AGO)
    assert bool(counted(agency)) is (state not in (S.CANCELLED, S.EXPIRED))


def test_another_trunks_calls_are_no_concern(agency: Agency, campaign: Campaign, person: int) -> None:
    agency.write_attempt(campaign, person, dialed_at=AGO, state=S.RINGING, trunk="operateur")
    assert counted(agency) == []


def failed(agency: Agency, campaign: Campaign, person: int, caller_id: str, count: int) -> None:
    for _ in range(count):
        agency.write_attempt(
            campaign, person, state=S.CLOSED, dialed_at=AGO, disposition=Disposition.NO_ANSWER, caller_id=caller_id
        )


def test_a_trunk_that_one_more_failure_would_take_out_of_terms_has_no_room(
    agency: Agency, campaign: Campaign, person: int
) -> None:
    failed(agency, campaign, person, FIRST, 2)
    with agency.transaction() as session:
        line = line_of(session, TRUNK, TERMS, MORNING)
        assert (line.failures_left, line.breaches) == (1, ())
    failed(agency, campaign, person, FIRST, 1)
    with agency.transaction() as session:
        line = line_of(session, TRUNK, TERMS, MORNING)
        (breach,) = line.breaches
        assert line.failures_left == 0
        assert (breach.until, breach.caller_id) == (AGO + WINDOW, "")
        assert line_of(session, TRUNK, TERMS, breach.until).breaches == ()


def test_each_number_has_an_hour_of_its_own(agency: Agency, campaign: Campaign, person: int) -> None:
    failed(agency, campaign, person, FIRST, 3)
    for _ in range(9):
        agency.write_attempt(
            campaign, person, state=S.CLOSED, dialed_at=AGO, disposition=Disposition.ANSWERED, talk_ms=60_000,
            caller_id=SECOND,
        )  # fmt: skip
    with agency.transaction() as session:
        found = {one.caller_id: one.failures_left for one in standings(session, "boucle", TERMS, MORNING)}
        line = line_of(session, TRUNK, TERMS, MORNING)
    assert found == {"": 2, FIRST: 0, SECOND: 3}
    assert [breach.caller_id for breach in line.breaches] == [FIRST]
    assert line.failures_left == 0


def test_without_terms_the_hour_is_not_even_read(agency: Agency, campaign: Campaign, person: int) -> None:
    failed(agency, campaign, person, FIRST, 60)
    with agency.transaction() as session:
        line = line_of(session, TRUNK, CarrierTerms("plain", 400, 50), MORNING)
    assert (line.failures_left, line.breaches) == (None, ())
