"""How far the chain went when it was last seen, in a file kept apart from the database.

A chain that was cut short, an older copy of the file, or another database hold together by themselves: only something
that is not in them can tell.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from dialer.audit import GENESIS, NEWEST, chain_id
from dialer.driver import Driver
from dialer.errors import DialerError, SettingsRefused
from dialer.faults import Fault
from dialer.schema import AuditRow
from dialer.seals import seal_paths
from dialer.whole_file import write_new, write_whole

FILE = "head.json"
"""In the folder of the keys."""
_ACCEPT = '`dialer audit verify --without-anchor "…"` says why and goes on from here'
_ACCEPT_FR = '`dialer audit verify --without-anchor "…"` dit pourquoi et repart de là'


class ChainCutShort(DialerError):
    """The database holds less than what was seen in it, or is another one, or nothing tells: calls may be missing."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row that was the newest one; `chain` is the id of the chain (`audit.chain_id`), `at` an ISO instant.

    `seq` 0: there was no row yet.
    """

    chain: str
    seq: int
    sha256: str
    at: str


def read_anchor(path: Path) -> Anchor | None:
    """None where nothing was noted. Raises `SettingsRefused` for a file that is no anchor."""
    if not path.exists():
        return None
    try:
        return Anchor(**json.loads(path.read_text("utf-8")))
    except (TypeError, ValueError):
        raise SettingsRefused(
            f"{path}: it should say how far the log went, and cannot be read; restore it from where keys are kept "
            f"apart. If it is lost, remove it, then {_ACCEPT}",
            f"{path} : ce fichier devrait dire jusqu'où va le journal, et il est illisible ; le restaurer depuis "
            f"l'endroit où les clés sont gardées à part. S'il est perdu, le supprimer, puis {_ACCEPT_FR}",
        ) from None


def against(anchor: Anchor | None, chain: str, seen: str | None, rows: int) -> Fault | None:
    """Hold a chain of that id and length, whose row `anchor.seq` has the hash `seen`, against what was noted."""
    if anchor is None or not anchor.seq or (seen == anchor.sha256 and chain == anchor.chain):
        return None
    if chain != anchor.chain and rows:
        return Fault(
            1,
            f"this is not the chain that was seen on {anchor.at}: another database is in its place",
            f"ce n'est pas la chaîne vue le {anchor.at} : une autre base est à sa place",
        )
    if seen is None:
        return Fault(
            rows + 1,
            f"the chain ends at row {rows}, but row {anchor.seq} was there on {anchor.at}: rows were cut off, or an "
            "older copy of the database was put back",
            f"la chaîne finit à la ligne {rows}, mais la ligne {anchor.seq} existait le {anchor.at} : des lignes ont "
            "été coupées, ou une copie plus ancienne de la base remise en place",
        )
    return Fault(
        anchor.seq,
        f"it is not the row that was seen on {anchor.at}: it, or one before it, was written anew",
        f"ce n'est pas la ligne vue le {anchor.at} : elle, ou une ligne avant elle, a été réécrite",
    )


def missing(keys: Path, rows: int) -> Fault | None:
    """Whether nothing tells how far a chain of so many rows once went, though there is, or was, something to tell of.

    `keys`: the folder of the keys. An empty folder in which nothing was sealed is merely new.
    """
    if (keys / FILE).exists() or not (rows or seal_paths(keys.parent) or any(keys.glob("seal*.pub"))):
        return None
    return Fault(
        rows + 1,
        f"nothing tells whether the chain went further than row {rows}: {keys / FILE} is not there. Put it back from "
        f"where keys are kept apart; if it is lost, {_ACCEPT}",
        f"rien ne dit si la chaîne allait plus loin que la ligne {rows} : {keys / FILE} manque. Le remettre depuis "
        f"l'endroit où les clés sont gardées à part ; s'il est perdu, {_ACCEPT_FR}",
    )


def require_anchored(session: Session, path: Path) -> None:
    """A quick look before calls are placed. Raises `ChainCutShort`: attempts that count may be gone with the rows."""
    newest = Driver(session).rows(NEWEST[0])
    rows = newest[0][0] if newest else 0
    if fault := missing(path.parent, rows):
        raise ChainCutShort(fault.why, fault.why_fr)
    anchor = read_anchor(path)
    seen = session.exec(select(AuditRow.sha256).where(AuditRow.seq == anchor.seq)).first() if anchor else None
    if fault := against(anchor, chain_id(session), seen, rows):
        raise ChainCutShort(
            f"row {fault.seq} of the log: {fault.why}. Put the right database back (`dialer restore`); if it is lost, "
            f"the calls that are missing here count no more: remove {path}, then {_ACCEPT}",
            f"ligne {fault.seq} du journal : {fault.why_fr}. Remettre la bonne base (`dialer restore`) ; si elle est "
            f"perdue, les appels qui manquent ici ne comptent plus : supprimer {path}, puis {_ACCEPT_FR}",
        )


def begin(session: Session, path: Path, at: datetime) -> None:
    """In a new folder: note that there is no row yet, so that the note is missed once it is gone."""
    if not Driver(session).rows(NEWEST[0]) and not missing(path.parent, 0):
        write_new(path, _text(Anchor("", 0, GENESIS, at.isoformat())))


def advance(session: Session, path: Path, at: datetime) -> None:
    """Note how far the chain goes now. To be called after the commit of what is noted. Raises `ChainCutShort`."""
    require_anchored(session, path)
    write_anchor(session, path, at)


def keep_up(session: Session, path: Path, at: datetime) -> None:
    """The same where there is a note and the chain has grown beyond it; a note that does not fit stays as it is.

    Raises `SettingsRefused` for one that cannot be read, `OSError`.
    """
    anchor, newest = read_anchor(path), Driver(session).rows(NEWEST[0])
    if anchor is None or not newest or newest[0][0] <= anchor.seq:
        return
    seen = session.exec(select(AuditRow.sha256).where(AuditRow.seq == anchor.seq)).first()
    if against(anchor, chain_id(session), seen, newest[0][0]) is None:
        write_anchor(session, path, at)


def write_anchor(session: Session, path: Path, at: datetime) -> None:
    """The same without a look at what was noted before: for whoever tells the chain why it may be shorter now."""
    rows = Driver(session).rows(NEWEST[0])
    if rows:
        anchor = Anchor(chain_id(session), rows[0][0], rows[0][2], at.isoformat())
        write_whole(path, _text(anchor))


def _text(anchor: Anchor) -> bytes:
    return (json.dumps(asdict(anchor), indent=1) + "\n").encode()
