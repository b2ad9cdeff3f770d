"""What a decision rests on besides its facts: the rules' own text, and the data they use.

Without these a replay years later could not be honest.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

_DATA_PACKAGES = ("tzdata", "holidays", "python-dateutil", "phonenumbers")


@lru_cache(maxsize=1)
def fingerprints() -> dict[str, str]:
    """SHA-256 of the rules' source and of the numbers, and the versions of the data packages."""
    root = resources.files("rules")
    return {
        "rules": _digest(root, ".py"),
        "numbers": _digest(root, ".toml"),
        **{name: metadata.version(name) for name in _DATA_PACKAGES},
    }


def _digest(root: Traversable, ending: str) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(_files(root, "", ending)):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str, ending: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _files(entry, f"{name}/", ending)
        elif name.endswith(ending):
            found.append((name, entry.read_bytes()))
    return found
