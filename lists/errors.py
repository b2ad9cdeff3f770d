"""Why a file cannot be read at all: one exception tree, each with a stable id and both languages.

ListError
├─ FileNotReadable        file-not-readable        missing, a folder, or not permitted
├─ FileChangedWhileRead   file-changed-while-read  somebody was still writing it
├─ EmptyFile              file-empty               no byte, or nothing under the header
├─ UndecodableFile        file-undecodable         not text in the stated or in any known encoding
├─ UnreadableDialect      dialect-unreadable       the delimiter or the quoting cannot be told
├─ MissingColumn          column-missing           no column holds phone numbers
├─ DuplicateColumn        column-duplicate         two columns bear the same header
└─ AmbiguousColumn        column-ambiguous         two columns claim one field

Kept apart from `problems`, which are about single rows and never stop the good ones.
"""

from __future__ import annotations

from typing import ClassVar


class ListError(Exception):
    """The file cannot be read; nothing was taken from it. `str(error)` is the English sentence."""

    error_id: ClassVar[str] = "list-unreadable"

    def __init__(self, message_en: str, message_fr: str) -> None:
        super().__init__(message_en)
        self.message_en = message_en
        self.message_fr = message_fr


class FileNotReadable(ListError):
    error_id = "file-not-readable"


class FileChangedWhileRead(ListError):
    error_id = "file-changed-while-read"


class EmptyFile(ListError):
    error_id = "file-empty"


class UndecodableFile(ListError):
    error_id = "file-undecodable"


class UnreadableDialect(ListError):
    error_id = "dialect-unreadable"


class MissingColumn(ListError):
    error_id = "column-missing"


class DuplicateColumn(ListError):
    error_id = "column-duplicate"


class AmbiguousColumn(ListError):
    """`candidates` are the headers that claim the same field, in file order."""

    error_id = "column-ambiguous"

    def __init__(self, message_en: str, message_fr: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message_en, message_fr)
        self.candidates = candidates
