"""Many contacts at once: rows with equal facts form one class, judged once by the very same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace
from operator import attrgetter

from rules.facts import Facts
from rules.places import possible_places

_COUNTRY_CODE = 4
"""Of the number, the rules read the country code and nothing else."""
_AS_THEY_ARE = attrgetter(
    *(field.name for field in fields(Facts) if field.name not in {"number", "postcode", "attempts"})
)


def class_of(facts: Facts) -> Facts:
    """The facts reduced to what rules can tell apart; every member of a class gets the same answer."""
    return replace(
        facts,
        number=facts.number[:_COUNTRY_CODE],
        postcode=(facts.postcode or "").strip().upper() or None,
        attempts=tuple(sorted(facts.attempts)),
    )


def classes(many: Iterable[Facts]) -> Counter[Facts]:
    """How many contacts there are of each class, each shown by one of its members.

    Postcodes of one place are one class. The key is made of what is there; only one member per class is rewritten.
    """
    first: dict[object, Facts] = {}
    counts: Counter[object] = Counter()
    for facts in many:
        where = possible_places(facts.postcode, facts.number) or facts.postcode
        attempts = facts.attempts and tuple(sorted(facts.attempts))
        key: object = (where, facts.number[:_COUNTRY_CODE], attempts, _AS_THEY_ARE(facts))
        counts[key] += 1
        first.setdefault(key, facts)
    found: Counter[Facts] = Counter()
    for key, count in counts.items():
        found[class_of(first[key])] += count
    return found
