"""Moves a laid-out backup into its folder: files first, the settings last, without which no command works on it.

What was placed is noted before, so that an interrupted restore can be taken away by the next one.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from dialer.backups.errors import BackupRefused
from dialer.whole_file import sync_folder, write_whole

STAGING = ".restoring"
_MAY_BE_THERE = frozenset({"keys", "seals", STAGING})
_SETTINGS = "dialer.toml"
_NOTE = "placing.json"


def require_free(folder: Path) -> None:
    """Raises `BackupRefused` when the folder holds more than keys, seals, and what a killed restore left in it."""
    held = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if in_the_way := sorted(held - _MAY_BE_THERE - set(_noted(folder))):
        named = ", ".join(in_the_way[:5])
        raise BackupRefused(
            f"{folder} is not empty ({named}); only keys/ and seals/ may be there. Name another folder with --into",
            f"{folder} n'est pas vide ({named}) ; seuls keys/ et seals/ peuvent s'y trouver. Nommer un autre dossier "
            "avec --into",
        )


class Placing:
    def __init__(self, folder: Path) -> None:
        self._folder, self._staging = folder.resolve(), folder.resolve() / STAGING

    def begin(self) -> Path:
        """Take away what a killed restore left, and give an empty folder to lay the backup out in."""
        self.undo()
        laid_out = self._staging / "backup"
        laid_out.mkdir(parents=True, mode=0o700)
        return laid_out

    def undo(self) -> None:
        for name in _noted(self._folder):
            path = self._folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        shutil.rmtree(self._staging, ignore_errors=True)

    def place_files(self, files: Path, database: Path | None) -> None:
        """Everything but the settings and the database; of the seals, those that are not there already."""
        new = [entry.name for entry in files.iterdir() if entry.name != "seals"]
        beside = [self._noted_as(path) for path in (database, _part_of(database))] if database else []
        write_whole(self._staging / _NOTE, json.dumps([*new, *beside]).encode())
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
        part = _part_of(database)
        shutil.copyfile(laid_out, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(database)
        sync_folder(database.parent)

    def place_settings(self, files: Path) -> None:
        (files / _SETTINGS).rename(self._folder / _SETTINGS)
        sync_folder(self._folder)

    def _noted_as(self, path: Path) -> str:
        """The entry of the folder that a file makes; the whole path of one that lies elsewhere."""
        return path.relative_to(self._folder).parts[0] if path.is_relative_to(self._folder) else str(path)

    def end(self) -> None:
        shutil.rmtree(self._staging)


def _noted(folder: Path) -> list[str]:
    note = folder / STAGING / _NOTE
    return [str(name) for name in json.loads(note.read_text("utf-8"))] if note.exists() else []


def _part_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.part")
