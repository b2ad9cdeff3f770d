"""`dialer recording`: what people know of a recorded call and the records cannot."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from dialer.kept_recordings import KeepReason, keep_recording
from dialer.retention_table import Kept, periods
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Recordings of calls: how long one of them is kept.")


@app.callback()
def recording() -> None:
    """A group, although it has one verb."""


@app.command()
def keep(
    attempt: Annotated[str, typer.Argument(help="The call: its recording's name in recordings/, without .wav.")],
    reason: Annotated[KeepReason, typer.Option(help="Whether a contract was signed after it.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say whether a contract followed an insurance call: its recording is kept two years, or goes after a month.

    C. assur. L.112-2-2. Where nobody says anything it goes after six months, like every recording. What is said last
    counts. For calls made until 10 August 2026.

    Example: dialer recording keep 0f8fad5bd9cb469fa16570867728950e --reason contract
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="recording keep")
        with workspace.store.transaction() as session:
            now = workspace.clock.now()
            keep_recording(session, workspace.settings.folder, attempt, reason, now)
        data = Kept.SALE_RECORDINGS if reason is KeepReason.CONTRACT else Kept.NO_SALE_RECORDINGS
        months = periods(workspace.settings.retention, now.date())[data].months
        d.say(
            f"[green]✓[/] inscrit au journal ; gardé {months} mois après l'appel",
            f"[green]✓[/] noted in the log; kept for {months} months after the call",
        )
        d.document({"ok": True, "attempt": attempt, "reason": str(reason), "months": months})
