"""What a runner's report does to the attempt, to the person's wishes, and to what comes next for them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from dialer import outcomes
from dialer.audit import verify
from dialer.dispositions import Disposition
from dialer.ledger import settle_leftovers
from dialer.plan import RetryPlan
from dialer.ports import CallEventKind, EndedBy
from dialer.schema import AttemptState, Campaign, CandidateState, Phone, PhoneState, WishKind
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

K = CallEventKind
RINGING, ANSWERED, DIGIT, ENDED, LOST = K.RINGING, K.ANSWERED, K.DIGIT, K.ENDED, K.LOST


def begin(agency: Agency, campaign: Campaign) -> str:
    """Ask about the next candidate as the engine does and dial; the attempt's id."""
    order = agency.engine_of_one_question().queue.take()
    assert order
    return agency.dial(order)


@pytest.fixture
def person(agency: Agency) -> int:
    return agency.person("+33639980101")


@pytest.fixture
def campaign(agency: Agency, person: int) -> Campaign:
    return agency.campaign()


@pytest.fixture
def attempt(agency: Agency, campaign: Campaign) -> str:
    """A call that has just left."""
    return begin(agency, campaign)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (RINGING, AttemptState.RINGING),
        (K.EARLY_MEDIA, AttemptState.DIALING),
        (ANSWERED, AttemptState.ANSWERED),
        (K.PROMPT, AttemptState.DIALING),
        (DIGIT, AttemptState.DIALING),
        (ENDED, AttemptState.CLOSED),
        (K.REFUSED, AttemptState.CANCELLED),
        (K.NOT_SENT, AttemptState.CANCELLED),
        (LOST, AttemptState.UNKNOWN),
    ],
)
def test_each_report_moves_the_attempt(agency: Agency, attempt: str, kind: K, state: AttemptState) -> None:
    agency.report(attempt, kind)
    assert agency.state(attempt) is state
    assert [note["event"] for note in agency.attempt(attempt).events] == [kind.value]


def test_a_whole_call_is_written_down(agency: Agency, attempt: str) -> None:
    agency.report(attempt, RINGING)
    agency.clock.advance(seconds=4)
    agency.report(attempt, ANSWERED)
    agency.clock.advance(seconds=21)
    agency.report(
        attempt,
        ENDED,
        disposition=Disposition.ANSWERED,
        talk=timedelta(seconds=20.75),
        sip_code=200,
        sip_reason="OK",
        q850_cause=16,
        ended_by=EndedBy.SCRIPT_DONE,
        call_id="abc@127.0.0.1",
    )
    row = agency.attempt(attempt)
    assert (row.state, row.disposition, row.talk_ms) == (AttemptState.CLOSED, Disposition.ANSWERED, 20_750)
    assert (row.answered_at, row.ended_at) == (MORNING + timedelta(seconds=4), MORNING + timedelta(seconds=25))
    assert (row.sip_code, row.sip_reason, row.q850_cause) == (200, "OK", 16)
    assert (row.ended_by, row.call_id) == ("script-done", "abc@127.0.0.1")
    assert json.loads(agency.audit()[-1].body) == {
        "attempt": attempt,
        "state": "closed",
        "disposition": "answered",
        "sip": 200,
        "talk_ms": 20_750,
    }


@pytest.mark.parametrize(("late", "state"), [(RINGING, AttemptState.ANSWERED), (K.EARLY_MEDIA, AttemptState.ANSWERED)])
def test_reports_that_cross_do_not_take_an_answer_back(
    agency: Agency, attempt: str, late: K, state: AttemptState
) -> None:
    agency.report(attempt, ANSWERED)
    agency.report(attempt, late)
    assert agency.state(attempt) is state


@pytest.mark.parametrize("final", [ENDED, K.REFUSED, K.NOT_SENT, LOST])
def test_a_late_report_about_a_settled_attempt_changes_nothing(agency: Agency, attempt: str, final: K) -> None:
    agency.report(attempt, final, disposition=Disposition.BUSY)
    settled, before = agency.attempt(attempt), agency.numbers_of_rows()
    for late in CallEventKind:
        agency.report(attempt, late, detail="9", disposition=Disposition.ANSWERED)
    assert agency.attempt(attempt) == settled
    assert agency.numbers_of_rows() == before


def test_after_a_crash_reports_of_the_old_run_change_nothing(agency: Agency, attempt: str) -> None:
    with agency.transaction() as session:
        settle_leftovers(session, agency.clock.now())
    agency.report(attempt, ENDED, disposition=Disposition.ANSWERED)
    assert agency.attempt(attempt).disposition is Disposition.UNKNOWN


