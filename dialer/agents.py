"""The people who take a run's calls: who is on the line and free, whom to call to their phone, who has which call.

Apart from the carrier's channels because an answered call without an agent is a nuisance to the person called, however
many channels are free (C. conso. L.121-7): no call is approved unless somebody is there to speak.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlmodel import Session, col, func, select

from dialer.agent_settings import AgentSettings
from dialer.desk_leases import DeskLeases
from dialer.errors import NotPossible
from dialer.facts import plan_of
from dialer.ledger import LIVE
from dialer.plan import CampaignPlan
from dialer.ports import FINAL, AgentLine, AgentLines, AgentState, CallEvent, CallOrder, Clock
from dialer.schema import Attempt, Campaign
from dialer.settings import Settings
from dialer.store import Store
from dialer.under_way import BRIEF
from dialer.wake import Wait, Why
from rules.facts import SystemKind

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
"""How long a phone is left in peace after it was not answered or was put down, at first and at most."""
STAYED = timedelta(minutes=5)
"""Who was on the line for so long had come to work: they are called again as if for the first time."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_RESTED = (_NEVER, timedelta(0))
_log = structlog.get_logger("dialer.agents")
NOBODY = ""
"""The agent of a call that needs one when none is left: such an order never leaves."""


def with_free_agent(session: Session, campaigns: Sequence[Campaign]) -> list[Campaign]:
    """Those that may have one more call for as many agents as they say; one that nobody speaks for needs none."""
    return [campaign for campaign in campaigns if _below_its_number(session, campaign)]


def _below_its_number(session: Session, campaign: Campaign) -> bool:
    most = plan_of(campaign).calls_at_once
    if most is None:
        return True
    live = select(func.count()).where(Attempt.campaign_id == campaign.id, col(Attempt.state).in_(LIVE))
    return session.exec(live).one() < most


def agent_who_commands(
    settings: Settings, campaign: str, accounts: Sequence[str], name: str = ""
) -> AgentSettings | None:
    """Whose phone a commanded call is joined to: the agent of this `name`, else who commands it by one of `accounts`,
    else the campaign's only one. None when it has none. Raises `NotPossible`."""
    agents = settings.agents_of(campaign)
    if not agents and not name:
        return None
    known = [each for each in agents if each.name == name] if name else _by_account(agents, accounts)
    if len(known) != 1:
        names = ", ".join(repr(each.name) for each in agents) or "—"
        raise NotPossible(
            f"campaign {campaign!r}: no phone of {name or accounts[-1]!r} to join the call to; its agents in "
            f"dialer.toml are {names}: say which with --agent",
            f"campagne {campaign!r} : aucun poste de {name or accounts[-1]!r} pour prendre l'appel ; ses agents dans "
            f"dialer.toml sont {names} : préciser avec --agent",
        )
    return known[0]


def _by_account(agents: Sequence[AgentSettings], accounts: Sequence[str]) -> Sequence[AgentSettings]:
    theirs = [agent for agent in agents if agent.account in accounts or agent.name in accounts]
    return theirs or agents


