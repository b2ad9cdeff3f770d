"""A simulated clock may be used toward the loopback carrier only: what else answers is refused."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.loopback import NotTheLoopbackCarrier, prove
from adapters.loopback.message import Request, parse
from adapters.loopback.reply import response
from tests.free_ports import free_port

if TYPE_CHECKING:
    from tests.adapters.loopback.conftest import FarEnd

SHORT = timedelta(seconds=0.3)
LONG = timedelta(seconds=30)

Answer = Callable[[Request, tuple[str, int]], bytes | None]


@contextmanager
def impostor(answer: Answer) -> Iterator[int]:
    """A UDP server on loopback that answers each datagram as told; yields its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while data_and_source := server.recvfrom(65535):
                data, source = data_and_source
                if data == b"end":
                    return
                request = parse(data)
                assert isinstance(request, Request)
                if reply := answer(request, source):
                    server.sendto(reply, source)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.sendto(b"end", server.getsockname())
        thread.join()


def test_the_carrier_proves_itself(far_end: FarEnd) -> None:
    prove(far_end.process.host, far_end.process.port, far_end.key, LONG)


def test_a_carrier_with_another_key_is_refused(far_end: FarEnd) -> None:
    with pytest.raises(NotTheLoopbackCarrier, match=f":{far_end.process.port} .*wrong proof.*same key file"):
        prove(far_end.process.host, far_end.process.port, b"another key", LONG)


@pytest.mark.parametrize(
    ("answer", "complaint", "patience"),
    [
        (lambda request, source: response(request, source, 200), "without a proof", LONG),
        (lambda request, source: response(request, source, 404), "without a proof", LONG),
        (
            lambda request, source: response(request, source, 200, headers=[("X-Loopback-Proof", "00" * 32)]),
            "wrong proof",
            LONG,
        ),
        (
            lambda request, source: response(request, source, 200, headers=[("X-Loopback-Proof", "é")]),
            "wrong proof",
            LONG,
        ),
        (lambda request, source: b"HTTP/1.1 200 OK\r\n\r\n", "nothing answered as a SIP server", SHORT),
        (lambda request, source: response(request, source, 100), "nothing answered", SHORT),
        (lambda request, source: None, "nothing answered", SHORT),
    ],
    ids=["no-proof", "404", "wrong-proof", "odd-proof", "not-sip", "only-trying", "mute"],
)
def test_an_impostor_is_refused(answer: Answer, complaint: str, patience: timedelta) -> None:
    with impostor(answer) as port, pytest.raises(NotTheLoopbackCarrier, match=complaint) as refused:
        prove("127.0.0.1", port, b"key", patience)
    assert f"127.0.0.1:{port}" in str(refused.value)


def test_a_relay_to_the_true_carrier_is_refused(far_end: FarEnd) -> None:
    def relay(request: Request, source: tuple[str, int]) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
            onward.settimeout(30)
            challenge = request.first("x-loopback-challenge")
            data = f"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch={request.branch}\r\n"
            data += "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: relay\r\nCSeq: 1 OPTIONS\r\n"
            data += f"X-Loopback-Challenge: {challenge}\r\n\r\n"
            onward.sendto(data.encode(), (far_end.process.host, far_end.process.port))
            return onward.recv(65535)

    with impostor(relay) as port, pytest.raises(NotTheLoopbackCarrier, match="wrong proof"):
        prove("127.0.0.1", port, far_end.key, LONG)


def test_a_lost_challenge_is_sent_again(far_end: FarEnd) -> None:
    seen: list[Request] = []

    def deaf_once(request: Request, source: tuple[str, int]) -> bytes | None:
        seen.append(request)
        return response(request, source, 200) if len(seen) == 2 else None

    with impostor(deaf_once) as port, pytest.raises(NotTheLoopbackCarrier, match="without a proof"):
        prove("127.0.0.1", port, b"key", LONG)
    assert seen[0].headers == seen[1].headers


def test_nothing_at_the_port_is_said_so() -> None:
    with pytest.raises(NotTheLoopbackCarrier, match=r"nothing answered .*Start the loopback carrier"):
        prove("127.0.0.1", free_port(), b"key", SHORT)


@pytest.mark.parametrize("host", ["192.0.2.1", "localhost", "sip.example.net", "::1", "128.0.0.1", ""])
def test_a_host_off_loopback_is_refused_without_asking(host: str) -> None:
    with pytest.raises(NotTheLoopbackCarrier, match="not a loopback address"):
        prove(host, 5060, b"key", timedelta(days=1))
