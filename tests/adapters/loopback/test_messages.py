"""Reading SIP as it really comes: compact, folded, listed, wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.loopback.message import (
    MalformedMessage,
    Request,
    Response,
    address_of,
    parse,
    sent_by,
    uri_in,
    user_of,
)
from adapters.loopback.reply import reply_address, response

HEADERS = (
    "Via: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK1;rport",
    "From: <sip:a@127.0.0.1>;tag=1",
    "To: <sip:+33199000000@127.0.0.1>",
    "Call-ID: c1",
    "CSeq: 7 OPTIONS",
)


def options(*extra: str, headers: tuple[str, ...] = HEADERS, body: bytes = b"") -> bytes:
    lines = ["OPTIONS sip:x@127.0.0.1 SIP/2.0", *headers, *extra]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def read(datagram: bytes) -> Request:
    request = parse(datagram)
    assert isinstance(request, Request)
    return request


def without(name: str) -> bytes:
    return options(headers=tuple(line for line in HEADERS if not line.startswith(name)))


def test_compact_names_are_full_names() -> None:
    compact = ("v: SIP/2.0/UDP h;branch=b", "f: <sip:a@h>;tag=1", "t: <sip:b@h>", "i: c1", "CSeq: 7 OPTIONS")
    request = read(options("m: <sip:a@h>", "l: 0", headers=compact))
    assert (request.branch, request.from_tag, request.call_id) == ("b", "1", "c1")
    assert request.first("contact") == "<sip:a@h>"


def test_folded_lines_are_one_value() -> None:
    assert read(options("Subject: first", "\tsecond", "  third")).first("subject") == "first second third"


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("<sip:a;lr>, <sip:b;lr>", ("<sip:a;lr>", "<sip:b;lr>")),
        ("<sip:a,b;lr>", ("<sip:a,b;lr>",)),
        ('"x, \\" y" <sip:a>,<sip:b>', ('"x, \\" y" <sip:a>', "<sip:b>")),
    ],
)
def test_lists_are_split_outside_quotes_and_brackets(value: str, parts: tuple[str, ...]) -> None:
    assert read(options(f"Record-Route: {value}")).every("record-route") == parts


def test_every_via_is_kept_in_order_and_the_first_tells_where_it_came_from() -> None:
    request = read(options("Via: SIP/2.0/UDP two;branch=b2, SIP/2.0/UDP three;branch=b3"))
    answer = parse(response(request, ("127.0.0.9", 4711), 200, to_tag="t"))
    first, *others = answer.every("via")
    assert first == "SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK1;rport=4711;received=127.0.0.9"
    assert others == ["SIP/2.0/UDP two;branch=b2", "SIP/2.0/UDP three;branch=b3"]
    assert (answer.to_tag, answer.sequence) == ("t", (7, "OPTIONS"))


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ("SIP/2.0/UDP 127.0.0.1:5099;branch=b;rport", ("127.0.0.1", 4711)),
        ("SIP/2.0/UDP 127.0.0.1:5099;branch=b", ("127.0.0.1", 5099)),
        ("SIP/2.0/UDP elsewhere.example;branch=b", ("127.0.0.1", 5060)),
        ("SIP/2.0/UDP :::;branch=b", ("127.0.0.1", 4711)),
    ],
    ids=["rport", "sent-by-port", "default-port", "unreadable"],
)
def test_responses_go_to_the_source_host(via: str, expected: tuple[str, int]) -> None:
    request = read(options(headers=(f"Via: {via}", *HEADERS[1:])))
    assert reply_address(request, ("127.0.0.1", 4711)) == expected


def test_the_body_is_cut_to_its_length() -> None:
    assert read(options("Content-Length: 3", body=b"abcdef")).body == b"abc"


@pytest.mark.parametrize(
    ("datagram", "complaint"),
    [
        (b"OPTIONS sip:x SIP/2.0\r\n", "no empty line"),
        (options().replace(b"SIP/2.0", b"SIP/3.0", 1), "request line"),
        (options().replace(b"OPTIONS sip", b"OP TIONS sip", 1), "request line"),
        (b"SIP/2.0 999 No\r\n\r\n", "status line"),
        (without("Via"), "no via"),
        (without("From"), "no from"),
        (without("To"), "no to"),
        (without("Call-ID"), "no call-id"),
        (without("CSeq"), "no cseq"),
        (options(headers=(*HEADERS[:4], "CSeq: x OPTIONS")), "CSeq has no number"),
        (options(headers=(*HEADERS[:4], "CSeq: 7 INVITE")), "another method"),
        (options("no colon here"), "not a header"),
        (options("Content-Length: 9", body=b"short"), "Content-Length"),
        (options("Content-Length: many"), "Content-Length"),
    ],
)
def test_what_cannot_be_answered_is_malformed(datagram: bytes, complaint: str) -> None:
    with pytest.raises(MalformedMessage, match=complaint):
        parse(datagram)


@pytest.mark.parametrize(
    ("uri", "user", "address"),
    [
        ("sip:+33199000010@127.0.0.1:5070;user=phone", "+33199000010", ("127.0.0.1", 5070)),
        ("sip:+33199000010;phone-context=x:secret@127.0.0.1", "+33199000010", ("127.0.0.1", 5060)),
        ("tel:+33199000010;isub=1", "+33199000010", None),
        ("sip:127.0.0.1", "", ("127.0.0.1", 5060)),
        ("sip:%2B33199@h:99999", "+33199", None),
        ("nonsense", "", None),
    ],
)
def test_uris(uri: str, user: str, address: tuple[str, int] | None) -> None:
    assert (user_of(uri), address_of(uri)) == (user, address)
    assert uri_in(f'"Name" <{uri}>;tag=1') == uri


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: options()[:-2] + tail + b"\r\n\r\n"))
def test_any_datagram_is_a_message_or_malformed(datagram: bytes) -> None:
    try:
        message = parse(datagram)
    except MalformedMessage:
        return
    assert isinstance(message, Request | Response)
    assert message.sequence[0] >= 0
    if isinstance(message, Request):
        answer = response(message, ("127.0.0.1", 5060), 200, to_tag="t")
        assert parse(answer).call_id == message.call_id


@given(st.text(max_size=60))
def test_addresses_are_read_or_refused(text: str) -> None:
    for found in (address_of(text), sent_by(text)):
        assert found is None or 0 < found[1] < 65536
