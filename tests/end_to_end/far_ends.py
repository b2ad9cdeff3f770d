"""Far ends that are not our carrier: a SIP server that only counts, and SIPp, which is none of ours."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.free_ports import free_port


@dataclass
class Listener:
    """Answers OPTIONS as any carrier would, and keeps the method of every request."""

    port: int
    methods: list[str] = field(default_factory=list)

    def take(self, request: bytes) -> bytes | None:
        lines = request.decode("ascii", "replace").split("\r\n")
        self.methods.append(lines[0].split(" ", 1)[0])
        if self.methods[-1] != "OPTIONS":
            return None
        kept = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        return "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode()


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.bind(("127.0.0.1", 0))
        listener = Listener(channel.getsockname()[1])

        def serve() -> None:
            while True:
                request, source = channel.recvfrom(65535)
                if not request:
                    return
                if answer := listener.take(request):
                    channel.sendto(answer, source)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", channel.getsockname())
            thread.join()


@dataclass(frozen=True)
class Sipp:
    """A SIPp server that would take any call, with its log of messages."""

    port: int
    messages: Path

    def invites(self) -> int:
        text = self.messages.read_text("utf-8", "replace") if self.messages.exists() else ""
        return sum(line.startswith("INVITE ") for line in text.splitlines())


@contextmanager
def sipp_answering(folder: Path) -> Iterator[Sipp]:
    """SIPp as a SIP server; it must be installed (`make test` does that)."""
    program = shutil.which("sipp")
    assert program, "SIPp is missing: apt-get install sip-tester"
    port, messages = free_port(), folder / "sipp-messages.log"
    command = [program, "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-trace_msg", "-message_file", str(messages)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "-nostdin"], cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield Sipp(port, messages)
    finally:
        process.kill()
        process.wait()
