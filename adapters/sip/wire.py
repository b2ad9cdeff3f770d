"""What the dialer's process and a runner process say to each other: one JSON object per line.

Kept apart from both ends so that neither can drift. Secrets travel here (standard input), never on
a command line; reports come back on a descriptor of their own, because PJLIB writes to stdout.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.sip.trunk import Account
from dialer.ports import AgentPhone, AgentState, CallEvent, CallEventKind, CallOrder, EndedBy, Script, Unrecorded


@dataclass(frozen=True, slots=True)
class Hello:
    """The first line to a runner process. `clock_offset` is dialer time minus wall time, in seconds;
    `reports_fd` is the descriptor to report on; `watches` makes it the one that probes and registers."""

    trunk: dict[str, Any]
    permit_key: str
    simulated: bool
    clock_offset: float
    rtp_first_port: int
    watches: bool = False
    reports_fd: int = -1


@dataclass(frozen=True, slots=True)
class Ready:
    """The runner process can take calls: so many at once."""

    channels: int


@dataclass(frozen=True, slots=True)
class BootFailed:
    """The runner process gives up before its first call; says why."""

    why: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Sign of life, about one a second. `channels` shrinks while ended calls still block their slots;
    `stuck_for` says for how long none of those has come back, in seconds."""

    channels: int
    stuck_for: float


@dataclass(frozen=True, slots=True)
class Dialing:
    """The very next thing is the INVITE of this attempt: from here on it may have left the platform."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Probed:
    """A door of the trunk was asked by OPTIONS. `trouble` is empty when it answered, whatever it said."""

    door: int
    code: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a REGISTER. `trouble` is empty when it was accepted; `remote` as in `CallEvent`."""

    code: int
    trouble: str
    remote: bool


@dataclass(frozen=True, slots=True)
class HeldOff:
    """The far end refused this attempt and asked for a pause of so many seconds (503 with Retry-After)."""

    attempt_id: str
    seconds: int


@dataclass(frozen=True, slots=True)
class AgentHeard:
    """An agent's line came up or is over; `why` says what ended it."""

    name: str
    state: AgentState
    why: str = ""


Report = Ready | BootFailed | Beat | Dialing | Probed | Registered | HeldOff | AgentHeard | CallEvent
_PLAIN_REPORTS = {
    kind.__name__: kind for kind in (Ready, BootFailed, Beat, Dialing, Probed, Registered, HeldOff, AgentHeard)
}


def encode_hello(hello: Hello) -> bytes:
    return _line(asdict(hello))


def decode_hello(line: bytes) -> Hello:
    return Hello(**json.loads(line))


def encode_order(order: CallOrder, door: int = 0) -> bytes:
    """`door` is the number of the trunk's door through which the call is to leave."""
    script = asdict(order.script)
    return _line(
        {
            "permit": order.permit.to_dict(),
            "script": {name: str(value) for name, value in script.items() if value is not None},
            "ring_timeout": order.ring_timeout.total_seconds(),
            "max_talk": order.max_talk.total_seconds(),
            "leave_at": order.leave_at.isoformat() if order.leave_at else None,
            "leave_by": order.leave_by.isoformat() if order.leave_by else None,
            "door": door,
            "agent": order.agent,
            "recording": str(order.recording) if order.recording else None,
            "unrecorded": order.unrecorded,
        }
    )


@dataclass(frozen=True, slots=True)
class AgentCall:
    """A phone to be called, and with whom its PBX lets us."""

    phone: AgentPhone
    account: Account


def encode_agent_call(call: AgentCall) -> bytes:
    return _line({"agent_call": asdict(call.phone), "account": asdict(call.account)})


@dataclass(frozen=True, slots=True)
class ReceivedOrder:
    """An order as it came: its permit is only a claim (any JSON value) until it is verified."""

    permit: Any
    script: Script
    ring_timeout: timedelta
    max_talk: timedelta
    leave_at: datetime | None = None
    leave_by: datetime | None = None
    door: int = 0
    agent: str | None = None
    recording: Path | None = None
    unrecorded: Unrecorded = Unrecorded.GOES_ON

    @property
    def attempt_id(self) -> str:
        return str(self.permit.get("attempt_id", "")) if isinstance(self.permit, dict) else ""


def decode_command(line: bytes) -> ReceivedOrder | AgentCall:
    """What a runner process is to do: place a call, or call an agent's phone."""
    plain = json.loads(line)
    if "agent_call" in plain:
        return AgentCall(AgentPhone(**plain["agent_call"]), Account(**plain["account"]))
    return _order(plain)


def _order(plain: dict[str, Any]) -> ReceivedOrder:
    said = plain["script"]
    digit = said.pop("opt_out_digit")
    return ReceivedOrder(
        permit=plain["permit"],
        script=Script(**{name: Path(path) for name, path in said.items()}, opt_out_digit=digit),
        ring_timeout=timedelta(seconds=plain["ring_timeout"]),
        max_talk=timedelta(seconds=plain["max_talk"]),
        leave_at=plain["leave_at"] and datetime.fromisoformat(plain["leave_at"]),
        leave_by=plain["leave_by"] and datetime.fromisoformat(plain["leave_by"]),
        door=plain["door"],
        agent=plain["agent"],
        recording=Path(plain["recording"]) if plain["recording"] else None,
        unrecorded=Unrecorded(plain["unrecorded"]),
    )


def encode_report(report: Report) -> bytes:
    plain = asdict(report)
    if isinstance(report, CallEvent):
        plain["at"] = report.at.isoformat()
        plain["setup"] = report.setup.total_seconds()
        plain["talk"] = report.talk.total_seconds()
    return _line({"type": type(report).__name__, **plain})


def decode_report(line: bytes) -> Report:
    plain = json.loads(line)
    name = plain.pop("type")
    if name == AgentHeard.__name__:
        return AgentHeard(**{**plain, "state": AgentState(plain["state"])})
    if name != CallEvent.__name__:
        report: Report = _PLAIN_REPORTS[name](**plain)
        return report
    plain["kind"] = CallEventKind(plain["kind"])
    plain["at"] = datetime.fromisoformat(plain["at"])
    plain["setup"] = timedelta(seconds=plain["setup"])
    plain["talk"] = timedelta(seconds=plain["talk"])
    plain["ended_by"] = None if plain["ended_by"] is None else EndedBy(plain["ended_by"])
    return CallEvent(**plain)


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


class LineReader:
    """Whole lines from a non-blocking descriptor; `ended` once the other side closed it."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._rest = b""
        self.ended = False

    def lines(self) -> list[bytes]:
        """The lines that are there now, without waiting. A torn last line is dropped with its writer."""
        while not self.ended:
            try:
                chunk = os.read(self._descriptor, 65536)
            except BlockingIOError:
                break
            self._rest += chunk
            self.ended = not chunk
        *whole, self._rest = self._rest.split(b"\n")
        return whole


class LineWriter:
    """Lines to a non-blocking descriptor; what does not fit waits here. `ended` when nobody reads."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._waiting = bytearray()
        self.ended = False

    def write(self, line: bytes) -> None:
        self._waiting += line
        self.flush()

    def flush(self) -> bool:
        """Hand over what waits; True when all of it is out of this process."""
        while self._waiting and not self.ended:
            try:
                del self._waiting[: os.write(self._descriptor, self._waiting)]
            except BlockingIOError:
                return False
            except BrokenPipeError:
                self.ended = True
        return not self._waiting
