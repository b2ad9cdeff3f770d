"""Numbers from the ranges that ARCEP reserves for fiction (dossier 5.4), for crowds on the loopback carrier."""

from __future__ import annotations

from itertools import islice

PREFIXES = ("063998", "019900", "026191", "035301", "046571", "053649")
PER_PREFIX = 10_000
_ANSWERS = {*range(10), *range(35, 100)}
"""Last two digits that the loopback carrier gives no behaviour of their own: it rings, answers and listens."""


class TooFewNumbers(Exception):
    """Fiction has no more numbers that answer."""


def numbers_that_answer(many: int) -> list[str]:
    """So many, in national form. Raises `TooFewNumbers` beyond 45,000."""
    every = (f"{prefix}{n:04d}" for prefix in PREFIXES for n in range(PER_PREFIX) if n % 100 in _ANSWERS)
    found = list(islice(every, many))
    if len(found) < many:
        raise TooFewNumbers(f"fiction has {len(found):,} numbers that answer, not {many:,}")
    return found
