"""A prompt that cannot be played is found before anyone's telephone rings."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.sip.prompt_files import PromptUnusable, check_prompts
from dialer.ports import Script


def wav(coding: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, audio: bytes = b"\0\0") -> bytes:
    described = struct.pack("<4sIHHIIHH", b"fmt ", 16, coding, channels, rate, rate, 2, bits)
    body = b"WAVE" + described + struct.pack("<4sI", b"data", len(audio)) + audio
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("content", [wav(), wav(coding=6, bits=8, audio=b"\xd5")])
def test_pcm16_and_a_law_at_8_khz_are_played(script: Script, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "opening.wav").write_bytes(content)
    check_prompts(replace(script, opening=tmp_path / "opening.wav"))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no WAV file"),
        (b"GIF89a" * 9, "no WAV file"),
        (wav()[:20], "must be a WAV file"),
        (wav()[:12], "no audio"),
        (wav(audio=b""), "no audio"),
        (wav(rate=44100), "44100 Hz"),
        (wav(channels=2), "2 channel"),
        (wav(bits=24), "24 bit"),
        (wav(coding=49), "coding 49"),
        (b"RIFF....WAVE" + struct.pack("<4sI", b"data", 2) + b"\0\0", "no audio"),
    ],
)
def test_other_content_is_refused_naming_prompt_file_and_remedy(
    script: Script, tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "pitch.wav"
    path.write_bytes(content)
    with pytest.raises(PromptUnusable, match=complaint) as caught:
        check_prompts(replace(script, pitch=path))
    assert f"prompt pitch: {path}" in str(caught.value)
    assert "8 kHz mono" in str(caught.value)


@pytest.mark.parametrize("prompt", ["opening", "pitch", "closing", "opted_out"])
def test_every_prompt_is_looked_at(script: Script, tmp_path: Path, prompt: str) -> None:
    with pytest.raises(PromptUnusable, match=rf"prompt {prompt}: .*gone\.wav: No such file"):
        check_prompts(replace(script, **{prompt: tmp_path / "gone.wav"}))
