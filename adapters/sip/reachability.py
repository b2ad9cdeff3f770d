"""Whether a trunk answers at all: one SIP OPTIONS over UDP, before anything is dialed.

Plain sockets, because the question is asked from the dialer's own process, which holds no PJSIP.
"""

from __future__ import annotations

import secrets
import socket
from datetime import timedelta
from time import monotonic

_REPEAT = 0.5
"""T1 of RFC 3261: the first retransmission interval over UDP, seconds."""


def answer_to_options(host: str, port: int, patience: timedelta = timedelta(seconds=2)) -> str | None:
    """The status line of the first answer, such as `SIP/2.0 200 OK`; None when nothing answers.

    Any SIP answer will do: a carrier that refuses OPTIONS is there all the same.
    """
    deadline = monotonic() + patience.total_seconds()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect((host, port))
            request = _options(host, port, channel.getsockname())
            while (left := deadline - monotonic()) > 0:
                channel.send(request)
                channel.settimeout(min(_REPEAT, left))
                try:
                    return channel.recv(65535).split(b"\r\n", 1)[0].decode("ascii", "replace")
                except TimeoutError:
                    continue
        except OSError:
            return None  # unknown host, or the machine there says that nobody listens
    return None


def _options(host: str, port: int, own: tuple[str, int]) -> bytes:
    here = f"{own[0]}:{own[1]}"
    lines = (
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 70",
        f"From: <sip:dialer@{own[0]}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {secrets.token_hex(12)}@{own[0]}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:dialer@{here}>",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return "\r\n".join([*lines, "", ""]).encode("ascii")
