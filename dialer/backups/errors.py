"""What is said of backups that cannot be made or used."""

from __future__ import annotations

from pathlib import Path

from dialer.errors import DialerError


class BackupRefused(DialerError):
    """The backup cannot be made, or not be restored from; nothing was changed."""


def not_a_backup(path: Path) -> BackupRefused:
    return BackupRefused(
        f"{path}: not a backup of this program, or its beginning is damaged; take another copy of it",
        f"{path} : pas une sauvegarde de ce programme, ou son début est abîmé ; en prendre une autre copie",
    )


def damaged(path: Path) -> BackupRefused:
    return BackupRefused(
        f"{path}: it was altered, damaged or cut short; nothing was restored. Take another copy of it",
        f"{path} : altérée, abîmée ou coupée ; rien n'a été restauré. En prendre une autre copie",
    )


def wrong_key(path: Path, key: Path) -> BackupRefused:
    return BackupRefused(
        f"{path} needs another key than {key}; put back the keys/ of that time, or name the file with --key",
        f"{path} demande une autre clé que {key} ; remettre le keys/ d'alors, ou nommer le fichier avec --key",
    )


def not_usable(path: Path, why: str, why_fr: str) -> BackupRefused:
    return BackupRefused(
        f"{path}: what was restored from it does not hold ({why}); nothing was kept. Take another backup",
        f"{path} : ce qui en est restauré ne tient pas ({why_fr}) ; rien n'est gardé. Prendre une autre sauvegarde",
    )
