"""`dialer trunk`: what a carrier says of our calls, and what it could charge for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from commands.desk import DEFAULT_CONFIG, Config, Desk, Json, Lang, desk
from commands.instants import parse_instant
from commands.period import midnight
from dialer.complaints import Complaint, record_complaint
from dialer.exposure import ChargeKind, Exposure, exposure
from dialer.operators import load_operator
from dialer.outlook import OFFICE_ZONE
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Trunks: complaints, and what the carrier could charge.")

_KINDS = {
    ChargeKind.OUT_OF_TERMS: ("appels hors conditions", "calls out of terms"),
    ChargeKind.UNAUTHORISED_CALLER_ID: ("numéros affichés sans preuve", "caller ids without proof"),
    ChargeKind.COMPLAINT: ("plaintes", "complaints"),
}


@app.command()
def complaint(
    attempt: Annotated[str, typer.Argument(help="Id of the attempt, as reports and the log show it.")],
    reference: Annotated[str, typer.Option(help="File number of the complaint; it must name nobody.")],
    said_at: Annotated[
        datetime | None,
        typer.Option(parser=parse_instant, metavar="INSTANT", help="When it was made (with its zone); default: now."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Record a complaint about a call, in the log that cannot be altered; it counts in what the carrier could charge.

    Example: dialer trunk complaint 3f0c9a5e6b7d48129c0d1e2f3a4b5c6d --reference SIGNAL-2026-114
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="trunk complaint")
        with workspace.store.transaction() as session:
            now = workspace.clock.now()
            made = Complaint(attempt, (said_at or now).astimezone(UTC), reference)
            record_complaint(session, made, now)
        shown = escape(reference)
        d.say(f"[green]✓[/] plainte {shown} consignée", f"[green]✓[/] complaint {shown} recorded")
        d.document({"ok": True, "attempt": attempt, "reference": reference, "said_at": made.said_at.isoformat()})


@app.command()
def charges(
    name: Annotated[str, typer.Argument(help="Name of a trunk; all without one.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; default: thirty days before the last.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; default: today.")] = None,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what the carrier could charge under its published terms for the calls of some days, item by item.

    Example: dialer trunk charges --since 2026-11-01
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="trunk charges")
        settings, now = workspace.settings, workspace.clock.now()
        today = now.astimezone(OFFICE_ZONE).date()
        last = until.date() if until else today
        first = since.date() if since else last - timedelta(days=30)
        if last < first:
            raise typer.BadParameter(f"--until {last} < --since {first}")
        trunks = [settings.trunk(name)] if name else settings.trunks
        with workspace.store.reading() as session:
            found = [
                exposure(
                    session,
                    workspace.vault,
                    trunk,
                    load_operator(trunk.operator, settings.folder),
                    midnight(first),
                    midnight(last + timedelta(days=1)),
                    now,
                )
                for trunk in trunks
            ]
        d.say(f"Appels du {first} au {last} :", f"Calls from {first} to {last}:")
        for each in found:
            charges_view(d, each)
        d.document({"ok": True, "trunks": [each.to_dict() for each in found]})


def charges_view(d: Desk, found: Exposure) -> None:
    """One trunk: the sum, and what it is made of."""
    trunk, operator = escape(found.trunk), escape(found.operator)
    d.say(
        f"[bold]{trunk}[/] ({operator}) : {found.euros} € pour {found.calls} appels",
        f"[bold]{trunk}[/] ({operator}): {found.euros} € for {found.calls} calls",
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    for kind in ChargeKind:
        items = [charge for charge in found.charges if charge.kind is kind]
        euros = sum(charge.thousandths for charge in items) / 1000
        if items:
            table.add_row(d.text(*_KINDS[kind]), str(len(items)), Text(f"{euros:.2f} €"))
    if table.row_count:
        d.show(table)
