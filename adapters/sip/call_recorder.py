"""The recording of one call: both sides in one WAV file, from the answer on, or nothing once somebody objects.

Apart from the conversation because a recorder must be let go of in a certain way: taken off the bridge first, dropped
later, and only then is its file whole.
"""

from __future__ import annotations

from pathlib import Path

import pjsua2 as pj

from adapters.sip.wire import ReceivedOrder
from dialer.ports import Unrecorded
from dialer.recording import require_room

OBJECTION_KEY = "0"
"""Pressed by the person called, or by the agent who was told: this call is not recorded, nor what was so far (CNIL)."""


class NotRecordable(Exception):
    """A call that must be recorded cannot be."""


def check_recording(order: ReceivedOrder) -> None:
    """Raises `NotRecordable` for an order that must be recorded when the longest call could not be."""
    if order.recording is None or order.unrecorded is not Unrecorded.NO_CALL:
        return
    try:
        require_room(order.recording.parent, order.max_talk)
    except OSError as error:
        raise NotRecordable(f"the call could not be recorded: {order.recording.parent}: {error.strerror}") from None


_LOOK_EVERY = 1.0
"""Seconds. The bridge feeds a recorder all the time, silence too, and a quarter of a second is written at once: a file
that does not grow takes nothing any more, of which PJSIP tells nobody."""
_STALLED = 3
"""Looks without growth: of one alone a process that was held up may be the cause."""


class CallRecorder:
    """Hears whatever it is connected to. Nothing is made before the first sound."""

    def __init__(self, path: Path | None) -> None:
        """Without a path nothing is ever recorded."""
        self.path = path
        self._file: pj.AudioMediaRecorder | None = None
        self._size, self._without_growth, self._next_look = -1, 0, 0.0
        self.over = path is None

    def hear(self, *sources: pj.AudioMedia) -> Path | None:
        """Connect these as well; the file, when that began the recording. Raises `pj.Error` when none can be made."""
        if self.over:
            return None
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
        return self.path if begins else None

    def trouble(self, now: float) -> str:
        """Why what is said now is not recorded, although it should be; empty while it is. `now` in seconds."""
        if self._file is None or self.path is None or now < self._next_look:
            return ""
        self._next_look = now + _LOOK_EVERY
        try:
            size = self.path.stat().st_size
        except OSError as error:
            return f"its file: {error.strerror or error}"
        self._without_growth = 0 if size != self._size else self._without_growth + 1
        self._size = size
        return "nothing can be written any more" if self._without_growth >= _STALLED else ""

    def leave(self, *sources: pj.AudioMedia | None) -> None:
        """Hear these no more; they may have been heard never, or not be there."""
        for source in sources:
            if source is not None and self._file is not None:
                source.stopTransmit(self._file)

    def stop(self, *, deleted: bool) -> pj.AudioMediaRecorder | None:
        """End it for good, after every living source was told to `leave`, its file `deleted` or not. What comes back
        must rest before it is dropped; then its file is whole, or what was still written to it went nowhere."""
        if deleted and self.path is not None:
            self.path.unlink(missing_ok=True)
        ended, self._file, self.over = self._file, None, True
        return ended
