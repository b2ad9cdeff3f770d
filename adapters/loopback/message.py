"""SIP messages as they come off the wire (RFC 3261 section 7), read defensively.

Separate from the replies so that hostile input has one door: what leaves here has every field
that the rest of the carrier relies on, and no line breaks inside values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from adapters.loopback.addresses import SIP_PORT, Address

COMPACT_NAMES = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
    "e": "content-encoding", "f": "from", "i": "call-id", "k": "supported", "l": "content-length",
    "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to", "u": "allow-events",
    "v": "via", "x": "session-expires",
}  # fmt: skip
"""RFC 3261 section 7.3.3 and the IANA registry of SIP header fields."""

_LISTS = frozenset({"via", "record-route", "route", "contact"})
_TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_NUMBER = re.compile(r"[0-9]{1,10}")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|<[^>]*>?|,|[^",<]+')
_URI = re.compile(r"<([^<>]*)>")
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")


class MalformedMessage(Exception):
    """The datagram is not a SIP message that can be answered; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Message:
    """Headers by lower-case full name in order of appearance; comma lists are already split."""

    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def required(self, name: str) -> str:
        """The first value of a mandatory header; raises `MalformedMessage` when it is absent."""
        value = self.first(name)
        if not value:
            raise MalformedMessage(f"no {name} header")
        return value

    @property
    def call_id(self) -> str:
        return self.required("call-id")

    @property
    def branch(self) -> str:
        return parameter(self.required("via"), "branch") or ""

    @property
    def from_tag(self) -> str:
        return parameter(after_uri(self.required("from")), "tag") or ""

    @property
    def to_tag(self) -> str | None:
        return parameter(after_uri(self.required("to")), "tag")

    @property
    def sequence(self) -> tuple[int, str]:
        """CSeq as (number, method)."""
        number, _, method = self.required("cseq").partition(" ")
        if not _NUMBER.fullmatch(number):
            raise MalformedMessage("CSeq has no number")
        return int(number), method.strip()


@dataclass(frozen=True, slots=True)
class Request(Message):
    method: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Response(Message):
    code: int = 0


def parse(datagram: bytes) -> Request | Response:
    """One datagram to one message; raises `MalformedMessage` for anything that cannot be answered."""
    head, separator, body = datagram.partition(b"\r\n\r\n")
    if not separator:
        raise MalformedMessage("no empty line ends the headers")
    # Latin-1 keeps every octet, so that what we echo is what came.
    start, headers = _lines(head.decode("latin-1"))
    message = _start_line(start, headers, _cut(headers, body))
    for name in ("via", "from", "to", "call-id"):
        message.required(name)
    _, method = message.sequence
    if isinstance(message, Request) and method != message.method:
        raise MalformedMessage("CSeq names another method")
    return message


def _lines(head: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    start, *rest = _LINE_BREAK.split(head)
    unfolded: list[str] = []
    for line in rest:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip()
        else:
            unfolded.append(line)
    headers: list[tuple[str, str]] = []
    for line in unfolded:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not _TOKEN.fullmatch(name):
            raise MalformedMessage("a line is not a header")
        name = COMPACT_NAMES.get(name, name)
        values = _list(value) if name in _LISTS else [value]
        headers += [(name, each.strip()) for each in values]
    return start, tuple(headers)


def _list(value: str) -> list[str]:
    """Split at commas outside quotes and angle brackets, in one pass (hostile input must not cost more)."""
    values = [""]
    for piece in _PIECE.findall(value):
        if piece == ",":
            values.append("")
        else:
            values[-1] += piece
    return values


def _cut(headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """RFC 3261 section 18.3: surplus octets are dropped, too few make the message unusable."""
    length = next((value for key, value in headers if key == "content-length"), None)
    if length is None:
        return body
    if not _NUMBER.fullmatch(length) or int(length) > len(body):
        raise MalformedMessage("Content-Length does not fit the body")
    return body[: int(length)]


def _start_line(start: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Request | Response:
    first, _, rest = start.partition(" ")
    if first == "SIP/2.0":
        code = rest[:3]
        if not _NUMBER.fullmatch(code) or not 100 <= int(code) <= 699:
            raise MalformedMessage("the status line has no code")
        return Response(headers, body, int(code))
    uri, _, version = rest.rpartition(" ")
    if version != "SIP/2.0" or not _TOKEN.fullmatch(first) or not uri or " " in uri:
        raise MalformedMessage("not a SIP/2.0 request line")
    return Request(headers, body, first, uri)


def parameter(text: str, name: str) -> str | None:
    """The value of `;name=value` in a header or URI; empty when it has no value, None when absent."""
    for part in text.split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip()
    return None


def uri_in(value: str) -> str:
    """The URI of a name-addr or addr-spec header value."""
    found = _URI.search(value)
    return found[1] if found else value.partition(";")[0].strip()


def after_uri(value: str) -> str:
    """What follows the URI: the header's own parameters."""
    return value.rpartition(">")[2] if ">" in value else value


def user_of(uri: str) -> str:
    """The user part of a sip URI or the number of a tel URI, without parameters; empty when it has none."""
    scheme, colon, rest = uri.partition(":")
    if not colon:
        return ""
    user = rest if scheme.lower() == "tel" else rest.rpartition("@")[0]
    return unquote(re.split("[;:]", user, maxsplit=1)[0])


def address_of(uri: str) -> Address | None:
    """Host and port of a sip URI (5060 when it names none); None when it cannot be read."""
    host = _HOST_PORT.match(uri.partition(":")[2].rpartition("@")[2])
    return _address(host) if host else None


def sent_by(via: str) -> Address | None:
    """Host and port of a Via header's sent-by; None when it cannot be read."""
    found = _HOST_PORT.match(via.partition(";")[0].rpartition(" ")[2])
    return _address(found) if found else None


def _address(found: re.Match[str]) -> Address | None:
    port = int(found[2] or SIP_PORT)
    return (found[1], port) if 0 < port < 65536 else None
