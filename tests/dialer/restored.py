"""A folder that a backup was restored into, on another machine: how its keys come there, and how it is opened."""

from __future__ import annotations

import shutil
from pathlib import Path

from dialer.settings import load_settings
from dialer.standing import Standing
from dialer.store import Store
from dialer.workspace import Workspace
from tests.dialer.agency import Agency


def bring_keys(agency: Agency, folder: Path) -> None:
    shutil.copytree(agency.workspace.settings.keys_folder, folder / "keys", dirs_exist_ok=True)


def opened(agency: Agency, folder: Path) -> Workspace:
    settings = load_settings(folder / "dialer.toml")
    store = Store(settings.database_url)
    store.known[Standing] = Standing(settings)
    return Workspace(settings, store, agency.clock)
