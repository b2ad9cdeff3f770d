"""Who was erased, in a file kept outside the database: a restored backup must not bring anybody back.

It names contact ids and pseudonyms, nobody's data. One line of JSON for each erasure, on disk before the database
commits it: better one too many than one forgotten.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from dialer.errors import SettingsRefused

FILE = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """`chain`: id of the chain in which the contact had that id; `at`: ISO instant."""

    contact_id: int
    pseudonym: str
    chain: str
    at: str


class ErasedRegister:
    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, person: ErasedPerson) -> None:
        """On disk when this returns; to be called before the erasure is committed. Raises `OSError`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(asdict(person), separators=(",", ":")) + "\n"
        opened = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            cut_short = os.fstat(opened).st_size and os.pread(opened, 1, os.fstat(opened).st_size - 1) != b"\n"
            os.write(opened, (("\n" if cut_short else "") + line).encode())
            os.fsync(opened)
        finally:
            os.close(opened)

    def people(self) -> list[ErasedPerson]:
        """Everybody in it, oldest first. Raises `SettingsRefused` for lines that cannot be read.

        A line that a crash cut short is passed over: its erasure was never committed.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_text("utf-8").split("\n")
        return [person for number, line in enumerate(lines, start=1) if (person := self._read(line, number))]

    def _read(self, line: str, number: int) -> ErasedPerson | None:
        if not line or not line.endswith("}"):
            return None
        try:
            return ErasedPerson(**json.loads(line))
        except (TypeError, ValueError):
            raise SettingsRefused(
                f"{self.path}, line {number}: it should name an erased person; put the file back from where keys are "
                "kept, so that nobody who was erased comes back",
                f"{self.path}, ligne {number} : elle devrait nommer une personne effacée ; remettre le fichier depuis "
                "l'endroit où les clés sont gardées, pour que personne d'effacé ne revienne",
            ) from None


def erased_register(keys: Path) -> ErasedRegister:
    """The register in a folder's keys/."""
    return ErasedRegister(keys / FILE)
