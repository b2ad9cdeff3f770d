"""Text to speech with espeak-ng, delivered as what a telephone line carries: 8 kHz mono PCM16.

Separate from the sample arithmetic so that another synthesiser is one more small file.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from adapters.speech.line_audio import read_pcm16, resample_to_line, write_pcm16
from dialer.errors import DialerError

LONGEST_RUN = timedelta(seconds=60)
"""espeak-ng makes seven seconds of speech in about 22 ms; a run of this length hangs."""


class SpeechError(DialerError):
    """No speech was made; the message says why and what to do. The target is as it was before."""


class SpeechNotAvailable(SpeechError):
    """espeak-ng is not on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "espeak-ng is not installed, so no speech can be made: run `apt-get install espeak-ng`, "
            "or give WAV files (8 kHz, mono, PCM16 or A-law) instead of texts",
            "espeak-ng n'est pas installé, aucune voix ne peut être faite : lancer `apt-get install espeak-ng`, "
            "ou fournir des fichiers WAV (8 kHz, mono, PCM16 ou loi A) au lieu de textes",
        )


class SpeechFailed(SpeechError):
    """espeak-ng ran and gave no usable speech: an unknown voice, an empty text, a hang."""


def synthesise(text: str, target: Path, *, voice: str = "fr", words_per_minute: int = 165) -> None:
    """Speak `text` into the WAV file `target` (8 kHz, mono, PCM16), replacing it whole or not at all.

    The text reaches espeak-ng on its standard input, so that nothing in it can be an option or a
    command. Raises `SpeechNotAvailable` without espeak-ng, `SpeechFailed` when it gives no speech,
    and `OSError` when `target` cannot be written.
    """
    if not text.strip():
        raise SpeechFailed(
            f"no text to speak for {target}: write one sentence at least",
            f"rien à dire pour {target} : écrire au moins une phrase",
        )
    samples, rate = read_pcm16(_espeak_wav(text, voice, words_per_minute))
    if not samples.any():
        raise SpeechFailed(
            f"espeak-ng made only silence for {target}: is {text[:60]!r} a sentence?",
            f"espeak-ng n'a fait que du silence pour {target} : {text[:60]!r} est-il une phrase ?",
        )
    write_pcm16(target, resample_to_line(samples, rate))


def speaker() -> str | None:
    """The synthesiser of this machine, None without one."""
    return shutil.which("espeak-ng")


def _espeak_wav(text: str, voice: str, words_per_minute: int) -> bytes:
    program = speaker()
    if program is None:
        raise SpeechNotAvailable
    # -b 1: the input is UTF-8 whatever the locale; -z: no pause after the last sentence.
    command = [program, "-b", "1", "-z", "-v", voice, "-s", str(words_per_minute), "--stdin", "--stdout"]
    try:
        run = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            timeout=LONGEST_RUN.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SpeechFailed(
            f"espeak-ng gave no speech within {LONGEST_RUN.total_seconds():.0f} s: try a shorter text",
            f"espeak-ng n'a rien dit en {LONGEST_RUN.total_seconds():.0f} s : essayer un texte plus court",
        ) from None
    if run.returncode != 0 or not run.stdout:
        said = run.stderr.decode(errors="replace").strip() or f"exit code {run.returncode}"
        raise SpeechFailed(
            f"espeak-ng gave no speech with voice {voice!r} at {words_per_minute} words per minute ({said}); "
            "`espeak-ng --voices=fr` lists the French voices",
            f"espeak-ng n'a rien dit avec la voix {voice!r} à {words_per_minute} mots par minute ({said}) ; "
            "`espeak-ng --voices=fr` nomme les voix françaises",
        )
    return run.stdout
