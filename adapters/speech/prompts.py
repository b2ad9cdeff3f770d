"""Speaks a folder of texts: each `name.txt` becomes `name.wav` beside it, as A-law, half the size of PCM16.

Separate from `synthesise` because shipped prompts are made once, by hand, with `scripts/make-prompts`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from adapters.speech.espeak import SpeechError, SpeechFailed, synthesise
from adapters.speech.line_audio import read_pcm16, write_a_law

WORDS_PER_MINUTE = 185
"""Brisker than the 165 of `synthesise`: the opening states five things and must not weary the consumer."""


def speak_folder(folder: Path) -> list[Path]:
    """Speak every text of `folder`, in name order, and return the WAV files written. Raises `SpeechError`."""
    texts = sorted(folder.glob("*.txt"))
    if not texts:
        raise SpeechFailed(
            f"no .txt file in {folder}: write one text per prompt, then run this again",
            f"aucun fichier .txt dans {folder} : écrire un texte par message, puis relancer",
        )
    return [_speak(text) for text in texts]


def _speak(text: Path) -> Path:
    target = text.with_suffix(".wav")
    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch, target.name)
        synthesise(text.read_text(encoding="utf-8"), spoken, words_per_minute=WORDS_PER_MINUTE)
        samples, _ = read_pcm16(spoken.read_bytes())
    write_a_law(target, samples)
    return target


if __name__ == "__main__":
    try:
        for written in speak_folder(Path(sys.argv[1])):
            print(f"{written}: {written.stat().st_size} bytes")
    except SpeechError as error:
        sys.exit(str(error))
