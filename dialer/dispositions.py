"""What became of an attempt, in the field's words: the values every floor above stores and counts.

Separate from the telephony that finds them out, because reports, retries and quality windows know
dispositions but no SIP.
"""

from __future__ import annotations

from enum import StrEnum


class Disposition(StrEnum):
    """The one outcome of one attempt."""

    ANSWERED = "answered"
    """A person took the call; nothing more specific was said or pressed."""
    OPTED_OUT = "opted-out"
    """Answered, and the person asked never to be called again (an objection)."""
    REFUSED = "refused"
    """Answered, and the person said no to this offer; agents record it after the call."""
    ABANDONED = "abandoned"
    """Answered, and left alone: the line of the agent who should speak was gone."""
    MACHINE = "machine"
    """Answered by something that talks on like an answering machine."""
    BUSY = "busy"
    """The called line was engaged."""
    NO_ANSWER = "no-answer"
    """It rang, or might have, and nobody took the call before we or the network gave up."""
    DECLINED = "declined"
    """The called side pushed the call away without taking it (603, 607, Q.850 cause 21)."""
    UNASSIGNED = "unassigned"
    """The number is not in service, or is no complete number."""
    UNREACHABLE = "unreachable"
    """The number exists but could not be reached now: switched off, no coverage, out of order."""
    CONGESTION = "congestion"
    """The carrier or the network had no way through: its trouble, not the consumer's."""
    FAILED = "failed"
    """Our own stack, our account or the protocol failed after the INVITE left."""
    NOT_SENT = "not-sent"
    """Nothing left the platform: no channel, a local fault, or the runner refused the permit."""
    UNKNOWN = "unknown"
    """The runner died while it held the call: it is never redialed and counts as made."""

    @property
    def left_platform(self) -> bool:
        """Whether the attempt counts as a call made, for legal caps and for the carrier."""
        return self is not Disposition.NOT_SENT

    @property
    def answered(self) -> bool:
        """Whether it is an answered seizure (the numerator of ASR): a machine's answer is one too."""
        return self in _ANSWERED


_ANSWERED = frozenset(
    {
        Disposition.ANSWERED,
        Disposition.OPTED_OUT,
        Disposition.REFUSED,
        Disposition.ABANDONED,
        Disposition.MACHINE,
    }
)
