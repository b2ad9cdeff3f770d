"""What the carrier would charge two dialers for the same list in the same month: one that only keeps its pace and
its channels, and ours, which also keeps the rolling hour within the terms. One run, no telephony.

    python -m bench.fines [--days 30] [--contacts 6000] [--seed 1] [--answers 70] [--operator callr]

Both see the same fate: whether somebody answers depends on the person, the day and the half hour, and not on who
calls. A fine is what the operator's published terms ask for a call in a rolling hour out of terms, each hour at each
instant (the strictest reading). Answer rates are made up; what is compared is what the governor changes.
"""

from __future__ import annotations

import argparse
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from pathlib import Path
from random import Random

from dialer.governor import THIN
from dialer.likely import DayPart, likelihood
from dialer.operators import Operator, load_operator
from rules.line import LineCall
from rules.rolling_hour import WINDOW, gauges, out_of_terms

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
OPEN = ((10, 13), (14, 20))
SECOND = timedelta(seconds=1)
RETRY_AFTER = timedelta(hours=26)
TRIES = 4
LONGEST = timedelta(minutes=10)
"""Longer than any call."""
WINDOWED = 200
"""How many of those who are due are looked at when the margin is thin."""
SHORT_PERCENT = 6
BY_HOUR = {10: -8, 11: -4, 12: 4, 14: -12, 15: -8, 16: -4, 17: 4, 18: 10, 19: 14}
"""What the hour of the day adds to the percentage that answers."""


@dataclass
class Dialer:
    """One dialer at work: who waits, who is on the line, and what it has made."""

    operator: Operator
    obeys: bool
    fate: Fate
    waiting: list[tuple[datetime, int, int]]
    """(due, tries, contact), in that order."""
    made: list[LineCall] = field(default_factory=list)
    reached: set[int] = field(default_factory=set)
    under_way: list[tuple[datetime, int, int, LineCall]] = field(default_factory=list)
    """(ends, contact, tries, the call as it will have been)."""
    history: Counter[tuple[int, DayPart, bool]] = field(default_factory=Counter)

    def day(self, opens: datetime, closes: datetime) -> None:
        now = opens
        while now < closes:
            self._take_ends(now)
            room = len(self.under_way) < self.operator.channels
            if room and self.waiting and self.waiting[0][0] <= now:
                now = self._call(now)
            else:
                now = min([closes, *self._ends(), *([self.waiting[0][0]] if room and self.waiting else [])])
        while self.under_way:
            self._take_ends(self.under_way[0][0])

    def _ends(self) -> list[datetime]:
        return [self.under_way[0][0]] if self.under_way else []

    def _call(self, now: datetime) -> datetime:
        """Start a call if the terms permit; the instant at which to look again."""
        thin = False
        if self.obeys:
            talking = [_by_now(call, ends, now) for ends, _, _, call in self.under_way]
            shown = gauges(self._recent(now), talking, self.operator.terms(), now)
            if held := [gauge.held.until for gauge in shown if gauge.held]:
                return min(max(held), now + SECOND if self.under_way else max(held))
            thin = any(gauge.left <= THIN for gauge in shown)
        _, tries, contact = self.waiting.pop(self._likeliest(now) if thin else 0)
        talk_ms, ends = self.fate.of(contact, now)
        heappush(self.under_way, (ends, contact, tries + 1, LineCall(now, talk_ms is not None, talk_ms or 0)))
        return now + SECOND / self.operator.starts_per_second

    def _recent(self, now: datetime) -> list[LineCall]:
        """Calls of the rolling hour; they were noted as they ended, so some older ones stand among them."""
        recent = []
        for call in reversed(self.made):
            if call.started_at <= now - WINDOW - LONGEST:
                break
            recent.append(call)
        return recent

    def _likeliest(self, now: datetime) -> int:
        part = DayPart.of(now)

        def score(place: int) -> object:
            contact = self.waiting[place][2]
            good, bad = self.history[contact, part, True], self.history[contact, part, False]
            return -likelihood(good, good + bad)

        due = [place for place, row in enumerate(self.waiting[:WINDOWED]) if row[0] <= now]
        return min(due, key=score)  # type: ignore[arg-type]

    def _take_ends(self, now: datetime) -> None:
        while self.under_way and self.under_way[0][0] <= now:
            ends, contact, tries, call = heappop(self.under_way)
            self.made.append(call)
            good = call.talk_ms >= self.operator.short_call_seconds * 1000
            self.history[contact, DayPart.of(call.started_at), good] += 1
            if good:
                self.reached.add(contact)
            elif tries < TRIES:
                insort(self.waiting, (ends + RETRY_AFTER, tries, contact))

    def fines(self) -> tuple[int, Decimal]:
        """Calls in hours out of terms, and what they cost in euros."""
        charged = sum(map(bool, out_of_terms(self.made, self.operator.terms())))
        return charged, Decimal(charged * self.operator.penalties.per_call_out_of_terms) / 1000


@dataclass(frozen=True)
class Fate:
    """What a call would come to: the same for whoever makes it."""

    seed: int
    answers_percent: int

    def of(self, contact: int, at: datetime) -> tuple[int | None, datetime]:
        """Talk in milliseconds (None: nobody took it), and when the call is over."""
        habit = Random(f"{self.seed} {contact}")
        at_home = habit.choice(list(DayPart))
        fate = Random(f"{self.seed} {contact} {at:%j %H} {at.minute // 30}")
        chance = self.answers_percent + BY_HOUR[at.hour] + (20 if DayPart.of(at) is at_home else -10)
        if fate.uniform(0, 100) >= chance:
            return None, at + timedelta(seconds=25)
        short = fate.uniform(0, 100) < SHORT_PERCENT
        talk = fate.uniform(1, 7) if short else min(8 + fate.expovariate(1 / 55), LONGEST.total_seconds() / 2)
        rang = fate.uniform(3, 18)
        return round(talk * 1000), at + timedelta(seconds=rang + talk)


def _by_now(call: LineCall, ends: datetime, now: datetime) -> LineCall:
    """What is known at `now` of a call whose end lies ahead."""
    talk = timedelta(milliseconds=call.talk_ms) - (ends - now)
    answered = call.answered and talk >= timedelta(0)
    return LineCall(call.started_at, answered, talk // timedelta(milliseconds=1) if answered else 0)


def month(operator: Operator, days: int, contacts: int, fate: Fate, *, obeys: bool) -> Dialer:
    """A dialer after so many days of work on a list, Monday to Friday."""
    dialer = Dialer(operator, obeys, fate, [(MONDAY, 0, contact) for contact in range(contacts)])
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        for opens, closes in OPEN if day.isoweekday() <= 5 else ():
            dialer.day(day.replace(hour=opens), day.replace(hour=closes))
    return dialer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--contacts", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answers", type=int, default=70, help="percent of calls that somebody answers, on average")
    parser.add_argument("--operator", default="callr")
    given = parser.parse_args()
    operator, fate = load_operator(given.operator, Path()), Fate(given.seed, given.answers)
    print(f"{given.days} days, {given.contacts} contacts, terms of {operator.name}, seed {given.seed}")
    for name, obeys in (("naive", False), ("ours", True)):
        dialer = month(operator, given.days, given.contacts, fate, obeys=obeys)
        charged, euros = dialer.fines()
        print(
            f"{name:6} {len(dialer.made):>7,} calls   {len(dialer.reached):>6,} reached   "
            f"{charged:>7,} calls out of terms   {euros:>9,.2f} € in fines"
        )


if __name__ == "__main__":
    main()
