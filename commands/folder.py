"""`dialer init`: a new folder with settings, database, keys and a sample campaign."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import Json, Lang, desk
from dialer.anchor import FILE, begin
from dialer.errors import NotPossible
from dialer.settings import load_settings
from dialer.store import Store
from dialer.workspace import Workspace

_COPIED_WHOLE = {"prompts": (".wav", ".txt"), "policies": (".toml",)}
"""Folders of the sample, and the endings of what is to be in them."""


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to set up; made when missing.")] = Path(),
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Set up a folder: settings, database, keys, a sample campaign and list. What is there already stays.

    Example: dialer init agency
    """
    with desk(json, lang) as d:
        set_up(folder)
        shown = escape(str(folder))
        d.say(
            f"[green]✓[/] {shown} est prêt. Ensuite : cd {shown} puis dialer list import contacts.csv",
            f"[green]✓[/] {shown} is ready. Next: cd {shown} and dialer list import contacts.csv",
        )
        d.document({"ok": True, "folder": str(folder)})


def set_up(folder: Path) -> Path:
    """Make or complete a folder; returns the path of its settings."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shipped = resources.files("config")
        for name in ("dialer.toml", "campaign.toml", "contacts.csv"):
            _copy(shipped.joinpath("sample", name), folder / name)
        for kind, endings in _COPIED_WHOLE.items():
            (folder / kind).mkdir(exist_ok=True)
            for file in shipped.joinpath(kind).iterdir():
                if file.name.endswith(endings):
                    _copy(file, folder / kind / file.name)
    except OSError as error:
        raise NotPossible(
            f"{folder}: cannot be set up ({error}); choose another folder or give this user the right to write",
            f"{folder} : impossible à préparer ({error}) ; choisir un autre dossier ou donner le droit d'écrire",
        ) from None
    config = folder / "dialer.toml"
    settings = load_settings(config)
    Store(settings.database_url).migrate()
    workspace = Workspace.open(config)
    _ = workspace.permit_key, workspace.pseudonyms
    with workspace.store.reading() as session:
        begin(session, settings.keys_folder / FILE, workspace.clock.now())
    return config


def _copy(source: Traversable, target: Path) -> None:
    if not target.exists():
        target.write_bytes(source.read_bytes())
