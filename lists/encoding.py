"""Bytes to text: which encoding a file is in, told from the bytes alone unless the user says it.

Kept apart from the dialect because a wrong encoding must be refused before anything is counted in it.
"""

from __future__ import annotations

import codecs

from lists.errors import UndecodableFile
from lists.source import Source

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF-", "a PDF"),
)
_REMEDY_EN = "Save it as CSV (UTF-8) and try again, or state its encoding."
_REMEDY_FR = "Enregistrez-le en CSV (UTF-8) puis recommencez, ou précisez son encodage."


def decode(source: Source, encoding: str | None) -> tuple[str, str]:
    """The text without its byte order mark, and the encoding used.

    Detected: UTF-8 and UTF-16 by their mark, else UTF-8 if every byte agrees, else cp1252.
    Raises `UndecodableFile` with the byte and the line where reading stopped.
    """
    for signature, what in _FOREIGN_SIGNATURES:
        if source.content.startswith(signature):
            raise _undecodable(source, f"is {what}, not text", "n'est pas un fichier texte")
    if encoding is not None:
        return _decode_stated(source, encoding), encoding
    for mark, name in _BYTE_ORDER_MARKS:
        if source.content.startswith(mark):
            return _decode_strictly(source, name), name
    try:
        return _without_nul(source, source.content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _decode_strictly(source, "cp1252"), "cp1252"


def _decode_stated(source: Source, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
        return _decode_strictly(source, encoding).removeprefix("\ufeff")
    except LookupError:
        raise UndecodableFile(
            f"{source.name}: no encoding is called {encoding!r}. Use utf-8, utf-16, cp1252 or latin-1.",
            f"{source.name} : l'encodage {encoding!r} n'existe pas. Utilisez utf-8, utf-16, cp1252 ou latin-1.",
        ) from None


def _decode_strictly(source: Source, encoding: str) -> str:
    try:
        text = source.content.decode(encoding)
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = source.content.count(b"\n", 0, at) + 1
        byte = source.content[at : at + 1].hex().upper()
        raise _undecodable(
            source,
            f"is not {encoding}: byte {at} (line {line}) is 0x{byte}",
            f"n'est pas en {encoding} : octet {at} (ligne {line}) = 0x{byte}",
        ) from None
    return _without_nul(source, text)


def _without_nul(source: Source, text: str) -> str:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise _undecodable(
            source,
            f"is not text: zero character at line {line} (character {at} of the file)",
            f"n'est pas un fichier texte : caractère nul ligne {line} (caractère {at} du fichier)",
        )
    return text


def _undecodable(source: Source, what_en: str, what_fr: str) -> UndecodableFile:
    return UndecodableFile(f"{source.name}: {what_en}. {_REMEDY_EN}", f"{source.name} : {what_fr}. {_REMEDY_FR}")
