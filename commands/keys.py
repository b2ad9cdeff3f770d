"""`dialer keys`: the master keys under which the keys of persons are wrapped."""

from __future__ import annotations

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.tables import plain_table
from dialer.key_rotation import Keys, keys_of, rotate
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Master keys: show, rotate.")


@app.command()
def show(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Show the master keys by their ids, and how many people's keys each one wraps. Exit 1 when one is not at hand.

    Example: dialer keys show
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="keys show")
        with workspace.store.reading() as session:
            found = keys_of(session, workspace)
        table = plain_table(d.text("clé", "key"), d.text("personnes", "people"), "")
        for key, count in found.people.items():
            table.add_row(key, str(count), _state(d, key, found))
        d.show(escape(found.source), table)
        missing = list(found.missing)
        people = dict(found.people)
        d.document({"ok": not missing, "source": found.source, "current": found.current, "people": people,
                    "missing": missing})  # fmt: skip
        if missing:
            raise answer_no()


@app.command("rotate")
def rotate_(config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Put a new master key in use and wrap every person's key under it; no run may be under way.

    Cut short, it is taken up when it is called again. With DIALER_MASTER_KEY put the new key last in it first.

    Example: dialer keys rotate
    """
    with desk(json, lang) as d:
        done = rotate(Workspace.open(config, verb="keys rotate"))
        d.say(
            f"[green]✓[/] clé {done.current} en service, {done.people} clés de personnes enveloppées de nouveau",
            f"[green]✓[/] key {done.current} in use, {done.people} people's keys wrapped anew",
        )
        if done.set_aside:
            d.say(
                f"Les anciennes sont dans {escape(str(done.set_aside))} : à garder ailleurs tant qu'une sauvegarde "
                "d'avant existe, puis à détruire.",
                f"The old ones are in {escape(str(done.set_aside))}: keep them elsewhere while a backup from before "
                "exists, then destroy them.",
            )
        d.document({"ok": True, "current": done.current, "before": list(done.before), "people": done.people,
                    "set_aside": str(done.set_aside) if done.set_aside else None})  # fmt: skip


def _state(d: Desk, key: str, found: Keys) -> str:
    if key in found.missing:
        return d.text("[red]absente[/]", "[red]not at hand[/]")
    return d.text("en service", "in use") if key == found.current else d.text("ancienne", "older")
