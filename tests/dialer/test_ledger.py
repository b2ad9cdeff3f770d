"""The life of an attempt: dialed at most once, settled for ever, counted from its INVITE on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from dialer.audit import AuditKind
from dialer.dispositions import Disposition
from dialer.facts import read_facts
from dialer.ledger import (
    GIVEN_BACK,
    LIVE,
    NOT_COUNTED,
    TRANSITIONS,
    UNSENT,
    AttemptMoved,
    begin_dialing,
    end,
    move,
    settle_leftovers,
)
from dialer.reported import reported
from dialer.schema import AttemptState, Campaign
from dialer.verification import verify
from tests.dialer.agency import Agency

S = AttemptState
PERMITTED = {
    (S.APPROVED, S.CLAIMED), (S.APPROVED, S.CANCELLED), (S.APPROVED, S.EXPIRED),
    (S.CLAIMED, S.DIALING), (S.CLAIMED, S.CANCELLED), (S.CLAIMED, S.EXPIRED),
    (S.DIALING, S.RINGING), (S.DIALING, S.ANSWERED), (S.DIALING, S.CLOSED), (S.DIALING, S.UNKNOWN),
    (S.DIALING, S.CANCELLED),
    (S.RINGING, S.ANSWERED), (S.RINGING, S.CLOSED), (S.RINGING, S.UNKNOWN),
    (S.ANSWERED, S.CLOSED), (S.ANSWERED, S.UNKNOWN),
}  # fmt: skip
"""Written down a second time on purpose: a slip in the table shows here."""
SETTLED = {S.CLOSED, S.CANCELLED, S.EXPIRED, S.UNKNOWN}
COUNTED = {S.DIALING, S.RINGING, S.ANSWERED, S.CLOSED, S.UNKNOWN}


@pytest.mark.parametrize("to", S)
@pytest.mark.parametrize("source", S)
def test_only_the_drawn_transitions_exist(source: AttemptState, to: AttemptState) -> None:
    assert (to in TRANSITIONS[source]) is ((source, to) in PERMITTED)


def test_the_states_that_count_hold_a_channel_or_are_over() -> None:
    assert set(S) - NOT_COUNTED == COUNTED
    assert set(S) - LIVE == SETTLED
    assert set(UNSENT) == {S.APPROVED, S.CLAIMED}


class Lives(RuleBasedStateMachine):
    """Three attempts, moved in any order, fenced twice, and crashed at any point."""

    def __init__(self, agency: Agency, campaign: Campaign) -> None:
        super().__init__()
        self.agency, self.campaign = agency, campaign
        self.person = agency.person()
        self.attempts = [agency.write_attempt(campaign, self.person) for _ in range(3)]
        self.states = dict.fromkeys(self.attempts, S.APPROVED)
        self.dialed = dict.fromkeys(self.attempts, 0)

    @rule(which=st.integers(0, 2), to=st.sampled_from(S))
    def moves(self, which: int, to: AttemptState) -> None:
        attempt = self.attempts[which]
        self._expect((self.states[attempt], to) in PERMITTED, attempt, to, fenced=False)

    @rule(which=st.integers(0, 2))
    def is_fenced(self, which: int) -> None:
        attempt = self.attempts[which]
        self._expect(self.states[attempt] is S.APPROVED, attempt, S.DIALING, fenced=True)

    @precondition(lambda self: any(state not in SETTLED for state in self.states.values()))
    @rule()
    def crashes_and_starts_again(self) -> None:
        with self.agency.transaction() as session:
            given_back, unknown = settle_leftovers(session, self.agency.clock.now())
        mine = set(self.attempts)
        assert set(given_back) == {a for a in mine if self.states[a] in UNSENT}
        assert set(unknown) == {a for a in mine if self.states[a] in COUNTED - SETTLED}
        self.states |= dict.fromkeys(given_back, S.EXPIRED) | dict.fromkeys(unknown, S.UNKNOWN)

    def _expect(self, permitted: bool, attempt: str, to: AttemptState, *, fenced: bool) -> None:
        now = self.agency.clock.now()
        try:
            with self.agency.transaction() as session:
                if fenced:
                    begin_dialing(session, attempt, now, now + timedelta(minutes=2))
                else:
                    move(session, attempt, to)
        except AttemptMoved:
            assert not permitted
            return
        assert permitted
        self.dialed[attempt] += to is S.DIALING
        self.states[attempt] = to

    @invariant()
    def the_table_says_what_happened(self) -> None:
        assert {a: self.agency.state(a) for a in self.attempts} == self.states

    @invariant()
    def none_is_dialed_twice(self) -> None:
        assert max(self.dialed.values()) <= 1

    @invariant()
    def what_left_or_still_may_counts_and_nothing_else(self) -> None:
        with self.agency.transaction() as session:
            found = read_facts(
                session, self.agency.workspace.settings, self.campaign, [self.person], self.agency.clock.now()
            )
        assert len(found[self.person].facts.attempts) == sum(state not in GIVEN_BACK for state in self.states.values())

    def teardown(self) -> None:
        with self.agency.transaction() as session:
            settle_leftovers(session, self.agency.clock.now())


def test_whatever_the_order_of_moves_and_crashes(agency: Agency) -> None:
    agency.person()
    campaign = agency.campaign()
    run_state_machine_as_test(
        lambda: Lives(agency, campaign),  # type: ignore[arg-type]
        settings=settings(max_examples=20, stateful_step_count=10, suppress_health_check=list(HealthCheck)),
    )


def test_the_fence_writes_down_when_it_left_and_says_so_in_the_audit(agency: Agency) -> None:
    person = agency.person()
    campaign = agency.campaign()
    attempt_id = agency.dial(agency.order(campaign, person))
    attempt, last = agency.attempt(attempt_id), agency.audit()[-1]
    assert (attempt.state, attempt.dialed_at) == (S.DIALING, agency.clock.now())
    assert (last.kind, f'"attempt":"{attempt_id}","state":"dialing"' in last.body) == (AuditKind.ATTEMPT, True)


def test_a_used_order_cannot_pass_the_fence_again(agency: Agency) -> None:
    person = agency.person()
    order = agency.order(agency.campaign(), person)
    agency.dial(order)
    before = agency.numbers_of_rows()
    with pytest.raises(AttemptMoved, match="cannot become claimed"):
        agency.dial(order)
    assert agency.numbers_of_rows() == before


def test_the_end_of_an_attempt_tells_the_digest_of_all_that_is_stored_of_it(agency: Agency) -> None:
    person = agency.person()
    attempt_id = agency.dial(agency.order(agency.campaign(), person))
    notes = [{"event": "ended", "detail": "« raccroché »", "at": agency.clock.now().isoformat()}]
    with agency.transaction() as session:
        told = end(session, attempt_id, S.CLOSED, events=notes, sip_reason="Busy Here", q850_cause=17, call_id="a@b")
        assert told == reported(session, attempt_id)
        with pytest.raises(AttemptMoved, match="cannot become unknown"):
            end(session, attempt_id, S.UNKNOWN)


def test_an_unknown_attempt_cannot_be_moved(agency: Agency) -> None:
    with pytest.raises(AttemptMoved), agency.transaction() as session:
        move(session, "nobody", S.CLAIMED)


def test_settling_gives_back_or_marks_unknown_and_is_recorded_once(agency: Agency) -> None:
    waiting, calling = agency.person(), agency.person()
    campaign = agency.campaign()
    unsent = agency.order(campaign, waiting).permit.attempt_id
    left = agency.dial(agency.order(campaign, calling))
    for expected in (([unsent], [left]), ([], [])):
        with agency.transaction() as session:
            assert settle_leftovers(session, agency.clock.now()) == expected
    assert agency.state(unsent) is S.EXPIRED
    assert (agency.state(left), agency.attempt(left).disposition) == (S.UNKNOWN, Disposition.UNKNOWN)
    assert [row.kind for row in agency.audit()].count(AuditKind.RECOVERY) == 1
    with agency.transaction() as session:
        assert verify(session).whole
