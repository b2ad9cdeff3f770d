"""Whether to try again is the campaign's own policy; when, is for the law too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.dispositions import Disposition
from dialer.plan import RetryPlan
from dialer.ports import CallEventKind
from dialer.retry import Retry, plan_retry
from dialer.schema import AttemptState, Campaign, CandidateState, Phone, PhoneState
from tests.dialer.agency import Agency

AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
POLICY = RetryPlan(after_minutes={Disposition.BUSY: 30, Disposition.NO_ANSWER: 180}, max_tries=3)


@pytest.mark.parametrize(
    ("disposition", "tries", "minutes"),
    [
        (Disposition.BUSY, 1, 30),
        (Disposition.BUSY, 2, 30),
        (Disposition.BUSY, 3, None),
        (Disposition.BUSY, 4, None),
        (Disposition.NO_ANSWER, 1, 180),
        (Disposition.ANSWERED, 1, None),
        (Disposition.UNKNOWN, 1, None),
    ],
)
def test_a_retry_waits_for_its_minutes_and_ends_with_its_tries(
    disposition: Disposition, tries: int, minutes: int | None
) -> None:
    expected = Retry(AT + timedelta(minutes=minutes)) if minutes else None
    assert plan_retry(POLICY, disposition, tries, AT) == expected


@pytest.mark.parametrize("disposition", Disposition)
def test_no_policy_means_no_retry(disposition: Disposition) -> None:
    assert plan_retry(RetryPlan(), disposition, 1, AT) is None


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
    agency.report(attempt, CallEventKind.ENDED, disposition=disposition)
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
    agency.report(attempt, CallEventKind.ENDED, disposition=disposition)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.due_at, candidate.note) == (CandidateState.DONE, None, disposition.value)


def test_tries_come_to_an_end(agency: Agency, person: int, campaign: Campaign) -> None:
    states = []
    for _ in range(3):
        agency.report(agency.begin(), CallEventKind.ENDED, disposition=Disposition.BUSY)
        states.append(agency.candidate(campaign, person).state)
        agency.clock.advance(minutes=31)
    assert states == [CandidateState.WAITING, CandidateState.WAITING, CandidateState.DONE]


def test_a_retry_that_the_cap_forbids_waits_for_the_cap(agency: Agency, person: int) -> None:
    """Three calls elsewhere, the fourth is ours: the fifth waits thirty days, whatever the policy says."""
    patient = RetryPlan(after_minutes={Disposition.BUSY: 30}, max_tries=4)
    campaign = agency.campaign(retry=patient)
    for _ in range(3):
        agency.write_attempt(campaign, person, state=AttemptState.CLOSED, dialed_at=agency.clock.now())
    agency.report(agency.begin(), CallEventKind.ENDED, disposition=Disposition.BUSY)
    assert agency.candidate(campaign, person).due_at == datetime.fromisoformat("2026-12-24T10:00:00+01:00")


def test_after_an_unassigned_number_the_persons_next_one_is_called(agency: Agency) -> None:
    person = agency.person("+33639980101", "+33199000001")
    campaign = agency.campaign()
    agency.report(agency.begin(), CallEventKind.ENDED, disposition=Disposition.UNASSIGNED)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.due_at) == (CandidateState.WAITING, agency.clock.now())
    agency.clock.advance(seconds=1)
    assert agency.attempt(agency.begin()).number == "+33199000001"


def test_without_another_number_it_is_done(agency: Agency, person: int, campaign: Campaign, attempt: str) -> None:
    agency.report(attempt, CallEventKind.ENDED, disposition=Disposition.UNASSIGNED)
    candidate = agency.candidate(campaign, person)
    assert (candidate.state, candidate.note) == (CandidateState.DONE, "unassigned")
    with agency.transaction() as session:
        assert session.get_one(Phone, 1).state is PhoneState.UNASSIGNED
