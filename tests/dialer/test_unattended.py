"""For days without anybody looking: the loop sleeps to the very next instant, and outlives carrier and database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session

from dialer.audit import ClockWentBack
from dialer.campaigns import set_state
from dialer.clock import ClockJumped, ClockWatch
from dialer.errors import StoreBusy, StoreUnavailable
from dialer.questions import TrunkGone
from dialer.schema import AttemptState, CampaignState, CandidateState
from dialer.store import Store
from dialer.verification import verify
from dialer.wake import Why
from rules.facts import SystemKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import ANSWERED, RINGS_FOR_EVER, ScriptedRunner

DAY = timedelta(days=1)
BUSY = StoreBusy("held by an import", "tenue par un import")
FULL = StoreUnavailable("the disk is full", "le disque est plein")


class Trouble:
    """While it is `on`, every transaction fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: StoreUnavailable) -> None:
        self.on = False
        transaction = Store.transaction

        @contextmanager
        def perhaps(store: Store, *patience: Any) -> Iterator[Session]:
            if self.on:
                raise error
            with transaction(store, *patience) as session:
                yield session

        monkeypatch.setattr(Store, "transaction", perhaps)


def stop_after(phone: ScriptedRunner, engine: Any, *, waits: int = 200, calls: int | None = None) -> None:
    """Tell the engine to stop after so many calls have ended, or waits at the latest."""
    left = iter(range(waits))

    def look() -> None:
        ended = len(phone.placed) - len(phone.up)
        if next(left, None) is None or (calls is not None and ended >= calls):
            engine.stopping.set()

    phone.on_wait = look


@pytest.mark.parametrize(
    ("asleep", "opens"),
    [
        ("2026-11-24T12:59:45+01:00", "2026-11-24T14:00:00+01:00"),
        ("2026-11-24T21:00:00+01:00", "2026-11-25T10:00:00+01:00"),
        ("2026-11-27T20:00:00+01:00", "2026-11-30T10:00:00+01:00"),
        ("2026-12-24T20:00:00+01:00", "2026-12-28T10:00:00+01:00"),
        ("2026-10-23T20:00:00+02:00", "2026-10-26T10:00:00+01:00"),
        ("2027-03-26T20:00:00+01:00", "2027-03-30T10:00:00+02:00"),
    ],
    ids=["lunch", "a night", "a weekend", "Christmas", "back to winter time", "summer time and Easter Monday"],
)
def test_it_sleeps_until_the_law_opens_and_calls_at_that_instant(agency: Agency, asleep: str, opens: str) -> None:
    agency.clock.set(asleep)
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    engine.look_up = 30 * DAY
    spans: list[timedelta] = []
    events = phone.events
    phone.events = lambda timeout: (spans.append(timeout), events(timeout))[1]  # type: ignore[method-assign]
    stop_after(phone, engine, calls=1)
    engine.run()
    assert [attempt.dialed_at for attempt in agency.attempts()] == [datetime.fromisoformat(opens)]
    long = [span for span in spans if timedelta(minutes=1) < span < engine.look_up]
    assert len(long) == 1
    assert len(spans) < 25


