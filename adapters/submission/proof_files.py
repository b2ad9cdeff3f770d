"""The proof files that records refer to: copied where they are at hand, named where they are not.

A reference comes from an imported file and may say anything: nothing outside the folder is copied, and of the folder
neither keys, nor settings, nor the database.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.settings import Settings

_NEVER = frozenset({"keys", "seals", "exports"})
_SECRET = (".toml", ".db", ".sqlite", ".key", ".pem")
"""Endings of settings, which hold passwords, of databases and of keys."""
_DIGITS = 12
"""Of the digest before the name of a copy: two proofs may have the same name."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One copied proof: where it lies in the dossier, and its SHA-256."""

    path: str
    sha256: str
    size: int


def copy_proofs(settings: Settings, references: Collection[str], target: Path) -> Mapping[str, ProofFile | None]:
    """By reference, the copy in `target`; None: not a readable file of the folder. Raises `OSError` for the target."""
    found: dict[str, ProofFile | None] = {}
    for reference in sorted(references):
        source = _source(settings, reference)
        found[reference] = _copied(source, target) if source else None
    return found


def _source(settings: Settings, reference: str) -> Path | None:
    folder = settings.folder.resolve()
    try:
        path = (folder / reference).resolve()
        inside = path.relative_to(folder)
        if not path.is_file() or not os.access(path, os.R_OK):
            return None
    except (OSError, ValueError):
        return None
    secret = inside.parts[0] in _NEVER or path.suffix.lower().startswith(_SECRET)
    return None if secret else path


def _copied(source: Path, target: Path) -> ProofFile:
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = f"{digest[:_DIGITS]}-{source.name}"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target / name)
    return ProofFile(f"{target.name}/{name}", digest, source.stat().st_size)
