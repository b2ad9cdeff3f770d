"""Who agreed to be called at a date and hour is called then: not before, ahead of others, and once more at most."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dialer import appointments
from dialer.advertisers import advertiser_row
from dialer.campaigns import campaign_named
from dialer.candidates import reconsider
from dialer.dispositions import Disposition
from dialer.gate import GateAnswer
from dialer.ports import CallEventKind
from dialer.retry_policy import RetryPolicy
from dialer.schema import AgreedSlot, AttemptState, Campaign, CandidateState
from tests.dialer.agency import Agency
from tests.dialer.fakes import MORNING, ScriptedRunner

D = Disposition
NINE_IN_THE_EVENING = datetime.fromisoformat("2026-11-24T21:00:00+01:00")
TOMORROW = datetime.fromisoformat("2026-11-25T11:00:00+01:00")
WAITING, DONE = CandidateState.WAITING, CandidateState.DONE
PATIENT = RetryPolicy(max_tries=4, after_minutes={D.NO_ANSWER: 2, D.BUSY: 1440})


@pytest.fixture(autouse=True)
def advertisers(agency: Agency) -> None:
    """Ours is the first, as its campaigns will find it."""
    with agency.transaction() as session:
        ids = [advertiser_row(session, agency.workspace.settings, key).id for key in ("fibre-horizon", "autre")]
    assert ids == [1, 2]


def slot(contact_id: int, at: datetime, advertiser_id: int | None = 1, proof: str = "enregistrement 12") -> AgreedSlot:
    return AgreedSlot(contact_id=contact_id, advertiser_id=advertiser_id, at=at, proof=proof)


def agree(agency: Agency, contact_id: int, at: datetime, **fields: object) -> None:
    """A slot comes in as evidence does: written, then whoever it is about is looked at anew."""
    agency.add(slot(contact_id, at, **fields))  # type: ignore[arg-type]
    with agency.transaction() as session:
        reconsider(session, [contact_id], agency.clock.now())


def due(agency: Agency, campaign: Campaign, contact_id: int) -> datetime | None:
    candidate = agency.candidate(campaign, contact_id)
    assert (candidate.state is WAITING) is (candidate.due_at is not None)
    return candidate.due_at


def waiting_at_slots(agency: Agency) -> list[tuple[int, int]]:
    with agency.transaction() as session:
        return appointments.at_their_slot(session, "boucle", agency.clock.now())


def end(agency: Agency, campaign: Campaign, contact_id: int, disposition: Disposition) -> str:
    """A call of the campaign to the person ends so, at once."""
    attempt = agency.dial(agency.order(campaign, contact_id))
    with agency.transaction() as session:
        candidate = agency.candidate(campaign, contact_id)
        candidate.state, candidate.due_at, candidate.tries = CandidateState.CALLING, None, candidate.tries + 1
        session.add(candidate)
    agency.report(attempt, CallEventKind.ENDED, disposition=disposition)
    return attempt


def test_a_new_campaign_lets_them_wait_for_their_hour(agency: Agency) -> None:
    kept, other = agency.person(), agency.person()
    agency.campaign(name="avant")
    agency.add(slot(kept, NINE_IN_THE_EVENING), slot(kept, TOMORROW))
    campaign = agency.campaign()
    assert due(agency, campaign, kept) == NINE_IN_THE_EVENING
    assert due(agency, campaign, other) == agency.clock.now()


@pytest.mark.parametrize("state", [WAITING, DONE, CandidateState.NEVER])
def test_a_slot_that_comes_in_later_moves_whoever_it_is_about(
    agency: Agency, person: int, campaign: Campaign, state: CandidateState
) -> None:
    with agency.transaction() as session:
        candidate = agency.candidate(campaign, person)
        candidate.state, candidate.due_at = state, agency.clock.now() if state is WAITING else None
        session.add(candidate)
    agree(agency, person, TOMORROW)
    assert due(agency, campaign, person) == TOMORROW


@pytest.mark.parametrize(
    ("at", "advertiser", "proof"),
    [(TOMORROW, 1, ""), (TOMORROW, 2, "p"), (TOMORROW, None, "p"), (MORNING - timedelta(minutes=1), 1, "p")],
    ids=["without proof", "with another advertiser", "with nobody in particular", "already past"],
)
def test_what_is_no_slot_of_this_advertiser_moves_nobody(
    agency: Agency, person: int, campaign: Campaign, at: datetime, advertiser: int | None, proof: str
) -> None:
    agree(agency, person, at, advertiser_id=advertiser, proof=proof)
    assert due(agency, campaign, person) == agency.clock.now()


def test_a_call_under_way_is_not_touched_and_its_end_looks_at_the_slot(
    agency: Agency, person: int, campaign: Campaign, attempt: str
) -> None:
    """The agent and the person agree during the call to speak again tomorrow."""
    agree(agency, person, TOMORROW)
    assert agency.candidate(campaign, person).state is CandidateState.CALLING
    agency.report(attempt, CallEventKind.ENDED, disposition=D.ANSWERED)
    assert due(agency, campaign, person) == TOMORROW


@pytest.mark.parametrize("disposition", [D.OPTED_OUT, D.REFUSED])
def test_who_said_no_is_not_called_at_an_hour_agreed_before(
    agency: Agency, person: int, campaign: Campaign, attempt: str, disposition: Disposition
) -> None:
    agree(agency, person, TOMORROW)
    agency.report(attempt, CallEventKind.ENDED, disposition=disposition)
    assert agency.candidate(campaign, person).state is DONE


@pytest.mark.parametrize("disposition", [D.BUSY, D.NO_ANSWER, D.MACHINE, D.UNKNOWN, D.FAILED])
def test_a_retry_waits_for_the_slot(
    agency: Agency, person: int, campaign: Campaign, attempt: str, disposition: Disposition
) -> None:
    agree(agency, person, TOMORROW)
    agency.report(attempt, CallEventKind.ENDED, disposition=disposition)
    assert due(agency, campaign, person) == TOMORROW


def test_at_the_hour_the_law_opens_for_them_alone(agency: Agency) -> None:
    """21:00, an hour after the law has closed for all others (L.223-1 al. 6); a minute earlier it has not opened."""
    kept, other = agency.person(), agency.person()
    agency.add(slot(kept, NINE_IN_THE_EVENING))
    campaign = agency.campaign()
    asked: list[GateAnswer] = []
    for at in (NINE_IN_THE_EVENING - timedelta(minutes=1), NINE_IN_THE_EVENING):
        agency.clock.set(at.isoformat())
        asked += [agency.ask(campaign, kept), agency.ask(campaign, other)]
    assert [bool(answer.order) for answer in asked] == [False, False, True, False]
    assert asked[0].eligibility.at == NINE_IN_THE_EVENING
    assert asked[2].decision.relied_on == ("FR-HOURS-APPT",)


def test_their_turn_comes_at_the_hour_for_a_quarter_of_an_hour_and_before_others(agency: Agency) -> None:
    others = [agency.person() for _ in range(3)]
    late, early = agency.person(), agency.person()
    agency.add(slot(late, TOMORROW + timedelta(minutes=1)), slot(early, TOMORROW))
    campaign = agency.campaign()
    turns = {
        minutes: [contact for _, contact in _waiting_after(agency, minutes)] for minutes in (-1, 0, 1, 14, 15, 16, 17)
    }
    assert turns == {-1: [], 0: [early], 1: [early, late], 14: [early, late], 15: [late], 16: [], 17: []}
    assert {due(agency, campaign, other) for other in others} == {MORNING}


def _waiting_after(agency: Agency, minutes: int) -> list[tuple[int, int]]:
    agency.clock.set((TOMORROW + timedelta(minutes=minutes)).isoformat())
    return waiting_at_slots(agency)


def test_nobodys_turn_comes_while_they_are_on_the_line_or_their_campaign_rests(agency: Agency) -> None:
    person = agency.person()
    agency.add(slot(person, TOMORROW))
    campaign, resting = agency.campaign(), agency.campaign(name="Fibre décembre", running=False)
    foreign = agency.campaign(name="Autre", advertiser="autre", lists=())
    agency.clock.set(TOMORROW.isoformat())
    assert waiting_at_slots(agency) == [(campaign.id, person)]
    agency.write_attempt(foreign, person, state=AttemptState.RINGING)
    assert waiting_at_slots(agency) == []
    with agency.transaction() as session:
        assert campaign_named(session, resting.name).state == "draft"


def test_who_does_not_answer_at_the_hour_is_called_once_more_in_the_quarter_and_then_as_the_policy_says(
    agency: Agency, person: int
) -> None:
    """The policy would call again every other minute; of the slot it gets one retry, then it waits until it is over."""
    agency.add(slot(person, TOMORROW))
    campaign = agency.campaign(retry=PATIENT)
    agency.clock.set(TOMORROW.isoformat())
    end(agency, campaign, person, D.NO_ANSWER)
    retry = due(agency, campaign, person)
    assert retry == agency.clock.now() + timedelta(minutes=5)
    agency.clock.set(retry.isoformat())
    assert waiting_at_slots(agency) == [(campaign.id, person)]
    end(agency, campaign, person, D.NO_ANSWER)
    assert due(agency, campaign, person) == TOMORROW + timedelta(minutes=15)
    agency.clock.set((TOMORROW + timedelta(minutes=14)).isoformat())
    assert waiting_at_slots(agency) == []


def test_a_retry_that_would_leave_the_quarter_is_the_policys(agency: Agency, person: int) -> None:
    agency.add(slot(person, TOMORROW))
    campaign = agency.campaign(retry=PATIENT)
    agency.clock.set((TOMORROW + timedelta(minutes=11)).isoformat())
    end(agency, campaign, person, D.BUSY)
    assert due(agency, campaign, person) == agency.clock.now() + timedelta(days=1)


@pytest.mark.parametrize("disposition", [D.ANSWERED, D.UNKNOWN, D.CONGESTION])
def test_what_the_policy_does_not_retry_has_no_second_call_at_the_hour(
    agency: Agency, person: int, disposition: Disposition
) -> None:
    agency.add(slot(person, TOMORROW))
    campaign = agency.campaign(retry=PATIENT)
    agency.clock.set(TOMORROW.isoformat())
    end(agency, campaign, person, disposition)
    assert agency.candidate(campaign, person).state is DONE


def test_an_unassigned_number_gives_way_to_the_next_one_within_the_hour(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001")
    agency.add(slot(person, TOMORROW), slot(person, TOMORROW + timedelta(days=7)))
    campaign = agency.campaign()
    agency.clock.set(TOMORROW.isoformat())
    end(agency, campaign, person, D.UNASSIGNED)
    assert due(agency, campaign, person) == agency.clock.now()
    assert agency.attempt(end(agency, campaign, person, D.ANSWERED)).number == "+33199000001"
    assert due(agency, campaign, person) == TOMORROW + timedelta(days=7)


def test_one_slot_is_one_campaigns(agency: Agency, person: int) -> None:
    """Two campaigns of the advertiser wait for it: once one has called, the other waits until it has passed."""
    agency.add(slot(person, TOMORROW))
    one, other = agency.campaign(), agency.campaign(name="Fibre décembre")
    foreign = agency.campaign(name="Autre", advertiser="autre")
    agency.clock.set(TOMORROW.isoformat())
    assert waiting_at_slots(agency) == [(one.id, person), (other.id, person)]
    end(agency, one, person, D.ANSWERED)
    assert due(agency, other, person) == TOMORROW + timedelta(minutes=15)
    assert due(agency, foreign, person) == MORNING
    assert waiting_at_slots(agency) == []


def test_at_the_hour_the_cap_holds_all_the_same(agency: Agency, person: int) -> None:
    campaign = agency.campaign()
    for days in range(1, 5):
        at = MORNING - timedelta(days=days)
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=at)
    agree(agency, person, TOMORROW)
    agency.clock.set(TOMORROW.isoformat())
    assert agency.ask(campaign, person).decision.rule_ids == ("FR-FREQ",)


def test_a_run_calls_them_first_in_whichever_campaign_they_are(agency: Agency) -> None:
    for _ in range(2):
        agency.person()
    kept = agency.person("+33639980199", list_name="rendez-vous")
    agency.add(slot(kept, TOMORROW))
    agency.campaign()
    agency.campaign(name="Fibre décembre", lists=("rendez-vous",))
    runner = ScriptedRunner(agency.clock)
    agency.clock.set(TOMORROW.isoformat())
    agency.engine(runner).run(until_idle=True)
    assert runner.called == ["+33639980199", "+33639980001", "+33639980002"]


def test_a_run_calls_nobody_before_their_hour(agency: Agency, person: int) -> None:
    agency.add(slot(person, TOMORROW))
    agency.campaign()
    runner = ScriptedRunner(agency.clock)
    agency.engine(runner).run(until_idle=True)
    assert runner.called == []
