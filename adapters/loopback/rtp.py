"""RTP packets (RFC 3550) and telephone events (RFC 4733) as bytes and values; no sockets and no clock."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

SAMPLE_RATE = 8000
FRAME = timedelta(milliseconds=20)
FRAME_SAMPLES = 160
KEYS = "0123456789*#ABCD"
"""Event codes 0 to 15 (RFC 4733 section 3.2)."""

_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")
_EVENT_FRAMES = 8
_EVENT_VOLUME = 10
_END = 0x80
_END_PACKETS = 3


@dataclass(frozen=True, slots=True)
class Packet:
    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes

    def to_bytes(self) -> bytes:
        kind = self.payload_type | (0x80 if self.marker else 0)
        return _HEADER.pack(0x80, kind, self.sequence, self.timestamp, self.ssrc) + self.payload


def parse_packet(datagram: bytes) -> Packet | None:
    """One datagram to one packet, CSRCs, extension and padding removed; None when it is not RTP."""
    if len(datagram) < _HEADER.size or datagram[0] >> 6 != 2:
        return None
    first, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(datagram)
    start, end = _HEADER.size + 4 * (first & 0x0F), len(datagram)
    if first & 0x10:
        if end < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if first & 0x20:
        end -= datagram[-1]
    if start > end:
        return None
    return Packet(kind & 0x7F, bool(kind & 0x80), sequence, timestamp, ssrc, datagram[start:end])


@dataclass(frozen=True, slots=True)
class EventFrame:
    """One telephone-event payload; every frame of a key keeps the timestamp of its first."""

    payload: bytes
    marker: bool
    final: bool
    """True from the first end packet on."""


def key_press(key: str) -> Iterator[EventFrame]:
    """A key held for 160 ms as RFC 4733 section 2.5.1 wants it: marker on the first packet,
    duration growing with each frame, the end packet sent three times with the full duration."""
    event = KEYS.index(key)
    for frame in range(1, _EVENT_FRAMES):
        yield EventFrame(_EVENT.pack(event, _EVENT_VOLUME, frame * FRAME_SAMPLES), frame == 1, False)
    end = _EVENT.pack(event, _END | _EVENT_VOLUME, _EVENT_FRAMES * FRAME_SAMPLES)
    for _ in range(_END_PACKETS):
        yield EventFrame(end, False, True)


@dataclass(slots=True)
class Reception:
    """Counts what came in, per RFC 3550 appendix A.3: lost = expected by sequence numbers less received."""

    received: int = 0
    _ssrc: int | None = None
    _first: int = 0
    _highest: int = 0
    _before: int = 0
    """Packets expected of earlier sources (an SSRC that changed)."""
    _seen: set[int] = field(default_factory=set)

    def note(self, packet: Packet) -> bool:
        """Count one packet; False when it is a repetition of one of the last few."""
        if packet.ssrc != self._ssrc:
            self._before = self.expected
            self._ssrc, self._first, self._highest = packet.ssrc, packet.sequence, packet.sequence
            self._seen.clear()
        number = self._highest + _signed16(packet.sequence - self._highest)
        if number in self._seen:
            return False
        self._seen.add(number)
        if len(self._seen) > 1024:
            self._seen = {each for each in self._seen if each > self._highest - 512}
        self._highest = max(self._highest, number)
        self._first = min(self._first, number)
        self.received += 1
        return True

    @property
    def expected(self) -> int:
        current = 0 if self._ssrc is None else self._highest - self._first + 1
        return self._before + current

    @property
    def lost(self) -> int:
        return max(0, self.expected - self.received)


def _signed16(difference: int) -> int:
    return ((difference + 0x8000) & 0xFFFF) - 0x8000
