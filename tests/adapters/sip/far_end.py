"""A carrier for the tests of trunks: any transport, accounts with digest, and whatever answer a test wants.

Apart from the loopback carrier, which speaks UDP to whoever calls: this one judges what accounts,
certificates and doors do, with the digest computed by itself.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from adapters.loopback.message import MalformedMessage, Request, parse
from adapters.loopback.reply import PHRASES, Header, new_tag, response
from adapters.sip import TrunkAddress
from dialer.trunk_settings import Transport

PHRASES.update({302: "Moved Temporarily", 401: "Unauthorized", 403: "Forbidden", 407: "Proxy Authentication Required"})


@dataclass(frozen=True)
class Reply:
    code: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""


@dataclass
class FarEnd:
    """Answers REGISTER and OPTIONS with 200 and INVITE with 486, unless told otherwise.

    With a `password` every REGISTER and INVITE must prove it; a nonce is good for `nonce_uses`, then stale.
    `silent` methods get no answer. Requests that were read are in `heard`, each with its DSCP.
    """

    transport: str = "udp"
    tls: ssl.SSLContext | None = None
    port: int = 0
    password: str = ""
    user: str = "alice"
    realm: str = "carrier.test"
    nonce_uses: int = 1000
    silent: set[str] = field(default_factory=set)
    replies: dict[str, Callable[[Request], Reply]] = field(default_factory=dict)
    heard: list[Request] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)

    def __enter__(self) -> FarEnd:
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        self._socket = socket.socket(socket.AF_INET, kind)
        if kind == socket.SOCK_STREAM:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        if kind == socket.SOCK_STREAM:
            self._socket.listen()
        self._open = True
        self._uses: dict[str, int] = {}
        self._connections: list[socket.socket] = []
        serve = self._serve_datagrams if kind == socket.SOCK_DGRAM else self._serve_connections
        self._threads = [threading.Thread(target=serve, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        for each in (*self._connections, self._socket):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(2)
        for each in (*self._connections, self._socket):
            each.close()

    def got(self, method: str) -> list[Request]:
        return [request for request in list(self.heard) if request.method == method]

    def calls(self) -> dict[str, int]:
        """INVITEs (retransmissions and proofs of identity included) by Call-ID."""
        ids = [request.call_id for request in self.got("INVITE")]
        return {each: ids.count(each) for each in ids}

    def _serve_datagrams(self) -> None:
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        self._socket.settimeout(0.1)
        while self._open:
            try:
                data, extra, _, source = self._socket.recvmsg(65536, 64)
            except TimeoutError:
                continue
            except OSError:
                return
            self.marks.update(value[0] >> 2 for _, _, value in extra)
            if (answer := self._answer(data, source)) and self._open:
                self._socket.sendto(answer, source)

    def _serve_connections(self) -> None:
        while self._open:
            try:
                connection, source = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve_connection, args=(connection, source), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve_connection(self, connection: socket.socket, source: tuple[str, int]) -> None:
        self._connections.append(connection)
        with suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            waiting = b""
            while chunk := connection.recv(65536):
                waiting += chunk
                while (message := self._message_in(waiting)) is not None:
                    waiting = waiting[len(message) :].lstrip(b"\r\n\0")
                    if answer := self._answer(message, source):
                        connection.sendall(answer)

    @staticmethod
    def _message_in(stream: bytes) -> bytes | None:
        head, separator, body = stream.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length\s*:\s*(\d+)", head)
        wanted = int(length[1]) if length else 0
        return stream[: len(head) + 4 + wanted] if separator and len(body) >= wanted else None

    def _answer(self, data: bytes, source: tuple[str, int]) -> bytes | None:
        try:
            request = parse(data)
        except MalformedMessage:
            return None
        if not isinstance(request, Request):
            return None
        self.heard.append(request)
        if request.method == "ACK" or request.method in self.silent:
            return None
        reply = self._refusal(request) or self.replies.get(request.method, self._usual)(request)
        headers = (*reply.headers, ("Contact", f"<sip:carrier@127.0.0.1:{self.port};transport={self.transport}>"))
        return response(request, source, reply.code, to_tag=new_tag(), headers=headers, body=reply.body)

    @staticmethod
    def _usual(request: Request) -> Reply:
        if request.method == "REGISTER":
            return Reply(200, (("Expires", request.first("expires") or "300"),))
        return Reply(486 if request.method == "INVITE" else 200)

    def _refusal(self, request: Request) -> Reply | None:
        """A challenge for who has not proved the password with a fresh nonce."""
        if not self.password or request.method not in ("REGISTER", "INVITE"):
            return None
        proxy = request.method == "INVITE"
        given = request.first("proxy-authorization" if proxy else "authorization") or ""
        said = {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|[^\s,]+)', given)}
        nonce = said.get("nonce", "")
        stale = nonce in self._uses and self._uses[nonce] >= self.nonce_uses
        if nonce in self._uses and not stale and said.get("response") == self._expected(request, said):
            self._uses[nonce] += 1
            return None
        fresh = secrets.token_hex(8)
        self._uses[fresh] = 0
        challenge = f'Digest realm="{self.realm}", nonce="{fresh}", algorithm=MD5, qop="auth"'
        challenge += ", stale=true" if stale else ""
        return Reply(407 if proxy else 401, (("Proxy-Authenticate" if proxy else "WWW-Authenticate", challenge),))

    def _expected(self, request: Request, said: dict[str, str]) -> str:
        def md5(*parts: str) -> str:
            return hashlib.md5(":".join(parts).encode()).hexdigest()

        who = md5(self.user, self.realm, self.password)
        what = md5(request.method, said.get("uri", ""))
        return md5(who, said["nonce"], said.get("nc", ""), said.get("cnonce", ""), said.get("qop", ""), what)


def trunk_to(*ends: FarEnd, **changes: Any) -> TrunkAddress:
    """A trunk of one channel whose doors are these far ends; it is not the loopback carrier."""
    plain = TrunkAddress("carrier", "127.0.0.1", ends[0].port, False, 1)
    doors = tuple(f"127.0.0.1:{end.port}" for end in ends) if len(ends) > 1 else ()
    return replace(plain, proxies=doors, transport=Transport(ends[0].transport), **changes)
