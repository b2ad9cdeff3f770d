"""Errors that a user can cause. The command line prints the message and never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a run reads no files: it must not wait for what does
    import polars as pl


class DialerError(Exception):
    """Base of all errors whose message tells a user what is wrong, where, and what to do.

    `str(error)` is the English sentence; `message_fr` the French one.
    """

    def __init__(self, message_en: str, message_fr: str) -> None:
        super().__init__(message_en)
        self.message_fr = message_fr


class SettingsRefused(DialerError):
    """A settings or campaign file cannot be used."""


class Contradiction(ValueError):
    """Two lines of a settings file that cannot both hold; `SettingsRefused` tells it with its place."""

    def __init__(self, message_en: str, message_fr: str) -> None:
        super().__init__(message_en)
        self.message_fr = message_fr


class StoreUnavailable(DialerError):
    """The database cannot be read or written now."""


class StoreBusy(StoreUnavailable):
    """Trouble of the database that passes by itself: held by an import, its server restarting. Trying again helps."""


class NotFound(DialerError):
    """A campaign, list, contact or attempt of that name does not exist."""


class NotPossible(DialerError):
    """The request contradicts the present state; nothing was changed."""


class RowsRefused(NotPossible):
    """Rows of the file cannot be used, so that nothing was stored; `problems` are all that were found in it.

    `written`: the file that whoever could write it put them into.
    """

    def __init__(self, message_en: str, message_fr: str, problems: pl.DataFrame) -> None:
        super().__init__(message_en, message_fr)
        self.problems = problems
        self.written: Path | None = None
