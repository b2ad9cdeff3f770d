"""Checks the prompts of a script before a number is dialed: a person must never be rung to hear nothing.

Separate from the player because it must run without telephony, and before it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

from adapters.sip.agent import Prompt
from dialer.ports import Script

_PCM, _A_LAW = 1, 6


class PromptUnusable(Exception):
    """A prompt file is missing, unreadable or of a form that the player does not play."""


def check_prompts(script: Script, prompts: Iterable[Prompt] = Prompt) -> None:
    """Raise `PromptUnusable`, naming the file and the remedy, unless each of them that the script has can be played."""
    for prompt in prompts:
        path = prompt.file_of(script)
        if path is None:
            continue
        try:
            _check_wav(path)
        except OSError as error:
            raise PromptUnusable(f"prompt {prompt.value}: {path}: {error.strerror or error}") from None
        except (struct.error, ValueError) as error:
            raise PromptUnusable(
                f"prompt {prompt.value}: {path}: {error}; it must be a WAV file, 8 kHz mono, PCM16 or A-law"
            ) from None


def _check_wav(path: Path) -> None:
    """Walk the RIFF chunks up to the audio; raises `ValueError` or `struct.error` at the first oddity."""
    with path.open("rb") as file:
        if (head := file.read(12))[:4] != b"RIFF" or head[8:] != b"WAVE":
            raise ValueError("no WAV file")
        described = False
        while chunk := file.read(8):
            name, size = struct.unpack("<4sI", chunk)
            if name == b"data":
                if not described or not file.read(1):
                    raise ValueError("no audio in it")
                return
            body = file.read(size + size % 2)
            if name == b"fmt ":
                coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
                if (channels, rate) != (1, 8000) or (coding, bits) not in {(_PCM, 16), (_A_LAW, 8)}:
                    raise ValueError(f"coding {coding}, {channels} channel(s), {rate} Hz, {bits} bit")
                described = True
        raise ValueError("no audio in it")
