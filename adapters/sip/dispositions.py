"""The one table that turns a call's final report into a disposition, each row with its source.

Separate from the calls themselves: the table is read and corrected by people who know carriers.
A Q.850 cause is the network's own word and a SIP code often only its translation (RFC 3398), so
causes are looked at before codes.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialer.dispositions import Disposition
from dialer.ports import CallEvent, CallEventKind, EndedBy


@dataclass(frozen=True, slots=True)
class Row:
    """What a report must show to get this disposition; a field that is None does not matter."""

    disposition: Disposition
    source: str
    kinds: frozenset[CallEventKind] | None = None
    answered: bool | None = None
    ended_by: frozenset[EndedBy] | None = None
    remote: bool | None = None
    causes: frozenset[int] | None = None
    codes: frozenset[int] | None = None

    def fits(self, event: CallEvent) -> bool:
        return (
            (self.kinds is None or event.kind in self.kinds)
            and (self.answered is None or event.answered is self.answered)
            and (self.ended_by is None or event.ended_by in self.ended_by)
            and (self.remote is None or event.remote is self.remote)
            and (self.causes is None or event.q850_cause in self.causes)
            and (self.codes is None or event.sip_code in self.codes)
        )


def _kinds(*kinds: CallEventKind) -> frozenset[CallEventKind]:
    return frozenset(kinds)


def _by(*reasons: EndedBy) -> frozenset[EndedBy]:
    return frozenset(reasons)


def _cause(disposition: Disposition, source: str, *causes: int) -> Row:
    return Row(disposition, source, causes=frozenset(causes))


def _code(disposition: Disposition, source: str, *codes: int) -> Row:
    return Row(disposition, source, codes=frozenset(codes))


D = Disposition
TABLE: tuple[Row, ...] = (
    # What never left, and what nobody saw end.
    Row(
        D.NOT_SENT,
        "docs/adr/0005: refused or kept back before the INVITE",
        kinds=_kinds(CallEventKind.REFUSED, CallEventKind.NOT_SENT),
    ),
    Row(D.UNKNOWN, "docs/attempt-states.md: the runner died while it held the call", kinds=_kinds(CallEventKind.LOST)),
    Row(
        D.UNKNOWN,
        "no final report: nothing is known yet",
        kinds=frozenset(CallEventKind) - {CallEventKind.ENDED},
    ),
    # Answered (RFC 3261 §13.2.2.4: a 2xx made a dialog).
    Row(D.OPTED_OUT, "the script's opt-out key", answered=True, ended_by=_by(EndedBy.OPT_OUT)),
    Row(D.MACHINE, "adapters/sip/answering_machine.py", answered=True, ended_by=_by(EndedBy.MACHINE)),
    Row(D.REFUSED, "the agent's key: not interested", answered=True, ended_by=_by(EndedBy.REFUSAL)),
    Row(D.ABANDONED, "docs/adr/0018: the agent's line was lost", answered=True, ended_by=_by(EndedBy.AGENT_GONE)),
    Row(D.ANSWERED, "RFC 3261 §13.2.2.4", answered=True),
    # Given up by us. A 200 that crosses our CANCEL is hung up by the stack and shows as 487 only.
    Row(
        D.FAILED,
        "RFC 3261 §8.1.3.1: no response at all is a 408 of our own",
        remote=False,
        codes=frozenset({408}),
    ),
    Row(
        D.NO_ANSWER,
        "RFC 3261 §9.1: cancelled by us",
        ended_by=_by(EndedBy.RING_TIMEOUT, EndedBy.SHUTDOWN, EndedBy.AGENT_GONE),
    ),
    # No received message behind the status: our own timer (408) or transport (503).
    Row(D.FAILED, "RFC 3261 §8.1.3.1 and §17.1.1.2: status made by our own stack", remote=False),
    # Causes that only echo the code beside them, and would mislead alone.
    Row(
        D.FAILED,
        "RFC 3398 §7.2.4.1, §8.2.6.1: 21 beside 401–403, 407 is the network's refusal; a user's is 603",
        causes=frozenset({21}),
        codes=frozenset({401, 402, 403, 407}),
    ),
    Row(
        D.UNREACHABLE,
        "RFC 3398 §8.2.6.1: 102 beside 408 is the translation of that 408",
        causes=frozenset({102}),
        codes=frozenset({408}),
    ),
    # The network's cause.
    _cause(D.UNASSIGNED, "Q.850 1 unallocated; RFC 3398 §7.2.4.1: 404", 1),
    _cause(D.CONGESTION, "Q.850 2 no route to transit network; RFC 3398 §7.2.4.1: 404", 2),
    _cause(D.UNREACHABLE, "Q.850 3 no route to destination; RFC 3398 §7.2.4.1: 404", 3),
    _cause(D.UNASSIGNED, "Q.850 4 special information tone: not reachable in the long term", 4),
    _cause(D.BUSY, "Q.850 17 user busy; RFC 3398 §7.2.4.1: 486", 17),
    _cause(D.UNREACHABLE, "Q.850 18 no user responding; RFC 3398 §7.2.4.1: 408", 18),
    _cause(D.NO_ANSWER, "Q.850 19 no answer from the user; RFC 3398 §7.2.4.1: 480", 19),
    _cause(D.UNREACHABLE, "Q.850 20 subscriber absent; RFC 3398 §7.2.4.1: 480", 20),
    _cause(D.DECLINED, "Q.850 21 call rejected; RFC 3398 §7.2.4.1: 403 or 603", 21),
    _cause(D.UNASSIGNED, "Q.850 22 number changed, 23 redirected; RFC 3398 §7.2.4.1: 410", 22, 23),
    _cause(D.UNREACHABLE, "Q.850 26 non-selected user clearing; RFC 3398 §7.2.4.1: 404", 26),
    _cause(D.UNREACHABLE, "Q.850 27 destination out of order; RFC 3398 §7.2.4.1: 502", 27),
    _cause(D.UNASSIGNED, "Q.850 28 address incomplete; RFC 3398 §7.2.4.1: 484", 28),
    _cause(
        D.CONGESTION,
        "Q.850 34, 38, 41–44, 46, 47: no circuit, out of order, congestion; RFC 3398 §7.2.4.1: 503",
        *(34, 38, 41, 42, 43, 44, 46, 47),
    ),
    _cause(D.UNREACHABLE, "Q.850 55 incoming calls barred; RFC 3398 §7.2.4.1: 403", 55),
    _cause(D.CONGESTION, "Q.850 102 recovery on timer expiry; RFC 3398 §7.2.4.1: 504", 102),
    _cause(
        D.FAILED,
        "Q.850 29, 50, 57–70, 79–101, 103–111: service, option, message or protocol; RFC 3398 §7.2.4.1",
        *(29, 49, 50, 53, *range(57, 71), *range(79, 102), *range(103, 112)),
    ),
    # The code alone: no cause, or one that says nothing (16, 31, 127).
    _code(D.BUSY, "RFC 3261 §21.4.24 (486), §21.6.1 (600)", 486, 600),
    _code(D.DECLINED, "RFC 3261 §21.6.2 (603), RFC 8197 (607 Unwanted), RFC 8688 (608 Rejected)", 603, 607, 608),
    _code(
        D.UNASSIGNED,
        "RFC 3261 §21.4.5 (404), §21.4.10 (410), §21.4.22 (484), §21.6.3 (604)",
        *(404, 410, 484, 604),
    ),
    _code(D.UNREACHABLE, "RFC 3261 §21.4.9 (408 by the network), §21.4.18 (480)", 408, 480),
    _code(D.NO_ANSWER, "RFC 3261 §21.4.25 (487): ended by the network while it rang", 487),
    _code(D.CONGESTION, "RFC 3261 §21.5, RFC 3398 §8.2.6.1: the server's trouble", *range(500, 600)),
    Row(D.FAILED, "RFC 3261 §21.3, §21.4, §21.6: refused for how we asked, or no final code at all"),
)


def disposition_of(event: CallEvent) -> Disposition:
    """What became of the attempt: the first row of `TABLE` that fits. Never raises."""
    return next(row.disposition for row in TABLE if row.fits(event))
