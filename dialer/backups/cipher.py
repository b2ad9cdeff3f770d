"""The encrypted stream of a backup: AES-256-GCM in chunks, the header authenticated with each, the last one marked.

A chunk's number is its nonce, so that none can be exchanged, left out or added; each file has a key of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dialer.backups.errors import damaged, not_a_backup, wrong_key
from dialer.store import canonical_plain

MAGIC = b"DIALER-BACKUP-1\n"
_CHUNK = 1 << 20
_TAG = 16
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True, slots=True)
class Header:
    """In clear at the beginning of the file, so that it can be told from others without the key."""

    at: str
    """ISO 8601 in UTC."""
    chain: str
    """Id of the chain (`audit.chain_id`); empty before its first row."""
    head_seq: int
    head: str
    """The newest row of the chain in it, and its sha256."""
    database: str
    """sqlite or postgresql."""
    revision: str
    """Version of the tables."""
    digest: str
    """SHA-256 of the list of contents, which has the hash of every file."""
    key: str
    """Which key opens it (`key_id`)."""
    salt: str

    @property
    def encoded(self) -> bytes:
        text = canonical_plain(asdict(self)).encode()
        return MAGIC + struct.pack(">I", len(text)) + text


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"dialer-backup key " + key).hexdigest()[:16]


def read_header(file: BinaryIO, path: Path) -> Header:
    """Raises `BackupRefused`."""
    try:
        if file.read(len(MAGIC)) != MAGIC:
            raise not_a_backup(path)
        (length,) = struct.unpack(">I", file.read(4))
        if length > _LONGEST_HEADER:
            raise not_a_backup(path)
        return Header(**json.loads(file.read(length)))
    except (struct.error, ValueError, TypeError):
        raise not_a_backup(path) from None


class Encrypting(io.RawIOBase):
    """Takes clear bytes and writes the header and encrypted chunks to `file`. `close` writes the last chunk."""

    def __init__(self, file: BinaryIO, header: Header, key: bytes) -> None:
        self._file, self._chunks, self._waiting = file, _Chunks(header, key), bytearray()
        file.write(header.encoded)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._file.write(self._chunks.close(bytes(self._waiting[:_CHUNK]), last=False))
            del self._waiting[:_CHUNK]
        return len(data)

    def finish(self) -> None:
        self._file.write(self._chunks.close(bytes(self._waiting), last=True))
        self._waiting.clear()


class Decrypting(io.RawIOBase):
    """Gives the clear bytes behind the header. Raises `BackupRefused` at what is not as it was written."""

    def __init__(self, file: BinaryIO, header: Header, key: bytes, path: Path) -> None:
        self._file, self._chunks, self._path = file, _Chunks(header, key), path
        self._clear, self._next = b"", file.read(_CHUNK + _TAG)
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; fewer only at the end."""
        while not self._ended and (size < 0 or len(self._clear) < size):
            self._clear += self._chunk()
        wanted = len(self._clear) if size < 0 else size
        data, self._clear = self._clear[:wanted], self._clear[wanted:]
        return data

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._file.read(_CHUNK + _TAG)
        self._ended = not self._next
        try:
            return self._chunks.open(sealed, last=self._ended)
        except InvalidTag:
            raise damaged(self._path) from None


class _Chunks:
    """Closes or opens one chunk after the other."""

    def __init__(self, header: Header, key: bytes) -> None:
        derived = HKDF(SHA256(), 32, bytes.fromhex(header.salt), b"dialer-backup/1").derive(key)
        self._cipher, self._bound, self._number = AESGCM(derived), hashlib.sha256(header.encoded).digest(), 0

    def close(self, clear: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), clear, self._bound)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._nonce(last), sealed, self._bound)

    def _nonce(self, last: bool) -> bytes:
        self._number += 1
        return self._number.to_bytes(11, "big") + bytes([last])


def require_key(header: Header, key: bytes, path: Path, named: Path) -> None:
    """Raises `BackupRefused` when another key is needed."""
    if header.key != key_id(key):
        raise wrong_key(path, named)
