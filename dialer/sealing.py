"""The act of sealing: everything recorded since the last seal, vouched for in a new file and told in the chain.

The file comes first, the chain's row after it: a crash in between leaves a whole seal, whose row the next sealing
writes. The other way round a row could speak of a seal that never was.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from dialer.anchor import FILE as ANCHOR
from dialer.anchor import require_anchored
from dialer.audit import GENESIS, AuditKind, append, chain_id, require_clock_goes_on
from dialer.chain_rows import ChainRow, chain_rows, rows_of_kind
from dialer.merkle import Tree, leaf_hash
from dialer.ports import Timestamper
from dialer.restorations import lost_seals
from dialer.seal_key import SealKey
from dialer.seals import (
    NO_SEAL,
    Seal,
    SealsRefused,
    Statement,
    path_of,
    read_seal,
    seal_paths,
    seals_folder,
    write_seal,
)
from dialer.verification import move_anchor
from dialer.workspace import Workspace

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing did. `seal` None: nothing was recorded since the last one."""

    seal: Seal | None
    path: Path | None
    taken_up: tuple[int, ...] = ()
    """Seals that an interrupted sealing had left without their row."""


@contextmanager
def sealing_alone(folder: Path) -> Iterator[None]:
    """One sealing at a time in a folder, and none while it is backed up; the others wait. Raises `OSError`."""
    seals_folder(folder).mkdir(parents=True, exist_ok=True)
    with (seals_folder(folder) / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def seal_chain(
    workspace: Workspace, timestamper: Timestamper | None = None, progress: Progress | None = None
) -> Sealed:
    """Seal every row since the last seal.

    The chain is not held up: rows that come meanwhile belong to the next seal. Raises `SealsRefused` for a chain or
    seals that do not hold, `ChainCutShort`, `ClockWentBack`, `KeyLost`, `TimestampRefused`, and `OSError` for a disk
    that takes no file.
    """
    folder, store = workspace.settings.folder, workspace.store
    key = workspace.seal_key
    with sealing_alone(folder):
        seals = [_readable(path) for path in seal_paths(folder)]
        taken_up = _take_up(workspace, seals)
        with store.reading() as session:
            now = workspace.clock.now()
            statement = _next_statement(session, seals, key, now.isoformat(), progress)
            require_anchored(session, workspace.settings.keys_folder / ANCHOR)
            if statement:  # its row is to follow it: what would keep that back is to be known before
                require_clock_goes_on(session, now)
        if statement is None:
            return Sealed(None, None, taken_up)
        seal = Seal(statement, key.sign(statement.signed))
        if timestamper:
            stamp = timestamper.stamp(seal.signature)
            seal = Seal(statement, seal.signature, stamp, timestamper.authority)
        path = write_seal(folder, seal)
        _record(workspace, seal)
    move_anchor(workspace)
    return Sealed(seal, path, taken_up)


def _record(workspace: Workspace, seal: Seal) -> None:
    with workspace.store.transaction() as session:
        append(session, AuditKind.SEALED, seal.on_record, workspace.clock.now())


def _take_up(workspace: Workspace, seals: list[Seal]) -> tuple[int, ...]:
    """Write the row that a crash kept back: of the newest seal, for every older one had its row before the next."""
    if not seals:
        return ()
    newest = seals[-1]
    with workspace.store.reading() as session:
        rows = {row.body for row in rows_of_kind(session, AuditKind.SEALED)}
        known = any(f'"digest":"{newest.statement.digest}"' in body for body in rows)
        known = known or newest.statement.number in lost_seals(session)
        held = known or _head_at(session, newest.statement.last) == newest.statement.head
    if known:
        return ()
    if not held:
        raise _not_ours(newest)
    _record(workspace, newest)
    return (newest.statement.number,)


def _next_statement(
    session: Session, seals: list[Seal], key: SealKey, at: str, progress: Progress | None
) -> Statement | None:
    """The statement over what came since the last seal; None when that is nothing but the row about it."""
    lost = lost_seals(session)
    held = next((seal.statement for seal in reversed(seals) if seal.statement.number not in lost), None)
    start, head = (held.last, held.head) if held else (0, GENESIS)
    if held and _head_at(session, start) != head:
        raise _not_ours(seals[-1])
    tree, news = Tree(), False
    for row in chain_rows(session, start + 1):
        _require_whole(row, start + tree.size + 1, head)
        tree.add(leaf_hash(row.canonical))
        head, news = row.sha256, news or row.kind != AuditKind.SEALED
        if progress:
            progress(tree.size)
    if not news:
        return None
    return Statement(
        number=seals[-1].statement.number + 1 if seals else 1,
        chain=chain_id(session),
        first=start + 1,
        last=start + tree.size,
        root=tree.root.hex(),
        head=head,
        previous=seals[-1].statement.digest if seals else NO_SEAL,
        at=at,
        key=key.public,
    )


def _head_at(session: Session, seq: int) -> str:
    return next((row.sha256 for row in chain_rows(session, seq, seq)), "")


def _require_whole(row: ChainRow, seq: int, previous: str) -> None:
    """A signature on rows that do not hold would lend them credit."""
    if row.seq != seq or row.previous != previous or not row.holds:
        raise SealsRefused(
            f"row {seq} of the chain does not hold, so it is not sealed; `dialer audit verify` tells what is wrong",
            f"la ligne {seq} de la chaîne ne tient pas : elle n'est pas scellée ; `dialer audit verify` dit pourquoi",
        )


def _readable(path: Path) -> Seal:
    try:
        seal = read_seal(path)
        if path_of(path.parent.parent, seal.statement.number) == path:
            return seal
    except ValueError:
        pass
    raise SealsRefused(
        f"{path}: holds no seal of that number; put it back from a copy, then seal again",
        f"{path} : pas un scellé de ce numéro ; le remettre depuis une copie, puis sceller à nouveau",
    ) from None


def _not_ours(seal: Seal) -> SealsRefused:
    statement = seal.statement
    return SealsRefused(
        f"seal {statement.number} vouches for row {statement.last}, which is another one or missing in this database: "
        "it was rolled back or exchanged. Nothing is sealed; `dialer audit verify` tells more",
        f"le scellé {statement.number} répond de la ligne {statement.last}, autre ou absente dans cette base : elle a "
        "été ramenée en arrière ou échangée. Rien n'est scellé ; `dialer audit verify` en dit plus",
    )
