"""The loop from due candidates to calls: written down before it leaves, and nothing left lying about."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session

from dialer.audit import ClockWentBack
from dialer.campaigns import set_state
from dialer.engine import LATE
from dialer.ledger import LIVE, begin_dialing
from dialer.ports import CallEventKind, CallOrder, EndedBy
from dialer.schema import Attempt, AttemptState, CampaignState, CandidateState
from dialer.store import Store
from dialer.verification import verify
from tests.dialer.agency import Agency
from tests.dialer.fakes import (
    ANSWERED,
    BUSY,
    LOST,
    NO_ROOM,
    OPTS_OUT,
    RINGS_FOR_EVER,
    UNASSIGNED,
    ScriptedRunner,
    fate,
)

S = AttemptState


def runner(agency: Agency, **script: object) -> ScriptedRunner:
    return ScriptedRunner(agency.clock, **script)  # type: ignore[arg-type]


def test_it_calls_who_may_be_called_once_and_ends_when_nobody_is_due(agency: Agency) -> None:
    willing = [agency.person() for _ in range(4)]
    unasked, at_the_cape = agency.person(consent=False), agency.person(postcode="98000")
    campaign = agency.campaign()
    phone = runner(agency)
    agency.engine(phone).run(until_idle=True)
    assert len(phone.called) == len(set(phone.called)) == len(willing)
    assert [attempt.state for attempt in agency.attempts()] == [S.CLOSED] * 4
    states = [agency.candidate(campaign, person).state for person in (*willing, unasked, at_the_cape)]
    assert states == [CandidateState.DONE] * 4 + [CandidateState.NEVER] * 2
    assert (phone.started, phone.stopped) == (True, True)
    with agency.transaction() as session:
        assert verify(session).whole


def test_without_campaigns_it_ends_at_once(agency: Agency) -> None:
    agency.person()
    agency.campaign(running=False)
    phone = runner(agency)
    agency.engine(phone).run(until_idle=True)
    assert (phone.called, agency.decisions()) == ([], [])


def test_the_attempt_is_committed_before_its_order_reaches_the_runner(agency: Agency, database_url: str) -> None:
    """Looked at through another connection, from inside `place`: what a crash right there would leave."""
    seen: list[AttemptState] = []

    def look(order: CallOrder) -> None:
        store = Store(database_url)
        with store.transaction() as session:
            seen.append(session.get_one(Attempt, order.permit.attempt_id).state)
        store.close()

    agency.person()
    agency.person()
    agency.campaign()
    agency.engine(runner(agency, on_place=look)).run(until_idle=True)
    assert seen == [S.DIALING, S.DIALING]


def test_every_order_carries_a_permit_that_holds_when_it_is_to_leave(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    phone = runner(
        agency,
        on_place=lambda order: agency.workspace.permit_key.verify(order.permit, now=order.leave_at, trunk="boucle"),
    )
    agency.engine(phone).run(until_idle=True)
    assert len(phone.placed) == 1


def test_the_trunks_limits_hold_over_a_whole_run(agency: Agency) -> None:
    """Room for twenty-four on the trunk, for two at the runner; a call ends when both have been up for a while."""
    for _ in range(6):
        agency.person()
    agency.campaign()
    phone = runner(agency, channels=2, otherwise=RINGS_FOR_EVER, pace=timedelta(milliseconds=40))
    waits_when_full: list[int] = []

    def one_ends() -> None:
        live = sum(attempt.state in LIVE for attempt in agency.attempts())
        assert live <= 2
        if live == 2:
            waits_when_full.append(live)
        if phone.up and (len(waits_when_full) % 10 == 9 or len(phone.placed) == 6):
            phone.end(phone.up[0])

    phone.on_wait = one_ends
    agency.engine(phone).run(until_idle=True)
    starts = sorted(attempt.dialed_at for attempt in agency.attempts() if attempt.dialed_at)
    assert all(b - a >= timedelta(seconds=1) / 3 for a, b in pairwise(starts))
    assert len(starts) == len(phone.placed) == 6
    assert waits_when_full


def test_an_order_says_when_it_is_to_leave_and_not_later_than(agency: Agency) -> None:
    for _ in range(8):
        agency.person()
    agency.campaign()
    phone = runner(agency, channels=8)
    agency.engine(phone).run(until_idle=True)
    leaving = [order.leave_at for order in phone.placed if order.leave_at]
    assert [order.leave_by for order in phone.placed] == [at + LATE for at in leaving]
    assert all(order.permit.not_before <= at for order, at in zip(phone.placed, leaving, strict=True))
    assert all(later - earlier > timedelta(seconds=1) for earlier, later in zip(leaving, leaving[3:], strict=False))


def test_a_call_whose_fence_took_too_long_is_not_let_go(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.person()
    agency.campaign()
    phone = runner(agency)
    engine = agency.engine(phone)
    engine._approve_one()

    def slowly(session: Session, attempt_id: str, now: datetime, overdue_at: datetime) -> None:
        begin_dialing(session, attempt_id, now, overdue_at)
        agency.clock.advance(seconds=2)

    monkeypatch.setattr("dialer.engine.begin_dialing", slowly)
    engine._dial_queued()
    engine._under_way.write()
    assert (phone.called, [attempt.state for attempt in agency.attempts()]) == ([], [S.CANCELLED])


def test_nobody_is_asked_about_while_orders_wait_for_a_lane(agency: Agency) -> None:
    """The runner does not say whether three calls left: no other may, and no more permits are made to grow old."""
    for _ in range(16):
        agency.person()
    agency.campaign()
    phone = runner(agency, channels=16)
    engine = agency.engine(phone)
    for _ in range(60):
        agency.clock.advance(seconds=0.1)
        engine._round()
    assert len(phone.placed) == 3
    assert engine._span() > timedelta(0)
    assert 0 < sum(attempt.state is S.APPROVED for attempt in agency.attempts()) < 13


def test_a_runner_without_room_gets_nothing(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    phone = runner(agency, channels=0)
    engine = agency.engine(phone)
    waits = iter(range(8))
    phone.on_wait = lambda: None if next(waits, None) is not None else engine.stopping.set()
    engine.run()
    assert (phone.called, agency.attempts(), agency.decisions()) == ([], [], [])


def test_an_order_that_the_runner_had_no_room_for_is_asked_about_anew(agency: Agency) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign()
    phone = runner(agency, fates={"+33639980101": NO_ROOM})

    def room_again() -> None:
        if phone.called:
            phone.fates.clear()

    phone.on_wait = room_again
    engine = agency.engine(phone)
    engine.run(until_idle=True)
    agency.clock.advance(seconds=2)
    engine = agency.engine(phone)
    engine.run(until_idle=True)
    assert [attempt.state for attempt in agency.attempts()] == [S.CANCELLED, S.CLOSED]
    assert agency.candidate(campaign, person).tries == 1


def test_an_objection_between_approval_and_fence_drops_the_order(agency: Agency) -> None:
    person = agency.person()
    agency.campaign()
    phone = runner(agency)
    engine = agency.engine(phone)
    engine._approve_one()
    agency.object(person)
    engine._dial_queued()
    assert (phone.called, len(engine.queue)) == ([], 0)
    assert [attempt.state for attempt in agency.attempts()] == [S.CANCELLED]


def test_an_opt_out_in_one_call_keeps_the_other_campaign_from_calling(agency: Agency) -> None:
    person = agency.person("+33639980101")
    agency.campaign()
    other = agency.campaign(name="Fibre décembre")
    phone = runner(agency, fates={"+33639980101": OPTS_OUT})
    agency.engine(phone).run(until_idle=True)
    assert phone.called == ["+33639980101"]
    assert agency.candidate(other, person).state is CandidateState.NEVER


def test_one_person_is_not_called_by_two_campaigns_of_an_advertiser_at_once(agency: Agency) -> None:
    agency.person("+33639980101", "+33199000001")
    agency.campaign()
    agency.campaign(name="Fibre décembre")
    live: list[int] = []

    def count(_: CallOrder) -> None:
        live.append(sum(attempt.state in LIVE for attempt in agency.attempts()))

    agency.engine(runner(agency, on_place=count)).run(until_idle=True)
    assert live == [1, 1]


def test_paused_campaigns_and_other_trunks_rest(agency: Agency) -> None:
    agency.person()
    paused = agency.campaign()
    agency.campaign(name="Ailleurs", trunk="operateur", caller_ids=("+33162000003",))
    with agency.transaction() as session:
        set_state(session, agency.workspace.settings, paused.name, CampaignState.PAUSED, agency.clock.now())
    phone = runner(agency)
    agency.engine(phone).run(until_idle=True)
    assert (phone.called, agency.decisions()) == ([], [])


def test_after_an_unassigned_number_the_other_one_is_called_in_the_same_run(agency: Agency) -> None:
    agency.person("+33639980101", "+33199000001")
    agency.campaign()
    phone = runner(agency, fates={"+33639980101": UNASSIGNED})
    agency.engine(phone).run(until_idle=True)
    assert phone.called == ["+33639980101", "+33199000001"]


def test_who_was_busy_waits_for_another_run(agency: Agency) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign()
    phone = runner(agency, fates={"+33639980101": BUSY})
    agency.engine(phone).run(until_idle=True)
    due = agency.candidate(campaign, person).due_at
    assert due == agency.attempts()[0].ended_at + timedelta(minutes=30)  # type: ignore[operator]
    agency.clock.instant = due
    phone.fates.clear()
    agency.engine(phone).run(until_idle=True)
    assert phone.called == ["+33639980101"] * 2


@pytest.mark.parametrize(
    ("hurried", "ended_by"),
    [(False, EndedBy.FAR_END), (True, EndedBy.SHUTDOWN)],
    ids=["calls under way end by themselves", "in a hurry they are hung up"],
)
def test_stopping_starts_nothing_new_and_settles_what_is_up(agency: Agency, hurried: bool, ended_by: EndedBy) -> None:
    for _ in range(5):
        agency.person()
    agency.campaign()
    phone = runner(agency, otherwise=RINGS_FOR_EVER)
    engine = agency.engine(phone)
    waits_after_stopping: list[bool] = []

    def stop(_: CallOrder) -> None:
        engine.stopping.set()
        if hurried:
            engine.hurrying.set()

    def far_end_hangs_up_later() -> None:
        waits_after_stopping.extend([True] if phone.up else [])
        if phone.up and len(waits_after_stopping) == 10:
            phone.end(phone.up[0])

    phone.on_place, phone.on_wait = stop, far_end_hangs_up_later
    engine.run()
    assert (len(phone.placed), phone.stopped) == (1, True)
    assert [(attempt.state, attempt.ended_by) for attempt in agency.attempts()] == [(S.CLOSED, ended_by)]


def test_a_lost_call_does_not_stop_the_run(agency: Agency) -> None:
    agency.person("+33639980101")
    agency.person("+33639980102")
    agency.campaign()
    phone = runner(agency, fates={"+33639980101": LOST})
    agency.engine(phone).run(until_idle=True)
    assert {attempt.number: attempt.state for attempt in agency.attempts()} == {
        "+33639980101": S.UNKNOWN,
        "+33639980102": S.CLOSED,
    }


def test_a_run_ends_at_the_end_of_the_legal_hours(agency: Agency) -> None:
    """Five people, thirty seconds each, from 12:58: who is left waits until 14:00."""
    people = [agency.person() for _ in range(5)]
    campaign = agency.campaign()
    agency.clock.set("2026-11-24T12:58:00+01:00")
    phone = runner(agency, channels=1, pace=timedelta(seconds=20), otherwise=ANSWERED)
    agency.engine(phone).run(until_idle=True)
    left = [agency.candidate(campaign, person) for person in people]
    waiting = [candidate.due_at for candidate in left if candidate.state is CandidateState.WAITING]
    assert 0 < len(phone.called) < 5
    assert waiting == [datetime.fromisoformat("2026-11-24T14:00:00+01:00")] * (5 - len(phone.called))
    closes = datetime.fromisoformat("2026-11-24T12:59:30+01:00")
    assert all(order.permit.not_after <= closes for order in phone.placed)


def test_progress_is_told_only_when_something_changed(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    engine = agency.engine(runner(agency))
    told: list[int] = []
    engine.on_progress = lambda: told.append(len(agency.attempts()))
    engine.run(until_idle=True)
    assert set(told) == {1}
    before = len(told)
    agency.engine(runner(agency)).run(until_idle=True)
    assert len(told) == before


def test_the_fakes_calls_end_once_each(agency: Agency) -> None:
    """The stand-in keeps the port's promise; without it these tests would prove nothing."""
    person = agency.person()
    phone = runner(agency, otherwise=fate(CallEventKind.RINGING))
    phone.place(agency.order(agency.campaign(), person))
    assert phone.free_channels() == 3
    phone.stop(timedelta(0))
    assert [event.kind for event in phone.events(timedelta(0))] == [CallEventKind.SENT, CallEventKind.ENDED]
    assert phone.free_channels() == 4


def test_a_clock_that_went_back_stops_a_run_before_anything_is_dialed(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    agency.clock.advance(minutes=-1)
    phone = runner(agency)
    with pytest.raises(ClockWentBack, match="already on record"):
        agency.engine(phone).run(until_idle=True)
    assert (phone.started, phone.called) == (False, [])
