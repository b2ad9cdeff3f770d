"""A running carrier to judge from outside, and a tiny SIP caller on raw sockets to judge it with."""

from __future__ import annotations

import json
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.loopback import CarrierProcess
from adapters.loopback.message import Message, Request, Response, parse
from adapters.loopback.rtp import Packet, parse_packet

LOOPBACK = "127.0.0.1"
PATIENCE = 40.0
"""Seconds for what must come: a busy machine may be late with it."""


@dataclass(frozen=True)
class FarEnd:
    """A running carrier and the files it writes."""

    process: CarrierProcess
    key: bytes
    events: Path
    recordings: Path

    def lines(self, call_id: str | None = None) -> list[dict[str, Any]]:
        """The event log, or what it holds of one call."""
        every = [json.loads(line) for line in self.events.read_text().splitlines()]
        return [line for line in every if call_id in (None, line.get("call_id"))]


def _start(folder: Path, **options: Any) -> FarEnd:
    key = secrets.token_bytes(32)
    (folder / "key").write_bytes(key)
    events, recordings = folder / "events.jsonl", folder / "recordings"
    process = CarrierProcess.start(LOOPBACK, 0, folder / "key", events, recordings, **options)
    return FarEnd(process, key, events, recordings)


@pytest.fixture(scope="session")
def far_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarEnd]:
    """One carrier for every test that leaves it running."""
    far_end = _start(tmp_path_factory.mktemp("carrier"))
    with far_end.process:
        yield far_end
    assert not [line for line in far_end.lines() if line["event"] == "internal-error"]


@pytest.fixture(scope="session")
def start_far_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., FarEnd]]:
    """Starts a carrier of the test's own, which it may end or spoil; options as for `CarrierProcess.start`."""
    started: list[FarEnd] = []

    def start(**options: Any) -> FarEnd:
        started.append(_start(tmp_path_factory.mktemp("carrier"), **options))
        return started[-1]

    yield start
    for far_end in started:
        far_end.process.stop()


