"""Files of tests, each read once: what is stored of it is asked of SQLite and of PostgreSQL, how it is read of neither.

Kept apart because reading takes most of the time of storing a few rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from lists import ContactList, read_contacts
from lists.evidence_files import EvidenceFile, EvidenceKind, read_evidence


@dataclass(frozen=True)
class _File:
    """A file is the same wherever it lies, if name and content are."""

    name: str
    content: bytes
    path: Path = field(compare=False)


def contacts_of(path: Path, today: date) -> ContactList:
    """`read_contacts` of the file."""
    return _contacts(_File(path.name, path.read_bytes(), path), today)


def evidence_of(path: Path, kind: EvidenceKind, today: date) -> EvidenceFile:
    """`read_evidence` of the file."""
    return _evidence(_File(path.name, path.read_bytes(), path), kind, today)


@cache
def _contacts(file: _File, today: date) -> ContactList:
    return read_contacts(file.path, today=today)


@cache
def _evidence(file: _File, kind: EvidenceKind, today: date) -> EvidenceFile:
    return read_evidence(file.path, kind, today=today)
