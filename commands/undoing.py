"""`dialer list undo`: an import taken back whole, after it was said what goes with it.

Kept apart from `lists`, which loads: here are asked the questions whose answers cannot be called back.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from commands.asking import confirmed
from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk, typed
from commands.importing import interruptible_undo, patience
from commands.instants import parse_instant
from commands.views import taken_back_view
from dialer.clock import SimulatedClock
from dialer.contacts import list_named
from dialer.errors import NotPossible
from dialer.resting import campaigns_of
from dialer.taking_back import take_back
from dialer.workspace import Workspace

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DropLimits = Annotated[
    bool, typer.Option("--drop-limits", help="Also what the file says against calling; needs --reason.")
]
Reason = Annotated[str, typer.Option(help="Why that may go; it is written to the log.")]
AfterRun = Annotated[
    datetime | None,
    typer.Option(
        parser=parse_instant, metavar="INSTANT", help="After a run on a simulated clock: an instant later than its end."
    ),
]


def undo(
    name: Annotated[str, typer.Argument(help="Name of an imported list, of people or of evidence.")],
    yes: Yes = False,
    drop_limits: DropLimits = False,
    reason: Reason = "",
    simulated_clock: AfterRun = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Take an import back whole, unless calls rest on it already; then it says which.

    Example: dialer list undo septembre

    Example: dialer list undo oppositions --yes --drop-limits --reason "wrong file: customers of another brand" --json
    """
    with desk(json, lang) as d:
        undone(d, config, name, yes=yes, drop_limits=drop_limits, reason=reason, simulated_clock=simulated_clock)


def undone(
    d: Desk,
    config: Path,
    name: str,
    *,
    yes: bool,
    drop_limits: bool,
    reason: str,
    simulated_clock: datetime | None,
) -> None:
    """Ask, take the import back, and tell what went. Raises `BadParameter` for limits without a reason, or a reason
    without them; and whatever `take_back` raises."""
    if drop_limits != bool(reason.strip()):
        raise typer.BadParameter("--drop-limits --reason TEXT")
    workspace = Workspace.open(config, SimulatedClock(simulated_clock) if simulated_clock else None, verb=typed())
    with workspace.store.transaction() as session:
        _agreed(d, session, name, yes=yes)
    undoing = interruptible_undo(d, workspace, name)
    with undoing, workspace.store.transaction(patience(d)) as session:
        taken = take_back(session, workspace.pseudonyms, name, workspace.clock.now(), drop_limits=reason)
    d.show(taken_back_view(d, taken))
    d.document(
        {
            "ok": True,
            "list": taken.name,
            "kind": str(taken.kind),
            "sha256": taken.sha256,
            "removed": taken.removed,
            "campaigns": list(taken.campaigns),
            "limits_dropped": {"numbers": taken.dropped.numbers, "persons": taken.dropped.persons},
        }
    )


def _agreed(d: Desk, session: Session, name: str, *, yes: bool) -> None:
    """Ask, naming the campaigns that lose the list. Raises `NotPossible` for any answer but yes."""
    stored = list_named(session, name)
    lost = ", ".join(campaign for campaign, _ in campaigns_of(session, stored))
    lost_fr, lost_en = (f" Elle sera perdue pour : {lost}.", f" It will be lost to: {lost}.") if lost else ("", "")
    if not yes and not confirmed(
        d,
        f"Reprendre l'import « {name} » ({stored.file_name}) ?{lost_fr}",
        f"Take {name!r} back ({stored.file_name})?{lost_en}",
    ):
        raise NotPossible(
            f"{name!r} was left as it is; add --yes to take it back without being asked.{lost_en}",
            f"{name!r} est restée telle quelle ; ajouter --yes pour la reprendre sans question.{lost_fr}",
        )
