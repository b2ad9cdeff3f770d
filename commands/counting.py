"""A bar over a number of things that are gone through one by one, and how fast that went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands.desk import Desk


@contextmanager
def counting(d: Desk, fr: str, en: str, total: int) -> Iterator[Callable[[], None]]:
    """To be called once for each; nothing is shown under `--json` or outside a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = d.console.is_terminal and not d.json
    with Progress(*columns, console=d.console, transient=True, disable=not shown) as bar:
        task = bar.add_task(d.text(fr, en), total=total)
        yield lambda: bar.advance(task)
