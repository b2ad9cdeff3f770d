"""Many contacts at once: rows with equal facts form one class, judged once by the very same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from rules.facts import Facts

_COUNTRY_CODE = 4
"""Of the number, the rules read the country code and nothing else."""


def class_of(facts: Facts) -> Facts:
    """The facts reduced to what rules can tell apart; every member of a class gets the same answer."""
    return replace(
        facts,
        number=facts.number[:_COUNTRY_CODE],
        postcode=(facts.postcode or "").strip().upper() or None,
        attempts=tuple(sorted(facts.attempts)),
    )


def classes(many: Iterable[Facts]) -> Counter[Facts]:
    """How many contacts there are of each class."""
    return Counter(class_of(facts) for facts in many)
