"""Sample arithmetic for a telephone line: resampling to 8 kHz, PCM16 and A-law WAV files.

Pure numpy, no telephony and no synthesiser. Own code because the standard library's `wave` knows no
A-law and `audioop` leaves Python with 3.13. Samples are int16 arrays of shape (n,).
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
import wave
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

LINE_RATE = 8000
"""Samples per second of G.711 telephony."""

PASS_BAND = 3600.0
"""Hz kept when resampling: above the 3,400 Hz of a telephone channel, below the 4,000 Hz that alias."""

HALF_WIDTH = 64
"""Input samples on each side of an output sample that the windowed sinc looks at."""

SEGMENT_STARTS = np.array([32, 64, 128, 256, 512, 1024, 2048])
"""Where A-law segments 1 to 7 begin, on G.711's scale of 13-bit samples."""


def read_pcm16(content: bytes) -> tuple[Samples, int]:
    """The samples and the rate (Hz) of a mono PCM16 WAV. Accepts a header whose length is unknown."""
    with wave.open(io.BytesIO(content)) as source:
        if (source.getnchannels(), source.getsampwidth()) != (1, 2):
            raise ValueError(f"not mono PCM16: {source.getparams()}")
        frames = source.readframes(source.getnframes())
        return np.frombuffer(frames, dtype="<i2").astype(np.int16), source.getframerate()


def resample_to_line(samples: Samples, rate: int) -> Samples:
    """Resample from `rate` Hz (8,000 or more) to 8,000 Hz with a polyphase windowed sinc."""
    if rate < LINE_RATE:
        raise ValueError(f"cannot make {LINE_RATE} Hz from {rate} Hz: nothing to keep of the missing band")
    if rate == LINE_RATE:
        return samples
    common = gcd(rate, LINE_RATE)
    phases, step = LINE_RATE // common, rate // common
    padded = np.pad(samples.astype(np.float64), HALF_WIDTH)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF_WIDTH)
    line = np.empty(len(samples) * phases // step)
    for phase in range(min(phases, len(line))):
        whole, part = divmod(phase * step, phases)
        distance = np.arange(2 * HALF_WIDTH) - HALF_WIDTH - part / phases
        kernel = np.sinc(distance * 2 * PASS_BAND / rate) * np.cos(np.pi * distance / (2 * HALF_WIDTH + 2)) ** 2
        line[phase::phases] = (windows[whole::step] @ (kernel / kernel.sum()))[: len(line[phase::phases])]
    return np.clip(np.rint(line), -32768, 32767).astype(np.int16)


def encode_a_law(samples: Samples) -> NDArray[np.uint8]:
    """ITU-T G.711 A-law: one byte per sample, even bits inverted, the sign bit set for positive values."""
    magnitude = np.where(samples >= 0, samples, ~samples) >> 3
    segment = np.searchsorted(SEGMENT_STARTS, magnitude, side="right")
    # The two lowest segments share a step of 2; each further segment doubles it.
    mantissa = (magnitude >> np.maximum(segment, 1)) & 0x0F
    sign = np.where(samples >= 0, 0x80, 0)
    code: NDArray[np.uint8] = ((sign | segment << 4 | mantissa) ^ 0x55).astype(np.uint8)
    return code


def write_pcm16(target: Path, samples: Samples) -> None:
    """Write an 8 kHz mono PCM16 WAV file, whole or not at all."""
    content = io.BytesIO()
    with wave.open(content, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(LINE_RATE)
        sink.writeframes(samples.astype("<i2").tobytes())
    _replace(target, content.getvalue())


def write_a_law(target: Path, samples: Samples) -> None:
    """Write an 8 kHz mono A-law WAV file (format 6, with the `fact` chunk), whole or not at all."""
    code = encode_a_law(samples).tobytes()
    chunks = b"".join(
        [
            b"WAVE",
            b"fmt " + struct.pack("<IHHIIHHH", 18, 6, 1, LINE_RATE, LINE_RATE, 1, 8, 0),
            b"fact" + struct.pack("<II", 4, len(code)),
            b"data" + struct.pack("<I", len(code)) + code + b"\0" * (len(code) % 2),
        ]
    )
    _replace(target, b"RIFF" + struct.pack("<I", len(chunks)) + chunks)


def _replace(target: Path, content: bytes) -> None:
    """A reader of `target`, even after a crash here, finds the old file or the new one."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