def test_an_end_without_a_disposition_is_a_failure(agency: Agency, attempt: str) -> None:
    agency.report(attempt, ENDED)
    assert agency.attempt(attempt).disposition is Disposition.FAILED


def opt_out(agency: Agency, attempt: str) -> None:
    agency.report(attempt, ANSWERED)
    agency.report(attempt, DIGIT, detail="9")


def test_the_opt_out_digit_is_an_objection_at_once(
    agency: Agency, person: int, campaign: Campaign, attempt: str
) -> None:
    opt_out(agency, attempt)
    (wish,) = agency.wishes()
    assert (wish.kind, wish.contact_id, wish.advertiser_id) == (WishKind.OBJECTION, person, campaign.advertiser_id)
    assert (wish.said_at, wish.source) == (agency.clock.now(), f"call {attempt}")
    assert agency.state(attempt) is AttemptState.ANSWERED, "the call itself goes on"


def test_it_reaches_the_advertisers_other_campaigns_during_the_call(agency: Agency, person: int, attempt: str) -> None:
    other = agency.campaign(name="Fibre décembre")
    foreign = agency.campaign(name="Autre", advertiser="autre")
    opt_out(agency, attempt)
    assert agency.candidate(other, person).state is CandidateState.NEVER
    assert agency.candidate(foreign, person).state is CandidateState.WAITING
    assert "FR-OBJECTION" in agency.ask(other, person).decision.rule_ids


def test_it_cancels_what_was_approved_and_has_not_left(agency: Agency, person: int, attempt: str) -> None:
    order = agency.order(agency.campaign(name="Fibre décembre"), person)
    opt_out(agency, attempt)
    assert agency.state(order.permit.attempt_id) is AttemptState.CANCELLED


@pytest.mark.parametrize(
    ("kind", "said"),
    [(ENDED, Disposition.ANSWERED), (ENDED, Disposition.OPTED_OUT), (ENDED, None), (LOST, None)],
    ids=["the far end hung up", "the script ended", "nobody knows how", "the runner died"],
)
def test_however_the_call_ends_an_opt_out_is_one(
    agency: Agency, person: int, campaign: Campaign, attempt: str, kind: K, said: Disposition | None
) -> None:
    opt_out(agency, attempt)
    agency.report(attempt, kind, disposition=said)
    assert agency.attempt(attempt).disposition is Disposition.OPTED_OUT
    assert agency.candidate(campaign, person).state is CandidateState.DONE
    assert "FR-OBJECTION" in agency.ask(campaign, person).decision.rule_ids


def test_a_digit_pressed_twice_is_one_objection(agency: Agency, attempt: str) -> None:
    opt_out(agency, attempt)
    agency.report(attempt, DIGIT, detail="9")
    assert len(agency.wishes()) == 1


@pytest.mark.parametrize("digit", ["0", "1", "#", ""])
def test_another_digit_says_nothing(agency: Agency, attempt: str, digit: str) -> None:
    agency.report(attempt, DIGIT, detail=digit)
    agency.report(attempt, ENDED, disposition=Disposition.ANSWERED)
    assert agency.wishes() == []
    assert agency.attempt(attempt).disposition is Disposition.ANSWERED


@pytest.mark.parametrize(
    ("disposition", "due"),
    [
        (Disposition.BUSY, "2026-11-24T10:32:00+01:00"),
        (Disposition.NO_ANSWER, "2026-11-24T14:00:00+01:00"),
        (Disposition.UNREACHABLE, "2026-11-24T14:02:00+01:00"),
        (Disposition.CONGESTION, "2026-11-24T10:22:00+01:00"),
        (Disposition.MACHINE, "2026-11-25T10:02:00+01:00"),
    ],
)
def test_a_retry_waits_for_the_policy_and_then_for_the_law(
    agency: Agency, person: int, campaign: Campaign, attempt: str, disposition: Disposition, due: str
) -> None:
    """No answer: three hours later it is 13:02, between the legal windows."""
    agency.report(attempt, ENDED, disposition=disposition)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.note) == (CandidateState.WAITING, disposition.value)
    assert candidate.due_at == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    "disposition",
    [Disposition.ANSWERED, Disposition.OPTED_OUT, Disposition.REFUSED, Disposition.DECLINED, Disposition.FAILED],
)
def test_what_the_policy_does_not_name_is_done(
    agency: Agency, person: int, campaign: Campaign, attempt: str, disposition: Disposition
) -> None:
    agency.report(attempt, ENDED, disposition=disposition)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.due_at, candidate.note) == (CandidateState.DONE, None, disposition.value)


