"""The sample arithmetic: what passes a telephone line, what must not, and how A-law rounds."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.speech.line_audio import (
    LINE_RATE,
    Samples,
    encode_a_law,
    read_pcm16,
    resample_to_line,
    write_a_law,
    write_pcm16,
)

SPEECH_RATE = 22050


def tone(frequency: int, *, rate: int = SPEECH_RATE, amplitude: int = 10_000) -> Samples:
    """One second of a sine."""
    return (amplitude * np.sin(2 * np.pi * frequency * np.arange(rate) / rate)).astype(np.int16)


def inner_level(samples: Samples) -> float:
    """Root mean square away from the edges, where the tone starts and stops abruptly."""
    return float(np.sqrt(np.mean(samples[200:-200].astype(np.float64) ** 2)))


def decode_a_law(code: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Samples:
    """The G.711 receiver, written from its table and not from our encoder."""
    plain = code.astype(np.int32) ^ 0x55
    segment, mantissa = (plain >> 4) & 7, plain & 15
    magnitude = np.where(segment == 0, mantissa * 16 + 8, (mantissa * 16 + 264) << np.maximum(segment - 1, 0))
    return np.where(plain & 0x80, magnitude, -magnitude).astype(np.int16)


@pytest.mark.parametrize("frequency", [100, 440, 1000, 3000, 3300])
def test_a_tone_of_the_telephone_band_keeps_its_level(frequency: int) -> None:
    heard = resample_to_line(tone(frequency), SPEECH_RATE)
    assert inner_level(heard) == pytest.approx(10_000 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("frequency", [4200, 5000, 7000, 10_000])
def test_a_tone_above_the_band_does_not_alias_into_it(frequency: int) -> None:
    assert inner_level(resample_to_line(tone(frequency), SPEECH_RATE)) < 20


def test_resampling_keeps_every_sample_in_its_place_in_time() -> None:
    heard = resample_to_line(tone(1000), SPEECH_RATE)
    expected = tone(1000, rate=LINE_RATE)
    assert len(heard) == LINE_RATE
    assert np.abs(heard - expected)[200:-200].max() <= 3


@given(st.integers(0, 3000))
def test_resampling_keeps_the_duration_of_any_length(length: int) -> None:
    heard = resample_to_line(np.zeros(length, dtype=np.int16), SPEECH_RATE)
    assert len(heard) == length * LINE_RATE // SPEECH_RATE


def test_the_loudest_speech_is_clipped_and_never_wraps_round() -> None:
    square = np.where(tone(200, amplitude=1000) >= 0, 32767, -32768).astype(np.int16)
    heard = resample_to_line(square, SPEECH_RATE).astype(np.int32)
    middle_of_half_waves = np.arange(10, LINE_RATE - 30, 40)
    assert (heard[middle_of_half_waves] > 20_000).all()
    assert (heard[middle_of_half_waves + 20] < -20_000).all()


def test_samples_of_the_line_rate_pass_untouched() -> None:
    samples = tone(440, rate=LINE_RATE)
    assert np.array_equal(resample_to_line(samples, LINE_RATE), samples)


def test_a_rate_below_the_line_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot make 8000 Hz from 4000 Hz"):
        resample_to_line(tone(440, rate=4000), 4000)


@pytest.mark.parametrize(
    ("sample", "code"),
    [(0, 0xD5), (-1, 0x55), (16, 0xD4), (32767, 0xAA), (-32768, 0x2A), (1000, 0xFA), (-1000, 0x7A)],
)
def test_a_law_gives_the_codes_of_g711(sample: int, code: int) -> None:
    assert encode_a_law(np.array([sample], dtype=np.int16)).tolist() == [code]


def test_a_law_is_never_further_off_than_half_its_step_for_any_sample() -> None:
    samples = np.arange(-32768, 32768).astype(np.int16)
    error = np.abs(decode_a_law(encode_a_law(samples)).astype(np.int32) - samples)
    half_step = np.maximum(8, 2.0 ** (np.floor(np.log2(np.maximum(np.abs(samples.astype(np.int32)), 1))) - 5))
    assert (error <= half_step + 1).all()


def test_a_pcm16_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    samples = tone(440, rate=LINE_RATE)
    write_pcm16(tmp_path / "tone.wav", samples)
    again, rate = read_pcm16((tmp_path / "tone.wav").read_bytes())
    assert rate == LINE_RATE
    assert np.array_equal(again, samples)


def test_an_a_law_file_has_a_whole_header_and_an_even_length(tmp_path: Path) -> None:
    write_a_law(tmp_path / "odd.wav", np.zeros(161, dtype=np.int16))
    content = (tmp_path / "odd.wav").read_bytes()
    assert content[:4] + content[8:16] == b"RIFFWAVEfmt "
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    assert content[20:22] == b"\x06\x00"
    assert content[38:50] == b"fact" + (4).to_bytes(4, "little") + (161).to_bytes(4, "little")
    assert content[50:58] == b"data" + (161).to_bytes(4, "little")
    assert content[58:] == b"\xd5" * 161 + b"\0"


def test_a_failed_write_leaves_the_old_file_and_no_scraps(tmp_path: Path) -> None:
    target = tmp_path / "taken.wav"
    target.mkdir()
    with pytest.raises(OSError, match=r"taken\.wav"):
        write_pcm16(target, tone(440, rate=LINE_RATE))
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken.wav"]


def test_stereo_is_refused() -> None:
    content = io.BytesIO()
    with wave.open(content, "wb") as sink:
        sink.setnchannels(2)
        sink.setsampwidth(2)
        sink.setframerate(LINE_RATE)
    with pytest.raises(ValueError, match="not mono PCM16"):
        read_pcm16(content.getvalue())
