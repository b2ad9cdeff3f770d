"""Builds what the carrier sends: responses (RFC 3261 section 8.2.6) and requests inside a dialog (12.2.1)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.loopback.addresses import Address, is_loopback
from adapters.loopback.message import Request, address_of, after_uri, parameter, sent_by, uri_in

Header = tuple[str, str]

PHRASES = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK",
    404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 420: "Bad Extension",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 486: "Busy Here",
    487: "Request Terminated", 488: "Not Acceptable Here", 500: "Server Internal Error",
    502: "Bad Gateway", 503: "Service Unavailable", 603: "Decline", 607: "Unwanted",
}  # fmt: skip

ALLOW: Header = ("Allow", "INVITE, ACK, CANCEL, BYE, INFO, OPTIONS")
SDP: Header = ("Content-Type", "application/sdp")


def new_tag() -> str:
    return secrets.token_hex(8)


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)


def response(
    request: Request,
    source: Address,
    code: int,
    *,
    to_tag: str | None = None,
    headers: Iterable[Header] = (),
    body: bytes = b"",
) -> bytes:
    """A response to `request`, which came from `source`; the To tag is added when it has none."""
    top, *others = request.every("via")
    to = request.required("to")
    if to_tag is not None and request.to_tag is None:
        to += f";tag={to_tag}"
    lines = [f"SIP/2.0 {code} {PHRASES[code]}", f"Via: {_received(top, source)}"]
    lines += [f"Via: {via}" for via in others]
    if 100 < code < 300:
        lines += [f"Record-Route: {route}" for route in request.every("record-route")]
    lines += [
        f"From: {request.required('from')}",
        f"To: {to}",
        f"Call-ID: {request.call_id}",
        f"CSeq: {request.required('cseq')}",
    ]
    return _assemble(lines, headers, body)


def _received(via: str, source: Address) -> str:
    """The top Via with `received` and, where asked for, `rport` filled in (RFC 3581 section 4)."""
    first, *parameters = via.split(";")
    kept = [p for p in parameters if p.partition("=")[0].strip().lower() not in ("rport", "received")]
    if parameter(via, "rport") is not None:
        kept.append(f"rport={source[1]}")
    return ";".join([first, *kept, f"received={source[0]}"])


def reply_address(request: Request, source: Address) -> Address:
    """Where responses go: the source's host; its port with rport, else the port of Via (18.2.2)."""
    via = request.required("via")
    if parameter(via, "rport") is not None:
        return source
    named = sent_by(via)
    return (source[0], named[1]) if named else source


def _assemble(lines: list[str], headers: Iterable[Header], body: bytes) -> bytes:
    lines = [*lines, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@dataclass(slots=True)
class Dialog:
    """Our side of a dialog that the caller opened: roles are turned round for requests we send."""

    invite: Request
    source: Address
    local: Address
    tag: str
    sequence: int = 0

    @property
    def contact(self) -> Header:
        return ("Contact", f"<sip:carrier@{self.local[0]}:{self.local[1]}>")

    @property
    def _target(self) -> str:
        contact = self.invite.first("contact")
        return uri_in(contact if contact else self.invite.required("from"))

    def next_hop(self) -> Address:
        """The first route, else the caller's contact; the packet's source when that is not on loopback."""
        routes = self.invite.every("record-route")
        address = address_of(uri_in(routes[0]) if routes else self._target)
        return address if address and is_loopback(address[0]) else self.source

    def request(self, method: str, branch: str, headers: Iterable[Header] = (), body: bytes = b"") -> bytes:
        """The next request of this dialog."""
        self.sequence += 1
        local, remote = self.invite.required("to"), self.invite.required("from")
        if parameter(after_uri(local), "tag") is None:
            local += f";tag={self.tag}"
        lines = [
            f"{method} {self._target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.local[0]}:{self.local[1]};branch={branch};rport",
            *(f"Route: {route}" for route in self.invite.every("record-route")),
            "Max-Forwards: 70",
            f"From: {local}",
            f"To: {remote}",
            f"Call-ID: {self.invite.call_id}",
            f"CSeq: {self.sequence} {method}",
        ]
        return _assemble(lines, (self.contact, *headers), body)
