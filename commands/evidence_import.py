"""What the commands share that import a file of evidence: the way from the file to the database."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from rich.markup import escape
from sqlmodel import Session

from commands.asking import Stated, Statement
from commands.desk import Desk, answer_no, typed
from commands.lost_limits import require_prohibitions_hold
from commands.taking_in import Incoming, take_in
from dialer.editions import DOUBTS
from dialer.evidence import import_evidence
from dialer.imports import Imported
from dialer.schema import Telling
from dialer.workspace import Workspace
from lists.evidence_files import LIMITING, EvidenceFile, EvidenceKind, read_evidence
from lists.progress import Progress


def load_evidence(
    d: Desk,
    config: Path,
    file: Path,
    kind: EvidenceKind,
    name: str,
    statement: Statement,
    *,
    source: str = "",
    advertiser: str = "",
    as_of: datetime | None = None,
    contacts: str = "",
    telling: Telling = Telling.PART,
    new_source: bool = False,
    accept_shorter: bool = False,
    strict: bool = False,
    report: Path | None = None,
    save_mapping: Path | None = None,
) -> None:
    """Read a file, store it whole or not at all, and tell what became of it.

    The answer is no (exit 1) where rows that limit calls could not be used, or an edition does not renew its source:
    what is forbidden is then not wholly known.
    """
    workspace = Workspace.open(config, verb=typed())
    began, day = workspace.clock.now(), as_of.date() if as_of else None

    def reading(stated: Stated, progress: Progress) -> EvidenceFile:
        return read_evidence(file, kind, today=began.date(), progress=progress, **stated)

    def storing(read: EvidenceFile, session: Session, progress: Progress) -> Imported:
        return import_evidence(
            session,
            workspace.settings,
            read,
            name,
            workspace.clock.now(),
            source=source,
            as_of=day,
            advertiser=advertiser,
            contacts=contacts,
            telling=telling,
            new_source=new_source,
            accept_shorter=accept_shorter,
            strict=strict,
            progress=progress,
        )

    incoming = Incoming(name, statement, report, save_mapping)
    imported = take_in(d, workspace, incoming, began, reading, storing, kind=str(kind), as_of=_iso(day))
    if kind in LIMITING:
        _require_effect(d, imported)
    require_prohibitions_hold(d, imported.report)


def _require_effect(d: Desk, imported: Imported) -> None:
    """Raises the answer no where what the file forbids is not wholly known."""
    rejected, counts = imported.report.rejected, imported.report.counts
    if rejected:
        d.say(
            f"[red]✗[/] {rejected} lignes qui limitent les appels sont sans effet : les corriger",
            f"[red]✗[/] {rejected} rows that limit calls have no effect: correct them",
        )
    if not_renewing := [code for code in DOUBTS if code in counts]:
        source = escape(imported.list.source)
        d.say(
            f"[red]✗[/] cette édition ne renouvelle pas la source « {source} » : son état reste celui d'avant",
            f"[red]✗[/] this edition does not renew the source “{source}”: its state stays the one before",
        )
    if rejected or not_renewing:
        raise answer_no()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
