"""What is asked for and what comes of it: the values that whoever orders a file holds, without what sets its pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dialer.errors import NotPossible
from dialer.faults import Verification
from dialer.submission import Scope

if TYPE_CHECKING:  # it brings campaigns along, and they what reads files
    from adapters.submission.gathering import Gathered


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be handed over, in words and as a scope, and who makes it."""

    subject: str
    scope: Scope
    made_by: str


@dataclass(frozen=True, slots=True)
class Written:
    """A finished folder: the digest of its manifest stands in the chain, which was verified with this answer."""

    folder: Path
    manifest: str
    files: int
    chain: Verification
    gathered: Gathered


def require_free(target: Path) -> None:
    """Raises `NotPossible` where something lies already."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotPossible(
            f"{target}: something lies there already; name another folder with --out, nothing was written",
            f"{target} : il y a déjà quelque chose ; nommer un autre dossier avec --out, rien n'a été écrit",
        )
