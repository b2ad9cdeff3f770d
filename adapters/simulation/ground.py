"""The folder in which a simulation runs: settings without any carrier's address, own keys, a database of its own.

Built so that a simulated call can reach neither a telephone nor the records of real ones, whatever the
environment says: `DIALER_DATABASE` does not count here.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from adapters.simulation.clock import VirtualClock
from adapters.simulation.hasty_store import HastyStore
from dialer.errors import NotPossible
from dialer.lost_keys import Key
from dialer.operators import load_operator
from dialer.settings import Settings
from dialer.store import Store
from dialer.trunk_settings import TrunkKind, TrunkSettings
from dialer.workspace import Workspace

DATABASE = "simulation.db"


def lay_ground(real: Settings, folder: Path, clock: VirtualClock, operator: str = "") -> Workspace:
    """An empty simulation, in which no list of oppositions is asked for: it could hold no edition of one.

    Raises `NotPossible` when one ran in that folder already.
    """
    settings = _simulated(real, folder, operator).model_copy(update={"opposition_sources": ()})
    _prepare(real, folder)
    Store(settings.database_url).migrate()
    workspace = Workspace(settings, HastyStore(settings.database_url), clock)
    _ = workspace.pseudonyms  # made before anything is on record: later it would be missed
    return workspace


def copy_ground(real: Settings, folder: Path, clock: VirtualClock, operator: str = "") -> Workspace:
    """A simulation that goes on from what a folder's database holds; the folder itself is only read.

    Raises `NotPossible` for a database that is no SQLite file.
    """
    url = make_url(real.database_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        raise NotPossible(
            "a simulation goes on from a copy of a SQLite file only; give the campaign's file and its --list instead",
            "une simulation ne reprend qu'une copie d'un fichier SQLite ; donner plutôt le fichier de la campagne et "
            "sa --list",
        )
    settings = _simulated(real, folder, operator)
    Store(real.database_url).check()
    _prepare(real, folder)
    with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(folder / DATABASE)) as copy:
        source.backup(copy)
    settings.keys_folder.mkdir(exist_ok=True)
    for key in (Key.MASTER, Key.PSEUDONYM):  # what was decided before is read, and named, with the keys of then
        if (file := key.path(real.keys_folder)).exists():
            shutil.copy(file, settings.keys_folder)
    return Workspace(settings, HastyStore(settings.database_url), clock)


def _simulated(real: Settings, folder: Path, operator: str) -> Settings:
    """The same settings for a folder of its own; every trunk keeps its limits and numbers and loses its address.

    With an operator, trunks have that operator's terms and limits instead of their own.
    """
    trunks = tuple(_without_address(trunk, real.folder, operator) for trunk in real.trunks)
    return real.model_copy(update={"folder": folder, "database": f"sqlite:///{DATABASE}", "trunks": trunks})


def _prepare(real: Settings, folder: Path) -> None:
    if (folder / DATABASE).exists():
        raise NotPossible(
            f"{folder} holds a simulation already; choose another folder with --out",
            f"{folder} contient déjà une simulation ; choisir un autre dossier avec --out",
        )
    folder.mkdir(parents=True, exist_ok=True)
    if (terms := real.folder / "operators").is_dir():
        shutil.copytree(terms, folder / "operators", dirs_exist_ok=True)


def _without_address(trunk: TrunkSettings, folder: Path, operator: str) -> TrunkSettings:
    limits = load_operator(operator, folder) if operator else trunk
    return TrunkSettings(
        name=trunk.name,
        kind=TrunkKind.LOOPBACK,
        host="127.0.0.1",
        port=0,
        operator=operator or trunk.operator,
        channels=limits.channels,
        starts_per_second=limits.starts_per_second,
        caller_ids=trunk.caller_ids,
    )
