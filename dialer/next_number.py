"""Which of a person's numbers is called next.

Apart from the facts because it is the campaign's choice, not the law's: limits are counted over all numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from dialer.retry_policy import RetryPolicy
from dialer.schema import Attempt, Phone, PhoneState


def next_phone(phones: Iterable[Phone], attempts: Iterable[Attempt], policy: RetryPolicy) -> Phone:
    """The number that had the fewest turns, the preferred one first; an unassigned one only when no other is left.

    A turn is so many calls to a number as the policy gives it before the next number's.
    """
    turns: dict[str, Fraction] = defaultdict(Fraction)
    for attempt in attempts:
        turns[attempt.number] += policy.turn_taken(attempt.disposition)
    return min(phones, key=lambda phone: (phone.state is PhoneState.UNASSIGNED, int(turns[phone.number]), phone.rank))
