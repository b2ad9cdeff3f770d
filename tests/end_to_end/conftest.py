"""What several end-to-end tests share: long stories are lived once, also when several test processes read them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

OnceForAll = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once_for_all(tmp_path_factory: pytest.TempPathFactory) -> OnceForAll:
    """`once_for_all(name, live)`: the folder in which one test process has lived the story; others wait for it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, live: Callable[[Path], None]) -> Path:
        target, told = shared / name, shared / f"{name}.told"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                target.mkdir()  # there already: the story failed in another test process
                live(target)
                told.touch()
        return target

    return folder
