"""What the carrier's quality terms leave room for: whether to hold, which number to show, when to be choosy.

The terms themselves are judged by the rules (CT-ASR, CT-ACD, CT-SHORT). Here a whole campaign is held by the
same finding, so that nobody is asked about, and put off, for what is no fault of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialer.hour import Standing
from rules.book.carrier import RULES
from rules.line import Breach, Line

THIN = 5
"""Failures left: from here on, people who are likely to answer come first."""
_REASONS = {rule.id: rule.reasons for rule in RULES}


@dataclass(frozen=True, slots=True)
class Hold:
    """Why no call of a campaign may start before `breach.until`; an end of a call under way may lift it sooner."""

    breach: Breach
    operator: str

    @property
    def rule_id(self) -> str:
        return f"CT-{self.breach.figure.name}"

    def reason(self, language: str) -> str:
        """In the words of the rule."""
        breach = self.breach
        values = {"value": breach.value, "limit": breach.limit, "operator": self.operator}
        reason = "next-failure-of-number" if breach.caller_id else "next-failure"
        return _REASONS[self.rule_id][reason].fill(language, values | {"caller_id": breach.caller_id})

    def to_dict(self) -> dict[str, object]:
        """JSON-able form, for a document or a line of the log."""
        return {
            "rule": self.rule_id,
            "figure": str(self.breach.figure),
            "value": self.breach.value,
            "limit": self.breach.limit,
            "caller_id": self.breach.caller_id,
            "operator": self.operator,
            "until": self.breach.until.isoformat(),
        }


def hold_of(line: Line, caller_ids: Sequence[str], at: datetime) -> Hold | None:
    """What keeps every one of a campaign's numbers from calling at `at`; None while one of them may.

    Of the numbers that one which is free first tells until when.
    """
    longest = []
    for caller_id in caller_ids:
        held = line.held(caller_id, at)
        if not held:
            return None
        longest.append(max(held, key=_until))
    return Hold(min(longest, key=_until), line.operator) if longest else None


def number_to_show(line: Line | None, caller_ids: Sequence[str], contact_id: int, at: datetime) -> str:
    """One person sees the same number each time, so that a call-back reaches who called.

    Another of the campaign's numbers is shown only while the terms hold the usual one back, and not that one too.
    """
    usual = contact_id % len(caller_ids)
    in_turn = [*caller_ids[usual:], *caller_ids[:usual]]
    free = (number for number in in_turn if line is None or not line.held(number, at))
    return next(free, in_turn[0])


def is_thin(line: Line) -> bool:
    """Whether so few failures are left that people who are likely to answer should come first."""
    return line.failures_left is not None and line.failures_left <= THIN


def standing_dict(standing: Standing) -> dict[str, object]:
    """JSON-able form of the gauges: value and limit in percent or seconds, failures left, until when it holds."""
    return {
        "caller_id": standing.caller_id,
        "failures_left": standing.failures_left,
        "gauges": [
            {
                "figure": str(gauge.figure),
                "value": gauge.value,
                "limit": gauge.limit,
                "failures_left": gauge.left,
                "held_until": gauge.held.until.isoformat() if gauge.held else None,
            }
            for gauge in standing.gauges
        ],
    }


def _until(breach: Breach) -> datetime:
    return breach.until
