"""What is done on the line while a human agent speaks: join, keys, farewell, and what to do when the agent is gone.

A pure state machine like the scripted agent's, and in its place: the person called keeps every right that they have
with a recording (the opt-out key works from the first second), and is never left with nobody at the other end.
"""

from __future__ import annotations

from datetime import timedelta

from adapters.sip.agent import Action, HangUp, Join, Prompt, ScriptedAgent
from dialer.ports import EndedBy, Script

END_KEY = "*"
"""Ends the consumer's call; the agent stays on the line."""
REFUSAL_KEY = "#"
"""The same, and says: not interested."""


class HumanAgent(ScriptedAgent):
    """Joins the call at its answer. The agent's keys are the script's opt-out key, `#` and `*`."""

    def __init__(self, script: Script, max_talk: timedelta) -> None:
        super().__init__(script.opt_out_digit, max_talk)
        self._apologises = script.abandoned is not None

    def machine_heard(self) -> Action | None:
        """Whether a machine has answered is for the agent to hear."""
        return None

    def agent_pressed(self, digit: str) -> Action | None:
        """What the person has just said. Their objection is confirmed to them as if they had pressed the key."""
        if self._answered_at is None or self.opted_out:
            return None
        if digit == self._opt_out_digit:
            return self.digit(digit)
        return {REFUSAL_KEY: HangUp(EndedBy.REFUSAL), END_KEY: HangUp(EndedBy.AGENT)}.get(digit)

    def agent_left(self, *, hung_up: bool) -> Action | None:
        """The agent's line is over, `hung_up` by them or lost. A confirmation under way is said to its end."""
        if self._answered_at is None:
            return HangUp(EndedBy.AGENT_GONE)
        if self.opted_out or self._playing is Prompt.ABANDONED:
            return None
        if hung_up:
            return HangUp(EndedBy.AGENT)
        return self._play(Prompt.ABANDONED) if self._apologises else HangUp(EndedBy.AGENT_GONE)

    @property
    def _farewell(self) -> Prompt | None:
        return Prompt.ABANDONED if self._apologises else None

    def _begin(self) -> Action:
        return Join()
