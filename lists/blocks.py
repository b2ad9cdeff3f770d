"""Bytes to text in blocks of whole lines, so that a long list never stands in memory twice.

Kept apart because it is the only place that counts bytes: it says where the text of a file goes wrong.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import NamedTuple

from lists.encoding import undecodable
from lists.errors import UndecodableFile
from lists.source import Source

BLOCK_BYTES = 1 << 22


class Block(NamedTuple):
    """Whole lines, each ended by a line feed whatever the file has, but for the last line of the file.

    `done` is how many bytes of the list have been read so far.
    """

    text: str
    done: int
    last: bool


def text_blocks(source: Source, encoding: str) -> Iterator[Block]:
    """The text without its byte order mark; raises `UndecodableFile` with the byte and the line."""
    content = source.content
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    newlines = io.IncrementalNewlineDecoder(decoder, translate=True)
    line = 1
    pending: list[str] = []
    for start in range(0, max(len(content), 1), BLOCK_BYTES):
        piece = content[start : start + BLOCK_BYTES]
        done = start + len(piece)
        last = done == len(content)
        try:
            text = newlines.decode(piece, final=last)
        except UnicodeError as error:
            raise _undecodable(source, encoding, error, done) from None
        if not start:
            text = text.removeprefix("\ufeff")
        if (zero := text.find("\0")) >= 0:
            raise _not_text(source, line + text.count("\n", 0, zero))
        line += text.count("\n")
        end = len(text) if last else text.rfind("\n") + 1
        if end or last:
            yield Block("".join((*pending, text[:end])), done, last)
            pending = []
        pending.append(text[end:])


def _undecodable(source: Source, encoding: str, error: UnicodeError, done: int) -> UndecodableFile:
    """The decoder was given what it had kept of the slice before, and this slice up to byte `done`."""
    if not isinstance(error, UnicodeDecodeError):
        return undecodable(source, f"cannot be read as {encoding} ({error})", f"illisible en {encoding} ({error})")
    at = done - len(error.object) + error.start
    before = io.IncrementalNewlineDecoder(None, translate=True).decode(source.content[:at].decode(encoding, "replace"))
    line = before.count("\n") + 1
    byte = source.content[at : at + 1].hex().upper()
    return undecodable(
        source,
        f"is not {encoding}: byte {at} (line {line}) is 0x{byte}",
        f"n'est pas en {encoding} : octet {at} (ligne {line}) = 0x{byte}",
    )


def _not_text(source: Source, line: int) -> UndecodableFile:
    return undecodable(
        source,
        f"is not text: zero character at line {line}",
        f"n'est pas un fichier texte : caractère nul ligne {line}",
    )
