"""The carrier's limits hold at every instant: evenly spaced starts, and never more calls than channels."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dialer.driver import Driver
from dialer.ledger import LIVE, TRANSITIONS
from dialer.pacing import AHEAD, interval, line_of, start_at, start_taken
from dialer.schema import Attempt, AttemptState
from dialer.settings import TrunkKind, TrunkSettings
from rules.line import CarrierTerms
from tests.dialer.agency import Agency, written_attempt
from tests.dialer.fakes import MORNING

TERMS = CarrierTerms("plain", channels=400, starts_per_second=50)


def room_on(session: Session, trunk: TrunkSettings, now: datetime) -> bool:
    """Whether a call may start this very moment."""
    line = line_of(session, trunk, TERMS, now)
    return line.next_start is None and line.in_use < line.channels


def take_start(session: Session, trunk: TrunkSettings, start: datetime) -> None:
    driver = Driver(session)
    driver.do(start_taken(driver, trunk, start))


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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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
            held_back = bool(started) and now - started[-1] < interval(trunk)
            assert room is (len(live) < channels and not held_back), "room where there is some, and only there"
            if room:
                take_start(session, trunk, now)
                live.append(written_attempt(session, campaign, person, now))
                started.append(now)
        raise TornUp
    gaps = [later - earlier for earlier, later in pairwise(started)]
    assert all(gap * starts >= timedelta(seconds=1) for gap in gaps)


@given(st.integers(1, 50))
def test_little_is_given_away(starts: int) -> None:
    assert timedelta(seconds=1) < interval(trunk_of(starts=starts)) * starts < timedelta(seconds=1 / 0.98)


def test_a_pause_saves_up_no_burst(agency: Agency) -> None:
    trunk = trunk_of(starts=2)
    with agency.transaction() as session:
        take_start(session, trunk, MORNING)
        later = MORNING + timedelta(hours=3)
        assert room_on(session, trunk, later)
        take_start(session, trunk, later)
        assert not room_on(session, trunk, later)
        assert line_of(session, trunk, TERMS, later).next_start == later + interval(trunk)
        assert room_on(session, trunk, later + interval(trunk))


def test_starts_are_reserved_one_after_the_other_and_not_far_ahead(agency: Agency) -> None:
    trunk, reserved = trunk_of(channels=50, starts=4), []
    with agency.transaction() as session:
        for _ in range(12):
            line = line_of(session, trunk, TERMS, MORNING)
            start = start_at(line, MORNING)
            if line.next_start and start < line.next_start:
                break
            take_start(session, trunk, start)
            reserved.append(start)
    assert reserved == [MORNING + turn * interval(trunk) for turn in range(8)]
    assert reserved[-1] <= MORNING + AHEAD < reserved[-1] + interval(trunk)


def test_nothing_is_reserved_ahead_without_a_channel(agency: Agency) -> None:
    person = agency.person()
    agency.write_attempt(agency.campaign(), person, lease_until=MORNING + timedelta(seconds=0.1))
    trunk = trunk_of(channels=1)
    with agency.transaction() as session:
        take_start(session, trunk, MORNING)
        line = line_of(session, trunk, TERMS, MORNING)
    assert (line.next_start is not None, start_at(line, MORNING)) == (True, MORNING)


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
