"""What is shown of a run agrees with the ledger, however it is counted, and names nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.board import Board, Sight, masked
from dialer.dispositions import Disposition
from dialer.funnel import Funnel, FunnelCount
from dialer.ports import TrunkState
from dialer.refusals import LastRefusals
from dialer.schema import Attempt, AttemptState, Campaign, CandidateState
from dialer.wake import DIALING, Wait, Why
from tests.dialer.agency import Agency, written_attempt
from tests.dialer.fakes import NO_ANSWER, RINGS_FOR_EVER, ScriptedRunner

S, D = AttemptState, Disposition
OVER = (
    (S.CLOSED, D.ANSWERED),
    (S.CLOSED, D.BUSY),
    (S.UNKNOWN, D.UNKNOWN),
    (S.CANCELLED, D.NOT_SENT),
    (S.EXPIRED, None),
)


def board(agency: Agency, wait: Wait = DIALING) -> Board:
    return Board(agency.workspace, "boucle", lambda: wait, lambda: TrunkState(True, agency.clock.now()))


def whole_count(agency: Agency) -> Funnel:
    """The funnel as somebody would count it who looks for the first time."""
    with agency.workspace.store.reading() as session:
        return FunnelCount("boucle").today(session, agency.clock.now())


def test_a_run_is_seen_as_it_is(agency: Agency) -> None:
    reached, silent, unasked = (
        agency.person("+33639980101"),
        agency.person("+33639980102"),
        agency.person(consent=False),
    )
    campaign = agency.campaign()
    phone = ScriptedRunner(agency.clock, fates={"+33639980101": RINGS_FOR_EVER, "+33639980102": NO_ANSWER})
    engine = agency.engine(phone)
    seen: list[Sight] = []

    def look() -> None:
        over = [attempt for attempt in agency.attempts() if attempt.state is S.CLOSED]
        if len(phone.placed) == 2 and len(over) == 1 and not seen:
            seen.append(board(agency).look())
            engine.stopping.set()
            engine.hurrying.set()

    phone.on_wait = look
    engine.run()
    (sight,) = seen
    (call,) = sight.calls
    assert (call.number, call.state, call.campaign) == ("+336••••••01", S.RINGING, campaign.name)
    assert call.person == agency.workspace.pseudonyms.of(reached)
    funnel = sight.funnel
    assert (funnel.approved, funnel.left, funnel.under_way, funnel.answered) == (2, 2, 1, 0)
    assert funnel.dispositions == {D.NO_ANSWER: 1}
    assert sight.starts == pytest.approx(0.2)
    assert sight.next_due == agency.candidate(campaign, silent).due_at
    assert sight.contacts == {campaign.name: {"calling": 1, "waiting": 1, "never": 1}}
    assert [refusal.person for refusal in sight.refusals] == [agency.workspace.pseudonyms.of(unasked)]
    assert agency.candidate(campaign, unasked).state is CandidateState.NEVER
    assert sight.exposure.euros == 0


def test_refusals_are_told_in_words_newest_first_and_not_twice(agency: Agency) -> None:
    people = [agency.person(consent=False) for _ in range(7)]
    campaign = agency.campaign()
    refusals = LastRefusals(agency.workspace.pseudonyms, agency.workspace.vault)

    def look() -> list[str]:
        with agency.workspace.store.reading() as session:
            return [refusal.person for refusal in refusals.look(session)]

    names = [agency.workspace.pseudonyms.of(person) for person in people]
    assert look() == []
    for person in people[:3]:
        agency.ask(campaign, person)
    assert look() == names[2::-1]
    assert look() == names[2::-1]
    for person in people[3:]:
        agency.ask(campaign, person)
    assert look() == names[:1:-1]
    with agency.workspace.store.reading() as session:
        newest = refusals.look(session)[0]
    assert any(reason.startswith("FR-CONSENT") for reason in newest.reasons("en"))
    assert newest.reasons("fr") != newest.reasons("en")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("approve"), st.integers(0, 90)),
        st.tuples(st.just("end"), st.sampled_from(OVER)),
        st.tuples(st.just("wait"), st.integers(0, 90)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_counting_on_is_as_good_as_counting_anew(agency: Agency, campaign: Campaign, person: int, steps: Any) -> None:
    counting_on = FunnelCount("boucle")
    live: list[str] = []
    for step, value in [*steps, ("look", 0)]:
        match step:
            case "approve":
                agency.clock.advance(seconds=value)
                live.append(agency.write_attempt(campaign, person))
            case "end" if live:
                with agency.transaction() as session:
                    attempt = session.get_one(Attempt, live.pop(0))
                    attempt.state, attempt.disposition = value
                    session.add(attempt)
            case "wait":
                agency.clock.advance(seconds=value)
            case "look":
                with agency.workspace.store.reading() as session:
                    assert counting_on.today(session, agency.clock.now()) == whole_count(agency)


def test_the_funnel_begins_anew_at_the_offices_midnight(agency: Agency, campaign: Campaign, person: int) -> None:
    counting_on = FunnelCount("boucle")

    def approved() -> int:
        with agency.workspace.store.reading() as session:
            return counting_on.today(session, agency.clock.now()).approved

    agency.clock.set("2026-11-24T23:59:00+01:00")
    agency.write_attempt(campaign, person, state=S.CLOSED, disposition=D.BUSY)
    assert approved() == 1
    agency.clock.set("2026-11-25T00:00:01+01:00")
    assert approved() == 0
    agency.write_attempt(campaign, person)
    assert approved() == 1


def test_a_number_is_shown_without_its_middle() -> None:
    assert masked("+33639980101") == "+336••••••01"


def test_what_is_dear_to_count_is_counted_now_and_then(agency: Agency, campaign: Campaign, person: int) -> None:
    seen = board(agency)
    assert seen.look().contacts == {campaign.name: {"waiting": 1}}
    with agency.transaction() as session:
        candidate = agency.candidate(campaign, person)
        candidate.state = CandidateState.DONE
        session.add(candidate)
    assert seen.look().contacts == {campaign.name: {"waiting": 1}}
    agency.clock.advance(seconds=16)
    assert seen.look().contacts == {campaign.name: {"done": 1}}


@pytest.mark.parametrize("why", Why)
def test_every_wait_has_words_in_both_languages(why: Why) -> None:
    wait = Wait(why, en="more", fr="plus")
    assert wait.words("en").endswith(": more")
    assert wait.words("fr").endswith(" : plus")
    assert Wait(why).words("fr") != Wait(why).words("en")


def test_many_attempts_are_counted_once(agency: Agency, campaign: Campaign, person: int) -> None:
    """The second look reads only what is not over, or is half a minute old: the first has counted the rest."""
    with agency.transaction() as session:
        for minute in range(40):
            at = agency.clock.now() + timedelta(seconds=minute)
            written_attempt(session, campaign, person, at, state=S.CLOSED, disposition=D.BUSY)
    agency.clock.advance(minutes=10)
    funnel = FunnelCount("boucle")
    with agency.workspace.store.reading() as session:
        assert funnel.today(session, agency.clock.now()).left == 40
        assert sum(funnel._counted(session, funnel._since, agency.clock.now()).values()) == 0
        assert funnel.today(session, agency.clock.now()).left == 40
