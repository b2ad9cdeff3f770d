"""The carrier's view of a set of calls: ASR, ACD and short calls, for people to read.

What the carrier's terms say of the rolling hour is judged in `rules.line`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dialer.dispositions import Disposition
from dialer.schema import Attempt, AttemptState

SHORT_CALL = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of the calls that left and have ended: counts, and mean talk of the answered ones."""

    seizures: int
    answered: int
    short: int
    talk: timedelta
    abandoned: int = 0
    """Of the answered: people who were left alone because an agent's line was lost."""

    @property
    def asr_percent(self) -> int | None:
        """Answered ÷ seizures, in whole percent; None without traffic."""
        return round(100 * self.answered / self.seizures) if self.seizures else None

    @property
    def abandoned_percent(self) -> int | None:
        """Share of answered calls that were abandoned, in whole percent, rounded up: one of them is not none."""
        return -(-100 * self.abandoned // self.answered) if self.answered else None

    @property
    def acd_seconds(self) -> int | None:
        """Mean answered duration in whole seconds; None without an answer."""
        return round(self.talk.total_seconds() / self.answered) if self.answered else None

    @property
    def short_percent(self) -> int | None:
        """Share of answered calls under eight seconds, in whole percent."""
        return round(100 * self.short / self.answered) if self.answered else None


def quality_of(ended: list[Attempt]) -> Quality:
    answered = [timedelta(milliseconds=attempt.talk_ms) for attempt in ended if _answered(attempt)]
    short = [talk for talk in answered if talk < SHORT_CALL]
    abandoned = sum(attempt.disposition is Disposition.ABANDONED for attempt in ended)
    return Quality(len(ended), len(answered), len(short), sum(answered, timedelta(0)), abandoned)


def _answered(attempt: Attempt) -> bool:
    closed = attempt.state is AttemptState.CLOSED and attempt.disposition is not None
    return bool(closed and attempt.disposition and attempt.disposition.answered)
