"""The recording of one call: both sides in one WAV file, from the answer on, or nothing once somebody objects.

Apart from the conversation because a recorder must be let go of in a certain way: taken off the bridge first, dropped
later, and only then is its file whole.
"""

from __future__ import annotations

from pathlib import Path

import pjsua2 as pj

OBJECTION_KEY = "0"
"""Pressed by the person called, or by the agent who was told: this call is not recorded, nor what was so far (CNIL)."""


class CallRecorder:
    """Hears whatever it is connected to. Nothing is made before the first sound."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: pj.AudioMediaRecorder | None = None
        self.over = False

    def hear(self, *sources: pj.AudioMedia) -> bool:
        """Connect these as well; whether that began the recording. Raises `pj.Error` when the file cannot be made."""
        if self.over:
            return False
        begins = self._file is None
        if self._file is None:
            file = pj.AudioMediaRecorder()
            try:
                file.createRecorder(str(self.path))
            except pj.Error:
                self.over = True  # a recorder without a file has no place on the bridge: to connect it aborts
                raise
            self._file = file
        for source in sources:
            source.startTransmit(self._file)
        return begins

    def leave(self, source: pj.AudioMedia) -> None:
        """Hear this one no more; it may have been heard never."""
        if self._file is not None:
            source.stopTransmit(self._file)

    def stop(self) -> pj.AudioMediaRecorder | None:
        """End it for good, after every living source was told to `leave`. What comes back must rest before it is
        dropped; then its file is whole."""
        ended, self._file, self.over = self._file, None, True
        return ended

    def delete(self) -> None:
        """The file as well; what is still written to it goes nowhere."""
        self.path.unlink(missing_ok=True)
