"""A retry policy: what its file says.

Kept apart from the campaign because one policy serves many, and from `retry`, which says what it means for one call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from dialer.day_parts import ANOTHER, USUAL
from dialer.dispositions import Disposition
from dialer.errors import Contradiction
from dialer.retry_faults import faults, listed
from dialer.trunk_settings import Strict
from rules.windows import Windows, read_windows

Delays = dict[Disposition, int | tuple[int, ...]]
"""Minutes: one for every retry, or one for each."""
RETRYABLE = frozenset(
    {
        Disposition.BUSY,
        Disposition.CONGESTION,
        Disposition.DECLINED,
        Disposition.FAILED,
        Disposition.MACHINE,
        Disposition.NO_ANSWER,
        Disposition.UNREACHABLE,
    }
)
"""Outcomes in which nobody was spoken to, and of which the end is known."""
MOST_TRIES = 4
"""Of one campaign to one person: more than the law's cap of thirty days (D.223-9) would only wait for it."""


class RetryPolicy(Strict):
    """After which outcome to try again: how long after, in which part of the day, at which number, until when."""

    max_tries: int = 3
    give_up_after_days: Annotated[int, Field(ge=1, le=366)] = 60
    """Counted from the first call of the campaign to the person."""
    after_minutes: Delays = Field(default_factory=dict)
    """One delay for every retry, or one for the first, the second, the third: no more retries than delays."""
    day_part: dict[Disposition, str | tuple[str, ...]] = Field(default_factory=dict)
    """`another` than those that were tried, or one or more parts by name."""
    next_number_after: dict[Disposition, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Calls to one number that end so before the person's next number has its turn; one where nothing is said."""
    day_parts: dict[str, str] = Field(default_factory=dict)
    """Hours of the person's own clock by name, `18:00-20:00`; without any the usual three."""

    @field_validator("max_tries")
    @classmethod
    def _an_end(cls, tries: int) -> int:
        if not 1 <= tries <= MOST_TRIES:
            raise Contradiction(
                f"{tries} tries: give 1 to {MOST_TRIES}. A policy without an end would call for ever, and the law "
                f"stops at {MOST_TRIES} in thirty days (C. conso. D.223-9)",
                f"{tries} tentatives : en donner de 1 à {MOST_TRIES}. Une politique sans fin appellerait toujours, et "
                f"la loi s'arrête à {MOST_TRIES} en trente jours (C. conso. D.223-9)",
            )
        return tries

    @field_validator("after_minutes")
    @classmethod
    def _only_unreached(cls, delays: Delays) -> Delays:
        """Nobody is called again who was reached, and an attempt whose end is unknown is never redialed."""
        if final := sorted(set(delays) - RETRYABLE):
            named, can = ", ".join(final), ", ".join(sorted(RETRYABLE))
            raise Contradiction(
                f"{named} cannot be retried; only {can} can", f"{named} ne se relance pas ; seuls {can} le peuvent"
            )
        for disposition, each in delays.items():
            if not listed(each) or min(listed(each)) < 1:
                raise Contradiction(
                    f"{disposition} waits less than a minute: it would be redialed in a loop; give minutes from 1 on",
                    f"{disposition} attend moins d'une minute : l'appel tournerait en boucle ; "
                    "donner des minutes à partir de 1",
                )
        return delays

    @field_validator("day_parts")
    @classmethod
    def _apart(cls, parts: dict[str, str]) -> dict[str, str]:
        """A call lies in one part at most, so that another one can be told from it."""
        if ANOTHER in parts:
            raise Contradiction(
                f"{ANOTHER!r} cannot name a part: it means any other one; choose another name",
                f"{ANOTHER!r} ne peut pas nommer une partie : il les désigne toutes sauf une ; changer de nom",
            )
        hours = {name: read_windows(text) for name, text in parts.items()}
        for (one, first), (other, second) in combinations(hours.items(), 2):
            if any(a < d and c < b for a, b in first for c, d in second):
                raise Contradiction(
                    f"{one} ({parts[one]}) and {other} ({parts[other]}) overlap; let one end where the other begins",
                    f"{one} ({parts[one]}) et {other} ({parts[other]}) se chevauchent ; "
                    "faire finir l'une où l'autre commence",
                )
        return parts

    @model_validator(mode="after")
    def _every_line_means_something(self) -> Self:
        """A line that can never apply is a mistake about what will be dialed."""
        for fault in faults(self):
            raise fault
        return self

    @property
    def give_up_after(self) -> timedelta:
        return timedelta(days=self.give_up_after_days)

    @cached_property
    def parts(self) -> Mapping[str, Windows]:
        """The parts of the day that this policy tells apart."""
        return {name: read_windows(text) for name, text in self.day_parts.items()} or USUAL

    def delay(self, disposition: Disposition, tries: int) -> timedelta | None:
        """How long to wait after a try (the how-manieth of the campaign); None: it was the last."""
        each = self.after_minutes.get(disposition)
        if each is None or tries >= self.max_tries:
            return None
        if isinstance(each, int):
            return timedelta(minutes=each)
        return timedelta(minutes=each[tries - 1]) if tries <= len(each) else None

    def turn_taken(self, disposition: Disposition | None) -> Fraction:
        """How much of a number's turn a call takes that ended so."""
        return Fraction(1, self.next_number_after.get(disposition, 1) if disposition else 1)

    def wished_parts(self, disposition: Disposition, tried: Sequence[str | None]) -> list[Windows]:
        """Hours in which to try again, the most wished ones first; none where nothing is wished.

        `tried` holds the part of each earlier call that reached nobody, in order: the next one comes in another
        part than the last, of those the ones tried least.
        """
        wish = self.day_part.get(disposition)
        if wish is None:
            return []
        if wish != ANOTHER:
            return [self._hours(listed(wish))]
        counts = Counter(tried)
        others = [part for part in self.parts if not tried or part != tried[-1]]
        ranks = sorted({counts[part] for part in others})
        return [self._hours([part for part in others if counts[part] == rank]) for rank in ranks]

    def _hours(self, parts: Iterable[str]) -> Windows:
        return tuple(sorted(hours for part in parts for hours in self.parts[part]))
