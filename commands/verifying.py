"""`dialer audit verify`: is everything on record as it was written, and nothing stored beside it."""

from __future__ import annotations

from rich.markup import escape
from rich.progress import Progress

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from dialer.faults import Verification
from dialer.verification import verify_folder
from dialer.workspace import Workspace


def verify_(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Walk the whole chain with its seals, and hold what is stored against it; exit 1 and the first row that is wrong.

    Decisions, attempts and what people said must be as the chain tells them, and the chain must go at least as far as
    `keys/head.json` says. Example: dialer audit verify
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit verify")
        found = _verified(d, workspace)
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
        d.document(
            {
                "ok": found.whole,
                "rows": found.rows,
                "head": found.head,
                "broken_at": found.broken_at,
                "why": found.why,
                "why_fr": found.why_fr,
            }
        )
        if not found.whole:
            raise answer_no()


def _verified(d: Desk, workspace: Workspace) -> Verification:
    with Progress(console=d.console, transient=True, disable=d.json or not d.console.is_terminal) as bar:
        task = bar.add_task(d.text("lignes vérifiées", "rows verified"), total=None)
        return verify_folder(workspace, lambda done, total: bar.update(task, completed=done, total=total))
