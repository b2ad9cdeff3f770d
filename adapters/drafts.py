"""Folders that are handed to somebody appear whole or not at all: each is written beside its place first.

Apart from what is written into them: those for authorities and those for the person themselves are made alike.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.submission.asked import require_free

_DRAFT = "dialer-draft"


@contextmanager
def draft_of(target: Path, finish: Callable[[Path, Path], bool] = lambda left, meant: False) -> Iterator[Path]:
    """A folder beside `target` that takes its place when all went well. What killed ones left there goes, unless
    `finish`, asked with the draft and with what it was to become, could put it into its place.

    Raises `NotPossible` when something lies at `target`, and `OSError`.
    """
    require_free(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".*.{_DRAFT}"):
        with suppress(FileNotFoundError), _held(left) as alone:  # another one may finish meanwhile
            if alone and not finish(left, target.with_name(_meant(left))):
                shutil.rmtree(left)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{_DRAFT}")
    draft.mkdir()
    with _held(draft):
        try:
            yield draft
            draft.replace(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _meant(draft: Path) -> str:
    """The name of the folder that a draft was to become."""
    return draft.name.removeprefix(".").removesuffix(f".{_DRAFT}").rpartition(".")[0]


@contextmanager
def _held(draft: Path) -> Iterator[bool]:
    """Hold a draft; False when it is somebody's who is at work. The system frees it when its holder dies."""
    opened = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(opened)
