"""The agents' phones that one runner process keeps on the line: who is called next, who is there, who has gone.

Apart from the switchboard, which holds the consumers' calls and asks here whom one of them can be joined to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pjsua2 as pj

from adapters.sip.agent_line import AgentConnection, AgentLeg
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.leg import Notes
from adapters.sip.wire import AgentCall, AgentHeard
from dialer.ports import AgentState

_KEY = "agent "
"""Marks notes of an agent's line; no attempt's id begins so."""

Tell = Callable[[AgentHeard], None]


class AgentDesks:
    """Instants are seconds of the monotonic clock; the switchboard calls the steps in its own fixed order."""

    def __init__(self, endpoint: SipEndpoint, notes: Notes, tell: Tell) -> None:
        self._endpoint = endpoint
        self._notes = notes
        self._tell = tell
        self._to_call: deque[AgentCall] = deque()
        self._lines: dict[str, AgentConnection] = {}

    def __len__(self) -> int:
        """Lines that are up or being called: each takes a slot."""
        return len(self._lines)

    def call(self, call: AgentCall) -> None:
        """Have the phone called at the next turn, unless it is on the line."""
        if _KEY + call.phone.name not in self._lines:
            self._to_call.append(call)

    def noted(self, concerns: str) -> AgentConnection | None:
        """The line that a note concerns; None for a note of something else, or of a line that is gone."""
        return self._lines.get(concerns)

    def ready(self, name: str) -> AgentConnection | None:
        """The line of an agent who can be spoken to now."""
        line = self._lines.get(_KEY + name)
        return line if line is not None and line.ready and not line.over else None

    def dial_one(self, now: float) -> bool:
        """Call the phone that has waited longest; whether there was one. Only ever after `reap`."""
        if not self._to_call:
            return False
        call = self._to_call.popleft()
        phone = call.phone
        key = _KEY + phone.name

        def tell(state: AgentState, why: str) -> None:
            self._tell(AgentHeard(phone.name, state, why))

        try:
            leg = AgentLeg(self._endpoint, key, self._notes, call)
            leg.dial(phone)
        except pj.Error as error:
            tell(AgentState.AWAY, str(error.reason))
        else:
            self._lines[key] = AgentConnection(phone, leg, now, tell)
        return True

    def act(self, now: float) -> None:
        for line in self._lines.values():
            line.act(now)

    def reap(self) -> list[AgentConnection]:
        """Report lines that are over and drop every reference to their calls; they are given back without them."""
        ended = [key for key, line in self._lines.items() if line.over]
        gone = [self._lines.pop(key) for key in ended]
        for line in gone:
            line.release()
            self._tell(AgentHeard(line.phone.name, AgentState.AWAY, line.why))
        return gone

    def hang_up_all(self) -> None:
        self._to_call.clear()
        for line in self._lines.values():
            line.hang_up("the run was stopped")
