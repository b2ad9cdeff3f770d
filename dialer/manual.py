"""A human agent's call: who is next and may be called, and the one call that one command places (preview dialing).

It runs on the same loop, through the same gate, fence and outcomes as any other; only the choice is a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dialer import appointments
from dialer.agent_settings import AgentSettings
from dialer.agents import AgentDesk
from dialer.candidates import next_due
from dialer.choice import Choice
from dialer.errors import NotFound, NotPossible
from dialer.facts import read_facts
from dialer.gate import GateAnswer
from dialer.human_command import HumanCommand
from dialer.plan import CampaignPlan
from dialer.ports import AgentState, CallOrder, CallRunner
from dialer.questions import Questions
from dialer.schema import Campaign, CampaignState, Candidate, Contact
from dialer.wake import Wait, Why
from dialer.workspace import Workspace
from rules.decide import Decision, decide
from rules.eligibility import Eligibility, next_eligible_at


@dataclass(frozen=True, slots=True)
class Preview:
    """What an agent looks at before the call: the person, the number that would be called, and what the law says."""

    contact: Contact
    number: str
    decision: Decision
    eligibility: Eligibility


def next_person(session: Session, campaign: Campaign, now: datetime) -> int | None:
    """Who is to be called next: who agreed to be called now, else who is due longest; None when nobody is."""
    _require_running(campaign)
    kept = [who for id_, who in appointments.at_their_slot(session, campaign.trunk, now) if id_ == campaign.id]
    due = None if kept else next_due(session, campaign, now)
    return kept[0] if kept else due


def preview(session: Session, workspace: Workspace, campaign: Campaign, contact_id: int) -> Preview:
    """What the rules say of a call now, without anything being decided. The carrier's limits are for the gate."""
    now, profile = workspace.clock.now(), workspace.gate.profile
    asked = read_facts(session, workspace.settings, campaign, [contact_id], now)[contact_id]
    decision = decide(asked.facts, now, profile=profile)
    following = next_eligible_at(asked.facts, now, profile=profile, decision=decision)
    return Preview(asked.contact, asked.facts.number, decision, following)


@dataclass(frozen=True, slots=True)
class Commanded:
    """Whom to call, for which campaign, on whose command, joined to whose phone. Without an agent the script speaks:
    on the loopback carrier alone."""

    campaign: Campaign
    contact_id: int
    command: HumanCommand
    agent: AgentSettings | None = None


class OneCall(Questions):
    """The only question of a run by hand: one person, once, on the command of somebody.

    The agent's phone comes first: until they have answered it nothing is decided, and when they don't, nobody is
    called.
    """

    def __init__(self, workspace: Workspace, runner: CallRunner, desk: AgentDesk, call: Commanded) -> None:
        """Raises `NotFound` or `NotPossible` as soon as it is asked about somebody who is not in the campaign."""
        super().__init__(workspace, call.campaign.trunk, runner, desk)
        self._call = call
        self._called = False
        self.answer: GateAnswer | None = None
        """The gate's; None until it was asked."""
        self.missed: str | None = None
        """Why the agent did not come to their phone; None when they did, or nobody was needed."""

    def _choose(self, session: Session, now: datetime) -> Choice | Wait:
        if self.answer:
            return Wait(Why.NOBODY_DUE)
        campaign = session.get_one(Campaign, self._call.campaign.id)
        _require_running(campaign)
        candidate = candidate_of(session, campaign, self._call.contact_id)
        return self._without_agent(session) or Choice(campaign, candidate.contact_id)

    def _without_agent(self, session: Session) -> Wait | None:
        """None once the agent is at their phone, or when nobody is needed. That they rest from the calls of a run does
        not keep them from commanding one."""
        agent = self._call.agent
        if agent is None:
            return None
        if not self._called:
            self._called = True
            if not self._desk.call(session, agent):
                self.missed = "on the line of another run"
                return Wait(Why.NOBODY_DUE)
        line = self._desk.line(agent.name)
        if line.state is AgentState.AWAY:
            self.missed = line.why
            return Wait(Why.NOBODY_DUE)
        return Wait(Why.AGENTS) if line.state is AgentState.CALLED else None

    def _judged(self, session: Session, found: Choice, command: HumanCommand | None = None) -> GateAnswer:
        self.answer = super()._judged(session, found, command or self._call.command)
        return self.answer

    def _joined(self, order: CallOrder, plan: CampaignPlan) -> CallOrder:
        return self._desk.join(order, plan, self._call.agent.name if self._call.agent else None)


def candidate_of(session: Session, campaign: Campaign, contact_id: int) -> Candidate:
    """The person's place in the campaign. Raises `NotFound` for somebody who is on none of its lists."""
    found = session.get(Candidate, (campaign.id, contact_id))
    if found is None:
        raise NotFound(
            f"this person is on no list of campaign {campaign.name!r}; create a campaign with a list that holds them",
            f"cette personne n'est sur aucune liste de la campagne {campaign.name!r} ; "
            "créer une campagne avec une liste qui la contient",
        )
    return found


def _require_running(campaign: Campaign) -> None:
    if campaign.state is not CampaignState.RUNNING:
        raise NotPossible(
            f"campaign {campaign.name!r} is {campaign.state}; `dialer campaign start {campaign.name!r}` lets it call",
            f"la campagne {campaign.name!r} est {campaign.state} ; "
            f"`dialer campaign start {campaign.name!r}` la laisse appeler",
        )
