"""Writes what the far end heard as WAV (PCM16, 8 kHz, mono), placed by RTP timestamp.

It begins with the answer and ends with the call. A gap in the stream is a seek: the file system
fills it with zeros, which are silence, so the duration is right whatever was lost or never sent,
and late packets still land where they belong.
"""

from __future__ import annotations

import struct
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from adapters.loopback.rtp import SAMPLE_RATE, Packet
from dialer.traces import recording_stem

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_JUMP_SAMPLES = 10 * SAMPLE_RATE
"""A timestamp further away than this is a new stream, not a gap: the clock says where it goes."""


class Recording:
    """The recording of one call, named by its Call-ID; its file appears with the first packet of audio."""

    def __init__(self, folder: Path, call_id: str) -> None:
        self._folder = folder
        self._stem = recording_stem(call_id)
        self._file: BinaryIO | None = None
        self._ssrc: int | None = None
        self._origin = 0
        """The timestamp at sample 0; may be negative or beyond 32 bits after a jump."""
        self._end = 0
        self._saved = 0
        self.path: Path | None = None

    def write(self, packet: Packet, pcm: bytes, since_answer: timedelta) -> None:
        """Place one packet's audio; raises OSError when the disk refuses.

        The time since the answer places the first packet of a stream, its timestamp the others.
        """
        if self._file is None:
            self._file = self._create()
        position = self._end + _signed32(packet.timestamp - self._origin - self._end)
        if packet.ssrc != self._ssrc or abs(position - self._end) > _JUMP_SAMPLES:
            position = max(self._end, _samples(since_answer))
            self._origin, self._ssrc = packet.timestamp - position, packet.ssrc
        if position < 0:
            return
        if self._file.tell() != _HEADER.size + 2 * position:
            self._file.seek(_HEADER.size + 2 * position)
        self._file.write(pcm)
        self._end = max(self._end, position + len(pcm) // 2)
        if self._end - self._saved >= SAMPLE_RATE:
            # A killed carrier leaves a file that still opens and lacks at most the last second.
            self._save_header()

    def close(self, since_answer: timedelta) -> None:
        """Fill up to the end of the call and write the header. Raises OSError when the disk refuses."""
        if self._file is not None:
            with self._file:
                self._end = max(self._end, _samples(since_answer))
                self._file.truncate(_HEADER.size + 2 * self._end)
                self._save_header()
            self._file = None

    def _create(self) -> BinaryIO:
        number = 1
        while True:
            self.path = self._folder / f"{self._stem}-{number}.wav"
            try:
                file = self.path.open("xb")
            except FileExistsError:
                number += 1
            else:
                file.write(_header(0))
                return file

    def _save_header(self) -> None:
        if self._file is not None:
            position = self._file.tell()
            self._file.seek(0)
            self._file.write(_header(self._end))
            self._file.seek(position)
            self._file.flush()
            self._saved = self._end


def _header(samples: int) -> bytes:
    size = 2 * samples
    return _HEADER.pack(
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16, b"data", size
    )


def _samples(span: timedelta) -> int:
    return round(span.total_seconds() * SAMPLE_RATE)


def _signed32(difference: int) -> int:
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000