class Caller:
    """One call of a SIP user agent: what it got is kept with the instant (monotonic seconds) it came."""

    def __init__(self, far_end: FarEnd, callee: str) -> None:
        self.far_end = far_end
        self.callee = callee
        self.call_id = secrets.token_hex(8)
        self.tag = secrets.token_hex(4)
        self.branch = "z9hG4bK" + secrets.token_hex(8)
        self.messages: list[tuple[float, Message]] = []
        self.heard: list[tuple[float, Packet]] = []
        self._seen = 0
        self._target = (far_end.process.host, far_end.process.port)
        self._sip, self._rtp = self._socket(), self._socket()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._sip, selectors.EVENT_READ, self._receive_sip)
        self._selector.register(self._rtp, selectors.EVENT_READ, self._receive_rtp)
        self._sent_audio = 0

    @staticmethod
    def _socket() -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((LOOPBACK, 0))
        return sock

    def close(self) -> None:
        self._selector.close()
        self._sip.close()
        self._rtp.close()

    # What it sends

    def offer(self, formats: str = "8 0 101", event: int = 101) -> bytes:
        lines = ["v=0", f"o=t 1 1 IN IP4 {LOOPBACK}", "s=-", f"c=IN IP4 {LOOPBACK}", "t=0 0"]
        lines += [f"m=audio {self._rtp.getsockname()[1]} RTP/AVP {formats}"]
        lines += [f"a=rtpmap:{event} telephone-event/8000"]
        return ("\r\n".join(lines) + "\r\n").encode()

    def request(self, method: str, *, to_tag: str = "", sequence: int = 1, extra: str = "", body: bytes = b"") -> bytes:
        host, port = self._sip.getsockname()
        same_transaction = method in ("INVITE", "CANCEL")
        branch = self.branch if same_transaction else "z9hG4bK" + secrets.token_hex(8)
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} sip:{self.callee}@{self._target[0]}:{self._target[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch={branch};rport\r\n"
            f"From: <sip:+33199009999@{host}>;tag={self.tag}\r\n"
            f"To: <sip:{self.callee}@{self._target[0]}>{';tag=' + to_tag if to_tag else ''}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {sequence} {method}\r\n"
            f"Contact: <sip:caller@{host}:{port}>\r\nMax-Forwards: 70\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def send(self, data: bytes) -> None:
        self._sip.sendto(data, self._target)

    def invite(self, *, extra: str = "", body: bytes | None = None) -> None:
        self.send(self.request("INVITE", extra=extra, body=self.offer() if body is None else body))

    def ack(self, response: Response) -> None:
        self.send(self.request("ACK", to_tag=response.to_tag or ""))

    def cancel(self) -> None:
        self.send(self.request("CANCEL"))

    def bye(self, response: Response) -> None:
        self.send(self.request("BYE", to_tag=response.to_tag or "", sequence=2))

    def reply(self, request: Request, code: int = 200) -> None:
        lines = [f"SIP/2.0 {code} Whatever"]
        lines += [
            f"{name}: {value}" for name, value in request.headers if name in ("via", "from", "to", "call-id", "cseq")
        ]
        self.send(("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode())

    def talk(self, answer: Response, payload: bytes, *, frames: int, lost: range = range(0)) -> None:
        """Send `frames` audio packets at once, leaving out those in `lost`."""
        port = int(answer.body.decode().partition("m=audio ")[2].split()[0])
        for number in range(frames):
            if number not in lost:
                sequence, timestamp = (65530 + number) & 0xFFFF, (2**32 - 320 + 160 * number) & 0xFFFFFFFF
                packet = Packet(8, number == 0, sequence, timestamp, 7, payload)
                self._rtp.sendto(packet.to_bytes(), (LOOPBACK, port))

    # What it gets

    def _receive_sip(self) -> None:
        self.messages.append((time.monotonic(), parse(self._sip.recv(65535))))

    def _receive_rtp(self) -> None:
        packet = parse_packet(self._rtp.recv(2048))
        assert packet is not None
        self.heard.append((time.monotonic(), packet))

    def listen(self, seconds: float) -> None:
        """Take in what comes for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                key.data()

    def hear(self, seconds: float) -> None:
        """Take in so much audio, a packet for every 20 ms."""
        deadline, wanted = time.monotonic() + PATIENCE, round(seconds / 0.020)
        while len(self.heard) < wanted:
            left = deadline - time.monotonic()
            assert left > 0, f"heard {len(self.heard)} of {wanted} packets"
            for key, _ in self._selector.select(left):
                key.data()

    def _next(self, what: str, wanted: Callable[[Message], bool], timeout: float) -> Message:
        deadline = time.monotonic() + timeout
        while True:
            while self._seen < len(self.messages):
                message = self.messages[self._seen][1]
                self._seen += 1
                if wanted(message):
                    return message
            left = deadline - time.monotonic()
            assert left > 0, f"no {what} within {timeout} s; got {self.responses()}"
            for key, _ in self._selector.select(left):
                key.data()

    def response(self, code: int, timeout: float = PATIENCE) -> Response:
        """The next response with this code; earlier ones are passed over."""
        found = self._next(str(code), lambda m: isinstance(m, Response) and m.code == code, timeout)
        assert isinstance(found, Response)
        return found

    def incoming(self, method: str, timeout: float = PATIENCE) -> Request:
        """The next request from the far end with this method."""
        found = self._next(method, lambda m: isinstance(m, Request) and m.method == method, timeout)
        assert isinstance(found, Request)
        return found

    def responses(self) -> list[int]:
        return [m.code for _, m in self.messages if isinstance(m, Response)]

    def requests(self) -> list[str]:
        return [m.method for _, m in self.messages if isinstance(m, Request)]

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        """What the carrier's event log says of this call."""
        every = self.far_end.lines(self.call_id)
        return [line for line in every if event in (None, line["event"])]

    def up(self) -> Response:
        """Place the call and acknowledge its 200 OK."""
        self.invite()
        answer = self.response(200)
        self.ack(answer)
        return answer

    def settle(self) -> None:
        """Wait until the carrier has read all that was sent so far: it answers in order."""
        self.send(self.request("OPTIONS", sequence=99))
        self._next("200 to OPTIONS", lambda m: m.sequence == (99, "OPTIONS"), PATIENCE)

    def hang_up(self, answer: Response) -> None:
        self.bye(answer)
        self.response(200)


@pytest.fixture(scope="session")
def calling() -> Iterator[Callable[[FarEnd, str], Caller]]:
    """Makes callers and closes their sockets in the end."""
    callers: list[Caller] = []

    def make(far_end: FarEnd, callee: str) -> Caller:
        callers.append(Caller(far_end, callee))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture
def caller(far_end: FarEnd, calling: Callable[[FarEnd, str], Caller]) -> Callable[[str], Caller]:
    """`caller("+33199000010")` is a caller of the shared carrier."""
    return lambda callee: calling(far_end, callee)
