"""The bytes of a list file, with their hash, taken once and proven unchanged while they were read.

Kept apart because the audit log later rests on this hash: it belongs to the very bytes that lie on disk,
packed or not.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from lists.archive import unpacked
from lists.errors import FileChangedWhileRead, FileNotReadable


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was read.

    `name` is without folder; `sha256` (hex) and `size` (bytes) are those of the file on disk; `content`
    is the list itself, unpacked where the file is an archive, and then `member` names it in there.
    """

    name: str
    content: bytes = field(repr=False)
    sha256: str
    size: int
    member: str = ""

    @property
    def place(self) -> str:
        """For messages: the file, and the list in it."""
        return f"{self.name} ({self.member})" if self.member else self.name


def read_source(path: Path) -> Source:
    """Read `path` whole; a gzip or zip archive must hold one list.

    Raises `FileNotReadable`, `FileChangedWhileRead`, or what `lists.archive` raises.
    """
    try:
        before = _fingerprint(path)
        content = path.read_bytes()
        after = _fingerprint(path)
    except FileNotFoundError:
        raise _not_readable(path, "no such file", "fichier introuvable") from None
    except PermissionError:
        raise _not_readable(path, "access denied", "accès refusé") from None
    except OSError as error:
        raise _not_readable(path, str(error.strerror), str(error.strerror)) from error
    if before != after or len(content) != after[0]:
        raise FileChangedWhileRead(
            f"{path.name}: changed while it was read ({before[0]} bytes before, {after[0]} after). "
            "Wait until its export has finished, or copy the file, then try again.",
            f"{path.name} : modifié pendant la lecture ({before[0]} octets avant, {after[0]} après). "
            "Attendez la fin de l'export, ou copiez le fichier, puis recommencez.",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    listed, member = unpacked(path.name, content)
    return Source(path.name, listed, sha256, len(content), member)


def _not_readable(path: Path, reason_en: str, reason_fr: str) -> FileNotReadable:
    return FileNotReadable(
        f"{path}: cannot be read ({reason_en}). Check the path and the rights on the file, then try again.",
        f"{path} : lecture impossible ({reason_fr}). Vérifiez le chemin et les droits, puis recommencez.",
    )


def _fingerprint(path: Path) -> tuple[int, int, int]:
    """Size, time of change and identity of a regular file; a pipe or a device could be read for ever."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise _not_readable(path, "not a file", "ce n'est pas un fichier")
    return status.st_size, status.st_mtime_ns, status.st_ino
