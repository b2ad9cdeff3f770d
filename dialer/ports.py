"""What the dialer needs from the world outside, as small Protocols; `adapters/` implements them.

Kept apart so that the floors stay honest: `dialer/` never imports an adapter, and every
implementation of a port is held to the same conformance tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from dialer.dispositions import Disposition
from dialer.permit import Permit


class Clock(Protocol):
    """The only teller of time. Instants are aware, in UTC, with microseconds."""

    @property
    def simulated(self) -> bool:
        """True when this clock can disagree with the wall; refused for real trunks."""
        ...

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted agent says: WAV files (8 kHz mono, PCM16 or A-law), played in order.

    `opening` carries what art. L.221-16 C. conso. wants said first. The key `opt_out_digit`
    works from the first second; then `opted_out` is played and the call is ended.
    """

    opening: Path
    pitch: Path
    closing: Path
    opted_out: Path
    opt_out_digit: str = "9"
    abandoned: Path | None = None
    """Said to somebody whose agent's line was lost; without it the call is ended at once."""


@dataclass(frozen=True, slots=True)
class AgentPhone:
    """A phone of the house, to whose owner consumers' calls are joined. Never a public number."""

    name: str
    """The agent's; unique."""
    user: str
    host: str
    port: int
    ring_seconds: int


class AgentState(StrEnum):
    AWAY = "away"
    """Nobody is at the other end: not called yet, no answer, or gone."""
    CALLED = "called"
    READY = "ready"
    """Their phone is off the hook and their audio is there, with or without a consumer's call."""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """How an agent's line stands; `why` says in words what ended it."""

    state: AgentState
    why: str = ""


class Unrecorded(StrEnum):
    """What becomes of a call that was to be recorded and cannot be."""

    GOES_ON = "goes-on"
    NO_CALL = "no-call"
    """It does not begin; one under way is ended politely."""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """One approved attempt on its way to a runner. Without its permit it is worth nothing.

    Between `leave_at` and `leave_by` its INVITE leaves: a runner keeps it until the first, to send it then on the dot,
    and sends it back when it comes to it after the second. None: it leaves at once; it may as long as its permit holds.
    """

    permit: Permit
    script: Script
    ring_timeout: timedelta
    max_talk: timedelta
    leave_at: datetime | None = None
    leave_by: datetime | None = None
    agent: str | None = None
    """Whose line it is joined to; None: the script speaks. While nobody of that name is ready, nothing leaves."""
    recording: Path | None = None
    """The WAV file to record both sides into; None: nothing is recorded."""
    unrecorded: Unrecorded = Unrecorded.GOES_ON


class CallEventKind(StrEnum):
    """What a runner reports of an attempt. `ENDED`, `REFUSED`, `NOT_SENT` and `LOST` are final."""

    SENT = "sent"
    """The INVITE left, `at` this instant at the latest; before anything else of the call."""
    RINGING = "ringing"
    EARLY_MEDIA = "early-media"
    ANSWERED = "answered"
    PROMPT = "prompt"
    JOINED = "joined"
    """The consumer and the agent of this name hear each other."""
    RECORDING = "recording"
    """The call is recorded from here on, into the file of this name; without a name: no more, and it is deleted."""
    DIGIT = "digit"
    AGENT_DIGIT = "agent-digit"
    """A key that the agent pressed during the call: what the person on the line has said."""
    ENDED = "ended"
    REFUSED = "refused"
    """The runner refused the permit: nothing left the platform."""
    NOT_SENT = "not-sent"
    """Local capacity, a local fault, or too late for its start: nothing left the platform."""
    LOST = "lost"
    """The runner died or wedged while it held the call: what became of it is not known."""


FINAL = frozenset({CallEventKind.ENDED, CallEventKind.REFUSED, CallEventKind.NOT_SENT, CallEventKind.LOST})


class EndedBy(StrEnum):
    """Who or what ended a call, as the runner saw it."""

    FAR_END = "far-end"
    SCRIPT_DONE = "script-done"
    OPT_OUT = "opt-out"
    MACHINE = "machine"
    AGENT = "agent"
    """The agent hung up, or ended the call by a key."""
    REFUSAL = "refusal"
    """The agent ended the call by the key that says: not interested."""
    AGENT_GONE = "agent-gone"
    """The agent's line was lost: nobody was there to speak."""
    RING_TIMEOUT = "ring-timeout"
    MAX_TALK = "max-talk"
    UNRECORDED = "unrecorded"
    """It had to be recorded and could not be any more, or the person wanted none of it."""
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One plain-valued report about an attempt. Fields that do not belong to the kind keep defaults.

    Durations are wall-clock spans measured by the runner; `at` is the dialer clock's instant.
    """

    attempt_id: str
    kind: CallEventKind
    at: datetime
    detail: str = ""
    """The digit, the prompt's name, or why a permit was refused."""
    sip_code: int = 0
    sip_reason: str = ""
    q850_cause: int | None = None
    """From the Reason header (RFC 3326) when the carrier sent one."""
    remote: bool = True
    """False when the status was made by our own stack (a local 408 or 503), not by the carrier."""
    ended_by: EndedBy | None = None
    disposition: Disposition | None = None
    """What became of the call, on final events only."""
    answered: bool = False
    setup: timedelta = timedelta(0)
    talk: timedelta = timedelta(0)
    call_id: str = ""
    """The SIP Call-ID: what an officer compares with the carrier's records."""


@dataclass(frozen=True, slots=True)
class TrunkState:
    """Whether calls can leave, since when that is so, and why not, for a person to read."""

    up: bool
    since: datetime
    error: str = ""
    registered: bool | None = None
    """None for a trunk without registration."""
    door: str = ""
    """The `host:port` through which the next call leaves; empty when the trunk is down."""
    blocked: int = 0
    """Slots of runner processes that calls which are over still take: their far end answers no BYE or CANCEL."""


class CallRunner(Protocol):
    """Places approved calls and reports what becomes of them. Never blocks, never redials."""

    def start(self) -> None: ...

    def trunk_state(self) -> TrunkState: ...

    def free_channels(self) -> int: ...

    def place(self, order: CallOrder) -> None:
        """Hand over one order; every order is answered by exactly one final event."""
        ...

    def events(self, timeout: timedelta) -> Sequence[CallEvent]:
        """Wait at most `timeout` for reports and return those that came, oldest first.

        Comes back sooner, empty-handed, when the trunk goes up or down, or an agent's line does. A runner in virtual
        time lets it pass here.
        """
        ...

    def stop(self, grace: timedelta) -> None:
        """End all calls, wait at most `grace` for them, and end every runner process."""
        ...


class AgentLines(Protocol):
    """Keeps agents' phones on the line, for calls to be joined to. Never blocks."""

    def call_agent(self, phone: AgentPhone) -> None:
        """Call the phone, unless it is on the line; what becomes of it is told by `agents`."""
        ...

    def agents(self) -> Mapping[str, AgentLine]:
        """By name, those that have been called."""
        ...


class CallQueue(Protocol):
    """Carries approved orders from the gate to runners, first in first out."""

    def put(self, order: CallOrder) -> None: ...

    def take(self) -> CallOrder | None: ...

    def __len__(self) -> int: ...


class Timestamper(Protocol):
    """A time-stamping authority (RFC 3161): somebody else who says since when something exists."""

    @property
    def authority(self) -> str:
        """Its address, as seals name it."""
        ...

    def stamp(self, data: bytes) -> bytes:
        """Its answer about the SHA-256 of `data`, checked: a TimeStampResp in DER. Raises `TimestampRefused`."""
        ...
