"""Whether a folder's seals hold: each by itself, one after the other, and against the rows they vouch for.

Kept apart from sealing, because who checks must need neither the private key nor the right to write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlmodel import Session

from dialer.audit import AuditKind, chain_id
from dialer.chain_rows import ChainRow, chain_rows, rows_of_kind
from dialer.faults import Fault
from dialer.merkle import Tree, leaf_hash
from dialer.restorations import lost_seals
from dialer.seal_key import public_keys, signed_by
from dialer.seals import NO_SEAL, Seal, read_seal, seal_paths

Progress = Callable[[int], None]
_EVERY = 10_000
"""Rows between two reports of progress."""


def check_seals(session: Session, folder: Path, progress: Progress | None = None) -> Fault | None:
    """Hold every seal in `folder`/seals against its neighbours, `keys/seal*.pub` and the chain; None: all hold.

    A folder without seals has no fault as long as the chain names none. Raises `SettingsRefused` for a public key
    file that is none, `OSError` for files that cannot be read.
    """
    seals: list[Seal] = []
    for number, path in enumerate(seal_paths(folder), start=1):
        read = _read(path, number)
        if read is None:
            return _fault(number, 1, f"{path.name} is missing or no seal", f"{path.name} manque ou n'est pas un scellé")
        seals.append(read)
    return _by_themselves(seals, folder) or _rows_about(session, seals) or _spans(session, seals, progress)


def _fault(number: int, row: int, why: str, why_fr: str) -> Fault:
    return Fault(row, f"seal {number}: {why}", f"scellé {number} : {why_fr}")


def _read(path: Path, number: int) -> Seal | None:
    """The seal, if the file is of that number; None: the one of that number is missing, or no seal."""
    try:
        seal = read_seal(path)
    except (ValueError, RecursionError):
        return None
    return seal if seal.statement.number == number == int(path.stem) else None


def _by_themselves(seals: list[Seal], folder: Path) -> Fault | None:
    keys, previous = public_keys(folder / "keys"), NO_SEAL
    for seal in seals:
        statement = seal.statement
        here = statement.number, statement.first
        if statement.key not in keys:
            return _fault(*here, "its key is none of keys/seal*.pub", "sa clé n'est aucune de celles de keys/seal*.pub")
        if not signed_by(statement.key, seal.signature, statement.signed):
            return _fault(*here, "its signature does not match", "sa signature ne correspond pas")
        if statement.previous != previous:
            return _fault(*here, "it does not follow the seal before it", "il ne suit pas le scellé précédent")
        previous = statement.digest
    return None


def _rows_about(session: Session, seals: list[Seal]) -> Fault | None:
    """Each row about a seal finds it as it was, and each seal but the newest its row: a crash may hold that back."""
    told = set()
    by_digest = {seal.statement.digest: seal for seal in seals}
    for row in rows_of_kind(session, AuditKind.SEALED):
        body = json.loads(row.body)
        seal = by_digest.get(body["digest"])
        if seal is None:
            return _fault(
                body["seal"],
                row.seq,
                "the chain names it, but its file is missing or another one",
                "la chaîne le nomme, mais son fichier manque ou en est un autre",
            )
        if any(body[name] != value for name, value in seal.on_record.items()):
            return _fault(
                body["seal"],
                row.seq,
                "it is not as the chain tells it: its timestamp was exchanged or taken away",
                "il n'est pas tel que la chaîne le dit : son horodatage a été échangé ou enlevé",
            )
        told.add(seal.statement.number)
    silent = {seal.statement.number for seal in seals[:-1]} - told - lost_seals(session)
    if silent:
        why = "no row of the chain tells of it", "aucune ligne de la chaîne n'en parle"
        return _fault(
            min(silent), next(seal.statement.last for seal in seals if seal.statement.number == min(silent)), *why
        )
    return None


def _spans(session: Session, seals: list[Seal], progress: Progress | None) -> Fault | None:
    """The rows of each span in turn; those of seals that a restoration lost are passed over."""
    lost, after = lost_seals(session), 0
    held = [seal for seal in seals if seal.statement.number not in lost]
    rows = chain_rows(session, 1, held[-1].statement.last) if held else iter(())
    chain = chain_id(session)
    for seal in held:
        statement = seal.statement
        if statement.chain != chain:
            return _fault(
                statement.number,
                1,
                "it is of another chain: the database was exchanged",
                "il est d'une autre chaîne : la base a été échangée",
            )
        if statement.first != after + 1:
            return _fault(
                statement.number,
                after + 1,
                f"no seal vouches for the rows from {after + 1} to {statement.first - 1}",
                f"aucun scellé ne répond des lignes {after + 1} à {statement.first - 1}",
            )
        if fault := _span(seal, rows, progress):
            return fault
        after = statement.last
    return None


def _span(seal: Seal, rows: Iterator[ChainRow], progress: Progress | None) -> Fault | None:
    statement, tree, head = seal.statement, Tree(), ""
    for seq in range(statement.first, statement.last + 1):
        row = next(rows, None)
        if row is None or row.seq != seq:
            return _fault(
                statement.number,
                seq,
                f"it vouches for rows up to {statement.last}, but row {seq} is missing: the chain was cut or rolled "
                "back",
                f"il répond des lignes jusqu'à {statement.last}, mais la ligne {seq} manque : la chaîne a été coupée "
                "ou ramenée en arrière",
            )
        tree.add(leaf_hash(row.canonical))
        head = row.sha256
        if progress and not seq % _EVERY:
            progress(seq)
    if tree.root.hex() != statement.root or head != statement.head:
        return _fault(
            statement.number,
            statement.first,
            f"rows {statement.first} to {statement.last} are not those it vouches for",
            f"les lignes {statement.first} à {statement.last} ne sont pas celles dont il répond",
        )
    return None
