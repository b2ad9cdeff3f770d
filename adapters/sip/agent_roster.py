"""Which agents are on the line, over all runner processes of a trunk, and which process has room for whom.

Apart from the supervisor because a pair of calls must share a process: the bridge that joins them is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.sip.wire import AgentCall
from adapters.sip.worker_process import WorkerProcess
from dialer.ports import AgentLine, AgentState, CallOrder

_PAIR = 2
"""Slots of an agent and whom they speak to."""


def process_for(order: CallOrder, processes: Sequence[WorkerProcess]) -> WorkerProcess | None:
    """The process that has the order's agent on the line, and free; for an order without one that with most room.
    None when there is none."""
    if order.agent is not None:
        return next((each for each in processes if order.agent in each.idle_agents), None)
    roomy = max(processes, key=lambda each: each.free, default=None)
    return roomy if roomy is not None and roomy.free else None


class AgentRoster:
    """For so many agents at once."""

    def __init__(self, agents: int) -> None:
        self._most = agents
        self._lines: dict[str, AgentLine] = {}
        self._news = False

    @property
    def lines(self) -> Mapping[str, AgentLine]:
        return dict(self._lines)

    def processes(self, calls_per_process: int) -> int:
        """How many processes their lines need."""
        return -(-_PAIR * self._most // calls_per_process)

    def call(self, call: AgentCall, processes: Sequence[WorkerProcess]) -> None:
        """Have the phone called, unless one of the processes has it on the line."""
        name = call.phone.name
        if any(name in each.agents for each in processes):
            return
        roomy = max(processes, key=lambda each: each.free, default=None)
        if roomy is None or roomy.free < _PAIR:
            self.note(name, AgentLine(AgentState.AWAY, "no runner process has room for the call"))
            return
        self.note(name, AgentLine(AgentState.CALLED))
        roomy.call_agent(call)

    def note(self, name: str, line: AgentLine) -> None:
        self._news = self._news or self._lines.get(name) != line
        self._lines[name] = line

    def lost(self, process: WorkerProcess, how: str) -> None:
        """The process is gone, and with it the lines that it had."""
        for name in process.agents:
            self.note(name, AgentLine(AgentState.AWAY, how))

    def news(self) -> bool:
        """Whether anything has changed since this was asked last."""
        news, self._news = self._news, False
        return news
