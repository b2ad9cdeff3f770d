"""The folder that `dialer sim` runs on: from the sample, from a campaign file, or from a copy of real data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adapters.simulation import VirtualClock
from adapters.simulation.ground import copy_ground, lay_ground
from adapters.simulation.people import invent_people
from commands.desk import DEFAULT_CONFIG
from commands.folder import set_up
from commands.lists import load
from dialer.campaigns import campaign_named, create_campaign, set_state
from dialer.errors import NotPossible
from dialer.facts import plan_of
from dialer.plan import CampaignPlan, load_plan
from dialer.schema import Campaign, CampaignState
from dialer.settings import load_settings
from dialer.workspace import Workspace
from rules.facts import SystemKind

_UNHURRIED = {"ring_seconds": 25, "max_talk_seconds": 180}
"""The sample campaign is cut short for the demo: nobody picks up or talks as fast as that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be simulated."""

    campaign: str
    contacts: int
    list_file: Path | None
    seed: int
    operator: str


def prepared(folder: Path, config: Path, clock: VirtualClock, asked: Asked) -> tuple[Workspace, Campaign]:
    """A simulated folder with the campaign running in it. The real one is only read."""
    ground = folder / "ground"
    if asked.campaign and not asked.campaign.endswith(".toml"):
        workspace = copy_ground(load_settings(config), ground, clock, asked.operator)
        return workspace, _goes_on(workspace, asked)
    sample = not asked.campaign and config == DEFAULT_CONFIG and not config.exists()
    if sample:
        config = set_up(folder / "sample")
    plan = load_plan(Path(asked.campaign) if asked.campaign else config.parent / "campaign.toml")
    _require_machine(plan)
    workspace = lay_ground(load_settings(config), ground, clock, asked.operator)
    return workspace, _begins(workspace, plan.model_copy(update=_UNHURRIED) if sample else plan, asked)


def _begins(workspace: Workspace, plan: CampaignPlan, asked: Asked) -> Campaign:
    now = workspace.clock.now()
    name = ""
    if asked.list_file:
        name = asked.list_file.stem
        load(workspace, asked.list_file, name, plan.advertiser)
    with workspace.store.transaction() as session:
        name = name or invent_people(session, workspace.settings, plan, asked.contacts, asked.seed, now)
        create_campaign(session, workspace.settings, plan, [name], now)
        return set_state(session, workspace.settings, plan.name, CampaignState.RUNNING, now)


def _goes_on(workspace: Workspace, asked: Asked) -> Campaign:
    if asked.list_file:
        raise NotPossible(
            f"--list is for a campaign file; {asked.campaign!r} goes on with its own people",
            f"--list va avec un fichier de campagne ; {asked.campaign!r} continue avec ses propres contacts",
        )
    with workspace.store.transaction() as session:
        found = campaign_named(session, asked.campaign)
        _require_machine(plan_of(found))
        if found.state is CampaignState.RUNNING:
            return found
        return set_state(session, workspace.settings, found.name, CampaignState.RUNNING, workspace.clock.now())


def _require_machine(plan: CampaignPlan) -> None:
    if plan.system is SystemKind.HUMAN_AGENT:
        raise NotPossible(
            f"campaign {plan.name!r} waits for a human command before each call: there is nobody here to give them; "
            'simulate it with system = "automated"',
            f"la campagne {plan.name!r} attend une commande humaine avant chaque appel, et il n'y a personne ici pour "
            'les donner ; la simuler avec system = "automated"',
        )
