"""Bytes to text: which encoding a file is in, told from the bytes alone unless the user says it.

Kept apart from the dialect because a wrong encoding must be refused before anything is counted in it.
"""

from __future__ import annotations

import codecs
import re

from lists.errors import MixedEncodings, UndecodableFile
from lists.source import Source

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "a database"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"{\\rtf", "a text with formatting"),
)
_HEAD = 4096
"""Bytes that are looked at where a look at the start is enough."""
_SLICE = 1 << 22
_SHOWN = 10
"""Lines that a message names."""
_REMEDY_EN = "Save it as CSV (UTF-8) and try again, or state its encoding."
_REMEDY_FR = "Enregistrez-le en CSV (UTF-8) puis recommencez, ou précisez son encodage."

_UTF_8_ACCENT = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xc5[\x92\x93\xb8]|\xe2(?:\x80[\x90-\xaf]|\x82\xac)")
"""What UTF-8 writes for é, «, œ, ’ and €: read as cp1252 it is Ã©, Â«, Å“, which nobody writes."""


def encoding_of(source: Source, stated: str | None) -> str:
    """The encoding to read with: the stated one, else the one that the bytes show.

    Shown: UTF-8 and UTF-16 by their mark, UTF-16 by its zero bytes, else UTF-8 if every byte agrees, else
    cp1252. Whether bytes agree with any but UTF-8 is seen when they are read. Raises `UndecodableFile`, or
    `MixedEncodings` where lines in UTF-8 stand beside lines that are not: one of both would be garbled.
    """
    start = source.content[:_HEAD].lstrip().lower()
    for signature, what in _FOREIGN_SIGNATURES:
        if start.startswith(signature.lower()):
            raise undecodable(source, f"is {what}, not a list", "n'est pas une liste")
    if stated is not None:
        _check(stated, source)
        return stated
    for mark, name in _BYTE_ORDER_MARKS:
        if source.content.startswith(mark):
            return name
    if name := _wide(source.content[:_HEAD]):
        return name
    if _is_utf_8(source.content):
        return "utf-8"
    _refuse_mixture(source)
    return "cp1252"


def undecodable(source: Source, what_en: str, what_fr: str) -> UndecodableFile:
    """`what` says what was found, and where; the remedy is the same for all."""
    return UndecodableFile(f"{source.place}: {what_en}. {_REMEDY_EN}", f"{source.place} : {what_fr}. {_REMEDY_FR}")


def _check(stated: str, source: Source) -> None:
    try:
        codecs.getincrementaldecoder(stated)
        b"aa".decode(stated)
    except UnicodeError:
        return
    except (LookupError, ValueError):
        raise UndecodableFile(
            f"{source.place}: no encoding is called {stated!r}. Use utf-8, utf-16, cp1252, latin-1 or mac_roman.",
            f"{source.place} : l'encodage {stated!r} n'existe pas. Utilisez utf-8, utf-16, cp1252, latin-1 ou "
            "mac_roman.",
        ) from None


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: in Western text every other byte is zero, and only every other one."""
    zeros = head[0::2].count(0), head[1::2].count(0)
    most = len(head) // 2 * 0.6
    if most and not zeros[0] and zeros[1] > most:
        return "utf-16-le"
    if most and not zeros[1] and zeros[0] > most:
        return "utf-16-be"
    return ""


def _is_utf_8(content: bytes) -> bool:
    """Slice by slice: the text of a whole list would cost twice its bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _SLICE):
            decoder.decode(content[start : start + _SLICE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixture(source: Source) -> None:
    if not _UTF_8_ACCENT.search(source.content):
        return
    lines = source.content.splitlines()
    accented = sum(_UTF_8_ACCENT.search(line) is not None for line in lines)
    foreign = [number for number, line in enumerate(lines, start=1) if not _is_utf_8(line)]
    shown = ", ".join(str(number) for number in foreign[:_SHOWN]) + (" …" if len(foreign) > _SHOWN else "")
    raise MixedEncodings(
        f"{source.place}: holds two encodings: {accented} lines are in UTF-8, {len(foreign)} are not "
        f"(lines {shown}). "
        "Correct these lines and save the file as UTF-8, or state the encoding (--encoding cp1252) and accept "
        "that the others are garbled.",
        f"{source.place} : deux encodages mêlés : {accented} lignes en UTF-8, {len(foreign)} non (lignes {shown}). "
        "Corrigez ces lignes et enregistrez en UTF-8, ou précisez l'encodage (--encoding cp1252) en acceptant des "
        "accents faux sur les autres.",
    )
