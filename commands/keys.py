"""`dialer keys`: the master keys under which the keys of persons are wrapped, and what to do when a key is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.markup import escape

from commands.asking import confirmed
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.tables import plain_table
from dialer.errors import NotPossible
from dialer.key_replacement import replace_key
from dialer.key_rotation import Keys, keys_of, rotate
from dialer.lost_keys import Key
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Keys: show and rotate the master keys, replace one that is lost.")


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


@app.command("replace")
def replace_(
    key: Annotated[Key, typer.Argument(help="Which one is lost.")],
    reason: Annotated[str, typer.Option(help="How it was lost; it is written to the log.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Go on without a key that is lost for good, and say so in the log. What was under it does not come back.

    Look for copies first: an older keys/, the place where keys are kept apart. No run may be under way.

    Example: dialer keys replace seal --reason "disk broken on 2026-11-22, no copy"
    """
    if not reason.strip():
        raise typer.BadParameter("--reason TEXT")
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="keys replace")
        _agreed(d, key, yes=yes)
        done = replace_key(workspace, key, reason)
        what_fr, what_en = _GONE[key]
        d.say(
            f"[green]✓[/] {escape(str(done.path))} : nouvelle clé, la perte est au journal. {what_fr}",
            f"[green]✓[/] {escape(str(done.path))}: a new key, the loss is in the log. {what_en}",
        )
        d.document({"ok": True, "key": str(key), "file": str(done.path), "lost": list(done.lost),
                    "people": done.people})  # fmt: skip


_GONE: Mapping[Key, tuple[str, str]] = {
    Key.MASTER: (
        "Les faits des décisions passées ne se lisent plus ; leurs verdicts et leur place au journal restent.",
        "The facts of past decisions can be read no more; their verdicts and their place in the log remain.",
    ),
    Key.PSEUDONYM: (
        "Au-dessus de cette ligne du journal, personne n'est plus retrouvé par son pseudonyme.",
        "Above this row of the log nobody can be found by their pseudonym any more.",
    ),
    Key.SEAL: (
        "Les scellés passés restent valables par leur clé publique ; remettre la nouvelle à qui garde l'ancienne.",
        "Past seals still count by their public key; hand the new one to whoever keeps the old.",
    ),
    Key.BACKUP: (
        "Les sauvegardes d'avant ne se restaurent plus ; en faire une maintenant.",
        "Backups from before cannot be restored any more; make one now.",
    ),
}


def _agreed(d: Desk, key: Key, *, yes: bool) -> None:
    """Raises `NotPossible` for any answer but yes."""
    if not yes and not confirmed(
        d,
        f"La clé {key} est-elle perdue pour de bon ? {_GONE[key][0]}",
        f"Is the key {key} lost for good? {_GONE[key][1]}",
    ):
        raise NotPossible(
            "nothing was changed; add --yes to replace the key without being asked",
            "rien n'est changé ; ajouter --yes pour remplacer la clé sans question",
        )


def _state(d: Desk, key: str, found: Keys) -> str:
    if key in found.missing:
        return d.text("[red]absente[/]", "[red]not at hand[/]")
    return d.text("en service", "in use") if key == found.current else d.text("ancienne", "older")
