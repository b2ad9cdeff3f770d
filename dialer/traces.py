"""Files of the folder, outside the database, in which a number stands: named to whoever erases a person, never touched.

Sources of imports, reports, exports and files of problems belong to people; only the recordings are ours to delete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

RECORDINGS = "recordings"
_TEXTS = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".html", ".log", ".xml"})
_NOT_OURS_TO_READ = frozenset({"keys", "seals", RECORDINGS})
_AT_ONCE = 1 << 20
_LONGEST = 40
"""Bytes of a number in any spelling: what two pieces of a file overlap by."""
_BETWEEN = rb"[\s.\-/()]{0,2}"


def recordings_of(folder: Path, numbers: Iterable[str]) -> list[Path]:
    """What was recorded of calls to these E.164 numbers."""
    found = (path for number in numbers for path in (folder / RECORDINGS).glob(f"{number[1:]}-*.wav"))
    return sorted(found)


def files_naming(folder: Path, numbers: Sequence[str]) -> list[Path]:
    """Text files in which one of the numbers stands, in any usual spelling."""
    if not numbers:
        return []
    pattern = re.compile(b"|".join(map(_spellings, numbers)))
    return sorted(path for path in _texts(folder) if _holds(path, pattern))


def _spellings(number: str) -> bytes:
    digits = number[3:] if number.startswith("+33") else number[1:]
    country = rb"(?:0|\+33|0033|33)" if number.startswith("+33") else rb"\+?"
    return rb"(?<!\d)" + country + b"".join(_BETWEEN + digit.encode() for digit in digits) + rb"(?!\d)"


def _texts(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.relative_to(folder).parts[0] not in _NOT_OURS_TO_READ and path.suffix in _TEXTS and path.is_file():
            yield path


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Raises `OSError`: a file that cannot be read may name the person."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(_AT_ONCE):
            if pattern.search(before + piece):
                return True
            before = piece[-_LONGEST:]
    return False
