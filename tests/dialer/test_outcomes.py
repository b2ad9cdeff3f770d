"""What a runner's report does to the attempt, to the person's wishes, and to what comes next for them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dialer import outcomes
from dialer.dispositions import Disposition
from dialer.ledger import settle_leftovers
from dialer.ports import CallEventKind, EndedBy
from dialer.reported import reported
from dialer.schema import AttemptState, Campaign, Candidate, CandidateState, WishKind
from dialer.verification import compare, verify
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING

K = CallEventKind
RINGING, ANSWERED, DIGIT, ENDED, LOST = K.RINGING, K.ANSWERED, K.DIGIT, K.ENDED, K.LOST


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
    with agency.transaction() as session:
        digest = reported(session, attempt)
    assert json.loads(agency.audit()[-1].body) == {
        "attempt": attempt,
        "state": "closed",
        "disposition": "answered",
        "sip": 200,
        "talk_ms": 20_750,
        "reported": digest,
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
    for late in set(CallEventKind) - {DIGIT, K.AGENT_DIGIT}:
        agency.report(attempt, late, detail="9", disposition=Disposition.ANSWERED)
    assert agency.attempt(attempt) == settled
    assert agency.numbers_of_rows() == before


@pytest.mark.parametrize(
    ("reports", "wish"),
    [
        ([(DIGIT, "9", None)], WishKind.OBJECTION),
        ([(K.AGENT_DIGIT, "9", None), (ENDED, "", Disposition.REFUSED)], WishKind.OBJECTION),
        ([(ENDED, "", Disposition.REFUSED)], WishKind.REFUSAL),
    ],
)
def test_what_a_person_said_counts_however_late_it_is_told(
    agency: Agency, attempt: str, reports: list[tuple[K, str, Disposition | None]], wish: WishKind
) -> None:
    """An engine that others took for gone had the call in hand all the same."""
    with agency.transaction() as session:
        outcomes.after_recovery(session, agency.workspace.gate, *settle_leftovers(session, agency.clock.now()))
    for kind, detail, disposition in (*reports, *reports):
        agency.report(attempt, kind, detail=detail, disposition=disposition)
    assert [each.kind for each in agency.wishes()] == [wish]
    assert (agency.state(attempt), agency.attempt(attempt).disposition) == (AttemptState.UNKNOWN, Disposition.UNKNOWN)
    with agency.workspace.store.reading() as session:
        assert compare(session, agency.workspace).whole


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
    unsent = agency.write_attempt(agency.campaign(name="Fibre décembre"), person)
    opt_out(agency, attempt)
    assert agency.state(unsent) is AttemptState.CANCELLED


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


def test_a_key_of_the_agent_says_what_the_person_has_said(agency: Agency, person: int, attempt: str) -> None:
    agency.report(attempt, ANSWERED)
    agency.report(attempt, K.JOINED, detail="Alice")
    agency.report(attempt, K.AGENT_DIGIT, detail="9")
    (wish,) = agency.wishes()
    assert (wish.kind, wish.contact_id, wish.source) == (WishKind.OBJECTION, person, f"call {attempt}")


def test_a_refusal_noted_by_the_agent_holds_for_the_advertiser(
    agency: Agency, person: int, campaign: Campaign, attempt: str
) -> None:
    other, foreign = agency.campaign(name="Fibre décembre"), agency.campaign(name="Autre", advertiser="autre")
    agency.report(attempt, ANSWERED)
    agency.report(attempt, ENDED, disposition=Disposition.REFUSED, ended_by=EndedBy.REFUSAL)
    (wish,) = agency.wishes()
    assert (wish.kind, wish.said_at) == (WishKind.REFUSAL, agency.clock.now())
    states = [agency.candidate(each, person).state for each in (campaign, other, foreign)]
    assert states == [CandidateState.DONE, CandidateState.NEVER, CandidateState.WAITING]


def test_the_chain_names_the_agent_who_spoke(agency: Agency, attempt: str) -> None:
    agency.report(attempt, ANSWERED)
    agency.report(attempt, K.JOINED, detail="Alice")
    agency.report(attempt, ENDED, disposition=Disposition.ABANDONED, ended_by=EndedBy.AGENT_GONE)
    closed = json.loads(agency.audit()[-1].body)
    assert (closed["state"], closed["disposition"], closed["agent"]) == ("closed", "abandoned", "Alice")


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


def test_a_lost_call_is_unknown_counts_and_is_not_retried(
    agency: Agency, person: int, campaign: Campaign, attempt: str
) -> None:
    agency.report(attempt, RINGING)
    agency.report(attempt, LOST)
    row = agency.attempt(attempt)
    assert (row.state, row.disposition) == (AttemptState.UNKNOWN, Disposition.UNKNOWN)
    assert agency.candidate(campaign, person).state is CandidateState.DONE
    body = json.loads(agency.stored(agency.decisions()[0]))
    assert body["facts"]["attempts"] == []
    agency.ask(campaign, person)
    assert len(json.loads(agency.stored(agency.decisions()[-1]))["facts"]["attempts"]) == 1


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


@pytest.mark.parametrize("kind", [ENDED, K.NOT_SENT])
def test_a_call_to_somebody_who_was_taken_out_of_the_campaign_ends_as_any_other(
    agency: Agency, person: int, campaign: Campaign, attempt: str, kind: K
) -> None:
    with agency.transaction() as session:
        session.delete(session.get_one(Candidate, (campaign.id, person)))
    agency.report(attempt, kind, disposition=Disposition.BUSY)
    assert agency.state(attempt) is (AttemptState.CLOSED if kind is ENDED else AttemptState.CANCELLED)


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


@pytest.mark.parametrize("kind", [CallEventKind.RINGING, CallEventKind.ANSWERED])
def test_a_report_told_twice_changes_nothing_more(agency: Agency, kind: CallEventKind) -> None:
    person = agency.person()
    attempt_id = agency.dial(agency.order(agency.campaign(), person))
    agency.report(attempt_id, kind)
    agency.clock.advance(seconds=1)
    before = agency.attempt(attempt_id)
    agency.report(attempt_id, kind)
    after = agency.attempt(attempt_id)
    assert (after.state, after.answered_at) == (before.state, before.answered_at)


def test_a_call_that_rang_and_then_is_said_not_to_have_left_counts_as_unknown(agency: Agency) -> None:
    person = agency.person()
    attempt_id = agency.dial(agency.order(agency.campaign(), person))
    agency.report(attempt_id, CallEventKind.RINGING)
    agency.report(attempt_id, CallEventKind.NOT_SENT)
    assert agency.attempt(attempt_id).state is AttemptState.UNKNOWN


def test_a_report_about_an_attempt_that_nobody_knows_is_passed_over(agency: Agency) -> None:
    agency.report("0" * 32, CallEventKind.ENDED, disposition=Disposition.BUSY)
    assert agency.attempts() == []
