"""The shipped prompts are real, audible telephone speech of the texts beside them."""

from __future__ import annotations

import shutil
import struct
from importlib.resources import files
from pathlib import Path

import pytest

from adapters.speech import SpeechFailed
from adapters.speech.prompts import speak_folder

PROMPTS = Path(str(files("config"))) / "prompts"
NAMES = ["closing", "opening", "opted-out", "pitch"]
A_LAW_HEADER = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")


def a_law_codes(path: Path) -> bytes:
    """The samples of a WAV file whose header must be that of 8 kHz mono A-law."""
    content = path.read_bytes()
    header = A_LAW_HEADER.unpack_from(content)
    assert header[5:8] == (6, 1, 8000), f"{path.name}: format, channels, rate"
    return content[A_LAW_HEADER.size :][: header[-1]]


def loudness(codes: bytes) -> float:
    """Share of samples above A-law segment 3 (about 1/64 of full scale): nil in silence."""
    return sum((code ^ 0x55) & 0x7F >= 0x30 for code in codes) / len(codes)


def test_every_prompt_has_its_text_and_its_speech() -> None:
    assert sorted(path.stem for path in PROMPTS.glob("*.wav")) == NAMES
    assert sorted(path.stem for path in PROMPTS.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_audible_and_as_long_as_its_text(name: str) -> None:
    codes = a_law_codes(PROMPTS / f"{name}.wav")
    letters = len((PROMPTS / f"{name}.txt").read_text(encoding="utf-8"))
    assert 12 < letters / (len(codes) / 8000) < 28, "letters per second of French speech"
    assert loudness(codes) > 0.3


def test_the_pitch_is_short_and_all_prompts_fit_a_small_checkout() -> None:
    assert len(a_law_codes(PROMPTS / "pitch.wav")) <= 5 * 8000
    assert sum(path.stat().st_size for path in PROMPTS.glob("*.wav")) < 350_000


@pytest.mark.parametrize(
    "words",
    [
        "agent vocal automatique",
        "Contact Ouest",
        "pour le compte de Fibre Horizon",
        "appel commercial",
        "tapez 9",
    ],
)
def test_the_opening_says_who_calls_for_whom_why_and_how_to_object(words: str) -> None:
    """Art. L.221-16 C. conso., AI Act art. 50, and objection by key at any time."""
    assert words in (PROMPTS / "opening.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_folder_of_texts_is_spoken_as_a_law_files(tmp_path: Path) -> None:
    (tmp_path / "merci.txt").write_text("Merci de votre attention.", encoding="utf-8")
    assert speak_folder(tmp_path) == [tmp_path / "merci.wav"]
    codes = a_law_codes(tmp_path / "merci.wav")
    assert 0.8 * 8000 < len(codes) < 3 * 8000
    assert loudness(codes) > 0.3


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match=r"no \.txt file"):
        speak_folder(tmp_path)
