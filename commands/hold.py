"""`dialer hold`: the officer's freeze over a person, a campaign or everything."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk
from commands.instants import local
from commands.numbers import parse_number
from commands.tables import plain_table
from dialer.campaigns import campaign_named
from dialer.holds import holds, lift_hold, place_hold
from dialer.schema import Campaign, LegalHold
from dialer.wishes import contact_of
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Legal holds: while one stands nothing is erased and nobody is called.")


@app.command()
def place(
    reason: Annotated[str, typer.Option(help="Why; kept with the hold.")],
    person: Annotated[
        str | None, typer.Option(parser=parse_number, metavar="NUMBER", help="Over who has this number.")
    ] = None,
    campaign: Annotated[str, typer.Option(help="Over this campaign and everybody in it.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="Over all there is.")] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Stop erasure, retention and calls at once. Calls under way end by themselves; no new one is approved.

    Example: dialer hold place --person "06 39 98 01 00" --reason "complaint 2026-114"

    Example: dialer hold place --campaign "Fibre novembre" --reason "letter of the authority, 20 November"
    """
    if (person is not None) + bool(campaign) + everything != 1:
        raise typer.BadParameter("un seul de / one of: --person NUMBER, --campaign NAME, --everything")
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="hold place")
        with workspace.store.transaction() as session:
            hold = place_hold(
                session,
                workspace.settings,
                workspace.pseudonyms,
                reason,
                workspace.clock.now(),
                contact_id=contact_of(session, person) if person is not None else None,
                campaign=campaign_named(session, campaign) if campaign else None,
            )
        d.say(
            f"[green]✓[/] gel {hold.id} en vigueur : aucun nouvel appel, aucun effacement",
            f"[green]✓[/] hold {hold.id} stands: no new call, nothing erased",
        )
        d.document({"ok": True, "hold": _plain(hold, {})})


@app.command()
def lift(
    hold: Annotated[int, typer.Argument(min=1, help="Number of the hold, as `dialer hold list` tells it.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """End a hold. Campaigns that it paused stay so until somebody starts them.

    Example: dialer hold lift 3
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="hold lift")
        with workspace.store.transaction() as session:
            lifted = lift_hold(session, hold, workspace.clock.now())
        d.say(f"[green]✓[/] gel {hold} levé", f"[green]✓[/] hold {hold} lifted")
        d.document({"ok": True, "hold": _plain(lifted, {})})


@app.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also those that were lifted.")] = False,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what is held, since when, by whom and why.

    Example: dialer hold list --all
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="hold list")
        with workspace.store.reading() as session:
            found = holds(session, lifted=all_)
            names = {each.id: session.get_one(Campaign, each.campaign_id).name for each in found if each.campaign_id}
        people = {each.id: workspace.pseudonyms.of(each.contact_id) for each in found if each.contact_id is not None}
        if not found:
            d.say("Aucun gel en vigueur.", "Nothing is held.")
        table = plain_table("", d.text("sur", "over"), d.text("depuis", "since"), d.text("par", "by"),
                            d.text("motif", "reason"), d.text("levé", "lifted"))  # fmt: skip
        for each in found:
            over = names.get(each.id) or people.get(each.id) or d.text("tout", "everything")
            lifted = f"{local(each.lifted_at)} · {each.lifted_by}" if each.lifted_at else ""
            row = (over, local(each.placed_at), each.placed_by, each.reason, lifted)
            table.add_row(str(each.id), *map(escape, row))
        if found:
            d.show(table)
        d.document({"ok": True, "holds": [_plain(each, names) | {"person": people.get(each.id)} for each in found]})


def _plain(hold: LegalHold, names: dict[int, str]) -> dict[str, object]:
    return hold.model_dump(mode="json", exclude={"contact_id", "campaign_id"}) | {"campaign": names.get(hold.id)}
