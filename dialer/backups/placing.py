"""Moves a laid-out backup into its folder: files first, the settings last, without which no command works on it.

What was placed is noted before, so that an interrupted restore can be taken away, or gone on with, by the next one.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from dialer.backups.errors import BackupRefused
from dialer.whole_file import sync_folder, write_whole

STAGING = ".restoring"
_MAY_BE_THERE = frozenset({"keys", "seals", STAGING})
_SETTINGS = "dialer.toml"
_NOTE = "placing.json"
_BESIDE_DATABASE = ("", ".part", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Note:
    """What an interrupted restore leaves behind. `entries`: of the folder, or whole paths of files elsewhere."""

    entries: tuple[str, ...] = ()
    chain: str = ""
    row: str = ""
    """The sha256 of its row in the log, by which its work is known again in a server's database."""
    known_seq: int = 0
    """How far the log was known to go before: the anchor may have been moved since."""


def require_free(folder: Path) -> None:
    """Raises `BackupRefused` when the folder holds more than keys, seals, and what a killed restore left in it."""
    held = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if in_the_way := sorted(held - _MAY_BE_THERE - set(_noted(folder).entries)):
        named = ", ".join(in_the_way[:5])
        raise BackupRefused(
            f"{folder} is not empty ({named}); only keys/ and seals/ may be there. Name another folder with --into",
            f"{folder} n'est pas vide ({named}) ; seuls keys/ et seals/ peuvent s'y trouver. Nommer un autre dossier "
            "avec --into",
        )


class Placing:
    """`interrupted`: the note of an earlier restore into this folder that was killed; empty when there was none."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._staging = folder.resolve(), folder.resolve() / STAGING
        self.interrupted = _noted(folder)
        self._lasts = self.interrupted != Note()

    def begin(self) -> Path:
        """Take away what a killed restore left, and give an empty folder to lay the backup out in."""
        self.undo()
        laid_out = self._staging / "backup"
        laid_out.mkdir(parents=True, mode=0o700)
        return laid_out

    def lasts(self) -> None:
        """From here on something that `undo` cannot take back tells of this restore: the note stays until the end."""
        self._lasts = True

    def undo(self) -> None:
        for name in _noted(self._folder).entries:
            path = self._folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        shutil.rmtree(self._staging / "backup" if self._lasts else self._staging, ignore_errors=True)

    def place_files(self, files: Path, database: Path | None, note: Note) -> None:
        """Everything but the settings and the database; of the seals, those that are not there already.

        `note` names what else is about to be put into the folder.
        """
        new = [entry.name for entry in files.iterdir() if entry.name != "seals"]
        beside = [self._noted_as(Path(f"{database}{ending}")) for ending in _BESIDE_DATABASE] if database else []
        noted = {**asdict(note), "entries": [*note.entries, *new, *beside]}
        write_whole(self._staging / _NOTE, json.dumps(noted).encode())
        for name in new:
            if name != _SETTINGS:
                (files / name).rename(self._folder / name)
        (self._folder / "seals").mkdir(exist_ok=True)
        for seal in (files / "seals").glob("*"):
            if not (self._folder / "seals" / seal.name).exists():
                seal.rename(self._folder / "seals" / seal.name)
        sync_folder(self._folder / "seals")

    def place_database(self, laid_out: Path, database: Path) -> None:
        """By way of a `.part` beside its place, which may be on another disk."""
        database.parent.mkdir(parents=True, exist_ok=True)
        part = database.with_name(f"{database.name}.part")
        shutil.copyfile(laid_out, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(database)
        sync_folder(database.parent)

    def place_settings(self, files: Path) -> None:
        """The step that makes the folder usable; what was laid out is gone before, for nobody would clear it after."""
        aside = (files / _SETTINGS).rename(self._staging / _SETTINGS)
        shutil.rmtree(self._staging / "backup")
        aside.rename(self._folder / _SETTINGS)
        sync_folder(self._folder)

    def _noted_as(self, path: Path) -> str:
        """The entry of the folder that a file makes; the whole path of one that lies elsewhere."""
        return path.relative_to(self._folder).parts[0] if path.is_relative_to(self._folder) else str(path)

    def end(self) -> None:
        shutil.rmtree(self._staging)


def _noted(folder: Path) -> Note:
    """With the settings in their place a restore was done, and its note says nothing of what became of the folder."""
    note = folder / STAGING / _NOTE
    if not note.exists() or (folder / _SETTINGS).exists():
        return Note()
    plain = json.loads(note.read_text("utf-8"))
    return Note(**{**plain, "entries": tuple(plain["entries"])})
