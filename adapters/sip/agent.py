"""The scripted agent: decides what is said next and when to hang up, from what happens on the line.

A pure state machine (no telephony, no clock of its own), so that the legal duties it carries —
opening information first, opt-out at any time — are tested without a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from dialer.ports import EndedBy, Script


class Prompt(StrEnum):
    """The prompts of a script, by the names of `dialer.ports.Script`'s fields."""

    OPENING = "opening"
    PITCH = "pitch"
    CLOSING = "closing"
    OPTED_OUT = "opted_out"
    ABANDONED = "abandoned"

    def file_of(self, script: Script) -> Path | None:
        """None for a prompt that the script does without."""
        path: Path | None = getattr(script, self.value)
        return path


@dataclass(frozen=True, slots=True)
class Play:
    """Stop what plays and play this."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Join:
    """Let the person on the line and the human agent hear each other."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call, for this reason."""

    why: EndedBy


Action = Play | Join | HangUp

_AFTER: dict[Prompt, Action] = {
    Prompt.OPENING: Play(Prompt.PITCH),
    Prompt.PITCH: Play(Prompt.CLOSING),
    Prompt.CLOSING: HangUp(EndedBy.SCRIPT_DONE),
    Prompt.OPTED_OUT: HangUp(EndedBy.OPT_OUT),
    Prompt.ABANDONED: HangUp(EndedBy.AGENT_GONE),
}


class ScriptedAgent:
    """Plays opening, pitch and closing, then hangs up; the opt-out digit overrides everything.

    Every input answers with the action to take now, or None. Instants are seconds of any one
    monotonic clock.
    """

    def __init__(self, opt_out_digit: str, max_talk: timedelta) -> None:
        self._opt_out_digit = opt_out_digit
        self._max_talk = max_talk.total_seconds()
        self._answered_at: float | None = None
        self._playing: Prompt | None = None
        self._pressed_a_key = False
        self._unrecorded = False
        self.opted_out = False

    def answered(self, now: float) -> Action | None:
        """Speak at once: a person who answers must never hear silence."""
        self._answered_at = now
        if self.opted_out:
            return self._play(Prompt.OPTED_OUT)
        return self._take_leave() if self._unrecorded else self._begin()

    def prompt_finished(self, prompt: Prompt) -> Action | None:
        """A prompt came to its end; one that was cut off meanwhile no longer matters."""
        if prompt is not self._playing:
            return None
        following = _AFTER[prompt]
        if self._unrecorded and not self.opted_out:
            return HangUp(EndedBy.UNRECORDED)
        return self._play(following.prompt) if isinstance(following, Play) else following

    def digit(self, digit: str) -> Action | None:
        """A key was pressed. A second opt-out changes nothing: the first one is being confirmed."""
        self._pressed_a_key = True
        if digit != self._opt_out_digit or self.opted_out:
            return None
        self.opted_out = True
        return None if self._answered_at is None else self._play(Prompt.OPTED_OUT)

    def machine_heard(self) -> Action | None:
        """The far end talks on like a machine: leave no message. Who pressed a key is no machine."""
        return None if self._pressed_a_key else HangUp(EndedBy.MACHINE)

    def unrecorded(self) -> Action | None:
        """The call must be recorded and is not: take leave, and end it. A confirmation under way is said to its end."""
        if self._unrecorded or self.opted_out or (self._playing is not None and self._playing is self._farewell):
            return None
        self._unrecorded = True
        return None if self._answered_at is None else self._take_leave()

    def tick(self, now: float) -> Action | None:
        if self._answered_at is None or now - self._answered_at < self._max_talk:
            return None
        return HangUp(EndedBy.MAX_TALK)

    @property
    def _farewell(self) -> Prompt | None:
        """What is said to somebody whose call is ended early; None: nothing can be."""
        return Prompt.CLOSING

    def _take_leave(self) -> Action:
        return self._play(self._farewell) if self._farewell else HangUp(EndedBy.UNRECORDED)

    def _begin(self) -> Action:
        return self._play(Prompt.OPENING)

    def _play(self, prompt: Prompt) -> Play:
        self._playing = prompt
        return Play(prompt)
