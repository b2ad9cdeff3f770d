"""The statistical carrier as the engine meets it: virtual time, one final report per order, permits, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.simulation import SimulatedCarrier, VirtualClock
from adapters.simulation.carrier import Observed
from adapters.simulation.fate import Fate, Limits
from dialer.clock import SimulatedClockRefused
from dialer.dispositions import Disposition
from dialer.permit import Permit, PermitKey
from dialer.ports import CallEvent, CallEventKind, CallOrder, EndedBy, Script
from dialer.trunk_settings import TrunkKind, TrunkSettings

START = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
KEY = PermitKey(b"k" * 32)
TRUNK = TrunkSettings(name="boucle", kind=TrunkKind.LOOPBACK, host="127.0.0.1", port=0, channels=2)
SECOND = timedelta(seconds=1)

CONVERSATION = Fate(Disposition.ANSWERED, 40 * SECOND, answers=10 * SECOND)
OPTS_OUT = Fate(Disposition.OPTED_OUT, 18 * SECOND, EndedBy.OPT_OUT, answers=10 * SECOND, presses=15 * SECOND)
BUSY = Fate(Disposition.BUSY, 2 * SECOND, sip_code=486, q850_cause=17)


@dataclass
class Written:
    """Fates that stand in a book, by number."""

    of_number: dict[str, Fate] = field(default_factory=dict)

    def of(self, number: str, at: datetime, limits: Limits) -> Fate:
        return self.of_number.get(number, CONVERSATION)


@dataclass
class Line:
    """A carrier, its clock, and orders signed for it."""

    clock: VirtualClock
    carrier: SimulatedCarrier
    ended: list[datetime]

    def order(self, name: str = "a", **changes: object) -> CallOrder:
        now = self.clock.now()
        permit = Permit(
            attempt_id=name, callee="+33639980001", caller_id="+33162000001", trunk="boucle", decision_hash="",
            not_before=now, not_after=now + 10 * SECOND, simulated=True,
        )  # fmt: skip
        signed = KEY.sign(replace(permit, **changes))  # type: ignore[arg-type]
        script = Script(Path("o"), Path("p"), Path("c"), Path("x"))
        return CallOrder(signed, script, ring_timeout=25 * SECOND, max_talk=60 * SECOND)

    def hear(self, seconds: float) -> list[tuple[str, CallEventKind, float]]:
        """Attempt, kind, and at what second each was told."""
        events = self.reports(seconds)
        return [(event.attempt_id, event.kind, (event.at - START).total_seconds()) for event in events]

    def reports(self, seconds: float) -> list[CallEvent]:
        """What is told first within that time, but for calls that have just left."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while told := self.carrier.events(until - self.clock.now()):
            if more := [event for event in told if event.kind is not CallEventKind.SENT]:
                return more
        return []


MakeLine = Callable[..., Line]


@pytest.fixture
def line() -> MakeLine:
    def make(**fates: Fate) -> Line:
        clock, ended = VirtualClock(START), list[datetime]()
        book = Written({f"+{number.removeprefix('to_')}": fate for number, fate in fates.items()})
        carrier = SimulatedCarrier(
            TRUNK, KEY, clock, book, START + timedelta(hours=1), lambda: ended.append(clock.now())  # type: ignore[arg-type]
        )  # fmt: skip
        return Line(clock, carrier, ended)

    return make


def test_time_passes_where_somebody_waits_and_no_further_than_the_next_report(line: MakeLine) -> None:
    a = line()
    assert a.hear(5) == []
    assert a.clock.now() == START + 5 * SECOND
    a.carrier.place(a.order())
    assert a.hear(60) == [("a", CallEventKind.ANSWERED, 15.0)]
    assert a.clock.now() == START + 15 * SECOND
    assert a.hear(10) == []
    assert a.hear(60) == [("a", CallEventKind.ENDED, 45.0)]


def test_that_a_call_left_is_told_at_once(line: MakeLine) -> None:
    a = line()
    a.hear(5)
    a.carrier.place(a.order())
    (event,) = a.carrier.events(60 * SECOND)
    assert (event.kind, event.at) == (CallEventKind.SENT, START + 5 * SECOND)
    assert a.clock.now() == event.at


