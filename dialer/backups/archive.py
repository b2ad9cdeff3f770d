"""A staged folder as one encrypted file, and back: a tar stream with a list of contents that every file is held to."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from io import BytesIO
from pathlib import Path

from dialer.backups.cipher import Decrypting, Encrypting, Header, read_header, require_key
from dialer.backups.errors import damaged
from dialer.store import canonical_plain

CONTENTS = "CONTENTS.json"
"""First in the stream: path of each file, its size and SHA-256."""


def contents_of(staged: Path) -> bytes:
    """The list of contents of a folder, in canonical JSON."""
    files = sorted(path for path in staged.rglob("*") if path.is_file())
    listed = {path.relative_to(staged).as_posix(): _described(path) for path in files}
    return canonical_plain(listed).encode()


def digest_of(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def pack(staged: Path, target: Path, contents: bytes, header: Header, key: bytes) -> None:
    """Write the folder to `target`, on disk when this returns. Raises `OSError`."""
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        stream = Encrypting(file, header, key)
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            listing = tarfile.TarInfo(CONTENTS)
            listing.size = len(contents)
            tar.addfile(listing, BytesIO(contents))
            for name in json.loads(contents):
                tar.add(staged / name, arcname=name, recursive=False)
        stream.finish()
        file.flush()
        os.fsync(file.fileno())


def header_of(source: Path) -> Header:
    """Raises `BackupRefused`, `OSError`."""
    with source.open("rb") as file:
        return read_header(file, source)


def unpack(source: Path, key: Path, target: Path) -> Header:
    """Decrypt and lay out into `target`, an empty folder, and hold every file to the list.

    Raises `BackupRefused` for another key, or anything that is not as it was written; `OSError`.
    """
    with source.open("rb") as file:
        header = read_header(file, source)
        secret = key.read_bytes()
        require_key(header, secret, source, key)
        stream = Decrypting(file, header, secret, source)
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                tar.extractall(target, filter="data")
            stream.read()
        except tarfile.TarError:
            raise damaged(source) from None
    contents = (target / CONTENTS).read_bytes()
    (target / CONTENTS).unlink()
    if digest_of(contents) != header.digest or contents_of(target) != contents:
        raise damaged(source)
    return header


def _described(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": path.stat().st_size}
