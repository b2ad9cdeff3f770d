"""The carrier's limits hold at every instant: evenly spaced starts, and never more calls than channels."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dialer.ledger import LIVE, TRANSITIONS
from dialer.pacing import has_room, line_of, take_start
from dialer.schema import Attempt, AttemptState
from dialer.settings import TrunkKind, TrunkSettings
from rules.line import CarrierTerms
from tests.dialer.agency import Agency, written_attempt
from tests.dialer.fakes import MORNING

TERMS = CarrierTerms("plain", channels=400, starts_per_second=50)


def room_on(session: Session, trunk: TrunkSettings, now: datetime) -> bool:
    return has_room(line_of(session, trunk, TERMS, now))


class TornUp(Exception):
    """Ends an example's transaction, so that the next one starts from nothing."""


def trunk_of(channels: int = 4, starts: int = 3, name: str = "boucle") -> TrunkSettings:
    return TrunkSettings(
        name=name, kind=TrunkKind.LOOPBACK, host="127.0.0.1", channels=channels, starts_per_second=starts
    )


Claim = tuple[timedelta, int]
CLAIMS = st.lists(
    st.tuples(
        st.one_of(
            st.timedeltas(timedelta(0), timedelta(milliseconds=50)),
            st.timedeltas(timedelta(0), timedelta(seconds=2)),
            st.just(timedelta(hours=1)),
        ),
        st.integers(0, 2),
    ),
    max_size=40,
)
"""Each: how long after the one before somebody wants to start a call, and how many calls end first."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(claims=CLAIMS, channels=st.integers(1, 5), starts=st.integers(1, 50))
def test_whenever_calls_are_claimed_the_limits_hold(
    agency: Agency, claims: list[Claim], channels: int, starts: int
) -> None:
    person = agency.person()
    campaign = agency.campaign(name=f"campagne {person}")
    trunk = trunk_of(channels, starts)
    started: list[datetime] = []
    live: list[Attempt] = []
    now = MORNING
    with suppress(TornUp), agency.transaction() as session:
        for wait, ending in claims:
            now += wait
            for _ in range(min(ending, len(live))):
                _end(session, live.pop(0))
            room = room_on(session, trunk, now)
            held_back = bool(started) and now - started[-1] < timedelta(seconds=1) / starts
            assert room is (len(live) < channels and not held_back), "room where there is some, and only there"
            if room:
                take_start(session, trunk, now)
                live.append(written_attempt(session, campaign, person, now))
                started.append(now)
        raise TornUp
    gaps = [later - earlier for earlier, later in pairwise(started)]
    assert all(gap >= timedelta(seconds=1) / starts for gap in gaps)


def test_a_pause_saves_up_no_burst(agency: Agency) -> None:
    trunk = trunk_of(starts=2)
    with agency.transaction() as session:
        take_start(session, trunk, MORNING)
        later = MORNING + timedelta(hours=3)
        assert room_on(session, trunk, later)
        take_start(session, trunk, later)
        assert not room_on(session, trunk, later)
        assert line_of(session, trunk, TERMS, later).next_start == later + timedelta(seconds=0.5)
        assert room_on(session, trunk, later + timedelta(seconds=0.5))


def test_looking_uses_nothing_up(agency: Agency) -> None:
    with agency.transaction() as session:
        assert [room_on(session, trunk_of(), MORNING) for _ in range(5)] == [True] * 5


@pytest.mark.parametrize("state", TRANSITIONS)
def test_a_channel_is_held_exactly_while_the_attempt_lives(agency: Agency, state: AttemptState) -> None:
    person = agency.person()
    campaign = agency.campaign()
    agency.write_attempt(campaign, person, state=state)
    with agency.transaction() as session:
        assert room_on(session, trunk_of(channels=1), MORNING) is (state not in LIVE)


def test_trunks_have_limits_of_their_own(agency: Agency) -> None:
    person = agency.person()
    agency.write_attempt(agency.campaign(), person)
    with agency.transaction() as session:
        take_start(session, trunk_of(channels=1), MORNING)
        assert room_on(session, trunk_of(channels=1, name="operateur"), MORNING)


def _end(session: Session, attempt: Attempt) -> None:
    attempt.state = AttemptState.CLOSED
    session.add(attempt)
    session.flush()
