"""Where and when: one instant seen from every place in which the consumer may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from rules.facts import Facts
from rules.places import Place, possible_places


@dataclass(frozen=True, slots=True)
class Situation:
    """An instant with the candidate places, and the wall clock in each.

    `places` is empty when no zone is known. `day` selects the law: the latest of the local dates,
    and the UTC date where there is none.
    """

    at: datetime
    places: tuple[Place, ...]
    local: tuple[datetime, ...]
    day: date
    ring_guard_seconds: int = 0

    @classmethod
    def of(cls, facts: Facts, at: datetime, ring_guard_seconds: int = 0) -> Situation:
        """Raises ValueError for an instant without a time zone."""
        if at.tzinfo is None:
            raise ValueError(f"the instant {at.isoformat()} has no time zone; write it with Z or an offset")
        at = at.astimezone(UTC)
        places = possible_places(facts.postcode, facts.number)
        if len(places) == 1 and (only := places[0].zone):
            local: tuple[datetime, ...] = (at.astimezone(only),)
            return cls(at, places, local, local[0].date(), ring_guard_seconds)
        local = tuple(at.astimezone(place.zone) for place in places if place.zone)
        day = max((moment.date() for moment in local), default=at.date())
        return cls(at, places, local, day, ring_guard_seconds)

    @property
    def zones(self) -> tuple[tzinfo, ...]:
        """The different zones among the candidate places."""
        return tuple(dict.fromkeys(place.zone for place in self.places if place.zone))

    @property
    def clocks(self) -> tuple[datetime, ...]:
        """What days are counted by: the local clocks, or UTC where no zone is known."""
        return self.local or (self.at,)