def test_while_nobody_is_due_no_table_is_read(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.clock.set("2026-11-24T21:00:00+01:00")
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    written: list[str] = []
    transaction = Store.transaction

    def count(self: Store, *patience: Any) -> Any:
        written.append(str(engine.wait.why))
        return transaction(self, *patience)

    monkeypatch.setattr(Store, "transaction", count)
    stop_after(phone, engine, waits=100)
    engine.run()
    asleep = [why for why in written if why == Why.NOBODY_DUE]
    assert len(asleep) < 10, "only overdue attempts are looked for, every ten seconds"


def test_a_campaign_that_another_process_starts_is_noticed_at_the_next_look(agency: Agency, database_url: str) -> None:
    agency.person()
    campaign = agency.campaign(running=False)
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    stop_after(phone, engine, calls=1)
    look, waits = phone.on_wait, iter(range(100))
    elsewhere = Store(database_url)

    def start_elsewhere() -> None:
        look()
        if next(waits) == 5:
            assert engine.wait.why is Why.NO_CAMPAIGN
            with elsewhere.transaction() as session:
                set_state(session, agency.workspace.settings, campaign.name, CampaignState.RUNNING, agency.clock.now())
            started.append(agency.clock.now())

    started: list[datetime] = []
    phone.on_wait = start_elsewhere
    engine.run()
    elsewhere.close()
    (attempt,) = agency.attempts()
    assert attempt.dialed_at is not None
    assert attempt.dialed_at - started[0] <= timedelta(seconds=1)


def test_a_pause_also_stops_what_was_approved_ahead_of_its_start(agency: Agency) -> None:
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    while engine._approve_one():
        pass
    approved = len(agency.attempts())
    assert approved > 1, "starts are reserved a moment ahead"
    with agency.transaction() as session:
        set_state(session, agency.workspace.settings, campaign.name, CampaignState.PAUSED, agency.clock.now())
    engine.run(until_idle=True)
    assert phone.called == []
    assert [attempt.state for attempt in agency.attempts()] == [AttemptState.CANCELLED] * approved
    waiting = [agency.candidate(campaign, person) for person in people]
    assert {(candidate.state, candidate.tries) for candidate in waiting} == {(CandidateState.WAITING, 0)}


def test_a_campaign_of_human_agents_waits_for_a_human_command(agency: Agency) -> None:
    agency.person()
    agency.campaign(system=SystemKind.HUMAN_AGENT)
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    engine.run(until_idle=True)
    assert (phone.called, agency.decisions()) == ([], [])


def test_when_the_trunk_is_gone_nothing_is_approved_and_when_it_is_back_calls_go_on(agency: Agency) -> None:
    for _ in range(3):
        agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    stop_after(phone, engine, calls=3)
    look = phone.on_wait
    seen: list[tuple[Why, int]] = []

    def bad_day() -> None:
        look()
        if len(phone.placed) == 1 and len(seen) < 20:
            phone.trouble = "OPTIONS: no answer"
            seen.append((engine.wait.why, len(agency.attempts())))
        else:
            phone.trouble = ""

    phone.on_wait = bad_day
    engine.run()
    assert seen[-1] == (Why.TRUNK, seen[0][1])
    assert len(phone.placed) == 3


def test_while_calls_that_are_over_keep_every_channel_nobody_is_asked_about_and_it_is_said(agency: Agency) -> None:
    for _ in range(2):
        agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock, blocked=4)
    engine = agency.engine(phone)
    stop_after(phone, engine, calls=2)
    look = phone.on_wait
    seen: list[tuple[Why, str, int]] = []

    def bad_day() -> None:
        look()
        seen.append((engine.wait.why, engine.wait.words("en"), len(agency.decisions())))
        phone.blocked = 4 if len(seen) < 20 else 0

    phone.on_wait = bad_day
    engine.run()
    why, said, decisions = seen[19]
    assert (why, decisions) == (Why.CHANNELS, 0)
    assert "4 by calls that are over" in said
    assert len(phone.placed) == 2


def test_a_run_that_ends_by_itself_does_not_wait_for_ever_for_a_trunk(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock, trouble="OPTIONS: no answer")
    with pytest.raises(TrunkGone, match="OPTIONS: no answer"):
        agency.engine(phone).run(until_idle=True)
    assert (phone.placed, phone.stopped, agency.attempts()) == ([], True, [])


def test_with_nobody_due_a_dead_trunk_does_not_matter(agency: Agency) -> None:
    agency.person(consent=False)
    agency.campaign(running=False)
    agency.engine(ScriptedRunner(agency.clock, trouble="OPTIONS: no answer")).run(until_idle=True)


