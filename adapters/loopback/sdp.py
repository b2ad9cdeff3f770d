"""Offer and answer of one audio stream (RFC 4566, RFC 3264): as much SDP as a PSTN gateway needs, no more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.loopback.g711 import PCMA, PCMU, Codec

_MEDIA = re.compile(r"([a-z]+) ([0-9]{1,5})(?:/[0-9]+)? (\S+)((?: \S+)+)")
_CONNECTION = re.compile(r"IN IP4 ([0-9.]+)")
_EVENT_MAP = re.compile(r"rtpmap:([0-9]{1,3}) telephone-event/8000", re.IGNORECASE)


class NoCommonMedia(Exception):
    """The offer has no audio that this carrier speaks (PCMA or PCMU over RTP/AVP): answered with 488."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the caller wants: where its audio goes and the codec we choose from its list."""

    host: str
    port: int
    codec: Codec
    telephone_event: int | None
    """Payload type that the caller gave RFC 4733 events; None when it offered none."""
    media: tuple[str, ...]
    """The value of every m= line: an answer must have one for each (RFC 3264 section 6)."""
    audio: int
    """Which of them is ours."""


def read_offer(body: bytes) -> Offer:
    """Choose PCMA, else PCMU, from the first usable audio line; raises `NoCommonMedia`."""
    session_host, sections = _sections(body.decode("latin-1"))
    media = tuple(lines[0] for lines in sections)
    for index, (line, *attributes) in enumerate(sections):
        found = _MEDIA.fullmatch(line)
        if not found or found[1] != "audio" or found[3] != "RTP/AVP" or not 0 < int(found[2]) < 65536:
            continue
        formats = found[4].split()
        codec = next((c for c in (PCMA, PCMU) if str(c.payload_type) in formats), None)
        if codec is None:
            continue
        host = _connection(attributes) or session_host
        if host is None:
            raise NoCommonMedia("no IPv4 connection line")
        events = (int(m[1]) for m in map(_EVENT_MAP.match, attributes) if m and m[1] in formats)
        return Offer(host, int(found[2]), codec, next((e for e in events if e < 128), None), media, index)
    raise NoCommonMedia("no audio line with PCMA or PCMU over RTP/AVP")


def _sections(text: str) -> tuple[str | None, list[list[str]]]:
    """The session's connection address, and for each media its m= value followed by its c= and a= values."""
    sections: list[list[str]] = []
    session: list[str] = []
    for line in text.splitlines():
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            sections.append([value])
        elif kind in ("a", "c"):
            (sections[-1] if sections else session).append(value)
    return _connection(session), sections


def _connection(values: list[str]) -> str | None:
    return next((found[1] for found in map(_CONNECTION.match, values) if found), None)


def write_answer(offer: Offer, host: str, port: int, session: int, version: int) -> bytes:
    """One codec and telephone-event on our port; every other media line is refused with port 0."""
    lines = ["v=0", f"o=loopback {session} {version} IN IP4 {host}", "s=-"]
    lines += [f"c=IN IP4 {host}", "t=0 0"]
    for index, line in enumerate(offer.media):
        if index == offer.audio:
            lines += _audio(offer, port)
        else:
            kind, _, rest = line.partition(" ")
            lines.append(f"m={kind} 0 {rest.partition(' ')[2]}")
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def _audio(offer: Offer, port: int) -> list[str]:
    codec, event = offer.codec, offer.telephone_event
    formats = f"{codec.payload_type}" if event is None else f"{codec.payload_type} {event}"
    lines = [f"m=audio {port} RTP/AVP {formats}", f"a=rtpmap:{codec.payload_type} {codec.name}/8000"]
    if event is not None:
        lines += [f"a=rtpmap:{event} telephone-event/8000", f"a=fmtp:{event} 0-15"]
    return [*lines, "a=ptime:20", "a=sendrecv"]
