"""`dialer campaign`: create from a file and lists, start, pause, show, and speak its prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlmodel import col, select

from adapters.speech import synthesise
from commands.desk import DEFAULT_CONFIG, Config, Json, Lang, desk, typed
from commands.summary_view import summary_view
from commands.words import in_words
from dialer.campaigns import campaign_named, create_campaign, set_state
from dialer.exposure import exposure_today
from dialer.facts import plan_of
from dialer.plan import load_plan
from dialer.schema import Campaign, CampaignState
from dialer.summary import summarise
from dialer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Campaigns: create, start, pause, status, speak.")

Name = Annotated[str, typer.Argument(help="Name of the campaign.")]


@app.command()
def create(
    file: Annotated[Path, typer.Argument(help="Campaign file (TOML).")],
    lists: Annotated[list[str], typer.Option("--list", help="An imported list; repeat for several.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Create a campaign from its file; everyone on the lists becomes a candidate. Nothing is dialed yet.

    Example: dialer campaign create campaign.toml --list septembre
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="campaign create")
        plan = load_plan(file)
        with workspace.store.transaction() as session:
            campaign = create_campaign(session, workspace.settings, plan, lists, workspace.clock.now())
        name = escape(repr(campaign.name))
        d.say(
            f"[green]✓[/] campagne {name} créée ; la lancer : dialer campaign start {name}",
            f"[green]✓[/] campaign {name} created; start it: dialer campaign start {name}",
        )
        d.document({"ok": True, "campaign": campaign.name, "state": str(campaign.state)})


@app.command()
def start(name: Name, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Let a campaign run; `dialer run` then places its calls.

    Example: dialer campaign start "Fibre novembre"
    """
    _change(name, CampaignState.RUNNING, config, json, lang)


@app.command()
def pause(name: Name, config: Config = DEFAULT_CONFIG, json: Json = False, lang: Lang = None) -> None:
    """Stop a campaign: no new call from the next instant on; calls under way end by themselves.

    Example: dialer campaign pause "Fibre novembre"
    """
    _change(name, CampaignState.PAUSED, config, json, lang)


@app.command()
def status(
    name: Annotated[str, typer.Argument(help="Name of a campaign; all without one.")] = "",
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show where campaigns stand: contacts, decisions, calls by outcome, quality, what comes next, today's exposure.

    Example: dialer campaign status "Fibre novembre" --json
    """
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb="campaign status")
        with workspace.store.transaction() as session:
            every = select(Campaign).order_by(col(Campaign.id))
            campaigns = [campaign_named(session, name)] if name else list(session.exec(every))
            now = workspace.clock.now()
            summaries = [summarise(session, campaign, now) for campaign in campaigns]
            trunks = sorted({campaign.trunk for campaign in campaigns})
            charges = [exposure_today(session, workspace.vault, workspace.settings, trunk, now) for trunk in trunks]
        for summary in summaries:
            d.show(summary_view(d, summary))
        for charge in charges:
            d.say(
                f"{escape(charge.trunk)} : {charge.euros} € que l'opérateur pourrait facturer pour les appels du jour",
                f"{escape(charge.trunk)}: {charge.euros} € that the carrier could charge for today's calls",
            )
        told: list[dict[str, object]] = [
            {"trunk": charge.trunk, "calls": charge.calls, "euros": str(charge.euros)} for charge in charges
        ]
        d.document({"ok": True, "campaigns": [each.to_dict() for each in summaries], "exposure_today": told})


@app.command()
def speak(
    file: Annotated[Path, typer.Argument(help="Campaign file (TOML).")],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Make the campaign's WAV files from the .txt beside each, with a free synthesiser (espeak-ng).

    Example: dialer campaign speak campaign.toml
    """
    with desk(json, lang) as d:
        script = load_plan(file).script
        made = []
        for part in (script.opening, script.pitch, script.closing, script.opted_out):
            text = Path(part).with_suffix(".txt")
            if text.is_file():
                synthesise(text.read_text("utf-8"), Path(part))
                made.append(part)
                d.show(f"[green]✓[/] {escape(part)}")
            else:
                absent = escape(str(text))
                d.say(f"[yellow]![/] {absent} n'existe pas", f"[yellow]![/] {absent} does not exist")
        d.document({"ok": True, "made": made})


def _change(name: str, to: CampaignState, config: Path, json: bool, lang: Lang) -> None:
    with desk(json, lang) as d:
        workspace = Workspace.open(config, verb=typed())
        with workspace.store.transaction() as session:
            campaign = set_state(session, workspace.settings, name, to, workspace.clock.now())
        shown = escape(repr(name))
        d.say(
            f"[green]✓[/] campagne {shown} : {in_words(campaign.state, 'fr')}",
            f"[green]✓[/] campaign {shown}: {campaign.state}",
        )
        if to is CampaignState.RUNNING:
            calls = f"dialer dial --next --campaign {shown}" if plan_of(campaign).commanded else "dialer run"
            d.say(f"Ses appels : {calls}", f"Its calls: {calls}")
        d.document({"ok": True, "campaign": name, "state": str(campaign.state)})
