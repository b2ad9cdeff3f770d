"""Files of the folder, outside the database, in which a number stands: named to whoever erases a person, never touched.

Sources of imports, reports, exports and files of problems belong to people; only the recordings are ours to delete.
Texts, workbooks and archives are looked into. What cannot be is named too: it may hold the person.
"""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lists.archive import DAMAGE, MOST_BYTES

RECORDINGS = "recordings"
_TEXTS = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".html", ".htm", ".log", ".xml", ".toml", ".md", ".sql", ".eml"}
)
_PACKED = frozenset({".zip", ".xlsx", ".xlsm", ".ods", ".docx", ".odt"})
"""Archives of texts, as workbooks are."""
_NOT_OURS_TO_READ = frozenset({"keys", "seals", RECORDINGS})
_DATABASE = (".db", ".db-wal", ".db-shm", ".db-journal", ".owner", ".lock")
"""What an erasure reaches by itself, and locks."""
_PROMPTS = "prompts"
_AT_ONCE = 1 << 20
_LONGEST = 80
"""Bytes of a number in any spelling: what two pieces of a file overlap by."""
_BETWEEN = rb"[\s.\-/()]{0,2}"
_COUNTRIES = ("33", "262", "508", "590", "594", "596", "681", "687", "689")


@dataclass(frozen=True, slots=True)
class Traces:
    """`naming`: a number stands there. `unsearched`: nobody knows; look by hand."""

    naming: tuple[Path, ...]
    unsearched: tuple[Path, ...]


class _NotReadable(Exception):
    """A file that is locked, damaged, or unpacks to more than can be looked at."""


def recording_stem(call_id: str) -> str:
    """How the file of a recorded call begins, before `-1.wav`: its Call-ID, which is whatever the caller chose."""
    return re.sub(r"[^0-9A-Za-z-]", "", call_id)[:64] or "unknown"


def traces_of(folder: Path, numbers: Sequence[str]) -> Traces:
    """Where one of these E.164 numbers stands, in any usual spelling. Raises `OSError` for a text it cannot read."""
    if not numbers:
        return Traces((), ())
    pattern = re.compile(b"|".join(map(_spellings, numbers)))
    naming, unsearched = [], []
    for path in sorted(_files(folder)):
        try:
            if _holds(path, pattern):
                naming.append(path)
        except _NotReadable:
            unsearched.append(path)
    return Traces(tuple(naming), tuple(unsearched))


def _spellings(number: str) -> bytes:
    """With or without the country and the zero that a spreadsheet loses, with or without signs between digits."""
    country = next((each for each in _COUNTRIES if number.startswith(f"+{each}")), "")
    before = rb"(?:0|(?:\+|00)?" + country.encode() + _BETWEEN + rb"(?:\(0\)\s?)?)?" if country else rb"(?:\+|00)?"
    digits = (digit.encode() for digit in number[1 + len(country) :])
    return rb"(?<!\d)" + before + _BETWEEN + _BETWEEN.join(digits) + rb"(?!\d)"


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        top, spoken = path.relative_to(folder).parts[0], path.suffix.lower() == ".wav"
        ours = top in _NOT_OURS_TO_READ or path.name.endswith(_DATABASE) or (top == _PROMPTS and spoken)
        if not ours and path.is_file():
            yield path


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Raises `_NotReadable`."""
    kind = path.suffix.lower()
    if kind in _TEXTS:
        with path.open("rb") as file:
            return _stands_in(file, pattern)
    if kind not in _PACKED | {".gz"}:
        raise _NotReadable
    try:
        with path.open("rb") as file:
            return _stands_in_packed(file, kind, pattern)
    except DAMAGE:
        raise _NotReadable from None


def _stands_in_packed(file: IO[bytes], kind: str, pattern: re.Pattern[bytes]) -> bool:
    """In an archive, or in one within it. Raises what damage raises, and `_NotReadable`."""
    if kind == ".gz":
        with gzip.open(file) as unpacked:
            return _stands_in(unpacked, pattern, MOST_BYTES)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if sum(each.file_size for each in members) > MOST_BYTES:
            raise _NotReadable
        return any(_stands_in_member(archive, each, pattern) for each in members)


def _stands_in_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, pattern: re.Pattern[bytes]) -> bool:
    kind = Path(member.filename).suffix.lower()
    with archive.open(member) as file:
        if kind in _PACKED | {".gz"}:
            return _stands_in_packed(file, kind, pattern)
        return _stands_in(file, pattern)


def _stands_in(file: IO[bytes] | gzip.GzipFile, pattern: re.Pattern[bytes], most: int | None = None) -> bool:
    """Zero bytes are left out: of a text in UTF-16 the digits remain. Raises `_NotReadable` beyond `most` bytes."""
    before, looked_at = b"", 0
    while piece := file.read(_AT_ONCE):
        looked_at += len(piece)
        if most is not None and looked_at > most:
            raise _NotReadable
        text = before + piece.replace(b"\0", b"")
        if pattern.search(text):
            return True
        before = text[-_LONGEST:]
    return False
