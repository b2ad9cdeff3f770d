"""The audio of one call: a UDP socket, a sender paced without drift, and what came in.

Everything runs on the one event loop: a call costs one timer and one reader, no thread.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from adapters.loopback.addresses import Address
from adapters.loopback.recording import Recording
from adapters.loopback.rtp import FRAME, FRAME_SAMPLES, EventFrame, Packet, Reception, key_press, parse_packet
from adapters.loopback.sdp import Offer
from adapters.loopback.sounds import Sound, encoded

_LARGEST_PACKET = 2048
_PACKETS_PER_WAKE = 512
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class MediaReport:
    """Counts of packets for the end of a call."""

    sent: int
    received: int
    lost: int
    recording: str | None
    """The file's name, None when no audio came."""


class MediaSession:
    """Binds its socket at once (raises OSError when none is left); sends nothing before `start`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        host: str,
        peer: Address,
        offer: Offer,
        recording_failed: Callable[[OSError], None],
    ) -> None:
        self._loop = loop
        self._peer = peer
        self._offer = offer
        self._recording: Recording | None = None
        self._answered_at = 0.0
        self._recording_failed = recording_failed
        self.reception = Reception()
        self._sent = 0
        self._sequence = secrets.randbelow(0x8000)
        self._timestamp = secrets.randbelow(0x80000000)
        self._ssrc = secrets.randbits(32)
        self._speech: deque[Iterator[bytes]] = deque()
        self._keys: deque[Iterator[EventFrame]] = deque()
        self._event_timestamp = 0
        self._talkspurt = True
        self._silence = bytes([offer.codec.silence]) * FRAME_SAMPLES
        self._timer: asyncio.TimerHandle | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        loop.add_reader(self._socket, self._readable)

    def start(self) -> None:
        """Send a frame every 20 ms from now on: silence, unless there is something to say."""
        if self._timer is None:
            self._due = self._loop.time()
            self._tick()

    def record(self, recording: Recording) -> None:
        """The call is answered: from this instant on somebody hears."""
        self._recording = recording
        self._answered_at = self._loop.time()

    def redirect(self, peer: Address) -> None:
        """Send to another address from now on (a re-INVITE)."""
        self._peer = peer

    def say(self, sounds: Iterable[Sound]) -> None:
        """Queue sounds after what is being said."""
        for sound in sounds:
            self._speech.append(_frames(encoded(sound, self._offer.codec), self._silence))

    def press(self, key: str) -> bool:
        """Send a key as telephone events in place of audio; False when the caller did not offer them."""
        if self._offer.telephone_event is None:
            return False
        self._keys.append(key_press(key))
        return True

    def close(self) -> MediaReport:
        """Stop, finish the recording and count."""
        if self._timer is not None:
            self._timer.cancel()
        self._readable()
        self._loop.remove_reader(self._socket)
        self._socket.close()
        path = None
        if self._recording is not None:
            path = self._recording.path
            try:
                self._recording.close(self._since_answer())
            except OSError as error:
                self._recording_failed(error)
        name = path.name if path else None
        return MediaReport(self._sent, self.reception.received, self.reception.lost, name)

    def _tick(self) -> None:
        self._send_frame()
        # The next instant is counted from the first, never from now: late timers do not add up.
        self._due += FRAME.total_seconds()
        self._timer = self._loop.call_at(self._due, self._tick)

    def _send_frame(self) -> None:
        event = _next(self._keys)
        if event is not None and self._offer.telephone_event is not None:
            if event.marker:
                self._event_timestamp = self._timestamp
            self._send(self._offer.telephone_event, event.marker, self._event_timestamp, event.payload)
            self._talkspurt = True
        else:
            frame = _next(self._speech) or self._silence
            self._send(self._offer.codec.payload_type, self._talkspurt, self._timestamp, frame)
            self._talkspurt = False
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFFFFFF

    def _send(self, payload_type: int, marker: bool, timestamp: int, payload: bytes) -> None:
        packet = Packet(payload_type, marker, self._sequence, timestamp, self._ssrc, payload)
        self._sequence = (self._sequence + 1) & 0xFFFF
        try:
            self._socket.sendto(packet.to_bytes(), self._peer)
        except (BlockingIOError, ConnectionRefusedError):
            # A full buffer or a caller that has gone: on a network this frame is lost, and so is it here.
            return
        self._sent += 1

    def _readable(self) -> None:
        for _ in range(_PACKETS_PER_WAKE):
            try:
                datagram = self._socket.recv(_LARGEST_PACKET)
            except (BlockingIOError, ConnectionRefusedError):
                return
            packet = parse_packet(datagram)
            codec = self._offer.codec
            if packet is None or packet.payload_type not in (codec.payload_type, self._offer.telephone_event):
                continue
            if self.reception.note(packet) and packet.payload_type == codec.payload_type:
                self._record(packet, codec.decode(packet.payload))

    def _record(self, packet: Packet, pcm: bytes) -> None:
        if self._recording is not None:
            try:
                self._recording.write(packet, pcm, self._since_answer())
            except OSError as error:
                failed, self._recording = self._recording, None
                self._recording_failed(error)
                with suppress(OSError):  # reported above; a full disk refuses the last header too
                    failed.close(timedelta(0))

    def _since_answer(self) -> timedelta:
        return timedelta(seconds=self._loop.time() - self._answered_at)


def _frames(octets: bytes, silence: bytes) -> Iterator[bytes]:
    for start in range(0, len(octets), FRAME_SAMPLES):
        frame = octets[start : start + FRAME_SAMPLES]
        yield frame + silence[len(frame) :]


def _next(queue: deque[Iterator[_Item]]) -> _Item | None:
    """The next item of the first iterator that still has one; None when all are exhausted."""
    while queue:
        item = next(queue[0], None)
        if item is not None:
            return item
        queue.popleft()
    return None
