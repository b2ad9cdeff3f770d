"""`dialer audit seal`: vouch for what was recorded since the last seal, in a file that can be kept elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import func, select

from adapters.timestamp import HttpTimestamper
from commands.counting import counting
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from dialer.schema import AuditRow
from dialer.sealing import Sealed, seal_chain
from dialer.seals import Seal, sealed_up_to
from dialer.workspace import Workspace

Timestamp = Annotated[
    str, typer.Option(metavar="URL", help="Have it stamped by this time-stamping authority (RFC 3161).")
]
Trusted = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Root certificate (PEM) that the authority's stamp must lead to.")
]


def seal(
    timestamp: Timestamp = "",
    timestamp_ca: Trusted = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Sign everything recorded since the last seal, into seals/; keep a copy of that file away from this machine.

    Example: dialer audit seal

    Example: dialer audit seal --timestamp https://freetsa.org/tsr
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit seal")
        authority = HttpTimestamper(timestamp, timestamp_ca) if timestamp else None
        with counting(d, "lignes scellées", "rows sealed", _unsealed(workspace)) as tick:
            sealed = seal_chain(workspace, authority, lambda _: tick())
        _tell(d, sealed, workspace.settings.keys_folder)
        if sealed.seal and timestamp and not timestamp_ca:
            d.say(
                "[yellow]![/] qui a horodaté n'a pas été vérifié : donner le certificat racine de l'autorité avec "
                "--timestamp-ca",
                "[yellow]![/] who stamped it was not checked: give the authority's root certificate with "
                "--timestamp-ca",
            )
        d.document(
            {
                "ok": True,
                "seal": sealed.seal.to_dict() if sealed.seal else None,
                "file": str(sealed.path) if sealed.path else None,
                "taken_up": list(sealed.taken_up),
            }
        )


def _unsealed(workspace: Workspace) -> int:
    with workspace.store.reading() as session:
        rows = session.exec(select(func.count()).select_from(AuditRow)).one()
    return max(rows - sealed_up_to(workspace.settings.folder), 0)


def _tell(d: Desk, sealed: Sealed, keys: Path) -> None:
    for number in sealed.taken_up:
        d.say(
            f"Scellé {number} : interrompu la dernière fois, il est maintenant inscrit au journal.",
            f"Seal {number}: interrupted last time, it is in the log now.",
        )
    if sealed.seal is None:
        d.say("Rien de nouveau depuis le dernier scellé.", "Nothing new since the last seal.")
        return
    _tell_of(d, sealed.seal)
    d.say(
        f"En garder copie hors de cette machine : {escape(str(sealed.path))} et {escape(str(keys / 'seal.pub'))}",
        f"Keep copies away from this machine: {escape(str(sealed.path))} and {escape(str(keys / 'seal.pub'))}",
    )


def _tell_of(d: Desk, seal: Seal) -> None:
    statement = seal.statement
    stamped_fr = f", horodaté par {escape(seal.authority)}" if seal.timestamp else ""
    stamped_en = f", time-stamped by {escape(seal.authority)}" if seal.timestamp else ""
    d.say(
        f"[green]✓[/] scellé {statement.number} : lignes {statement.first} à {statement.last}, racine "
        f"{statement.root[:16]}…{stamped_fr}",
        f"[green]✓[/] seal {statement.number}: rows {statement.first} to {statement.last}, root "
        f"{statement.root[:16]}…{stamped_en}",
    )
