"""The network's cause, read from messages as carriers really write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sip.sip_messages import codecs_of, date_of, header, q850_cause, retry_after


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


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Retry-After: 30", 30),
        ("retry-after:18000;duration=3600", 18000),
        ("Retry-After: 120 (I'm in a meeting)", 120),
        ("Retry-After: soon", None),
        ("Retry-After: -5", None),
        ("Retry-After: 12345678901", None),
        ("X-Retry-After: 30", None),
        ("Subject: x", None),
    ],
)
def test_the_pause_that_a_carrier_asks_for(line: str, seconds: int | None) -> None:
    assert retry_after(f"SIP/2.0 503 Service Unavailable\r\n{line}\r\n\r\nRetry-After: 99\r\n") == seconds


def test_a_date_is_an_instant_or_nothing() -> None:
    message = "SIP/2.0 200 OK\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\n\r\n"
    assert date_of(message) == datetime(2010, 11, 13, 23, 29, tzinfo=UTC)
    assert date_of(message.replace("Nov", "Smarch")) is None
    assert date_of("SIP/2.0 200 OK\r\n\r\n") is None


def test_a_header_is_found_whatever_its_case_and_not_in_the_body() -> None:
    assert header("SIP/2.0 401 No\r\nwww-authenticate : Digest a,\r\n b\r\n\r\n", "WWW-Authenticate") == "Digest a, b"
    assert header("SIP/2.0 200 OK\r\n\r\nDate: x\r\n", "Date") == ""


@pytest.mark.parametrize(
    ("body", "codecs"),
    [
        ("m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n", ("PCMA", "PCMU", "telephone-event")),
        ("m=audio 4000 RTP/SAVP 107 96\r\na=rtpmap:107 opus/48000/2\r\n", ("opus",)),
        ("m=video 4000 RTP/AVP 8\r\n", ()),
        ("", ()),
    ],
)
def test_codecs_are_read_from_an_sdp(body: str, codecs: tuple[str, ...]) -> None:
    assert codecs_of(f"SIP/2.0 200 OK\r\n\r\nv=0\r\n{body}") == codecs
