"""`dialer backup` and `dialer restore`: a folder and its database in one encrypted file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from dialer.backups.making import make_backup
from dialer.backups.restoring import Restored, restore
from dialer.clock import SystemClock
from dialer.erasing_again import erase_again
from dialer.workspace import Workspace


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write everything but the keys into one encrypted file, while runs go on, and try it by restoring it.

    Example: dialer backup ../elsewhere/agency-2026-11-24.backup
    """
    with desk(json, lang) as d:
        made = make_backup(Workspace.open(config, verb="backup"), file)
        keys = [str(path) for path in made.keys]
        d.say(
            f"[green]✓[/] {escape(str(file))} : journal jusqu'à la ligne {made.header.head_seq}, restauration essayée",
            f"[green]✓[/] {escape(str(file))}: log up to row {made.header.head_seq}, tried by restoring it",
        )
        d.say(
            f"Les clés n'y sont pas ; sans elles rien ne se lit. Les garder ailleurs : {escape(', '.join(keys))}",
            f"The keys are not in it; without them nothing can be read. Keep them elsewhere: {escape(', '.join(keys))}",
        )
        d.document({"ok": True, "file": str(file), "head_seq": made.header.head_seq, "head": made.header.head,
                    "digest": made.header.digest, "keys": keys})  # fmt: skip


def restore_(
    file: Annotated[Path, typer.Argument(help="A file that `dialer backup` wrote.")],
    into: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder to restore into; may hold keys/ and seals/, nothing else.")
    ] = Path(),
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its key; default: keys/backup.key in that folder.")
    ] = None,
    pseudonym_key_lost: Annotated[
        str, typer.Option(metavar="WHY", help="keys/pseudonym.key is gone for good: go on with a new one; logged.")
    ] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Restore a backup into a folder that holds nothing but keys/ and seals/; the log says what was lost.

    Example: dialer restore agency-2026-11-24.backup --into agency
    """
    with desk(json, lang) as d:
        restored = restore(file, into, SystemClock(), erase_again, key, pseudonym_key_lost)
        _tell(d, restored, into)
        told = restored.restoration
        d.document(
            {
                "ok": True,
                "folder": str(into),
                "row": told.row,
                "head_seq": told.head_seq,
                "known_seq": told.known_seq,
                "lost_rows": told.known_seq - told.head_seq,
                "seals_lost": list(told.seals),
                "erased_again": restored.erased_again,
            }
        )


def _tell(d: Desk, restored: Restored, into: Path) -> None:
    told = restored.restoration
    d.say(
        f"[green]✓[/] {escape(str(into))} : restauré à l'état du {restored.header.at}, ligne {told.head_seq}",
        f"[green]✓[/] {escape(str(into))}: restored to the state of {restored.header.at}, row {told.head_seq}",
    )
    if told.known_seq > told.head_seq:
        d.say(
            f"[red]Lignes {told.head_seq + 1} à {told.known_seq} perdues[/] : des appels passés ce jour-là peuvent ne "
            "plus compter. Les importer comme appels passés avant de lancer une campagne.",
            f"[red]Rows {told.head_seq + 1} to {told.known_seq} are lost[/]: calls made then may count no more. "
            "Import them as past calls before any campaign runs.",
        )
    if restored.erased_again:
        d.say(
            f"{restored.erased_again} personnes effacées depuis la sauvegarde le sont à nouveau.",
            f"{restored.erased_again} people who were erased since the backup are erased again.",
        )
