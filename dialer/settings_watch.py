"""Ends a run whose settings were changed under it: a number taken off the trunk must not be shown for days to come.

Apart from the settings, which are read once and stay as they are for as long as a command works.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from dialer.errors import NotPossible, SettingsRefused
from dialer.settings import Settings, load_settings

_log = structlog.get_logger("dialer.settings")


class SettingsChanged(NotPossible):
    """What decisions rest on is not what stands in the file any more; the message says what, and to run again."""


class SettingsWatch:
    """Holds the file against what was read from it when the run began."""

    def __init__(self, file: Path, settings: Settings) -> None:
        self._file, self._settings = file, settings
        self._seen: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises `SettingsChanged`. A file that cannot be read is told in the log: somebody is writing it, it seems."""
        try:
            state = self._file.stat()
            seen = state.st_mtime_ns, state.st_size
            now = None if seen == self._seen else load_settings(self._file)
        except (OSError, SettingsRefused) as trouble:
            _log.warning("settings", said=f"the run goes on with those that it began with: {trouble}")
            return
        self._seen = seen
        if now is not None and now.sha256 != self._settings.sha256:
            self._refuse(now)

    def _refuse(self, now: Settings) -> None:
        before, after = (each.model_dump(mode="json") for each in (self._settings, now))
        keys = ", ".join(key for key in before if before[key] != after[key])
        raise SettingsChanged(
            f"{self._file}: {keys} changed since this run began. Nothing more is dialed by the old settings; run again",
            f"{self._file} : {keys} a changé depuis le début de ce passage. Plus rien n'est composé avec les anciens "
            "réglages ; relancer",
        )
