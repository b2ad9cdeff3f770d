"""`dialer audit replay`: every stored decision of some days taken again from its stored facts, and compared."""

from __future__ import annotations

from functools import partial
from time import monotonic

from rich.table import Table

from commands.counting import counting
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, answer_no, desk
from commands.instants import local
from commands.period import From, To, span
from commands.tables import plain_table
from dialer.replay import Difference, Judge, Part, Replayed, count_between, decisions_between, replay
from dialer.vault import read_decision
from dialer.workspace import Workspace
from rules.fingerprint import fingerprints

_SHOWN = 20
_PARTS = {
    Part.TEXT: ("texte altéré", "text altered"),
    Part.FACTS: ("faits illisibles", "facts unreadable"),
    Part.VERDICT: ("décision", "verdict"),
    Part.FINDINGS: ("constats", "findings"),
    Part.NEXT: ("prochain instant", "next instant"),
}


def replay_(first: From, last: To, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Decide every case of a period again from its stored facts, under the rules of its day, and compare.

    What comes out otherwise is explained by what has changed since: rules, numbers of the law, time zones, holidays,
    numbering. Exit 1 when a difference has no such explanation.

    Example: dialer audit replay --from 2026-11-01 --to 2026-11-30
    """
    since, until = span(first, last)
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="audit replay")
        settings = workspace.settings
        judge = Judge(workspace.gate.profile, fingerprints() | {"settings": settings.sha256})
        began = monotonic()
        with workspace.store.reading() as session:
            decisions = count_between(session, since, until)
            with counting(d, "décisions reprises", "decisions replayed", decisions) as tick:
                rows = decisions_between(session, since, until)
                found = replay(rows, partial(read_decision, session, workspace.vault), judge, tick)
        per_second = round(found.decisions / max(monotonic() - began, 0.001))
        _show(d, found, per_second)
        d.document(_document(found, per_second))
        if found.unexplained:
            raise answer_no()


def _document(found: Replayed, per_second: int) -> dict[str, object]:
    return {
        "ok": not found.unexplained,
        "decisions": found.decisions,
        "same": found.same,
        "erased": found.erased,
        "explained": len(found.differences) - len(found.unexplained),
        "unexplained": len(found.unexplained),
        "differences": [each.to_dict() for each in found.differences],
        "per_second": per_second,
    }


def _show(d: Desk, found: Replayed, per_second: int) -> None:
    mark, count = ("[red]✗[/]" if found.unexplained else "[green]✓[/]"), found.decisions
    explained = len(found.differences) - len(found.unexplained)
    d.say(
        f"{mark} {count} décisions reprises ({per_second} par seconde) : {found.same} identiques, {explained} "
        f"autrement pour une raison connue, {len(found.unexplained)} sans explication, {found.erased} effacées",
        f"{mark} {count} decisions replayed ({per_second} per second): {found.same} the same, {explained} otherwise "
        f"for a known reason, {len(found.unexplained)} unexplained, {found.erased} erased",
    )
    if found.differences:
        d.show(_table(d, found.differences[:_SHOWN]))
    if (hidden := len(found.differences) - _SHOWN) > 0:
        d.say(f"… et {hidden} autres (--json les donne toutes)", f"… and {hidden} more (--json has them all)")


def _table(d: Desk, differences: tuple[Difference, ...]) -> Table:
    headings = ("décision", "decision"), ("instant", "instant"), ("diffère", "differs"), ("règles", "rules")
    table = plain_table(*(d.text(*each) for each in headings), d.text("parce que", "because"))
    for each in differences:
        because = ", ".join(each.causes) if each.explained else d.text("[red]inexpliqué[/]", "[red]unexplained[/]")
        parts = ", ".join(d.text(*_PARTS[part]) for part in each.parts)
        table.add_row(str(each.decision_id), local(each.at), parts, ", ".join(each.rules), because)
    return table
