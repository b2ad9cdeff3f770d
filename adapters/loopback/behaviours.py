"""What the far end does with a call, chosen by the last two digits of the dialed number: one row each.

A declarative table, so that a list of numbers decides what must happen and the manual is printed
from the same rows. A new behaviour is a new row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from adapters.loopback.reply import Header
from adapters.loopback.sounds import Sound

RING = timedelta(seconds=0.4)


class Cause(NamedTuple):
    """An ITU-T Q.850 cause, sent in a Reason header (RFC 3326)."""

    value: int
    text: str

    def header(self) -> Header:
        return ("Reason", f'Q.850;cause={self.value};text="{self.text}"')


@dataclass(frozen=True, slots=True)
class Refusal:
    """A final response other than 2xx."""

    code: int
    cause: Cause | None = None
    retry_after: timedelta | None = None

    def headers(self) -> tuple[Header, ...]:
        """Reason and Retry-After, as far as this refusal has them."""
        reason = () if self.cause is None else (self.cause.header(),)
        if self.retry_after is None:
            return reason
        return (*reason, ("Retry-After", str(round(self.retry_after.total_seconds()))))


class DigitBy(StrEnum):
    RFC4733 = "rfc4733"
    SIP_INFO = "sip-info"


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key that the callee presses; `after` counts from the ACK."""

    key: str
    after: timedelta
    by: DigitBy = DigitBy.RFC4733


class Fault(StrEnum):
    """What no well-behaved far end does."""

    SILENT = "answers nothing at all"
    IGNORES_BYE = "never answers BYE"
    ANSWERS_CANCEL = "rings until CANCEL, then accepts the call"
    NO_RTP = "sends no RTP"
    REPEATS_200 = "sends 200 OK twice, and again after the ACK"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row. A call rings for `ring`, then is refused when there is a `refusal`, else answered."""

    ending: str
    """The last two digits of the dialed number."""
    name: str
    manual: str
    """One line for the manual."""
    ring: timedelta | None = RING
    """How long 180 Ringing lasts; zero sends none, None rings until CANCEL."""
    announcement: Sound | None = None
    """Early media under 183 before the refusal, in place of ringing."""
    refusal: Refusal | None = None
    says: tuple[Sound, ...] = (Sound.ALLO,)
    """Said from the ACK on, in this order; silence follows."""
    presses: KeyPress | None = None
    hangs_up_after: timedelta | None = None
    """Counted from the ACK; None waits for BYE."""
    fault: Fault | None = None

    @property
    def needs_media(self) -> bool:
        return self.fault is not Fault.SILENT and (self.refusal is None or self.announcement is not None)


def _seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def _refuses(ending: str, name: str, manual: str, refusal: Refusal) -> Behaviour:
    return Behaviour(ending, name, manual, ring=timedelta(0), refusal=refusal)


ORDINARY = Behaviour("", "ordinary", "rings 0.4 s, answers, says « allô ? », listens until BYE")
"""Every ending that has no row of its own."""

BEHAVIOURS = (
    _refuses("10", "busy", "486 Busy Here at once", Refusal(486, Cause(17, "User busy"))),
    Behaviour("11", "no-answer", "rings for ever, until CANCEL", ring=None),
    _refuses("12", "unassigned", "404: the number is not assigned", Refusal(404, Cause(1, "Unallocated number"))),
    _refuses("13", "declined", "603 Decline at once", Refusal(603, Cause(21, "Call rejected"))),
    _refuses("14", "unavailable", "480: temporarily unavailable", Refusal(480, Cause(18, "No user responding"))),
    _refuses(
        "15",
        "congestion",
        "503 with Retry-After: 30",
        Refusal(503, Cause(42, "Switching equipment congestion"), retry_after=_seconds(30)),
    ),
    Behaviour(
        "16",
        "announcement",
        "183 with 2 s of early media (an announcement), then 404",
        announcement=Sound.ANNOUNCEMENT,
        ring=_seconds(2),
        refusal=Refusal(404, Cause(1, "Unallocated number")),
    ),
    _refuses("17", "out-of-order", "502 Bad Gateway", Refusal(502, Cause(27, "Destination out of order"))),
    _refuses("18", "timed-out", "408 Request Timeout sent by the carrier", Refusal(408)),
    _refuses("19", "unwanted", "607 Unwanted (RFC 8197)", Refusal(607)),
    Behaviour("20", "hangs-up", "answers, says « allô ? », hangs up after 3 s", hangs_up_after=_seconds(3)),
    Behaviour(
        "21",
        "opts-out",
        "answers, presses 9 after 2 s (RFC 4733), waits for BYE",
        presses=KeyPress("9", _seconds(2)),
    ),
    Behaviour(
        "22",
        "opts-out-info",
        "answers, presses 9 after 2 s (SIP INFO), waits for BYE",
        presses=KeyPress("9", _seconds(2), DigitBy.SIP_INFO),
    ),
    Behaviour(
        "23",
        "machine",
        "answering machine: talks for 6 s, beeps, records in silence",
        says=(Sound.GREETING, Sound.BEEP),
    ),
    Behaviour("24", "slow-answer", "rings 3 s, then answers and listens", ring=_seconds(3), says=()),
    Behaviour("25", "human", "answers, says « allô ? », listens in silence until BYE"),
    Behaviour("26", "short-call", "answers and hangs up after 1 s", hangs_up_after=_seconds(1)),
    Behaviour("27", "presses-1", "answers, presses 1 after 2 s (RFC 4733)", presses=KeyPress("1", _seconds(2))),
    Behaviour(
        "28",
        "opts-out-at-once",
        "answers, presses 9 after 0.3 s (RFC 4733)",
        says=(),
        presses=KeyPress("9", _seconds(0.3)),
    ),
    Behaviour(
        "29",
        "objects-to-recording",
        "answers, presses 0 after 2 s (RFC 4733), listens until BYE",
        presses=KeyPress("0", _seconds(2)),
    ),
    Behaviour("30", "ignores-bye", "answers, but never answers BYE", fault=Fault.IGNORES_BYE),
    Behaviour(
        "31",
        "crossing",
        "rings until CANCEL, then sends 200 to the CANCEL and 200 to the INVITE",
        ring=None,
        fault=Fault.ANSWERS_CANCEL,
    ),
    Behaviour("32", "silent", "answers nothing at all, not even 100 Trying", fault=Fault.SILENT),
    Behaviour("33", "no-rtp", "answers, but never sends RTP", fault=Fault.NO_RTP),
    Behaviour(
        "34", "repeats-200", "sends 200 OK twice, and again 0.7 s and 1.7 s after the ACK", fault=Fault.REPEATS_200
    ),
)

_BY_ENDING = {row.ending: row for row in BEHAVIOURS}


def behaviour_of(callee: str) -> Behaviour:
    """The row for a dialed number, by its last two characters."""
    return _BY_ENDING.get(callee[-2:], ORDINARY)


class ManualRow(NamedTuple):
    ending: str
    name: str
    what_happens: str


def describe() -> tuple[ManualRow, ...]:
    """The table for the manual, in the order of the endings."""
    rows = [ManualRow(row.ending, row.name, row.manual) for row in BEHAVIOURS]
    return (*rows, ManualRow("others", ORDINARY.name, ORDINARY.manual))
