"""The one list inside a gzip or zip archive, told by its bytes and never by its name alone.

Kept apart because an archive is hostile until proven otherwise: nothing is written to disk, and what comes
out is bounded.
"""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from lists.errors import AmbiguousMember, EncryptedFile, OversizedFile, UnreadableArchive

MOST_BYTES = 1 << 30
"""What may come out of an archive or a workbook; ten million contacts stay below it."""

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"

LISTS = frozenset({".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".ods"})
"""How the name of a list ends."""
PACKED = frozenset({".gz", ".zip"})
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BOOK_PARTS = frozenset({"xl/workbook.xml", "content.xml"})
_ENCRYPTED = 0x1
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError,
    struct.error, ValueError, IndexError, KeyError,
)  # fmt: skip
"""What the standard readers raise on a damaged archive."""


def unpacked(name: str, content: bytes) -> tuple[bytes, str]:
    """The list's bytes and its name in the archive; the content itself and "" when it is no archive.

    A workbook is a zip archive too, and is left as it is. Raises `UnreadableArchive`, `AmbiguousMember`
    (with the members), `EncryptedFile` or `OversizedFile`.
    """
    if content.startswith(GZIP):
        listed, member = _gunzipped(name, content), name.removesuffix(".gz")
    elif content.startswith((ZIP, _EMPTY_ZIP)) and not _is_workbook(name, content):
        listed, member = _unzipped(name, content)
    else:
        return content, ""
    nested = listed.startswith(GZIP) or (listed.startswith((ZIP, _EMPTY_ZIP)) and not _is_workbook(name, listed))
    if nested:
        raise _unreadable(name, "holds another archive", "contient une autre archive")
    return listed, member


def _gunzipped(name: str, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return _bounded(name, packed.read(MOST_BYTES + 1))
    except DAMAGE as error:
        raise _damaged(name, error) from None


def _unzipped(name: str, content: bytes) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            member = _only_list(name, archive.infolist())
            if member.flag_bits & _ENCRYPTED:
                raise EncryptedFile(
                    f"{name}: the archive is behind a password. Unpack it and give the file itself.",
                    f"{name} : archive protégée par mot de passe. Décompressez-la et donnez le fichier lui-même.",
                )
            _bounded_size(name, member.file_size)
            with archive.open(member) as packed:
                return _bounded(name, packed.read(MOST_BYTES + 1)), _base(member)
    except DAMAGE as error:
        raise _damaged(name, error) from None


def _only_list(name: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    files = [each for each in members if not each.is_dir() and not each.filename.startswith(_LITTER)]
    files = [each for each in files if not _base(each).startswith(".") and _base(each) not in _LITTER]
    listed = [each for each in files if PurePosixPath(_base(each)).suffix.lower() in LISTS]
    if len(listed) == 1:
        return listed[0]
    if not listed and len(files) == 1:
        return files[0]
    candidates = tuple(each.filename for each in listed or files)
    if not candidates:
        raise _unreadable(name, "holds no file", "ne contient aucun fichier")
    shown = ", ".join(f"“{each}”" for each in candidates[:10]) + (" …" if len(candidates) > 10 else "")
    raise AmbiguousMember(
        f"{name}: the archive holds {len(candidates)} files: {shown}. Unpack it, and load each list that is meant by "
        f"itself.",
        f"{name} : l'archive contient {len(candidates)} fichiers : {shown}. Décompressez-la, et chargez une à une les "
        "listes voulues.",
        candidates,
    )


def _base(member: zipfile.ZipInfo) -> str:
    """The last part of a member's name: nothing in it can point out of the archive."""
    return PurePosixPath(member.filename.replace("\\", "/")).name


def _is_workbook(name: str, content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except DAMAGE as error:
        raise _damaged(name, error) from None
    if _BOOK_PARTS.isdisjoint(each.filename for each in parts):
        return False
    _bounded_size(name, sum(each.file_size for each in parts))
    return True


def _bounded(name: str, content: bytes) -> bytes:
    """An archive may lie about what it holds, so what came out is measured as well."""
    _bounded_size(name, len(content))
    return content


def _bounded_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise OversizedFile(
            f"{name}: unpacks to more than {MOST_BYTES:,} bytes. Split the list into several files.",
            f"{name} : dépasse {MOST_BYTES:,} octets une fois décompressé. Partagez la liste en plusieurs fichiers.",
        )


def _damaged(name: str, error: BaseException) -> UnreadableArchive:
    said = str(error) or type(error).__name__
    return _unreadable(name, f"is a damaged archive or workbook ({said})", f"archive ou classeur endommagé ({said})")


def _unreadable(name: str, what_en: str, what_fr: str) -> UnreadableArchive:
    return UnreadableArchive(
        f"{name}: {what_en}. Copy or export the file again, or give the list itself, unpacked.",
        f"{name} : {what_fr}. Refaites la copie ou l'export, ou donnez la liste elle-même, décompressée.",
    )