def test_what_is_reported_while_the_database_is_held_is_on_record_afterwards(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [agency.person() for _ in range(3)]
    campaign = agency.campaign()
    phone = ScriptedRunner(agency.clock, otherwise=RINGS_FOR_EVER, channels=1)
    engine = agency.engine(phone)
    stop_after(phone, engine, calls=3)
    look, waits = phone.on_wait, iter(range(1000))
    broken = Trouble(monkeypatch, BUSY)
    whys: list[Why] = []

    def hold_the_database() -> None:
        look()
        if len(phone.placed) == 1 and phone.up and not whys:
            phone.end(phone.up[0])
            broken.on = True
        if broken.on:
            whys.append(engine.wait.why)
            if next(waits) == 40:
                broken.on = False
        elif whys and phone.up:
            phone.end(phone.up[0])

    phone.on_wait = hold_the_database
    engine.run()
    assert whys.count(Why.DATABASE) > 10
    assert len(phone.placed) == 3
    assert {attempt.state for attempt in agency.attempts()} <= {AttemptState.CLOSED, AttemptState.CANCELLED}
    assert {agency.candidate(campaign, person).tries for person in people} == {1}
    with agency.transaction() as session:
        assert verify(session).whole


def test_rests_grow_while_the_database_stays_away(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    engine.look_up = DAY
    broken = Trouble(monkeypatch, BUSY)
    asked: list[datetime] = []
    waits = iter(range(12))

    def watch() -> None:
        broken.on = True
        asked.append(agency.clock.now())
        if next(waits, None) is None:
            broken.on = False
            engine.stopping.set()

    phone.on_wait = watch
    engine.run()
    rests = [(later - sooner).total_seconds() for sooner, later in pairwise(asked)]
    assert rests[1:8] == [0.5, 1, 2, 4, 5, 5, 5]


def test_a_full_disk_ends_the_run_but_not_the_calls_under_way(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.person("+33639980101")
    agency.person("+33639980102")
    agency.campaign()
    phone = ScriptedRunner(agency.clock, fates={"+33639980101": RINGS_FOR_EVER}, otherwise=ANSWERED, channels=1)
    engine = agency.engine(phone)
    broken = Trouble(monkeypatch, FULL)
    waits: list[int] = []

    def fill_the_disk() -> None:
        if phone.up:
            broken.on = True
            waits.append(1)
        if len(waits) == 8 and phone.up:
            broken.on = False
            phone.end(phone.up[0])

    phone.on_wait = fill_the_disk
    with pytest.raises(StoreUnavailable, match="disk is full"):
        engine.run()
    assert [(attempt.number, attempt.state) for attempt in agency.attempts()] == [("+33639980101", AttemptState.CLOSED)]


def test_a_clock_that_jumps_stops_the_dialing_and_lets_calls_end(agency: Agency) -> None:
    for _ in range(3):
        agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock, otherwise=RINGS_FOR_EVER, channels=1)
    steady = {"now": 0.0, "offset": 0.0}
    began = agency.clock.now()

    def monotonic() -> float:
        return (agency.clock.now() - began).total_seconds() - steady["offset"]

    engine = agency.engine(phone)
    engine.clock_watch = ClockWatch(agency.clock, timedelta(seconds=5), monotonic)
    waits: list[int] = []

    def jump() -> None:
        if phone.up:
            waits.append(1)
        if len(waits) == 3:
            agency.clock.advance(minutes=7)
            steady["offset"] = 420.0
        if len(waits) == 6 and phone.up:
            phone.end(phone.up[0])

    phone.on_wait = jump
    with pytest.raises(ClockJumped, match=r"jumped by \+420 s"):
        engine.run()
    (attempt,) = agency.attempts()
    assert (len(phone.placed), attempt.state) == (1, AttemptState.CLOSED)


def test_a_clock_that_is_set_back_cuts_no_call_short(agency: Agency) -> None:
    """Nothing can be written down at an instant that is over; the call goes on, and the next run writes it down."""
    agency.person()
    agency.campaign()
    phone = ScriptedRunner(agency.clock, otherwise=RINGS_FOR_EVER)
    engine = agency.engine(phone)
    began, back = agency.clock.now(), timedelta(hours=1)
    moved: list[timedelta] = []
    engine.clock_watch = ClockWatch(
        agency.clock,
        timedelta(seconds=5),
        lambda: (agency.clock.now() - began + sum(moved, timedelta(0))).total_seconds(),
    )
    waits: list[int] = []

    def set_back() -> None:
        waits.extend([1] if phone.up else [])
        if len(waits) == 3:
            agency.clock.instant -= back
            moved.append(back)
        if len(waits) == 8 and phone.up:
            phone.end(phone.up[0])

    phone.on_wait = set_back
    with pytest.raises(ClockWentBack, match="already on record"):
        engine.run()
    assert len(waits) == 8
    agency.clock.instant += back + timedelta(minutes=1)
    agency.engine(phone).recover()
    assert [attempt.state for attempt in agency.attempts()] == [AttemptState.CLOSED]


def test_an_attempt_of_which_nobody_reports_is_settled_when_it_is_overdue(agency: Agency) -> None:
    """As one whose approval was committed, but the answer to the commit was lost."""
    person = agency.person()
    campaign = agency.campaign()
    phone = ScriptedRunner(agency.clock)
    engine = agency.engine(phone)
    late: list[str] = []

    def leave_one_behind() -> None:
        if not late:
            late.append(agency.order(campaign, person).permit.attempt_id)

    stops = iter(range(60))

    def wait() -> None:
        leave_one_behind()
        if next(stops, None) is None:
            engine.stopping.set()

    phone.on_wait = wait
    engine.run()
    assert agency.state(late[0]) is AttemptState.EXPIRED
    assert phone.called == [agency.attempts()[-1].number]


def test_people_who_must_wait_do_not_keep_reports_from_being_heard(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.questions._TURN", 0.0)
    people = [agency.person(postcode="98000") for _ in range(5)]
    campaign = agency.campaign()
    phone = ScriptedRunner(agency.clock)
    rounds: list[int] = []
    phone.on_wait = lambda: rounds.append(len(agency.decisions()))
    agency.engine(phone).run(until_idle=True)
    assert rounds[:6] == [0, 1, 2, 3, 4, 5]
    assert {agency.candidate(campaign, person).state for person in people} == {CandidateState.NEVER}
