"""Texts become telephone speech, or a sentence that says what to do; never half a file."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from adapters.speech import SpeechError, SpeechFailed, SpeechNotAvailable, synthesise
from adapters.speech.line_audio import read_pcm16

with_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def seconds(path: Path) -> float:
    samples, rate = read_pcm16(path.read_bytes())
    return len(samples) / rate


@with_espeak
def test_a_text_becomes_8_khz_mono_pcm16_speech(tmp_path: Path) -> None:
    target = tmp_path / "bonjour.wav"
    synthesise("Bonjour, ici Contact Ouest.", target)
    with wave.open(str(target)) as spoken:
        assert (spoken.getframerate(), spoken.getnchannels(), spoken.getsampwidth()) == (8000, 1, 2)
    samples, _ = read_pcm16(target.read_bytes())
    assert 1 < seconds(target) < 4
    assert np.abs(samples.astype(np.int32)).max() > 5000


@with_espeak
def test_the_pace_changes_the_duration(tmp_path: Path) -> None:
    text = "Votre numéro vient du formulaire où vous avez accepté ces appels."
    synthesise(text, tmp_path / "slow.wav", words_per_minute=120)
    synthesise(text, tmp_path / "fast.wav", words_per_minute=240)
    assert seconds(tmp_path / "slow.wav") > 1.5 * seconds(tmp_path / "fast.wav")


@with_espeak
@pytest.mark.parametrize("text", ["--version", "-w elsewhere.wav bonjour", "$(touch elsewhere.wav); bonjour"])
def test_a_text_that_looks_like_an_option_or_a_command_is_only_spoken(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    synthesise(text, tmp_path / "spoken.wav")
    assert seconds(tmp_path / "spoken.wav") > 0.5
    assert [entry.name for entry in tmp_path.iterdir()] == ["spoken.wav"]


def test_without_espeak_the_error_names_the_package_and_the_way_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechNotAvailable, match=r"apt-get install espeak-ng.*or give WAV files"):
        synthesise("Bonjour.", tmp_path / "bonjour.wav")


@with_espeak
@pytest.mark.parametrize(
    ("text", "voice", "message"),
    [
        ("Bonjour.", "zz-nobody", r"voice 'zz-nobody'.*espeak-ng --voices=fr"),
        (" \n", "fr", "no text to speak"),
        ("…", "fr", "only silence|gave no speech"),
    ],
)
def test_what_cannot_be_spoken_is_refused_and_the_old_file_stays(
    text: str, voice: str, message: str, tmp_path: Path
) -> None:
    target = tmp_path / "prompt.wav"
    target.write_bytes(b"the prompt of yesterday")
    with pytest.raises(SpeechFailed, match=message):
        synthesise(text, target, voice=voice)
    assert target.read_bytes() == b"the prompt of yesterday"
    assert list(tmp_path.iterdir()) == [target]


def test_one_except_clause_catches_every_speech_error() -> None:
    assert issubclass(SpeechNotAvailable, SpeechError)
    assert issubclass(SpeechFailed, SpeechError)
