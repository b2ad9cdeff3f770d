"""`dialer audit verify`: is everything on record as it was written, and nothing stored beside it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from dialer.faults import Verification
from dialer.verification import verify_folder, verify_without_anchor
from dialer.workspace import Workspace


def verify_(
    without_anchor: Annotated[
        str,
        typer.Option(
            metavar="REASON", help="keys/head.json is lost for good: say how, and go on; it is written to the log."
        ),
    ] = "",
    recordings: Annotated[
        bool, typer.Option(help="Read every recording too and hold it against its digest: about a gigabyte a second.")
    ] = True,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Walk the whole chain with its seals, and hold what is stored against it; exit 1 and the first row that is wrong.

    Whatever is on record must be as the chain tells it, and the chain must go at least as far as `keys/head.json` says;
    what could not be compared is told. Example: dialer audit verify
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit verify")
        found = _verified(d, workspace, without_anchor.strip(), recordings=recordings)
        if found.whole:
            d.say(
                f"[green]✓[/] chaîne entière : {found.rows} lignes, tête {found.head[:16]}…",
                f"[green]✓[/] chain whole: {found.rows} rows, head {found.head[:16]}…",
            )
        else:
            d.say(
                f"[red]✗[/] chaîne rompue à la ligne {found.broken_at} : {escape(found.why_fr)}",
                f"[red]✗[/] chain broken at row {found.broken_at}: {escape(found.why)}",
            )
        for each in found.reservations:
            d.say(f"[yellow]·[/] {escape(each.why_fr)}", f"[yellow]·[/] {escape(each.why)}")
        d.document(
            {
                "ok": found.whole,
                "rows": found.rows,
                "head": found.head,
                "broken_at": found.broken_at,
                "why": found.why,
                "why_fr": found.why_fr,
                "reservations": [asdict(each) for each in found.reservations],
            }
        )
        if not found.whole:
            raise answer_no()


def _verified(d: Desk, workspace: Workspace, without_anchor: str, *, recordings: bool) -> Verification:
    with Progress(console=d.console, transient=True, disable=d.json or not d.console.is_terminal) as bar:
        task = bar.add_task(d.text("vérification", "verifying"), total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if without_anchor:
            return verify_without_anchor(workspace, without_anchor, tell, recordings=recordings)
        return verify_folder(workspace, tell, recordings=recordings)
