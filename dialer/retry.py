"""Whether and when to try again after an outcome, as a value: pure, from the campaign's own policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.dispositions import Disposition
from dialer.plan import RetryPlan


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again from `not_before` on, at the first instant that the law allows."""

    not_before: datetime


def plan_retry(policy: RetryPlan, disposition: Disposition, tries: int, ended_at: datetime) -> Retry | None:
    """None: it is over for this contact. `tries` counts the attempt that just ended."""
    minutes = policy.after_minutes.get(disposition)
    if minutes is None or tries >= policy.max_tries:
        return None
    return Retry(ended_at + timedelta(minutes=minutes))