def test_a_final_report_tells_everything(line: MakeLine) -> None:
    a = line(to_33639980001=BUSY)
    a.carrier.place(a.order())
    (event,) = a.reports(60)
    assert (event.disposition, event.sip_code, event.q850_cause, event.ended_by) == (
        Disposition.BUSY, 486, 17, EndedBy.FAR_END,
    )  # fmt: skip
    assert (event.answered, event.talk, event.setup) == (False, timedelta(0), 2 * SECOND)


def test_talk_counts_from_the_answer(line: MakeLine) -> None:
    a = line()
    a.carrier.place(a.order())
    a.reports(60)
    (ended,) = a.reports(60)
    assert (ended.answered, ended.setup, ended.talk) == (True, 10 * SECOND, 30 * SECOND)


def test_an_opt_out_is_a_key_pressed_in_the_call(line: MakeLine) -> None:
    a = line(to_33639980001=OPTS_OUT)
    a.carrier.place(a.order())
    told = [event for _ in range(3) for event in a.reports(60)]
    assert [event.kind for event in told] == [CallEventKind.ANSWERED, CallEventKind.DIGIT, CallEventKind.ENDED]
    assert told[1].detail == "9"


def test_channels_are_taken_by_calls_and_given_back_at_their_end(line: MakeLine) -> None:
    a = line(to_33639980001=BUSY)
    a.carrier.place(a.order("a"))
    a.carrier.place(a.order("b"))
    assert a.carrier.free_channels() == 0
    assert [name for name, *_ in a.hear(60)] == ["a", "b"]
    assert a.carrier.free_channels() == 2


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"signature": "0"}, None),
        ({"trunk": "operateur"}, None),
        ({"not_after": START}, None),
        ({"attempt_id": "used"}, "used"),
    ],
    ids=["altered", "for another trunk", "expired", "used before"],
)
def test_what_no_permit_covers_is_refused_and_counts_for_nothing(
    line: MakeLine, changes: dict[str, object], after: str | None
) -> None:
    a = line()
    if after:
        a.carrier.place(a.order(after))
    before = a.carrier.observed.calls
    order = a.order(**{"attempt_id": "a", **changes})
    forged = replace(order.permit, signature="0") if "signature" in changes else order.permit
    a.carrier.place(replace(order, permit=forged))
    (event,) = a.reports(60)
    assert (event.kind, bool(event.detail)) == (CallEventKind.REFUSED, True)
    assert a.carrier.observed.calls == before


def test_a_call_waits_for_the_instant_of_its_permit(line: MakeLine) -> None:
    a = line()
    a.carrier.place(a.order(not_before=START + 2 * SECOND))
    assert a.hear(60) == [("a", CallEventKind.ANSWERED, 12.0)]


def test_the_end_is_told_once_time_reaches_it_and_calls_may_end_after_it(line: MakeLine) -> None:
    a = line()
    a.hear(3595)
    assert a.ended == []
    a.carrier.place(a.order())
    a.hear(3600)
    assert a.ended == [START + timedelta(hours=1)] == [a.clock.now()]
    assert a.hear(60) == [("a", CallEventKind.ANSWERED, 3605.0)]


def test_a_stop_ends_every_call(line: MakeLine) -> None:
    a = line()
    a.carrier.place(a.order("a"))
    a.carrier.place(a.order("b"))
    a.carrier.stop(3 * SECOND)
    told = a.carrier.events(timedelta(0))
    assert [(event.attempt_id, event.ended_by) for event in told] == [("a", EndedBy.SHUTDOWN), ("b", EndedBy.SHUTDOWN)]
    assert a.hear(3000) == []


def test_a_real_carriers_settings_are_refused() -> None:
    real = TrunkSettings(name="operateur", kind=TrunkKind.SIP, host="192.0.2.1")
    with pytest.raises(SimulatedClockRefused, match="operateur"):
        SimulatedCarrier(real, KEY, VirtualClock(START), Written(), START, lambda: None)  # type: ignore[arg-type]


def test_the_carrier_counts_starts_in_every_sliding_second() -> None:
    seen = Observed()
    for at, at_once in ((0.0, 1), (0.5, 2), (0.999, 3), (1.0, 1), (1.4, 2), (3.0, 1)):
        seen.start(START + at * SECOND, at_once)
    assert (seen.calls, seen.most_starts_in_a_second, seen.most_at_once) == (6, 4, 3)


def test_a_virtual_clock_never_goes_back_and_wants_a_zone() -> None:
    clock = VirtualClock(START)
    clock.move_to(START - SECOND)
    assert clock.now() == START
    assert clock.simulated
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(START.replace(tzinfo=None))
