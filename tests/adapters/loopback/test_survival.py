"""The carrier outlives whatever arrives on its ports."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.loopback import prove
from tests.cpu_time import cpu_seconds

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import Caller, FarEnd

INVITE = (
    b"INVITE sip:+33199000911@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKf;rport\r\n"
    b"From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:+33199000911@127.0.0.1>\r\nCall-ID: f\r\nCSeq: 1 INVITE\r\n"
    b"Contact: <sip:a@127.0.0.1>\r\nContent-Type: application/sdp\r\n\r\n"
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 101\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\n"
)
PATIENCE = timedelta(seconds=30)
METHODS = [b"INVITE", b"ACK", b"CANCEL", b"BYE", b"INFO", b"OPTIONS", b"REGISTER"]


@st.composite
def damaged_requests(draw: st.DrawFn) -> bytes:
    """A sound request of any method with a few slices replaced."""
    data = INVITE.replace(b"INVITE", draw(st.sampled_from(METHODS)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 20)))
        data = data[:start] + draw(st.binary(max_size=20)) + data[end:]
    return data


@pytest.fixture(scope="module")
def victim(start_far_end: Callable[..., FarEnd]) -> Iterator[FarEnd]:
    """A carrier that takes all of it, without a fault of its own in the evidence."""
    far_end = start_far_end()
    yield far_end
    assert not [line for line in far_end.lines() if line["event"] == "internal-error"]


@pytest.fixture(autouse=True)
def still_alive(victim: FarEnd) -> Iterator[None]:
    """Whatever a test sent: the carrier has read it, still proves itself."""
    yield
    prove(victim.process.host, victim.process.port, victim.key, PATIENCE)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(datagram=damaged_requests() | st.binary(max_size=400))
def test_no_datagram_ends_the_carrier(victim: FarEnd, datagram: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, (victim.process.host, victim.process.port))
    assert victim.process._process.poll() is None


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\n\r\n",
        b"\0" * 65507,
        INVITE.replace(b"Contact: <sip:a@127.0.0.1>", b"Record-Route: " + b"," * 60000),
        INVITE.replace(b"Contact: <sip:a@127.0.0.1>", b"Record-Route: " + b'"<,' * 20000),
        INVITE.replace(b"Contact", b"\r\n x" * 12000 + b"\r\nContact"),
    ],
    ids=["empty", "keep-alive", "zeros", "commas", "quotes", "folds"],
)
def test_hostile_datagrams_cost_no_time(victim: FarEnd, datagram: bytes) -> None:
    before = cpu_seconds(victim.process.pid)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, (victim.process.host, victim.process.port))
    prove(victim.process.host, victim.process.port, victim.key, PATIENCE)
    assert cpu_seconds(victim.process.pid) - before < 1


def test_malformed_datagrams_are_noted_and_keep_alives_are_not(victim: FarEnd) -> None:
    before = len(victim.lines())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in (b"\r\n\r\n", b"\0", b"GET / HTTP/1.1\r\n\r\n"):
            sender.sendto(datagram, (victim.process.host, victim.process.port))
    prove(victim.process.host, victim.process.port, victim.key, PATIENCE)
    [line] = [line for line in victim.lines()[before:] if line["event"] == "malformed"]
    assert (line["size"], line["start"]) == (18, "GET / HTTP/1.1\r\n\r\n")


def test_noise_on_the_audio_port_is_not_heard(victim: FarEnd, calling: Callable[[FarEnd, str], Caller]) -> None:
    call = calling(victim, "+33199000950")
    answer = call.up()
    port = int(answer.body.decode().partition("m=audio ")[2].split()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in (b"", b"\x80", b"\x80\xc8" + bytes(26), b"\xbf\x08" + bytes(20), bytes(172)):
            sender.sendto(datagram, ("127.0.0.1", port))
    call.hang_up(answer)
    [line] = call.lines("ended")
    assert (line["rtp_received"], line["recording"]) == (0, None)