def test_tries_come_to_an_end(agency: Agency, person: int, campaign: Campaign) -> None:
    states = []
    for _ in range(3):
        agency.report(begin(agency, campaign), ENDED, disposition=Disposition.BUSY)
        states.append(agency.candidate(campaign, person).state)
        agency.clock.advance(minutes=31)
    assert states == [CandidateState.WAITING, CandidateState.WAITING, CandidateState.DONE]


def test_a_retry_that_the_cap_forbids_waits_for_the_cap(agency: Agency, person: int) -> None:
    """Three calls elsewhere, the fourth is ours: the fifth waits thirty days, whatever the policy says."""
    patient = RetryPlan(after_minutes={Disposition.BUSY: 30}, max_tries=4)
    campaign = agency.campaign(retry=patient)
    for _ in range(3):
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=agency.clock.now())
    agency.report(begin(agency, campaign), ENDED, disposition=Disposition.BUSY)
    assert agency.candidate(campaign, person).due_at == datetime.fromisoformat("2026-12-24T10:00:00+01:00")


def test_after_an_unassigned_number_the_persons_next_one_is_called(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001")
    campaign = agency.campaign()
    agency.report(begin(agency, campaign), ENDED, disposition=Disposition.UNASSIGNED)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.due_at) == (CandidateState.WAITING, agency.clock.now())
    agency.clock.advance(seconds=1)
    assert agency.attempt(begin(agency, campaign)).number == "+33199000001"


def test_without_another_number_it_is_done(agency: Agency, person: int, campaign: Campaign, attempt: str) -> None:
    agency.report(attempt, ENDED, disposition=Disposition.UNASSIGNED)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.note) == (CandidateState.DONE, "unassigned")
    with agency.transaction() as session:
        assert session.get_one(Phone, 1).state is PhoneState.UNASSIGNED


def test_a_lost_call_is_unknown_counts_and_is_not_retried(
    agency: Agency, person: int, campaign: Campaign, attempt: str
) -> None:
    agency.report(attempt, RINGING)
    agency.report(attempt, LOST)
    row = agency.attempt(attempt)
    assert (row.state, row.disposition) == (AttemptState.UNKNOWN, Disposition.UNKNOWN)
    assert agency.candidate(campaign, person).state is CandidateState.DONE
    body = json.loads(agency.decisions()[0].body)
    assert body["facts"]["attempts"] == []
    agency.ask(campaign, person)
    assert len(json.loads(agency.decisions()[-1].body)["facts"]["attempts"]) == 1


@pytest.mark.parametrize("kind", [K.REFUSED, K.NOT_SENT])
def test_what_never_left_waits_again_as_if_nothing_had_been(
    agency: Agency, person: int, campaign: Campaign, attempt: str, kind: K
) -> None:
    agency.report(attempt, kind, detail="no free channel")
    candidate, row = agency.candidate(campaign, person), agency.attempt(attempt)
    assert (candidate.state, candidate.tries) == (CandidateState.WAITING, 0)
    assert candidate.due_at == agency.clock.now() + timedelta(seconds=2)
    assert (row.disposition, row.failure) == (Disposition.NOT_SENT, "no free channel")


def test_recovery_puts_people_back_in_line_or_through_the_policy(agency: Agency) -> None:
    lost, waiting = agency.person(), agency.person()
    campaign = agency.campaign()
    engine = agency.engine_of_one_question()
    order = engine.queue.take()
    assert order
    agency.dial(order)
    agency.clock.advance(seconds=1)
    agency.engine_of_one_question()
    given_back, unknown = engine.recover()
    assert (len(given_back), unknown) == (1, [order.permit.attempt_id])
    assert agency.candidate(campaign, lost).state is CandidateState.DONE
    back = agency.candidate(campaign, waiting)
    assert (back.state, back.due_at, back.tries) == (CandidateState.WAITING, agency.clock.now(), 0)


def test_after_every_outcome_the_chain_is_whole(agency: Agency, attempt: str) -> None:
    opt_out(agency, attempt)
    agency.report(attempt, ENDED)
    with agency.transaction() as session:
        assert verify(session).whole


def test_an_outcome_is_all_or_nothing(
    agency: Agency, person: int, campaign: Campaign, attempt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails while an end is written down, the attempt stays open and can be settled later."""

    def fails(*_: object) -> None:
        raise OSError("gone")

    before = agency.numbers_of_rows()
    monkeypatch.setattr(outcomes, "_what_next", fails)
    with pytest.raises(OSError, match="gone"):
        agency.report(attempt, ENDED, disposition=Disposition.BUSY)
    assert agency.numbers_of_rows() == before
    assert (agency.state(attempt), agency.attempt(attempt).events) == (AttemptState.DIALING, [])
    assert agency.candidate(campaign, person).state is CandidateState.CALLING
