"""The table of dispositions: the rows a carrier's customer would quote, and that there is always one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sip.dispositions import TABLE, disposition_of
from dialer.dispositions import Disposition
from dialer.ports import CallEvent, CallEventKind, EndedBy


def ended(**facts: Any) -> CallEvent:
    values: dict[str, Any] = {"kind": CallEventKind.ENDED, **facts}
    return CallEvent(attempt_id="a", at=datetime(2026, 9, 1, tzinfo=UTC), **values)


@pytest.mark.parametrize(
    ("code", "cause", "disposition"),
    [
        (486, 17, Disposition.BUSY),
        (486, None, Disposition.BUSY),
        (600, None, Disposition.BUSY),
        (404, 1, Disposition.UNASSIGNED),
        (404, None, Disposition.UNASSIGNED),
        (410, 22, Disposition.UNASSIGNED),
        (484, 28, Disposition.UNASSIGNED),
        (604, None, Disposition.UNASSIGNED),
        (603, 21, Disposition.DECLINED),
        (603, None, Disposition.DECLINED),
        (607, None, Disposition.DECLINED),
        (608, None, Disposition.DECLINED),
        (480, 18, Disposition.UNREACHABLE),
        (480, 20, Disposition.UNREACHABLE),
        (480, 19, Disposition.NO_ANSWER),
        (480, 31, Disposition.UNREACHABLE),
        (408, None, Disposition.UNREACHABLE),
        (408, 102, Disposition.UNREACHABLE),
        (504, 102, Disposition.CONGESTION),
        (502, 27, Disposition.UNREACHABLE),
        (502, None, Disposition.CONGESTION),
        (503, 42, Disposition.CONGESTION),
        (503, 34, Disposition.CONGESTION),
        (503, 17, Disposition.BUSY),
        (500, 1, Disposition.UNASSIGNED),
        (500, 127, Disposition.CONGESTION),
        (403, 21, Disposition.FAILED),
        (403, None, Disposition.FAILED),
        (407, None, Disposition.FAILED),
        (488, 65, Disposition.FAILED),
        (302, None, Disposition.FAILED),
        (487, None, Disposition.NO_ANSWER),
    ],
)
def test_what_the_carrier_said_decides_an_unanswered_call(
    code: int, cause: int | None, disposition: Disposition
) -> None:
    event = ended(sip_code=code, q850_cause=cause, ended_by=EndedBy.FAR_END)
    assert disposition_of(event) is disposition


@pytest.mark.parametrize(
    ("disposition", "causes"),
    [
        (Disposition.UNASSIGNED, [1, 4, 22, 23, 28]),
        (Disposition.BUSY, [17]),
        (Disposition.NO_ANSWER, [19]),
        (Disposition.UNREACHABLE, [3, 18, 20, 26, 27, 55]),
        (Disposition.DECLINED, [21]),
        (Disposition.CONGESTION, [2, 34, 38, 41, 42, 43, 44, 46, 47, 102]),
        (Disposition.FAILED, [16, 29, 31, 50, 57, 65, 88, 95, 101, 111, 127]),
    ],
)
def test_the_networks_cause_comes_before_a_code_that_only_translates_it(
    disposition: Disposition, causes: list[int]
) -> None:
    for cause in causes:
        event = ended(sip_code=400, q850_cause=cause, ended_by=EndedBy.FAR_END)
        assert disposition_of(event) is disposition, cause


@pytest.mark.parametrize(
    ("facts", "disposition"),
    [
        ({"answered": True, "ended_by": EndedBy.FAR_END}, Disposition.ANSWERED),
        ({"answered": True, "ended_by": EndedBy.SCRIPT_DONE, "remote": False}, Disposition.ANSWERED),
        ({"answered": True, "ended_by": EndedBy.FAR_END, "q850_cause": 17}, Disposition.ANSWERED),
        ({"answered": True, "ended_by": EndedBy.OPT_OUT}, Disposition.OPTED_OUT),
        ({"answered": True, "ended_by": EndedBy.MACHINE}, Disposition.MACHINE),
        ({"ended_by": EndedBy.RING_TIMEOUT, "sip_code": 487, "remote": False}, Disposition.NO_ANSWER),
        ({"ended_by": EndedBy.SHUTDOWN, "sip_code": 487, "remote": False}, Disposition.NO_ANSWER),
        ({"ended_by": EndedBy.RING_TIMEOUT, "sip_code": 408, "remote": False}, Disposition.FAILED),
        ({"sip_code": 408, "remote": False}, Disposition.FAILED),
        ({"sip_code": 503, "remote": False}, Disposition.FAILED),
        ({"kind": CallEventKind.LOST}, Disposition.UNKNOWN),
        ({"kind": CallEventKind.REFUSED}, Disposition.NOT_SENT),
        ({"kind": CallEventKind.NOT_SENT}, Disposition.NOT_SENT),
        ({"kind": CallEventKind.RINGING}, Disposition.UNKNOWN),
    ],
)
def test_how_it_ended_comes_before_codes(facts: dict[str, Any], disposition: Disposition) -> None:
    assert disposition_of(ended(**facts)) is disposition


@given(
    kind=st.sampled_from(CallEventKind),
    code=st.integers(0, 699),
    cause=st.none() | st.integers(0, 127),
    answered=st.booleans(),
    remote=st.booleans(),
    by=st.none() | st.sampled_from(EndedBy),
)
def test_every_report_has_a_disposition_and_only_unsent_ones_did_not_leave(
    kind: CallEventKind, code: int, cause: int | None, answered: bool, remote: bool, by: EndedBy | None
) -> None:
    event = ended(kind=kind, sip_code=code, q850_cause=cause, answered=answered, remote=remote, ended_by=by)
    disposition = disposition_of(event)
    assert disposition.left_platform == (kind not in {CallEventKind.REFUSED, CallEventKind.NOT_SENT})
    if kind is CallEventKind.ENDED:
        assert disposition.answered == answered


def test_every_row_names_its_source() -> None:
    assert all(row.source for row in TABLE)


def test_every_row_can_be_reached() -> None:
    """A row that an earlier one always covers would be a mistake in the table."""
    reached = set()
    for kind in (CallEventKind.ENDED, CallEventKind.LOST, CallEventKind.NOT_SENT, CallEventKind.DIGIT):
        for by in (None, *EndedBy):
            for answered in (True, False):
                for remote in (True, False):
                    for code in (0, 302, 403, 408, 404, 480, 486, 487, 503, 603):
                        for cause in (None, *range(1, 128)):
                            event = ended(
                                kind=kind,
                                ended_by=by,
                                answered=answered,
                                remote=remote,
                                sip_code=code,
                                q850_cause=cause,
                            )
                            reached.add(next(n for n, row in enumerate(TABLE) if row.fits(event)))
    assert reached == set(range(len(TABLE)))
