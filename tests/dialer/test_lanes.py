"""No second is ever too full, however late calls leave and however late that is told; and little is lost for it."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from dialer.engine import LATE
from dialer.lanes import APART, HELD, LOOK_AGAIN, Lanes, OwnLanes, SharedLanes, lanes_of
from dialer.pacing import interval
from dialer.ports import CallEvent, CallEventKind
from dialer.settings import TrunkKind, TrunkSettings
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING, event

SECOND, MOMENT = timedelta(seconds=1), timedelta(milliseconds=1)


def trunk_of(starts: int, name: str = "boucle") -> TrunkSettings:
    return TrunkSettings(name=name, kind=TrunkKind.LOOPBACK, host="127.0.0.1", starts_per_second=starts)


LATENESS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(milliseconds=10)), st.timedeltas(timedelta(0), timedelta(seconds=3))
)


CALLS = st.lists(st.tuples(LATENESS, LATENESS, LATENESS, st.booleans()), max_size=80)
"""Each: how long after the one before somebody wants to call, how late the call leaves, how late that is told, and
whether it left at all."""


@dataclass
class Carrier:
    """Calls over some lanes, and what becomes late on their way."""

    lanes: Lanes
    now: datetime = MORNING
    left: list[datetime] = field(default_factory=list)
    _untold: list[tuple[datetime, str, CallEvent]] = field(default_factory=list)

    def call(self, attempt_id: str, session: Session, late: timedelta, told: timedelta, *, leaves: bool) -> None:
        self._wait()
        assert self.lanes.take(session, attempt_id, self.now) is not None, "there is a lane when it said so"
        at = self.now + late
        if leaves:
            self.left.append(at)
        kind = CallEventKind.SENT if leaves else CallEventKind.NOT_SENT
        heappush(self._untold, (at + told, attempt_id, event(attempt_id, kind, at)))

    def _wait(self) -> None:
        """Until a lane is free, as far as reports have come by then."""
        while (free_at := self.lanes.free_at()) > self.now or (self._untold and self._untold[0][0] <= self.now):
            if self._untold and self._untold[0][0] <= max(self.now, free_at):
                told_at, _, report = heappop(self._untold)
                self.now = max(self.now, told_at)
                self.lanes.heard(report)
            else:
                self.now = free_at

    def most_in_a_second(self) -> int:
        left = sorted(self.left)
        return max((sum(at <= other <= at + SECOND for other in left) for at in left), default=0)


NO_SESSION: Session = None  # type: ignore[assignment]


@given(starts=st.integers(1, 20), calls=CALLS)
def test_however_late_calls_leave_no_second_holds_one_too_many(
    starts: int, calls: list[tuple[timedelta, timedelta, timedelta, bool]]
) -> None:
    carrier = Carrier(OwnLanes(trunk_of(starts)))
    for number, (wanted, late, told, leaves) in enumerate(calls):
        carrier.now += wanted
        carrier.call(str(number), NO_SESSION, late, told, leaves=leaves)
    assert carrier.most_in_a_second() <= starts


@pytest.mark.parametrize("starts", [1, 5, 20, 50])
def test_a_process_that_looks_up_every_ten_milliseconds_loses_no_start(starts: int) -> None:
    """It sees an order up to so much later, needs a moment to send it, and half of one to say so."""
    carrier, trunk, draw = Carrier(OwnLanes(trunk_of(starts))), trunk_of(starts), random.Random(1)
    for turn in range(60 * starts):
        carrier.now = max(carrier.now, MORNING + turn * interval(trunk))
        carrier.call(str(turn), NO_SESSION, draw.randint(1, 12) * MOMENT, MOMENT / 2, leaves=True)
    kept = (len(carrier.left) - 1) / (carrier.left[-1] - carrier.left[0]).total_seconds()
    assert kept > 0.98 * starts
    assert carrier.most_in_a_second() <= starts


@pytest.mark.parametrize("starts", [5, 20])
def test_a_process_that_is_set_aside_now_and_then_loses_no_start_either(starts: int) -> None:
    """One order in thirty comes up to a fifth of a second too late."""
    carrier, trunk, draw = Carrier(OwnLanes(trunk_of(starts))), trunk_of(starts), random.Random(1)
    for turn in range(120 * starts):
        carrier.now = max(carrier.now, MORNING + turn * interval(trunk))
        late = draw.randint(1, 12) if draw.randrange(30) else draw.randint(30, 200)
        carrier.call(str(turn), NO_SESSION, late * MOMENT, MOMENT / 2, leaves=late * MOMENT <= LATE)
    kept = (len(carrier.left) - 1) / (carrier.left[-1] - carrier.left[0]).total_seconds()
    assert kept > 0.98 * starts
    assert carrier.most_in_a_second() <= starts


def test_a_delay_is_made_up_for() -> None:
    trunk = trunk_of(2)
    carrier = Carrier(OwnLanes(trunk))
    for turn in range(40):
        reserved = MORNING + turn * interval(trunk)
        carrier.now = max(carrier.now, reserved)
        carrier.call(str(turn), NO_SESSION, 60 * MOMENT if turn == 3 else timedelta(0), timedelta(0), leaves=True)
    assert carrier.left[-1] == reserved


@pytest.fixture
def lanes(agency: Agency) -> Lanes:
    """Two of them, alone on SQLite and shared on PostgreSQL."""
    return lanes_of(agency.workspace.store, trunk_of(2))


def take(agency: Agency, lanes: Lanes, attempt_id: str) -> bool:
    with agency.transaction() as session:
        return lanes.take(session, attempt_id, agency.clock.now()) is not None


def tell(agency: Agency, lanes: Lanes, attempt_id: str, kind: CallEventKind) -> None:
    lanes.heard(event(attempt_id, kind, agency.clock.now()))
    lanes.write(agency.workspace.store)


def test_a_lane_is_free_a_second_after_its_call_left_and_not_before_that_is_told(agency: Agency, lanes: Lanes) -> None:
    assert [take(agency, lanes, name) for name in ("a", "b", "c")] == [True, True, False]
    agency.clock.advance(seconds=3)
    assert not take(agency, lanes, "c"), "who knows whether they left"
    tell(agency, lanes, "a", CallEventKind.SENT)
    agency.clock.instant += APART - MOMENT
    assert not take(agency, lanes, "c")
    agency.clock.instant += MOMENT
    assert [take(agency, lanes, name) for name in ("c", "d")] == [True, False]


@pytest.mark.parametrize("kind", [CallEventKind.NOT_SENT, CallEventKind.REFUSED])
def test_a_call_that_never_left_gives_its_lane_back_at_once(agency: Agency, lanes: Lanes, kind: CallEventKind) -> None:
    assert [take(agency, lanes, name) for name in ("a", "b")] == [True, True]
    tell(agency, lanes, "a", kind)
    assert [take(agency, lanes, name) for name in ("c", "d")] == [True, False]


@pytest.mark.parametrize("kind", [CallEventKind.LOST, CallEventKind.RINGING, CallEventKind.ENDED])
def test_whatever_is_told_first_the_call_left_by_then(agency: Agency, lanes: Lanes, kind: CallEventKind) -> None:
    assert [take(agency, lanes, name) for name in ("a", "b")] == [True, True]
    agency.clock.advance(seconds=5)
    tell(agency, lanes, "a", kind)
    agency.clock.instant += APART
    tell(agency, lanes, "a", CallEventKind.ENDED)
    assert [take(agency, lanes, name) for name in ("c", "d")] == [True, False]


@pytest.mark.parametrize("engine_name", ["postgresql"])
class TestOnAServer:
    def test_engines_share_the_lanes_of_a_trunk_and_no_others(self, agency: Agency, lanes: Lanes) -> None:
        other = SharedLanes(agency.workspace.store, trunk_of(2))
        elsewhere = SharedLanes(agency.workspace.store, trunk_of(1, "operateur"))
        assert [take(agency, lanes, "a"), take(agency, other, "b"), take(agency, elsewhere, "x")] == [True] * 3
        assert [take(agency, lanes, "c"), take(agency, other, "c")] == [False, False]
        tell(agency, other, "b", CallEventKind.SENT)
        agency.clock.instant += APART
        assert [take(agency, lanes, "c"), take(agency, other, "d")] == [True, False]

    def test_they_look_again_soon_when_all_wait_for_a_report_and_else_when_one_is_free(
        self, agency: Agency, lanes: Lanes
    ) -> None:
        assert [take(agency, lanes, name) for name in ("a", "b", "c")] == [True, True, False]
        assert lanes.free_at() == agency.clock.now() + LOOK_AGAIN
        tell(agency, lanes, "a", CallEventKind.SENT)
        assert not take(agency, lanes, "c")
        assert lanes.free_at() == agency.clock.now() + APART

    def test_what_a_dead_engine_held_is_free_when_it_can_have_left_no_more(self, agency: Agency, lanes: Lanes) -> None:
        dead = SharedLanes(agency.workspace.store, trunk_of(2))
        assert [take(agency, dead, name) for name in ("a", "b")] == [True, True]
        agency.clock.instant += HELD - MOMENT
        assert not take(agency, lanes, "c")
        agency.clock.instant += MOMENT
        assert take(agency, lanes, "c")

    def test_a_report_after_that_frees_nobody_elses_lane(self, agency: Agency, lanes: Lanes) -> None:
        slow = SharedLanes(agency.workspace.store, trunk_of(2))
        assert [take(agency, slow, name) for name in ("a", "b")] == [True, True]
        agency.clock.instant += HELD
        assert [take(agency, lanes, name) for name in ("c", "d")] == [True, True]
        tell(agency, slow, "a", CallEventKind.NOT_SENT)
        assert not take(agency, lanes, "e")

    def test_what_a_transaction_took_that_failed_is_not_taken(self, agency: Agency, lanes: Lanes) -> None:
        with suppress(RuntimeError), agency.transaction() as session:
            assert lanes.take(session, "a", agency.clock.now())
            raise RuntimeError
        tell(agency, lanes, "a", CallEventKind.NOT_SENT)
        assert [take(agency, lanes, name) for name in ("b", "c", "d")] == [True, True, False]

    def test_a_trunk_that_sells_fewer_starts_now_uses_fewer_lanes(self, agency: Agency, lanes: Lanes) -> None:
        fewer = SharedLanes(agency.workspace.store, trunk_of(1))
        assert [take(agency, fewer, name) for name in ("a", "b")] == [True, False]
