"""Whenever the dialer dies, nobody is called twice; `tests/end_to_end` kills the real one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.ports import CallOrder
from dialer.schema import AttemptState, CandidateState
from tests.dialer.agency import Agency
from tests.dialer.fakes import RINGS_FOR_EVER, ScriptedRunner

S = AttemptState


class Killed(BaseException):
    """Stands for `kill -9`: no handler of the program sees it."""


def runner(agency: Agency, **script: object) -> ScriptedRunner:
    return ScriptedRunner(agency.clock, **script)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["before the fence", "right after the fence", "while it rings"])
def test_whenever_it_is_killed_nobody_is_called_twice(agency: Agency, where: str) -> None:
    person = agency.person("+33639980101")
    campaign = agency.campaign()
    first = runner(agency, otherwise=RINGS_FOR_EVER)
    engine = agency.engine(first)
    engine._approve_one()
    if where != "before the fence":
        if where == "right after the fence":
            first.on_place = _kill
        try:
            engine._dial_queued()
            engine._under_way.listen(timedelta(0))
            engine._under_way.write()
        except Killed:
            pass
    second = runner(agency)
    agency.engine(second).run(until_idle=True)
    states = [attempt.state for attempt in agency.attempts()]
    if where == "before the fence":
        assert (first.called, second.called) == ([], ["+33639980101"])
        assert states == [S.EXPIRED, S.CLOSED]
        assert agency.candidate(campaign, person).tries == 1
    else:
        assert second.called == []
        assert states == [S.UNKNOWN]
        assert agency.candidate(campaign, person).state is CandidateState.DONE


def test_a_fault_while_placing_still_stops_the_runner_and_leaves_an_unknown_attempt(agency: Agency) -> None:
    agency.person()
    agency.campaign()
    phone = runner(agency, on_place=_kill)
    engine = agency.engine(phone)
    with pytest.raises(Killed):
        engine.run(until_idle=True)
    assert phone.stopped
    assert [attempt.state for attempt in agency.attempts()] == [AttemptState.UNKNOWN]
    assert engine.recover() == ([], [])


def _kill(_: CallOrder) -> None:
    raise Killed
