"""Writing a file so that a crash or a full disk leaves either all of it on disk, or what was there before."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """The file has its new content, on disk, when this returns; until then the old one, or none. Raises `OSError`."""
    _write(path, content, mode, Path.replace)


def write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """The same, but what is there already stays: of several processes that make a key at once, one makes it."""
    with suppress(FileExistsError):
        _write(path, content, mode, os.link)


def _write(path: Path, content: bytes, mode: int, put: Callable[[Path, Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put(part, path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk: a renamed file is safe only when its new name is."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
