"""Many contacts at once: rows with equal facts form one class, judged once by the very same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from operator import attrgetter

from rules.facts import Bloctel, Consent, Contract, Facts
from rules.places import Place, possible_places, representative
from rules.rulebook import french_rulebook
from rules.windows import midnight_after

_COUNTRY_CODE = 4
"""Of the number, the rules read the country code and nothing else."""
_AS_THEY_ARE = attrgetter(
    *(field.name for field in fields(Facts) if field.name not in {"number", "postcode", "attempts"})
)
_DAY = timedelta(days=1)


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


def class_within(facts: Facts, first: date, last: date, since: datetime | None = None) -> Facts:
    """The facts reduced to what can matter at instants, from `since` on, whose local days all lie in [first, last].

    At those, under the law of their day, each member gets the same verdict, rules and ends of obstacles as its
    class. What lies after the window is not told apart: whatever is still good on its last day is good for two
    days more and no longer. Raises LawNotCovered for a window that begins before the rulebook.
    """
    window = _window(possible_places(facts.postcode, facts.number), first, last, since)
    postcode, number = representative(facts.postcode, facts.number)
    consent, contract = facts.consent_on(first), facts.contract_on(first)
    valid, related = consent is Consent.VALID, contract is Contract.RELATED
    bloctel = facts.bloctel_on(first) if window.bloctel else Bloctel.NOT_APPLICABLE
    refusal = window.refusal(facts.last_refusal)
    asked = facts.callback_from
    called_back = facts.callback_until is not None and first <= facts.callback_until and (not asked or asked <= last)
    return replace(
        facts,
        number=number,
        postcode=postcode,
        consent=consent,
        consent_until=window.end(facts.consent_until) if valid else None,
        consent_after_refusal=facts.consent_after_refusal and valid and refusal is not None,
        consent_hours=tuple(sorted(set(facts.consent_hours))) if valid else (),
        contract=contract if related else Contract.NONE,
        contract_until=window.end(facts.contract_until) if related else None,
        bloctel=bloctel,
        bloctel_until=window.end(facts.bloctel_until) if bloctel is Bloctel.CLEAR else None,
        attempts=window.attempts(facts.attempts) if facts.attempts else (),
        last_refusal=refusal,
        slots=tuple(sorted({slot for slot in facts.slots if window.begins - window.tolerance <= slot < window.ends})),
        callback_from=asked if called_back and asked and asked > first else None,
        callback_until=window.end(facts.callback_until) if called_back else None,
        sources_until=max(window.end(facts.sources_until), first - _DAY),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """The days of a forecast as instants in the candidate zones, and how far beyond them facts can reach."""

    zones: tuple[tzinfo, ...]
    first: date
    last: date
    opens: datetime
    """Before it lies what is past at every instant of the window: the first day begins on some clock."""
    begins: datetime
    """The first instant of the window: its first day has begun on every clock."""
    ends: datetime
    """The last day is over on some clock."""
    cap: int
    frequency_days: int
    refusal_days: int
    tolerance: timedelta
    bloctel: bool

    def end(self, day: date | None) -> date:
        """A last day; no end known is as good as one after the window. Who is called late on its last day may be
        told to wait for hours of the next day, or of the one after a night in which the clock was changed."""
        beyond = self.last + 2 * _DAY
        return min(day, beyond) if day else beyond

    def attempts(self, made: Iterable[datetime]) -> tuple[datetime, ...]:
        """Too few to fill the cap are as good as none. Of those past, by their days, the one whose leaving frees the
        person decides alone, unless others follow in the window."""
        counted = self.first - _DAY * (self.frequency_days - 1)
        past = sorted(self._by_day(at) for at in made if at < self.opens and max(self._days(at)) >= counted)
        coming = sorted(at for at in made if self.opens <= at < self.ends)
        if not self.cap or len(past) + len(coming) < self.cap:
            return ()
        return (*past[-self.cap :], *coming) if coming else (past[-self.cap],) * self.cap

    def refusal(self, at: datetime | None) -> datetime | None:
        """A refusal after the window is none yet; one that has rested long ago may have been on any such day."""
        if at is None or at >= self.ends:
            return None
        if at >= self.opens:
            return at
        rested = self.first - _DAY * (self.refusal_days + 1)
        return self._start_of(rested) if max(self._days(at)) <= rested else self._by_day(at)

    def _days(self, at: datetime) -> set[date]:
        return {at.astimezone(zone).date() for zone in self.zones}

    def _by_day(self, at: datetime) -> datetime:
        """One instant for all those of a day, unless it is two days in two candidate zones."""
        days = self._days(at)
        return self._start_of(*days) if len(days) == 1 else at

    def _start_of(self, day: date) -> datetime:
        return max(midnight_after(day - _DAY, zone) for zone in self.zones)


@lru_cache(maxsize=4096)
def _window(places: tuple[Place, ...], first: date, last: date, since: datetime | None) -> _Window:
    book = french_rulebook()
    editions = [book.on(first), *(edition for edition in book.editions if first < edition.first <= last)]

    def most(name: str) -> int:
        return max((each.numbers.integer(name) for each in editions if name in each.numbers.values), default=0)

    zones = tuple(dict.fromkeys(place.zone for place in places if place.zone)) or (UTC,)
    starts = [datetime.combine(first, time(0), zone).astimezone(UTC) for zone in zones]
    told = [since] if since else []
    return _Window(
        zones,
        first,
        last,
        opens=max([min(starts), *told]),
        begins=max([*starts, *told]),
        ends=min(midnight_after(last, zone) for zone in zones),
        cap=most("frequency-cap"),
        frequency_days=most("frequency-days"),
        refusal_days=most("refusal-days"),
        tolerance=timedelta(minutes=most("slot-tolerance-minutes")),
        bloctel=any(rule.id == "FR-BLOCTEL" for edition in editions for rule in edition.rules),
    )
