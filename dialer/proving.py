"""Proofs that single rows were recorded: each row's bytes, the path to the root of its seal, and the seal.

Kept apart from seals, which vouch for everything: a proof shows a court one call and nothing of anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from dialer.audit import AuditKind
from dialer.call_story import find_call
from dialer.chain_rows import ChainRow, chain_rows, rows_naming
from dialer.errors import NotFound, NotPossible
from dialer.merkle import inclusion_path, leaf_hash, root_of
from dialer.restorations import lost_seals
from dialer.schema import Attempt, DecisionRow
from dialer.seal_key import pem_of
from dialer.seals import Seal, read_seal, seal_paths

FORMAT = "dialer-proof/1"


@dataclass(frozen=True, slots=True)
class Proof:
    """What `scripts/verify-proof.py` verifies; docs/verification.md tells each field."""

    about: dict[str, object]
    rows: tuple[dict[str, Any], ...]
    seals: tuple[Seal, ...]
    decision: DecisionRow | None

    def to_dict(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "format": FORMAT,
            "about": self.about,
            "public_keys": [pem_of(key).decode() for key in sorted({seal.statement.key for seal in self.seals})],
            "rows": list(self.rows),
            "seals": [seal.to_dict() for seal in self.seals],
        }
        if self.decision:
            plain["decision"] = {"id": self.decision.id, "stored": self.decision.body}
        return plain


def prove_call(session: Session, folder: Path, call: str) -> Proof:
    """Every row about one call: an attempt (the start of its id), or a decision by its number.

    Raises `NotFound`, and `NotPossible` for rows that no seal vouches for yet.
    """
    attempt, decision = find_call(session, call)
    rows = [row for row in rows_naming(session, "decision", decision.id) if row.kind == AuditKind.DECISION]
    if attempt:
        rows += [row for row in rows_naming(session, "attempt", attempt.id) if row.kind != AuditKind.DECISION]
    about = _about(attempt, decision)
    return Proof(about, *_proved(session, folder, sorted(rows)), decision)


def prove_row(session: Session, folder: Path, seq: int) -> Proof:
    """One row by its place in the chain. Raises as `prove_call`."""
    rows = list(chain_rows(session, seq, seq))
    if not rows:
        raise NotFound(
            f"the chain has no row {seq}; `dialer audit verify` says how many it has",
            f"la chaîne n'a pas de ligne {seq} ; `dialer audit verify` dit combien elle en a",
        )
    return Proof({"row": seq}, *_proved(session, folder, rows), None)


def _about(attempt: Attempt | None, decision: DecisionRow) -> dict[str, object]:
    return {"attempt": attempt.id, "decision": decision.id} if attempt else {"decision": decision.id}


def _proved(
    session: Session, folder: Path, rows: Sequence[ChainRow]
) -> tuple[tuple[dict[str, Any], ...], tuple[Seal, ...]]:
    lost = lost_seals(session)
    seals = [seal for path in seal_paths(folder) if (seal := _read(path)).statement.number not in lost]
    used: dict[int, tuple[Seal, list[bytes]]] = {}
    proved = []
    for row in rows:
        seal = _seal_over(row, seals)
        number = seal.statement.number
        if number not in used:
            used[number] = seal, _leaves(session, seal)
        path = inclusion_path(used[number][1], row.seq - seal.statement.first)
        text = row.canonical.decode()
        proved.append({"row": text, "seq": row.seq, "seal": number, "path": [each.hex() for each in path]})
    return tuple(proved), tuple(seal for seal, _ in used.values())


def _seal_over(row: ChainRow, seals: Sequence[Seal]) -> Seal:
    for seal in seals:
        if seal.statement.first <= row.seq <= seal.statement.last:
            return seal
    raise NotPossible(
        f"row {row.seq} is not sealed yet; run `dialer audit seal` first",
        f"la ligne {row.seq} n'est pas encore scellée ; lancer d'abord `dialer audit seal`",
    )


def _leaves(session: Session, seal: Seal) -> list[bytes]:
    """The leaves of a seal's tree. Raises `NotPossible` when they are not those it vouches for."""
    leaves = [leaf_hash(row.canonical) for row in chain_rows(session, seal.statement.first, seal.statement.last)]
    if root_of(leaves).hex() != seal.statement.root:
        raise NotPossible(
            f"the rows are not those that seal {seal.statement.number} vouches for, so nothing can be proved with it; "
            "`dialer audit verify` tells what is wrong",
            f"les lignes ne sont pas celles dont répond le scellé {seal.statement.number} : il ne prouve plus rien ; "
            "`dialer audit verify` dit pourquoi",
        )
    return leaves


def _read(path: Path) -> Seal:
    try:
        return read_seal(path)
    except ValueError:
        raise NotPossible(
            f"{path}: holds no seal; put it back from a copy",
            f"{path} : pas un scellé ; le remettre depuis une copie",
        ) from None
