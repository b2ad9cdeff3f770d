"""Makes the recording readable that a process left when it was killed: a recorder tells the length of its sound last.

What was said up to then is in the file; only the two sizes in its head say that nothing is.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

import structlog

from dialer.traces import RECORDINGS

_log = structlog.get_logger("dialer.recordings")


def mend_recording(folder: Path, attempt_id: str) -> None:
    """Of a call that was lost, if it was recorded. A file that cannot be mended is left as it is, and logged."""
    path = folder / RECORDINGS / f"{attempt_id}.wav"
    try:
        if path.exists() and mend(path):
            _log.info("a recording was cut short and is readable now", attempt=attempt_id)
    except OSError as trouble:
        _log.warning("a recording cannot be mended", attempt=attempt_id, said=str(trouble))


def mend(path: Path) -> bool:
    """Whether the sizes in a WAV file's head (RIFF, and its `data` chunk, the last one) had to be set by its length.

    The day on which it was written stays: by that it is kept and deleted. Raises `OSError`.
    """
    with path.open("r+b") as file:
        before, length = os.fstat(file.fileno()), os.fstat(file.fileno()).st_size
        data = _data_chunk(file, length)
        if data is None:
            return False
        sound, told = data
        if told == length - sound and _size_at(file, 4) == length - 8:
            return False
        for offset, size in ((4, length - 8), (sound - 4, length - sound)):
            file.seek(offset)
            file.write(struct.pack("<I", size))
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return True


def _data_chunk(file: BinaryIO, length: int) -> tuple[int, int] | None:
    """Where the sound begins, and how many bytes of it the head tells; None for what is no WAV file or has no sound."""
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return None
    while len(chunk := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            return (file.tell(), size) if file.tell() < length else None
        file.seek(size + size % 2, os.SEEK_CUR)
    return None


def _size_at(file: BinaryIO, offset: int) -> int:
    file.seek(offset)
    (size,) = struct.unpack("<I", file.read(4))
    return int(size)
