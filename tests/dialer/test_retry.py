"""Whether to try again is the campaign's own policy, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialer.dispositions import Disposition
from dialer.plan import RetryPlan
from dialer.retry import Retry, plan_retry

ENDED = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)
POLICY = RetryPlan(after_minutes={Disposition.BUSY: 30, Disposition.NO_ANSWER: 180}, max_tries=3)


@pytest.mark.parametrize(
    ("disposition", "tries", "minutes"),
    [
        (Disposition.BUSY, 1, 30),
        (Disposition.BUSY, 2, 30),
        (Disposition.BUSY, 3, None),
        (Disposition.BUSY, 4, None),
        (Disposition.NO_ANSWER, 1, 180),
        (Disposition.ANSWERED, 1, None),
        (Disposition.UNKNOWN, 1, None),
    ],
)
def test_a_retry_waits_for_its_minutes_and_ends_with_its_tries(
    disposition: Disposition, tries: int, minutes: int | None
) -> None:
    expected = Retry(ENDED + timedelta(minutes=minutes)) if minutes else None
    assert plan_retry(POLICY, disposition, tries, ENDED) == expected


@pytest.mark.parametrize("disposition", Disposition)
def test_no_policy_means_no_retry(disposition: Disposition) -> None:
    assert plan_retry(RetryPlan(), disposition, 1, ENDED) is None
