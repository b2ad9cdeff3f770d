"""The network's cause, read from messages as carriers really write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sip.sip_messages import q850_cause


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ('Reason: Q.850;cause=17;text="User busy"', 17),
        ("Reason: Q.850;cause=1", 1),
        ("reason:q.850 ; cause = 34", 34),
        ('Reason: SIP ;cause=486 ;text="Busy", Q.850 ;cause=17', 17),
        ('Reason: SIP;cause=580;text="a, Q.850;cause=3"', None),
        ("Reason: SIP;cause=200\r\nReason: Q.850;cause=16", 16),
        ("Reason: Q.850\r\n ;cause=21", 21),
        ("Reason: Q.850;cause=999", None),
        ("Reason: Q.850;cause=0", None),
        ("Reason: Q.850;cause=x", None),
        ("X-Reason: Q.850;cause=17", None),
        ("Server: no reason at all", None),
    ],
)
def test_the_cause_is_read(header: str, cause: int | None) -> None:
    message = f"SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP h\r\n{header}\r\nContent-Length: 0\r\n\r\n"
    assert q850_cause(message) == cause


def test_a_body_is_not_taken_for_a_header() -> None:
    assert q850_cause("BYE sip:a SIP/2.0\r\nTo: b\r\n\r\nReason: Q.850;cause=17\r\n") is None


@given(st.text())
def test_any_text_is_borne(message: str) -> None:
    cause = q850_cause(message)
    assert cause is None or 1 <= cause <= 127
