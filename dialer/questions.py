"""Asks the gate about one candidate after the other, and knows when there is no use in asking.

Separate from the loop, which dials: an answer of the gate is on record before anybody looks at it, and most
rounds of the loop have nothing to ask.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlmodel import Session

from dialer import candidates
from dialer.agents import AgentDesk
from dialer.attendance import choose_attended
from dialer.choice import Choice
from dialer.driver import Driver
from dialer.errors import NotPossible
from dialer.facts import plan_of
from dialer.gate import GateAnswer
from dialer.human_command import HumanCommand
from dialer.plan import CampaignPlan
from dialer.ports import CallOrder, CallRunner
from dialer.putting_off import put_off_likewise
from dialer.recording import RecordingImpossible, require_recordable, with_recording
from dialer.under_way import BRIEF
from dialer.wake import DIALING, Wait, Why, channels_taken
from dialer.workspace import Workspace

_TURN = 0.1
"""Seconds of questions in a row: calls under way want to be heard in between."""
_TRUNK_PATIENCE = timedelta(seconds=60)
"""How long a run that ends by itself waits for a trunk that is down."""
_RECORDING_AGAIN = timedelta(seconds=10)
"""After so long it is tried again whether a call could be recorded."""
_log = structlog.get_logger("dialer.questions")


class TrunkGone(NotPossible):
    """The trunk stays down while people are due; the message says why."""


class Questions:
    """`wait` is why nobody is asked about now. While it lasts, and nothing new is on record, no table is read."""

    def __init__(self, workspace: Workspace, trunk: str, runner: CallRunner, desk: AgentDesk) -> None:
        self._workspace, self._trunk, self._runner, self._desk = workspace, trunk, runner, desk
        self.wait = DIALING
        self._seen: int | None = None
        """The newest row of the audit chain when the wait was found; None: look again."""
        self._down_since: datetime | None = None

    def ask(self, approved: int) -> tuple[bool, CallOrder | None]:
        """Whether the gate was asked, and the order that it gave; `approved` are those that wait for the runner."""
        if self._runner.free_channels() <= approved:
            self._now(self._without_channel(), seen=None)
            return False, None
        self._down_since = None
        if self._desk.changed():
            self.look_again()
        if self._still():
            return False, None
        turn_ends, asked = monotonic() + _TURN, False
        while True:
            answer = self._ask_next()
            if answer is None:
                return asked, None
            asked = True
            if answer.order or monotonic() > turn_ends:
                self._now(DIALING, seen=None)
                return True, answer.order

    def look_again(self) -> None:
        """What was found may not be so any more."""
        self._seen = None

    def nobody(self) -> bool:
        """Whether nobody can be called now. Raises `TrunkGone` when only a trunk that stays down is in the way, and
        `RecordingImpossible` when it is that nothing can be recorded."""
        if self.wait.why is Why.RECORDING:
            raise RecordingImpossible(self.wait.en, self.wait.fr)
        if self.wait.why not in (Why.TRUNK, Why.CHANNELS):
            return self.wait.idle
        now = self._workspace.clock.now()
        with self._workspace.store.transaction(BRIEF) as session:
            found = self._choose(session, now)
        if isinstance(found, Choice) and self._down_since and now - self._down_since > _TRUNK_PATIENCE:
            error = self._runner.trunk_state().error
            raise TrunkGone(
                f"trunk {self._trunk!r} has been down for a minute while people are due: {error}. `dialer doctor` "
                "tries the carrier; a run without --until-idle waits until it is back",
                f"le trunk {self._trunk!r} est tombé depuis une minute alors qu'il reste à appeler : {error}. "
                "`dialer doctor` essaie l'opérateur ; un passage sans --until-idle attend son retour",
            )
        return isinstance(found, Wait) and found.idle

    def _ask_next(self) -> GateAnswer | None:
        """One candidate, one transaction: room, decision, attempt, and the candidate's new place."""
        now = self._workspace.clock.now()
        with self._workspace.store.transaction(BRIEF) as session:
            found = self._recordable(self._choose(session, now), now)
            if isinstance(found, Choice):
                answer = self._judged(session, found)
                put_off_likewise(session, found.campaign, found.contact_id, answer.decision, now)
                return answer
            seen = _newest(session)
        self._now(found, seen)
        return None

    def _choose(self, session: Session, now: datetime) -> Choice | Wait:
        return choose_attended(session, self._workspace, self._trunk, self._desk, now)

    def _recordable(self, found: Choice | Wait, now: datetime) -> Choice | Wait:
        """Nobody is asked about whose call would have to be recorded and could not be."""
        try:
            if isinstance(found, Choice):
                require_recordable(plan_of(found.campaign), self._workspace.settings.folder, now)
        except RecordingImpossible as trouble:
            return Wait(Why.RECORDING, now + _RECORDING_AGAIN, str(trouble), trouble.message_fr)
        return found

    def _judged(self, session: Session, found: Choice, command: HumanCommand | None = None) -> GateAnswer:
        answer = self._workspace.gate.ask(session, found.campaign, found.contact_id, command, found.seen)
        candidates.after_answer(session, found.campaign, found.contact_id, answer)
        if answer.order is None:
            return answer
        plan = plan_of(found.campaign)
        order = with_recording(self._joined(answer.order, plan), plan, self._workspace.settings.folder)
        return replace(answer, order=order)

    def _joined(self, order: CallOrder, plan: CampaignPlan) -> CallOrder:
        """The order with the agent who takes the call."""
        return self._desk.join(order, plan)

    def _still(self) -> bool:
        """Whether the wait goes on: its instant has not come, and nothing is on record that was not when it began."""
        if self._seen is None or self.wait.over(self._workspace.clock.now()):
            return False
        if self.wait.why is Why.PACE:
            return True
        with self._workspace.store.reading() as session:
            return _newest(session) == self._seen

    def _without_channel(self) -> Wait:
        trunk = self._runner.trunk_state()
        if trunk.up:
            return channels_taken(trunk.blocked)
        self._down_since = self._down_since or self._workspace.clock.now()
        return Wait(Why.TRUNK, en=trunk.error, fr=trunk.error)

    def _now(self, wait: Wait, seen: int | None) -> None:
        if wait.why is not self.wait.why and (wait.long or self.wait.long):
            _log.info("waiting" if wait.long else "dialing", **wait.to_dict())
        self.wait, self._seen = wait, seen


def _newest(session: Session) -> int:
    """The chain grows with everything that is recorded: campaigns, lists, wishes, calls."""
    ((newest,),) = Driver(session).rows("SELECT coalesce(max(seq), 0) FROM audit")
    return int(newest)
