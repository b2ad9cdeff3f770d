"""What the far end says, synthesised once at start: voice-like bursts, network tones, a beep.

Voice here is a buzz of harmonics under two moving formants, opened and closed in syllables: enough
for an energy detector and a human ear to call it speech, and it needs no file and no licence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import cycle

from adapters.loopback.g711 import PCMA, PCMU, Codec
from adapters.loopback.rtp import SAMPLE_RATE

PEAK = 12000
"""PCM16 amplitude, about -9 dBFS: an ordinary speech level."""


class Sound(StrEnum):
    ALLO = "a short « allô ? » of 0.6 s"
    GREETING = "6 s of continuous speech"
    BEEP = "a beep of 1000 Hz for 0.4 s"
    ANNOUNCEMENT = "the special information tone and a spoken announcement, 2 s together"


def _tone(hertz: float, seconds: float) -> Iterator[int]:
    for n in range(round(seconds * SAMPLE_RATE)):
        yield round(PEAK * math.sin(2 * math.pi * hertz * n / SAMPLE_RATE))


def _syllable(seconds: float, pitch: float, formants: tuple[float, float]) -> Iterator[int]:
    """One vowel: 12 harmonics of the pitch, loudest near the formants, rising and falling in 25 ms."""
    period = round(SAMPLE_RATE / pitch)
    total = round(seconds * SAMPLE_RATE)
    edge = SAMPLE_RATE // 40
    for n, sample in zip(range(total), cycle(_glottal_cycle(period, formants)), strict=False):
        yield round(sample * min(1.0, n / edge, (total - n) / edge))


def _glottal_cycle(period: int, formants: tuple[float, float]) -> list[float]:
    """One period of the vowel, at full amplitude."""
    wave = [0.0] * period
    for k in range(1, 13):
        hertz = k * SAMPLE_RATE / period
        weight = max(math.exp(-(((hertz - formant) / 250) ** 2)) for formant in formants) / (1 + k / 12)
        for n in range(period):
            wave[n] += weight * math.sin(2 * math.pi * k * n / period)
    loudest = max(map(abs, wave))
    return [PEAK * value / loudest for value in wave]


def _pause(seconds: float) -> Iterator[int]:
    return iter([0] * round(seconds * SAMPLE_RATE))


_A, _O, _E, _I = (750.0, 1300.0), (450.0, 900.0), (450.0, 1900.0), (300.0, 2200.0)


def _speech(seconds: float) -> Iterator[int]:
    """Syllables of 170 ms with a gap of 20 ms, and a breath of 100 ms after every sixth: about 85 % voiced."""
    left, count = round(seconds * SAMPLE_RATE), 0
    while left > 0:
        vowel = (_A, _E, _O, _I)[count * 5 % 7 % 4]
        breath = 0.1 if count % 6 == 5 else 0.02
        for sample in (*_syllable(0.17, 115 + 4 * (count % 6), vowel), *_pause(breath)):
            if left > 0:
                left -= 1
                yield sample
        count += 1


def _samples(sound: Sound) -> Iterator[int]:
    match sound:
        case Sound.ALLO:
            yield from (*_syllable(0.2, 150, _A), *_pause(0.04), *_syllable(0.36, 185, _O))
        case Sound.GREETING:
            yield from _speech(6)
        case Sound.BEEP:
            yield from _tone(1000, 0.4)
        case Sound.ANNOUNCEMENT:
            # ITU-T E.180/Q.35 section 6: three rising tones of 330 ms.
            yield from (*_tone(950, 0.33), *_tone(1400, 0.33), *_tone(1800, 0.33), *_speech(1.01))


@cache
def linear(sound: Sound) -> tuple[int, ...]:
    """The sound as PCM16 samples, 8000 per second; computed once."""
    return tuple(_samples(sound))


@cache
def encoded(sound: Sound, codec: Codec) -> bytes:
    """The sound as octets of the codec; computed once."""
    return codec.encode(linear(sound))


def prepare() -> None:
    """Synthesise everything now, so that no call waits for it."""
    for sound in Sound:
        for codec in (PCMA, PCMU):
            encoded(sound, codec)
