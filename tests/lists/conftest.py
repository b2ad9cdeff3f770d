"""A list file from a few words, read on the fixed day of these tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lists import ContactList, read_contacts

TODAY = date(2026, 11, 24)

Read = Callable[..., ContactList]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(text_or_bytes, **options)`: writes the file (text as UTF-8) and reads it."""

    def write_and_read(content: str | bytes, **options: Any) -> ContactList:
        path = tmp_path / "liste.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_contacts(path, today=TODAY, **options)

    return write_and_read


@pytest.fixture
def read_cells(read: Read) -> Callable[..., ContactList]:
    """`read_cells(Refus_le="…")`: one contact with a good number and these cells (`_` is a space)."""

    def write_and_read(**cells: str) -> ContactList:
        headers = [name.replace("_", " ") for name in cells]
        return read(";".join(["Tél", *headers]) + "\n" + ";".join(["0639980001", *cells.values()]) + "\n")

    return write_and_read