class AgentDesk:
    """The agents of one engine. Without `lines` (simulated time, practice) nobody is called and the script speaks."""

    def __init__(
        self,
        settings: Settings,
        trunk: str,
        clock: Clock,
        lines: AgentLines | None = None,
        engine: int | None = None,
    ) -> None:
        """`engine` is the number of the engine, None where there can be only one."""
        self._agents, self._agents_of = settings.agents, settings.agents_of
        self._loopback = settings.trunk(trunk).loopback
        self._clock = clock
        self._lines = lines
        self._calls: dict[str, str] = {}
        """Agent by attempt, from its approval to its end."""
        self._last_call: dict[str, datetime] = {}
        """When each had their last call: who has waited longest is next."""
        self._rests: dict[str, tuple[datetime, timedelta]] = {}
        """Until when each phone is left in peace, and for how long it was the last time."""
        self._since: dict[str, datetime] = {}
        """When each came on the line."""
        self._known: Mapping[str, AgentLine] = {}
        self._taken: list[str] = []
        self._leases = DeskLeases(engine)

    @property
    def empty(self) -> bool:
        """Whether nobody can be called to their phone."""
        return self._lines is None

    def attends(self, plan: CampaignPlan) -> bool:
        """Whether a person must speak in the campaign's calls. On a real trunk no recording ever stands in for one."""
        if self._lines is None or plan.system is SystemKind.AI_AGENT:
            return False
        return not self._loopback or bool(self._agents_of(plan.name))

    def has_voice(self, plan: CampaignPlan) -> bool:
        """Whether a call that is answered now would find somebody to speak, or the script."""
        return not self.attends(plan) or self._free(plan) is not None

    def line(self, name: str) -> AgentLine:
        return self._lines_now.get(name, AgentLine(AgentState.AWAY))

    def look(self, session: Session) -> None:
        """Learn who rests, and whom another engine has on the line."""
        if self._lines is None or not self._agents:
            return
        resting = self._leases.resting
        self._leases.look(session, self._clock.now())
        for name in resting.keys() - self._leases.resting.keys():
            self._rests.pop(name, None)  # who says that they are back is at their phone

    def call(self, session: Session, agent: AgentSettings) -> bool:
        """Call their phone, unless they are on the line; False when they are on that of another engine."""
        if self._lines is None:
            return True
        if not self._leases.claim(session, agent.name, self._clock.now()):
            return False
        self._lines.call_agent(agent.as_phone)
        return True

    def call_for(self, session: Session, plan: CampaignPlan) -> datetime | None:
        """Call agents of the campaign who are away, up to as many as it says, but nobody who rests, whose phone is left
        in peace or whom another engine has; when to look again."""
        now = self._clock.now()
        able = [each for each in self._agents_of(plan.name) if self._works_here(each.name)]
        away = [each for each in able if self.line(each.name).state is AgentState.AWAY]
        missing = plan.agents - (len(able) - len(away))
        rested = [agent for agent in away if self._rests.get(agent.name, _RESTED)[0] <= now]
        for agent in rested[: max(missing, 0)]:
            rest = min(2 * self._rests.get(agent.name, _RESTED)[1], LONGEST_REST) or FIRST_REST
            self._rests[agent.name] = now + rest, rest
            self.call(session, agent)
        again = [self._rests[each.name][0] for each in away if each.name in self._rests]
        return min([*again, *self._leases.elsewhere.values()], default=None)

    def note(self, store: Store) -> None:
        """Tell the tables how the lines stand, when that is news to them or is to be said again."""
        lines, now = self._lines_now, self._clock.now()
        if self._leases.has_news(lines, now):
            with store.transaction(BRIEF) as session:
                self._leases.note(session, lines, now)

    def release(self, store: Store) -> None:
        """Every line has ended with the engine."""
        if lines := self._lines_now:
            with store.transaction(BRIEF) as session:
                self._leases.release(session, [*lines], self._clock.now())

    def wait(self, plan: CampaignPlan, until: datetime | None) -> Wait:
        """For somebody to speak in the campaign's calls; says what keeps those who are not there."""
        agents = [agent.name for agent in self._agents_of(plan.name)]
        resting, elsewhere = ([name for name in agents if name in which] for which in self._leases.kept_away)
        here = [name for name in agents if self._works_here(name)]
        called, away = (
            [name for name in here if self.line(name).state is state] for state in (AgentState.CALLED, AgentState.AWAY)
        )
        told = (
            (called, "being called", "qu'on appelle"),
            (resting, "resting", "en pause"),
            (elsewhere, "on another run's line", "sur la ligne d'un autre passage"),
            (away, "not at their phone", "loin de leur poste"),
        )
        english, french = (", ".join(f"{len(who)} {said[place]}" for who, *said in told if who) for place in (0, 1))
        return Wait(Why.AGENTS, until, english, french)

    def join(self, order: CallOrder, plan: CampaignPlan, agent: str | None = None) -> CallOrder:
        """The order with whom it is joined to: this agent, else who has waited longest; `NOBODY` when none is left.
        A talk between people is not cut off when a recording would be."""
        if not self.attends(plan):
            return order
        name = agent or self._free(plan) or NOBODY
        self._calls[order.permit.attempt_id] = name
        return replace(order, agent=name, max_talk=plan.max_talk_with_agent)

    def heard(self, event: CallEvent) -> None:
        """Every report is told here; a final one sets the agent free."""
        if event.kind in FINAL and (name := self._calls.pop(event.attempt_id, None)):
            self._last_call[name] = event.at

    def changed(self) -> bool:
        """Whether anybody came, went or was set free since this was asked last."""
        lines = self._lines_now
        for name, line in lines.items():
            self._note_presence(name, line)
            if line != self._known.get(name):
                _log.info("agent", name=name, state=str(line.state), why=line.why)
        taken = sorted(self._calls.values())
        changed = (lines, taken) != (self._known, self._taken)
        self._known, self._taken = lines, taken
        return changed

    @property
    def _lines_now(self) -> Mapping[str, AgentLine]:
        return self._lines.agents() if self._lines else {}

    def _works_here(self, name: str) -> bool:
        return name not in self._leases.resting and name not in self._leases.elsewhere

    def _note_presence(self, name: str, line: AgentLine) -> None:
        now = self._clock.now()
        if line.state is AgentState.READY:
            self._since.setdefault(name, now)
        elif since := self._since.pop(name, None):
            rest = timedelta(0) if now - since >= STAYED else self._rests.get(name, _RESTED)[1]
            self._rests[name] = now + (rest or FIRST_REST), rest

    def _free(self, plan: CampaignPlan) -> str | None:
        taken = set(self._calls.values())
        ready = [
            agent.name
            for agent in self._agents_of(plan.name)
            if agent.name not in taken
            and self._works_here(agent.name)
            and self.line(agent.name).state is AgentState.READY
        ]
        return min(ready, key=lambda name: self._last_call.get(name, _NEVER), default=None)
