"""What `dialer doctor` looks at for each agent: whether the phone answers, and whether there is a campaign for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from adapters.sip import agent_logins
from adapters.sip.reachability import NoAnswer, ask, status_line
from adapters.sip.trunk import TrunkAddress
from commands.trunk_checks import Check
from dialer.agent_settings import AgentSettings
from dialer.errors import SettingsRefused


def agent_checks(agent: AgentSettings, campaigns: Collection[str], folder: Path) -> Iterator[Check]:
    """All looks at one agent. `campaigns` are the names of those that exist."""
    name, phone = f"agent {agent.name}", agent.as_phone
    try:
        agent_logins([agent], folder)
    except SettingsRefused as refused:
        yield Check(name, False, refused.message_fr, str(refused))
    address = TrunkAddress(agent.name, phone.host, phone.port, loopback=False, channels=1)
    try:
        answer = status_line(ask(address, f"{phone.host}:{phone.port}", "OPTIONS"))
    except NoAnswer as silence:
        yield Check(
            name,
            False,
            f"{agent.phone} ne répond pas ({silence}) ; brancher le poste ou corriger son adresse",
            f"{agent.phone} does not answer ({silence}); plug the phone in or correct its address",
        )
    else:
        yield Check(name, True, f"{agent.phone} répond {answer}", f"{agent.phone} answers {answer}")
    if missing := [campaign for campaign in agent.campaigns if campaign not in campaigns]:
        listed = ", ".join(map(repr, missing))
        yield Check(name, None, f"pas de campagne de ce nom : {listed}", f"there is no campaign of this name: {listed}")
