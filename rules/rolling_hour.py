"""How the calls of the last hour stand against the carrier's terms, judged before the next one is made.

Each figure is judged as if the next call, and every call under way, failed in the way that hurts it most:
unanswered for ASR, answered and short for ACD and the share of short calls. And for every later instant at
once: with time alone the older calls drop out of the hour, and what is left must be within terms too. Whoever
starts a call only where this permits it never has an hour out of terms, whatever becomes of the calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter

from rules.line import Breach, CarrierTerms, Figure, LineCall

WINDOW = timedelta(hours=1)
_NEVER = 10**9
"""Failures in a row that no hour holds."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure over the rolling hour: `value` is that of the calls that have ended (None: none speaks of it).

    `left` is how many further calls may fail in a row; at none, `held` says until when and at what value.
    """

    figure: Figure
    value: int | None
    limit: int
    left: int
    held: Breach | None = None


@dataclass(slots=True)
class _Tally:
    """Sums over some calls; `short` and `talk_ms` are of those that count as answered for talk."""

    short_ms: int
    """Answered calls that talk for less are short."""
    calls: int = 0
    answered: int = 0
    talking: int = 0
    """Answered, or taken as such since a short answer is the worst that can come."""
    short: int = 0
    talk_ms: int = 0

    def add(self, call: LineCall, *, ended: bool = True, sign: int = 1) -> None:
        self.calls += sign
        if call.answered:
            self.answered += sign
        elif ended:
            return
        self.talking += sign
        self.talk_ms += sign * call.talk_ms
        if call.talk_ms < self.short_ms:
            self.short += sign


@dataclass(frozen=True, slots=True)
class _Term:
    """One figure with its limit: what it is of some calls, and how far from it they are."""

    figure: Figure
    limit: int
    least_calls: int
    to_break: Callable[[_Tally, int], int]
    """Failures in a row after which the figure alone is out of terms; zero or less when it is there already."""
    value: Callable[[_Tally, int], int | None]
    """The figure after so many more failures, in whole percent or seconds, rounded down; None of no calls."""

    def failures_to_break(self, tally: _Tally) -> int:
        """The same, with as many calls as it takes for the figure to speak."""
        enough, few = self.to_break(tally, self.limit), self.least_calls - tally.calls
        return enough if enough > few else few


def _asr_to_break(tally: _Tally, limit: int) -> int:
    return _ceil(100 * tally.answered, limit) - tally.calls


def _acd_to_break(tally: _Tally, limit: int) -> int:
    return max(_ceil(tally.talk_ms, 1000 * limit), 1) - tally.talking


def _short_to_break(tally: _Tally, limit: int) -> int:
    return max(_ceil(limit * tally.talking - 100 * tally.short, 100 - limit), 1 - tally.talking)


def _asr(tally: _Tally, failures: int) -> int | None:
    calls = tally.calls + failures
    return tally.answered * 100 // calls if calls else None


def _acd(tally: _Tally, failures: int) -> int | None:
    talking = tally.talking + failures
    return tally.talk_ms // (1000 * talking) if talking else None


def _short(tally: _Tally, failures: int) -> int | None:
    talking = tally.talking + failures
    return (tally.short + failures) * 100 // talking if talking else None


def _ceil(part: int, of: int) -> int:
    """Division rounded up; what nothing divides is out of reach, unless it is reached already."""
    return -(-part // of) if of else 0 if part <= 0 else _NEVER


def _asked(terms: CarrierTerms) -> list[_Term]:
    """What is asked of the hour. At its limit a figure is out of terms."""
    limits = (
        (Figure.ASR, terms.asr_above_percent, _asr_to_break, _asr),
        (Figure.ACD, terms.acd_above_seconds, _acd_to_break, _acd),
        (Figure.SHORT, terms.short_below_percent, _short_to_break, _short),
    )
    return [
        _Term(figure, limit, terms.least_calls, to_break, value)
        for figure, limit, to_break, value in limits
        if limit is not None
    ]


def breaches(
    calls: Iterable[LineCall], under_way: Iterable[LineCall], terms: CarrierTerms, at: datetime
) -> tuple[Breach, ...]:
    """Which figures the next call could break if it started at `at`, and until when that is so."""
    return tuple(gauge.held for gauge in gauges(calls, under_way, terms, at) if gauge.held)


def gauges(
    calls: Iterable[LineCall],
    under_way: Iterable[LineCall],
    terms: CarrierTerms,
    at: datetime,
    caller_id: str = "",
) -> tuple[Gauge, ...]:
    """One for each figure that the terms ask for, of calls that have ended and of those under way.

    A call that is approved and has not left yet is under way from `at` on. `caller_id` is the number whose
    calls these are; empty for all of the trunk.
    """
    asked, since = _asked(terms), at - WINDOW
    newest_first = [(call.started_at, call, True) for call in calls if call.started_at > since]
    newest_first += [(call.started_at, call, False) for call in under_way if call.started_at > since]
    newest_first.sort(key=itemgetter(0), reverse=True)
    short_ms = terms.short_call_seconds * 1000
    worst, known = _Tally(short_ms), _Tally(short_ms)
    left = [term.failures_to_break(worst) for term in asked]
    held: list[Breach | None] = [None] * len(asked)
    for started_at, together in groupby(newest_first, key=itemgetter(0)):
        for _, call, ended in together:
            worst.add(call, ended=ended)
            if ended:
                known.add(call)
        for place, term in enumerate(asked):
            failures = term.failures_to_break(worst)
            if failures < left[place]:
                left[place] = failures
            if failures <= 1 and held[place] is None:
                value = term.value(worst, 1) or 0
                held[place] = Breach(term.figure, value, term.limit, started_at + WINDOW, caller_id)
    return tuple(
        Gauge(term.figure, term.value(known, 0), term.limit, max(failures - 1, 0), breach)
        for term, failures, breach in zip(asked, left, held, strict=True)
    )


def out_of_terms(calls: Sequence[LineCall], terms: CarrierTerms) -> list[frozenset[Figure]]:
    """For each call, in the order given, the figures that were out of terms in some rolling hour that holds it.

    Every instant counts at which a call joins the hour or leaves it: the strictest reading of a term.
    """
    order = sorted(range(len(calls)), key=lambda place: calls[place].started_at)
    found: list[set[Figure]] = [set() for _ in calls]
    asked = _asked(terms)
    marked = [0] * len(asked)
    for oldest, newest, tally in _hours([calls[place] for place in order], terms):
        for number, term in enumerate(asked):
            if term.failures_to_break(tally) <= 0:
                for place in order[max(oldest, marked[number]) : newest]:
                    found[place].add(term.figure)
                marked[number] = newest
    return [frozenset(figures) for figures in found]


def _hours(calls: Sequence[LineCall], terms: CarrierTerms) -> Iterator[tuple[int, int, _Tally]]:
    """Each different content of the rolling hour, as time goes on: which calls [oldest, newest), and their sums."""
    joins = [call.started_at for call in calls]
    tally, oldest, newest = _Tally(terms.short_call_seconds * 1000), 0, 0
    for instant, _ in groupby(merge(joins, [start + WINDOW for start in joins])):
        while newest < len(calls) and joins[newest] <= instant:
            tally.add(calls[newest])
            newest += 1
        while oldest < newest and joins[oldest] <= instant - WINDOW:
            tally.add(calls[oldest], sign=-1)
            oldest += 1
        yield oldest, newest, tally
