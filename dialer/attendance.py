"""Whom to ask the gate about when agents have to be there first: nobody is approved for whom nobody could speak.

Apart from the choice itself, which knows campaigns and the carrier's line, but no telephones of the house.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from dialer.abandonment import abandoned_holds
from dialer.agents import AgentDesk
from dialer.choice import Choice, choose, running_campaigns
from dialer.facts import plan_of, read_facts
from dialer.wake import Wait, Why
from dialer.workspace import Workspace
from rules.decide import decide
from rules.rule import Verdict

_NOBODY_HERE = frozenset({Why.AGENTS, Why.NOBODY_DUE, Why.NO_CAMPAIGN})
"""Waits that say nothing of campaigns whose agents are away."""


def choose_attended(
    session: Session, workspace: Workspace, trunk: str, desk: AgentDesk, now: datetime
) -> Choice | Wait:
    """As `choose`, among campaigns that have a voice now and of which not too many calls were abandoned."""
    if desk.empty:
        return choose(session, workspace.gate, trunk, now)
    desk.look(session)
    campaigns = running_campaigns(session, trunk) if workspace.settings.agents else []
    holds = abandoned_holds(session, campaigns, now)
    found = _among_free(session, workspace, trunk, desk, holds, now)
    if not holds or isinstance(found, Choice) or found.why not in (Why.NOBODY_DUE, Why.NO_CAMPAIGN):
        return found
    held = choose(session, workspace.gate, trunk, now, lambda plan: plan.name in holds)
    return min(found, holds[held.campaign.name].as_wait() if isinstance(held, Choice) else held, key=_urgency)


def _among_free(
    session: Session, workspace: Workspace, trunk: str, desk: AgentDesk, holds: Collection[str], now: datetime
) -> Choice | Wait:
    """Agents are called to their phones when somebody else's campaign could go on with them, and only then: nobody's
    telephone rings at night."""
    gate = workspace.gate
    found = choose(session, gate, trunk, now, lambda plan: plan.name not in holds and desk.has_voice(plan))
    if isinstance(found, Choice) or found.why not in _NOBODY_HERE:
        return found
    absent = choose(session, gate, trunk, now, lambda plan: plan.name not in holds and not desk.has_voice(plan))
    if isinstance(absent, Choice):
        if not _may_be_called(session, workspace, absent, now):
            return absent  # the gate's refusal puts them off
        plan = plan_of(absent.campaign)
        return desk.wait(plan, desk.call_for(session, plan))
    return min(found, absent, key=_urgency)


def _may_be_called(session: Session, workspace: Workspace, found: Choice, now: datetime) -> bool:
    """What the rules say of a call now, without anything being decided."""
    (asked,) = read_facts(session, workspace.settings, found.campaign, [found.contact_id], now).values()
    return decide(asked.facts, now, profile=workspace.gate.profile).verdict is Verdict.ALLOW


def _urgency(wait: Wait) -> tuple[bool, bool, float]:
    """A campaign's own wait before none at all; the first instant before later ones and before none."""
    return wait.why in (Why.AGENTS, Why.NO_CAMPAIGN), wait.until is None, wait.until.timestamp() if wait.until else 0.0
