"""The cliff ahead: consents that count today and will have run out, by day, week and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.eligibility import HORIZON
from rules.facts import Consent, Facts


@dataclass(frozen=True, slots=True)
class Drop:
    """Contacts whose consent counts for the last time on a day from `first` to `last`."""

    first: date
    last: date
    contacts: int


@dataclass(frozen=True, slots=True)
class Cliff:
    """`consented` contacts have a consent that counts today; the drops are those of the coming 400 days."""

    consented: int = 0
    days: tuple[Drop, ...] = ()
    weeks: tuple[Drop, ...] = ()
    """ISO weeks, from Monday to Sunday."""
    months: tuple[Drop, ...] = ()

    @property
    def steepest(self) -> tuple[Drop, ...]:
        """The largest drop of a day, of a week and of a month, each the earliest of its size; none without drops."""
        spans = (self.days, self.weeks, self.months)
        return tuple(max(drops, key=lambda drop: drop.contacts) for drops in spans if drops)


NO_CLIFF = Cliff()


def cliff(many: Iterable[tuple[Facts, int]], today: date) -> Cliff:
    """From facts as of today, each with the number of contacts who have them."""
    consented, ends = 0, Counter[date]()
    for facts, contacts in many:
        if facts.consent is Consent.VALID:
            consented += contacts
            if facts.consent_until and facts.consent_until - today <= HORIZON:
                ends[facts.consent_until] += contacts
    return Cliff(consented, _drops(ends, lambda day: (day, day)), _drops(ends, _week), _drops(ends, _month))


def _drops(ends: Counter[date], span: Callable[[date], tuple[date, date]]) -> tuple[Drop, ...]:
    together: Counter[tuple[date, date]] = Counter()
    for day, contacts in ends.items():
        together[span(day)] += contacts
    return tuple(Drop(first, last, contacts) for (first, last), contacts in sorted(together.items()))


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
