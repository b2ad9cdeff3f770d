"""Seals that were kept elsewhere and put back beside a backup: those it has too, and those made after it."""

from __future__ import annotations

from pathlib import Path

from dialer.backups.cipher import Header
from dialer.backups.errors import BackupRefused
from dialer.seals import Seal, path_of, read_seal, seal_paths


def later_seals(folder: Path, files: Path, header: Header) -> list[Seal]:
    """The seals that vouch for rows the backup has not.

    Raises `BackupRefused` for one of another chain, or another than the backup has under that number.
    """
    later = []
    for path in seal_paths(folder):
        try:
            seal = read_seal(path)
        except ValueError:
            raise _another(path) from None
        copy = path_of(files, seal.statement.number)
        if seal.statement.chain != header.chain or (copy.exists() and copy.read_bytes() != path.read_bytes()):
            raise _another(path)
        if seal.statement.last > header.head_seq:
            later.append(seal)
    return later


def _another(path: Path) -> BackupRefused:
    return BackupRefused(
        f"{path} does not belong to the log in this backup; put it elsewhere, or take the right backup",
        f"{path} n'appartient pas au journal de cette sauvegarde ; le mettre ailleurs, ou prendre la bonne sauvegarde",
    )
