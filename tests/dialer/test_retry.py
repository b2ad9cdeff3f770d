"""Whether to try again is the campaign's own policy; when, is for the law too: no attempt is wasted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.day_parts import part_of, within
from dialer.dispositions import Disposition
from dialer.ports import CallEventKind
from dialer.retry import WAIT_FOR_A_PART, Tries, plan_retry
from dialer.retry_policy import RetryPolicy
from dialer.schema import AttemptState, Campaign, CandidateState, Phone, PhoneState
from rules.decide import decide
from rules.eligibility import next_eligible_at
from rules.facts import Consent, Facts
from rules.rule import Verdict
from rules.windows import read_windows
from tests.dialer.agency import Agency

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
SPREAD = RetryPolicy(
    max_tries=4,
    after_minutes={Disposition.NO_ANSWER: (180, 1440, 1440), Disposition.BUSY: 30},
    day_part={Disposition.NO_ANSWER: "another"},
)


def somebody(*attempts: datetime, hours: str = "") -> Facts:
    """Who may be called whenever the law is open, or in the hours of their consent."""
    return Facts(
        number="+33199000001",
        postcode="35000",
        caller_id="+33162000001",
        caller_id_authorised=True,
        consent=Consent.VALID,
        consent_hours=read_windows(hours) if hours else (),
        attempts=attempts,
    )


def law_for(facts: Facts) -> Callable[[datetime], datetime | None]:
    return lambda at: next_eligible_at(facts, at).at


def planned(policy: RetryPolicy, facts: Facts, tries: Tries, ended_at: datetime, of: Disposition) -> datetime | None:
    return plan_retry(policy, of, tries, ended_at, PARIS, law_for(facts))


def course(policy: RetryPolicy, of: Disposition, first_at: datetime, hours: str = "") -> list[datetime]:
    """When somebody is called who never answers, each call at the instant that was planned."""
    calls = [first_at]
    while at := planned(
        policy, somebody(*calls, hours=hours), Tries(len(calls), first_at, tuple(calls)), calls[-1], of
    ):
        calls.append(at)
    return calls


def local(calls: list[datetime]) -> list[str]:
    return [f"{at.astimezone(PARIS):%d %H:%M}" for at in calls]


def test_calls_that_nobody_answers_are_spread_over_the_day() -> None:
    """10:02 on Tuesday; from 13:02 on: 14:00; a day later in the evening; then in the morning or afternoon again."""
    assert local(course(SPREAD, Disposition.NO_ANSWER, AT)) == ["24 10:02", "24 14:00", "25 17:00", "27 10:00"]


def test_where_no_part_is_wished_the_first_lawful_instant_is_taken() -> None:
    assert local(course(SPREAD, Disposition.BUSY, AT)) == ["24 10:02", "24 10:32", "24 11:02", "24 11:32"]


def test_a_wish_that_the_law_never_grants_does_not_end_the_retries() -> None:
    """Consent for the morning only: there is no other lawful part to wait for."""
    told = course(SPREAD, Disposition.NO_ANSWER, AT, "10:00-12:00")
    assert local(told) == ["24 10:02", "25 10:00", "26 10:00", "27 10:00"]


def test_of_the_parts_left_the_next_best_is_taken() -> None:
    """Consent for mornings and evenings: the afternoon, tried least, never comes."""
    told = course(SPREAD, Disposition.NO_ANSWER, AT, "10:00-12:00;18:00-20:00")
    assert local(told) == ["24 10:02", "24 18:00", "26 10:00", "27 18:00"]


def test_a_policy_gives_up_when_the_next_call_would_come_too_late() -> None:
    short = SPREAD.model_copy(update={"give_up_after_days": 1})
    assert local(course(short, Disposition.NO_ANSWER, AT)) == ["24 10:02", "24 14:00"]


@pytest.mark.parametrize(
    ("disposition", "tries", "minutes"),
    [
        (Disposition.BUSY, 1, 30),
        (Disposition.BUSY, 3, 30),
        (Disposition.BUSY, 4, None),
        (Disposition.BUSY, 5, None),
        (Disposition.NO_ANSWER, 4, None),
        (Disposition.ANSWERED, 1, None),
        (Disposition.UNKNOWN, 1, None),
    ],
)
def test_a_retry_waits_for_its_minutes_and_ends_with_its_tries(
    disposition: Disposition, tries: int, minutes: int | None
) -> None:
    expected = AT + timedelta(minutes=minutes) if minutes else None
    assert planned(SPREAD, somebody(), Tries(tries, AT, (AT,)), AT, disposition) == expected


@pytest.mark.parametrize("disposition", Disposition)
def test_no_policy_means_no_retry(disposition: Disposition) -> None:
    assert planned(RetryPolicy(), somebody(), Tries(1, AT, (AT,)), AT, disposition) is None


PARTS = {"early": "10:00-12:00", "noon": "12:00-15:00", "late": "15:00-19:00"}
instants = st.integers(0, 60 * 24 * 40).map(lambda minutes: AT + timedelta(minutes=minutes))
policies = st.builds(
    lambda tries, days, delay, wish, parts: RetryPolicy(
        max_tries=tries,
        give_up_after_days=days,
        after_minutes={Disposition.NO_ANSWER: delay},
        day_part={Disposition.NO_ANSWER: wish} if wish else {},
        day_parts=PARTS if parts else {},
    ),
    st.integers(1, 4),
    st.integers(3, 40),
    st.integers(1, 4000),
    st.sampled_from(["", "another"]),
    st.booleans(),
)
named = policies.flatmap(
    lambda policy: st.lists(st.sampled_from(sorted(policy.parts)), min_size=1, unique=True).map(
        lambda names: policy.model_copy(update={"day_part": {Disposition.NO_ANSWER: tuple(names)}})
    )
)
consents = st.sampled_from(["", "10:00-12:00", "18:30-20:00", "09:00-10:30;16:30-17:30", "12:30-14:15"])


@given(policies | named, st.lists(instants, min_size=1, max_size=5).map(sorted), consents, st.integers(1, 5))
def test_a_retry_keeps_the_policy_and_the_law_and_takes_the_wished_part_if_it_can(
    policy: RetryPolicy, calls: list[datetime], hours: str, count: int
) -> None:
    """Never before the delay, outside the law, beyond the cap or the end of the policy; and of the lawful quarter
    hours before that end the first in a part that is wished most, or else the first of all."""
    facts, ended = somebody(*calls, hours=hours), calls[-1] + timedelta(seconds=40)
    tries = Tries(count, calls[0], tuple(calls))
    at = planned(policy, facts, tries, ended, Disposition.NO_ANSWER)
    delay, last = policy.delay(Disposition.NO_ANSWER, count), calls[0] + policy.give_up_after
    if delay is None:
        assert at is None
        return
    lawful = [each for each in quarters(ended + delay, last) if decide(facts, each).verdict is Verdict.ALLOW]
    if at is None:
        assert lawful == []
        return
    assert ended + delay <= at <= last
    assert decide(facts, at).verdict is Verdict.ALLOW
    assert sum(at - timedelta(days=29) < each for each in calls) < 4
    tried = [part_of(each.astimezone(PARIS), policy.parts) for each in calls]
    opens = law_for(facts)(ended + delay)
    assert opens is not None
    for wished in policy.wished_parts(Disposition.NO_ANSWER, tried):
        soon = [each for each in lawful if each <= opens + WAIT_FOR_A_PART]
        granted = [each for each in soon if within(each.astimezone(PARIS), wished)]
        if within(at.astimezone(PARIS), wished):
            assert all(at <= each for each in granted)
            return
        assert granted == [], "a part that is wished more could have been used"
    assert all(at <= each for each in lawful)


def quarters(first: datetime, last: datetime) -> list[datetime]:
    """Every quarter of an hour between two instants: parts and windows begin at none other."""
    start = first.replace(minute=first.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return [start + timedelta(minutes=15 * step) for step in range(max(0, (last - start) // timedelta(minutes=15) + 1))]


@given(policies | named, instants, consents)
def test_a_course_of_calls_ends_and_never_breaks_the_cap(policy: RetryPolicy, first: datetime, hours: str) -> None:
    opened = law_for(somebody(hours=hours))(first)
    assert opened is not None
    calls = course(policy, Disposition.NO_ANSWER, opened, hours)
    assert len(calls) <= policy.max_tries
    assert all(later > earlier for earlier, later in pairwise(calls))
    assert calls[-1] - calls[0] <= policy.give_up_after


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
    patient = RetryPolicy(after_minutes={Disposition.BUSY: 30}, max_tries=4)
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
