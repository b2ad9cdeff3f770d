"""Why a file cannot be read at all: one exception tree, each with a stable id and both languages.

ListError
├─ FileNotReadable        file-not-readable        missing, a folder, or not permitted
├─ FileChangedWhileRead   file-changed-while-read  somebody was still writing it
├─ EmptyFile              file-empty               no byte, or nothing under the header
├─ OversizedFile          file-oversized           unpacks to more than is reasonable
├─ EncryptedFile          file-encrypted           an archive or a workbook behind a password
├─ UnreadableArchive      archive-unreadable       damaged, or no list in it
├─ AmbiguousMember        archive-ambiguous        several lists in one archive
├─ UnreadableWorkbook     workbook-unreadable      damaged, or no workbook at all
├─ MissingSheet           sheet-missing            the stated sheet is not there
├─ AmbiguousSheet         sheet-ambiguous          several sheets could be the list
├─ UndecodableFile        file-undecodable         not text in the stated or in any known encoding
├─ MixedEncodings         encodings-mixed          some lines are in one encoding, some in another
├─ UnreadableDialect      dialect-unreadable       the delimiter or the quoting cannot be told
├─ MissingColumn          column-missing           a column that the list cannot do without
├─ DuplicateColumn        column-duplicate         two columns bear the same header
├─ AmbiguousColumn        column-ambiguous         two columns claim one field
├─ DoubtfulColumn         column-doubtful          a column seems to forbid calls, in words that we do not know
└─ BadMapping             mapping-invalid          a mapping of columns that does not fit the file or the fields

Kept apart from `problems`, which are about single rows and never stop the good ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ListError(Exception):
    """The file cannot be read; nothing was taken from it. `str(error)` is the English sentence."""

    error_id: ClassVar[str] = "list-unreadable"

    def __init__(self, message_en: str, message_fr: str, *details: object) -> None:
        super().__init__(message_en, message_fr, *details)  # all of them: an error is pickled by its `args`
        self.message_en = message_en
        self.message_fr = message_fr

    def __str__(self) -> str:
        return self.message_en


class AmbiguousList(ListError):
    """Several things could be meant; whoever can ask, asks. `candidates` are in file order."""

    def __init__(self, message_en: str, message_fr: str, candidates: tuple[str, ...], *details: object) -> None:
        super().__init__(message_en, message_fr, candidates, *details)
        self.candidates = candidates


class FileNotReadable(ListError):
    error_id = "file-not-readable"


class FileChangedWhileRead(ListError):
    error_id = "file-changed-while-read"


class EmptyFile(ListError):
    error_id = "file-empty"


class OversizedFile(ListError):
    error_id = "file-oversized"


class EncryptedFile(ListError):
    error_id = "file-encrypted"


class UnreadableArchive(ListError):
    error_id = "archive-unreadable"


class AmbiguousMember(AmbiguousList):
    """`candidates` are the names of the files in the archive."""

    error_id = "archive-ambiguous"


class UnreadableWorkbook(ListError):
    error_id = "workbook-unreadable"


class MissingSheet(ListError):
    error_id = "sheet-missing"


class AmbiguousSheet(AmbiguousList):
    """`candidates` are the names of the sheets."""

    error_id = "sheet-ambiguous"


class UndecodableFile(ListError):
    error_id = "file-undecodable"


class MixedEncodings(ListError):
    error_id = "encodings-mixed"


class UnreadableDialect(ListError):
    error_id = "dialect-unreadable"


class MissingColumn(ListError):
    error_id = "column-missing"


class DuplicateColumn(ListError):
    error_id = "column-duplicate"


class AmbiguousColumn(AmbiguousList):
    """`candidates` are the headers that claim the same field, `field` is the field's name."""

    error_id = "column-ambiguous"

    def __init__(self, message_en: str, message_fr: str, candidates: tuple[str, ...], field: str) -> None:
        super().__init__(message_en, message_fr, candidates, field)
        self.field = field

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """What each of the columns could be."""
        return dict.fromkeys(self.candidates, (self.field, "attribute"))


class DoubtfulColumn(ListError):
    """`columns` are the headers in question, each with the names of the fields that it could be."""

    error_id = "column-doubtful"

    def __init__(self, message_en: str, message_fr: str, columns: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(message_en, message_fr, columns)
        self.columns = columns


class BadMapping(ListError):
    error_id = "mapping-invalid"
