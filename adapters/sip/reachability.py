"""Whether a trunk answers, and what it says: single SIP requests, before anything is dialed.

Plain sockets, because the question is asked from the dialer's own process, which holds no PJSIP.
"""

from __future__ import annotations

import secrets
import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from adapters.sip.trunk import Tls, TrunkAddress
from dialer.trunk_settings import Transport

_REPEAT = 0.5
"""T1 of RFC 3261: the first retransmission interval over UDP, seconds."""
PATIENCE = timedelta(seconds=2)


class NoAnswer(Exception):
    """Nothing came back, or no connection could be made; the text says which."""


def status_line(message: str) -> str:
    return message.split("\r\n", 1)[0]


def ask(
    trunk: TrunkAddress,
    door: str,
    method: str,
    *,
    user: str = "",
    headers: Sequence[str] = (),
    sequence: int = 1,
    patience: timedelta = PATIENCE,
) -> str:
    """The text of the first final answer of a door (`host:port`) to one request. Raises `NoAnswer`."""
    host, _, port = door.rpartition(":")
    deadline = monotonic() + patience.total_seconds()
    try:
        with _connected(trunk, host, int(port), patience) as channel:
            request = _request(trunk, method, channel.getsockname(), user, headers, sequence)
            while (left := deadline - monotonic()) > 0:
                channel.sendall(request)
                repeat = _REPEAT if trunk.transport is Transport.UDP else left
                if answer := _final(channel, min(deadline, monotonic() + repeat)):
                    return answer
    except ssl.SSLError as error:
        raise NoAnswer(f"TLS: {error.reason or error}") from None
    except OSError as error:  # unknown host, or the machine there says that nobody listens
        raise NoAnswer(error.strerror or str(error)) from None
    raise NoAnswer(f"silent for {patience.total_seconds():g} s")


def _connected(trunk: TrunkAddress, host: str, port: int, patience: timedelta) -> socket.socket:
    seconds = patience.total_seconds()
    if trunk.transport is Transport.UDP:
        channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            channel.connect((host, port))
        except OSError:
            channel.close()
            raise
        return channel
    channel = socket.create_connection((host, port), seconds)
    if trunk.transport is Transport.TCP:
        return channel
    try:
        return _authorities(trunk.tls).wrap_socket(channel, server_hostname=host)
    except OSError:
        channel.close()
        raise


def _authorities(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _final(channel: socket.socket, until: float) -> str:
    """The first answer that is not 1xx; empty when none came by then. Raises `OSError`."""
    heard = b""
    while (left := until - monotonic()) > 0:
        channel.settimeout(left)
        try:
            chunk = channel.recv(65535)
        except TimeoutError:
            return ""
        if not chunk:
            raise ConnectionResetError("the far end closed the connection")
        heard += chunk
        if heard.startswith(b"SIP/2.0 1"):
            heard = heard.partition(b"\r\n\r\n")[2]
        if b"\r\n\r\n" in heard:
            return heard.decode("utf-8", "replace")
    return ""


def _request(
    trunk: TrunkAddress, method: str, own: tuple[str, int], user: str, headers: Sequence[str], sequence: int
) -> bytes:
    here = f"{own[0]}:{own[1]}"
    ourselves = f"<{trunk.uri(user)}>" if user else f"<sip:dialer@{own[0]}>"
    lines = (
        f"{method} {trunk.uri()} SIP/2.0",
        f"Via: SIP/2.0/{trunk.transport.upper()} {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 70",
        f"From: {ourselves};tag={secrets.token_hex(4)}",
        f"To: {ourselves if user else f'<{trunk.uri()}>'}",
        f"Call-ID: {secrets.token_hex(12)}@{own[0]}",
        f"CSeq: {sequence} {method}",
        *headers,
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return "\r\n".join([*lines, "", ""]).encode("utf-8")
