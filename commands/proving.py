"""`dialer audit prove`: one call or one row, with everything that proves to a stranger that it was recorded so."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from dialer.proving import prove_call, prove_row
from dialer.whole_file import write_whole
from dialer.workspace import Workspace

Call = Annotated[str, typer.Argument(help="Id of an attempt (or its first characters), or of a decision.")]
Row = Annotated[int | None, typer.Option(min=1, help="A row of the chain by its number, instead of a call.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; default: proof-….json here.")]


def prove(
    call: Call = "",
    row: Row = None,
    out: Out = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write a proof that a call's rows were recorded as they are; whoever has the public key verifies it offline.

    Example: dialer audit prove 3f9c2a

    Example: dialer audit prove --row 120 --out row-120.json
    """
    if bool(call) == bool(row):
        raise typer.BadParameter("ID | --row N")
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit prove")
        with workspace.store.reading() as session:
            folder = workspace.settings.folder
            proof = prove_row(session, folder, row) if row else prove_call(session, folder, call)
        plain = proof.to_dict()
        path = out or Path(f"proof-{f'row-{row}' if row else next(iter(proof.about.values()))}.json")
        write_whole(path, (jsonlib.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode())
        numbers = ", ".join(str(each["seq"]) for each in proof.rows)
        d.say(
            f"[green]✓[/] {escape(str(path))} : lignes {numbers} de la chaîne. À vérifier hors ligne avec "
            "scripts/verify-proof.py (docs/verification.md)",
            f"[green]✓[/] {escape(str(path))}: rows {numbers} of the chain. To be verified offline with "
            "scripts/verify-proof.py (docs/verification.md)",
        )
        d.document({"ok": True, "file": str(path), "proof": plain})
