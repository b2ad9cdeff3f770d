"""What all commands share that load a file or take one back: the bar, the wait, Ctrl-C, the file of problems."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import typer
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from sqlmodel import Session, select

from commands.desk import Desk
from dialer.errors import RowsRefused
from dialer.imports import Imported
from dialer.schema import ImportedList
from dialer.workspace import Workspace
from dialer.write_lock import Patience
from lists import ListReport
from lists.archive import LISTS, PACKED
from lists.fields import Field
from lists.mapping import save_mapping
from lists.progress import Progress, Step
from lists.report_csv import write_problems_csv

INTERRUPTED = 130
"""Exit code of what Ctrl-C ended: 128 + SIGINT."""
_PATIENCE = timedelta(minutes=10)
_STEPS = {
    Step.READ: ("lecture", "reading"),
    Step.NORMALISE: ("numéros", "numbers"),
    Step.MERGE: ("personnes", "persons"),
    Step.MATCH: ("comparaison à la base", "matching the database"),
    Step.STORE: ("enregistrement", "storing"),
}


def store_file(
    d: Desk,
    workspace: Workspace,
    name: str,
    store: Callable[[Session, Progress], Imported],
    read: ListReport,
    report: Path | None = None,
) -> tuple[Imported, Path | None]:
    """Run `store` in one transaction that waits for others to end, the problems of what was `read` in a CSV file.

    The file is complete before the commit, so that a full disk undoes the import too, and gets its name after it.
    Gives its path, or None when there was no problem. Rows for which all is refused are written there too.
    """
    path = report or problems_path(workspace, name)
    waiting = path.with_name(f".{path.name}.{os.getpid()}")

    def write(target: Path, problems: pl.DataFrame) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_problems_csv(target, problems, d.language.value, file=read.file, columns=read.columns)

    try:
        with bar(d) as progress, workspace.store.transaction(patience(d)) as session:
            imported = store(session, progress)
            if len(imported.problems):
                write(waiting, imported.problems)
        if waiting.exists():
            waiting.replace(path)
            return imported, path
        if report is None:
            path.unlink(missing_ok=True)  # of an import under this name that was taken back
    except RowsRefused as error:
        write(path, error.problems)
        error.written = path
        d.say(f"Toutes les remarques : {escape(str(path))}", f"All remarks: {escape(str(path))}")
        raise
    finally:
        waiting.unlink(missing_ok=True)
    return imported, None


def save_columns(path: Path, report: ListReport) -> None:
    """Keep what each column was taken for, for the next export of the same layout."""
    save_mapping(path, list(report.columns), [Field(field) for field in report.columns.values()])


def name_of(file: Path) -> str:
    """What an import is called unless told otherwise: the file's name without what says how it is written."""
    if file.suffix.lower() not in PACKED:
        return file.stem
    inside = Path(file.stem)
    return inside.stem if inside.suffix.lower() in LISTS else inside.name


def problems_path(workspace: Workspace, name: str) -> Path:
    """Where the problems of a list go unless told otherwise: `reports/NAME.csv` in the folder."""
    return workspace.path("reports", re.sub(r"[^\w .-]", "_", name).strip(". ") + ".csv")


def patience(d: Desk) -> Patience:
    """Another import may take minutes: this one waits for it, and says so."""
    return Patience(
        _PATIENCE,
        lambda: d.say(
            "[dim]La base est occupée, sans doute par un autre import : attente de sa fin (Ctrl-C pour renoncer)[/]",
            "[dim]The database is busy, likely with another import: waiting for its end (Ctrl-C to give up)[/]",
        ),
    )


@contextmanager
def bar(d: Desk) -> Iterator[Progress]:
    """A bar for each step as it comes; nothing under `--json` or outside a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    shown = d.console.is_terminal and not d.json
    with Bar(*columns, console=d.console, transient=True, disable=not shown) as bars:
        tasks: dict[Step, TaskID] = {}

        def progress(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(d.text(*_STEPS[step]), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield progress


@contextmanager
def interruptible(d: Desk, workspace: Workspace, name: str, began: datetime) -> Iterator[None]:
    """Ctrl-C ends with 130 and the truth: nothing was changed, or the import was complete already."""
    stored = select(ImportedList.id).where(ImportedList.name == name, ImportedList.imported_at >= began)
    try:
        yield
    except KeyboardInterrupt:
        with workspace.store.transaction() as session:
            complete = session.exec(stored).first() is not None
        late = d.text(f"« {name} » était déjà chargée", f"{name!r} was loaded already")
        raise _interrupted(d, late if complete else "") from None


@contextmanager
def interruptible_undo(d: Desk, workspace: Workspace, name: str) -> Iterator[None]:
    """As `interruptible`, with a sign of life in a terminal."""
    waiting = d.console.status(d.text("reprise…", "taking back…"))
    try:
        with waiting if d.console.is_terminal and not d.json else nullcontext():
            yield
    except KeyboardInterrupt:
        with workspace.store.transaction() as session:
            gone = session.exec(select(ImportedList.id).where(ImportedList.name == name)).first() is None
        late = d.text(f"« {name} » était déjà reprise", f"{name!r} was taken back already")
        raise _interrupted(d, late if gone else "") from None


def _interrupted(d: Desk, late: str) -> typer.Exit:
    """`late` tells what was complete already; empty: nothing was changed."""
    said = d.text("interrompu : rien n'a été modifié", "interrupted: nothing was changed")
    if late:
        said = d.text(f"interrompu, mais {late}", f"interrupted, but {late}")
    d.say(f"[yellow]✗[/] {escape(said)}", f"[yellow]✗[/] {escape(said)}")
    d.document({"ok": False, "error": "Interrupted", "message": said})
    return typer.Exit(INTERRUPTED)
