"""What a trunk's answers mean for the next call: every turn of a carrier's bad day, without a socket."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.sip.health import LONGEST_HOLD, TrunkHealth
from adapters.sip.trunk import Account, TrunkAddress

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLAIN = TrunkAddress("carrier", "sbc.example", 5060, False, 4)
TWO = replace(PLAIN, proxies=("one.example:5060", "two.example:5060"), probes=True)
LOGGED_IN = replace(PLAIN, account=Account("alice", "secret", registers=True))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_trunk_that_nobody_asks_is_taken_to_be_there() -> None:
    health = TrunkHealth(PLAIN, NOW)
    assert health.settled
    assert health.state(NOW).up
    assert health.state(NOW).registered is None


def test_a_trunk_that_is_asked_gets_no_call_before_it_answered() -> None:
    health = TrunkHealth(TWO, NOW)
    assert not health.settled
    assert health.choice(NOW) is None
    health.probed(1, "")
    assert health.settled
    assert health.choice(NOW) == 1
    health.probed(0, "")
    assert health.choice(NOW) == 0


def test_when_every_door_is_gone_the_state_names_them_all() -> None:
    health = TrunkHealth(TWO, NOW)
    health.probed(0, "silence")
    health.probed(1, "refused")
    assert health.settled
    state = health.state(NOW)
    assert (state.up, state.door) == (False, "")
    assert state.error == "one.example:5060: silence; two.example:5060: refused"


@pytest.mark.parametrize(
    ("code", "remote", "given_up"),
    [
        (401, True, True),
        (403, True, True),
        (404, True, True),
        (407, True, True),
        (503, True, False),
        (408, False, False),
    ],
)
def test_a_refused_login_is_told_from_a_registrar_in_trouble(code: int, remote: bool, given_up: bool) -> None:
    health = TrunkHealth(LOGGED_IN, NOW)
    assert not health.settled
    health.registered(code, "no", remote)
    assert health.choice(NOW) is None
    assert health.settled is given_up
    assert f"registration failed: {code} no" in health.state(NOW).error


def test_calls_leave_while_we_are_registered_and_only_then() -> None:
    health = TrunkHealth(LOGGED_IN, NOW)
    chosen = []
    for code, trouble in ((200, ""), (503, "later"), (200, "")):
        health.registered(code, trouble, True)
        chosen.append(health.choice(NOW))
    assert chosen == [0, None, 0]


def test_a_pause_that_was_asked_for_ends_by_itself() -> None:
    health = TrunkHealth(PLAIN, NOW)
    health.held(0, timedelta(seconds=30), NOW)
    health.held(0, timedelta(seconds=5), NOW)
    assert [health.choice(later(seconds)) for seconds in (0, 29.9, 30)] == [None, None, 0]


def test_no_pause_is_longer_than_an_hour() -> None:
    health = TrunkHealth(PLAIN, NOW)
    health.held(0, timedelta(days=9000), NOW)
    assert health.choice(NOW + LONGEST_HOLD) == 0


def test_a_pause_of_one_door_leaves_the_others_open() -> None:
    health = TrunkHealth(TWO, NOW)
    health.probed(0, "")
    health.probed(1, "")
    health.held(0, timedelta(seconds=30), NOW)
    assert health.choice(NOW) == 1
    health.probed(0, "")
    assert health.choice(NOW) == 1, "an answer to OPTIONS does not end the pause"


def test_silent_calls_without_probes_rest_longer_each_time_until_one_is_answered() -> None:
    health, rests, now = TrunkHealth(PLAIN, NOW), [], NOW
    for _ in range(9):
        health.unanswered(0, "silence", now)
        rest = next(s for s in range(1, 1000) if health.choice(now + timedelta(seconds=s)) is not None)
        rests.append(rest)
        now += timedelta(seconds=rest)
    assert rests == [2, 4, 8, 16, 32, 64, 120, 120, 120]
    health.answered(0)
    health.unanswered(0, "silence", now)
    assert health.choice(now + timedelta(seconds=2)) == 0


def test_after_a_silence_one_call_alone_tries_the_door() -> None:
    health = TrunkHealth(PLAIN, NOW)
    assert not health.doubted(0)
    health.unanswered(0, "silence", NOW)
    assert health.doubted(0)
    health.placed(0, "trial")
    assert health.choice(later(3600)) is None, "nobody else is called while it is not known what becomes of that call"
    health.over(0, "an older call")
    assert health.choice(later(3600)) is None
    health.over(0, "trial")
    assert health.choice(later(3600)) == 0


def test_any_answer_to_the_trial_opens_the_door_for_everybody() -> None:
    health = TrunkHealth(PLAIN, NOW)
    health.unanswered(0, "silence", NOW)
    health.placed(0, "trial")
    health.answered(0)
    assert (health.choice(later(3)), health.doubted(0)) == (0, False)
    health.placed(0, "another")
    assert health.choice(later(3)) == 0


def test_while_one_door_is_tried_another_takes_the_calls() -> None:
    health = TrunkHealth(replace(TWO, probes=False), NOW)
    health.unanswered(0, "silence", NOW)
    assert (health.choice(NOW), health.doubted(1)) == (1, False)
    assert health.choice(later(2)) == 0, "it is tried when its rest is over"
    health.placed(0, "trial")
    assert health.choice(later(2)) == 1


def test_a_silent_call_closes_a_probed_door_until_it_answers() -> None:
    health = TrunkHealth(TWO, NOW)
    health.probed(0, "")
    health.unanswered(0, "silence", NOW)
    assert health.choice(later(86400)) is None
    health.probed(0, "")
    assert health.choice(NOW) == 0


def test_the_loopback_carriers_own_misbehaviour_closes_nothing() -> None:
    health = TrunkHealth(replace(PLAIN, host="127.0.0.1", loopback=True), NOW)
    health.unanswered(0, "silence", NOW)
    health.held(0, timedelta(seconds=30), NOW)
    assert health.choice(NOW) == 0


def test_since_is_when_up_last_turned_to_down_or_back() -> None:
    health = TrunkHealth(PLAIN, NOW)
    health.state(NOW)
    health.held(0, timedelta(seconds=10), later(5))
    seen = [health.state(later(seconds)) for seconds in (5, 8, 15, 20)]
    assert [(state.up, state.since) for state in seen] == [
        (False, later(5)),
        (False, later(5)),
        (True, later(15)),
        (True, later(15)),
    ]
