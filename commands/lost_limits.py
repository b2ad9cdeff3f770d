"""The answer no of an import: a row forbids calls and reaches nobody, so that what is forbidden is not wholly known."""

from __future__ import annotations

from commands.desk import Desk, answer_no
from lists import ListReport

_LOST = ("prohibition-without-effect", "row-may-forbid")


def require_prohibitions_hold(d: Desk, report: ListReport) -> None:
    """Raises the answer no (exit 1) where a row that forbids calls, or may, had no effect."""
    lost = sum(report.counts.get(code, 0) for code in _LOST)
    if lost:
        d.say(
            f"[red]✗[/] {lost} lignes qui interdisent des appels, ou peut-être, sont sans effet : les corriger",
            f"[red]✗[/] {lost} rows that forbid calls, or may, have no effect: correct them",
        )
        raise answer_no()
