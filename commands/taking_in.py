"""How a file comes in, whatever it holds: asked about where it must be, stored whole or not at all, told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session

from commands.asking import Stated, Statement, read_asking
from commands.desk import Desk
from commands.import_views import import_report
from commands.importing import bar, interruptible, save_columns, store_file
from dialer.imports import Imported
from dialer.workspace import Workspace
from lists import ContactList
from lists.evidence_files import EvidenceFile
from lists.progress import Progress

R = TypeVar("R", ContactList, EvidenceFile)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is said of one import: its list's name, how the file is read, and where its by-products go."""

    name: str
    statement: Statement
    report: Path | None
    save_mapping: Path | None


def take_in(
    d: Desk,
    workspace: Workspace,
    incoming: Incoming,
    began: datetime,
    reading: Callable[[Stated, Progress], R],
    storing: Callable[[R, Session, Progress], Imported],
    **about: object,
) -> Imported:
    """Read a file, store it, show its report; `about` stands in the document beside it.

    `storing` looks at the clock itself, once the database is ours: a run may have recorded much since `began`.
    """

    def read_with_bar(stated: Stated) -> R:
        with bar(d) as progress:
            return reading(stated, progress)

    with interruptible(d, workspace, incoming.name, began):
        read = read_asking(d, incoming.statement, read_with_bar)
        imported, problems = store_file(
            d,
            workspace,
            incoming.name,
            lambda session, progress: storing(read, session, progress),
            read.report,
            incoming.report,
        )
        if incoming.save_mapping:
            save_columns(incoming.save_mapping, read.report)
    d.show(import_report(d, imported.report, imported.stored, problems))
    told: dict[str, object] = {"ok": True, "list": incoming.name, **about, "report": imported.list.report}
    d.document(told | {"problems": str(problems) if problems else None})
    return imported
