"""The carrier's evidence: one JSON line per fact, flushed at once, so that a killed process keeps it.

Tests and officers count calls here, from outside of the dialer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import TextIO


class Fact(StrEnum):
    """The `event` of a line. Every `invite` is followed by exactly one `ended` unless the process is killed."""

    INVITE = "invite"
    RETRANSMISSION = "retransmission"
    """A request seen before (`method` tells which); never counted as a second call."""
    RINGING = "ringing"
    ANSWERED = "answered"
    FINAL = "final"
    """A final response other than 2xx, with its `code`."""
    ACK = "ack"
    CANCEL = "cancel"
    BYE_RECEIVED = "bye-received"
    BYE_SENT = "bye-sent"
    REINVITE = "re-invite"
    DTMF_SENT = "dtmf-sent"
    RESPONSE = "response"
    """The caller's final response to our BYE or INFO."""
    NO_RESPONSE = "no-response"
    RECORDING_FAILED = "recording-failed"
    ENDED = "ended"
    UNKNOWN_DIALOG = "unknown-dialog"
    """A BYE, CANCEL, INFO or re-INVITE for a call that is not here: answered with 481."""
    MALFORMED = "malformed"
    INTERNAL_ERROR = "internal-error"
    """A fault of the carrier itself; the traceback is on standard error."""


class EndedBy(StrEnum):
    """The `ended_by` of an `ended` line."""

    CALLER = "caller"
    CARRIER = "carrier"
    CANCEL = "cancel"
    REFUSAL = "refusal"
    SILENCE = "silence"
    NO_ACK = "no-ack"
    BYE_IGNORED = "bye-ignored"
    MEDIA_TIMEOUT = "media-timeout"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class CallIdentity:
    """What every line about a call repeats."""

    call_id: str
    callee: str
    caller: str
    """The user part of From."""
    asserted: str | None
    """The user part of P-Asserted-Identity (RFC 3325)."""
    behaviour: str


class EventLog:
    """Appends to a text file; usable as a context manager."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def note(self, fact: Fact, call: CallIdentity | None = None, **details: str | int | None) -> None:
        """Write one line. `at` is the wall clock in UTC with microseconds; spans are in ms."""
        line: dict[str, str | int | None] = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "event": fact.value,
        }
        if call is not None:
            line |= {
                "call_id": call.call_id,
                "callee": call.callee,
                "caller": call.caller,
                "asserted": call.asserted,
                "behaviour": call.behaviour,
            }
        self._file.write(json.dumps(line | details) + "\n")
        self._file.flush()

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
