"""Errors that a user can cause. The command line prints the message and never a traceback."""

from __future__ import annotations


class DialerError(Exception):
    """Base of all errors whose message tells a user what is wrong, where, and what to do.

    `str(error)` is the English sentence; `message_fr` the French one.
    """

    def __init__(self, message_en: str, message_fr: str) -> None:
        super().__init__(message_en)
        self.message_fr = message_fr


class SettingsRefused(DialerError):
    """A settings or campaign file cannot be used."""


class StoreUnavailable(DialerError):
    """The database cannot be read or written now."""


class NotFound(DialerError):
    """A campaign, list, contact or attempt of that name does not exist."""


class NotPossible(DialerError):
    """The request contradicts the present state; nothing was changed."""
