"""The rolling hour kept up call by call: the same answer as `rolling_hour.gauges`, without counting all calls anew.

A figure is a sum over calls: so much for a good one, so much off for a bad one; it is out of terms when the sum is
used up. The calls stand in blocks in order of their start; of each block the sum is known, and the lowest that it
comes to on the way from the newest call to the oldest. A change is worked into one block, a question adds blocks up.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, chain, islice
from operator import add
from typing import Any

from rules.line import Breach, CarrierTerms, Figure, LineCall
from rules.rolling_hour import WINDOW, gauges

_SIZE = 128
"""Calls of a block; one of twice as many is parted."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """One figure as a sum: what a call adds, and how much of it each further failure takes."""

    figure: Figure
    limit: int
    unit: int
    weight: Callable[[LineCall, bool], int]
    """Of a call, and whether it has ended: under way it counts as failed in the way that hurts most."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many further calls may fail in a row (None: no figure is asked for), and what holds the next one back."""

    failures_left: int | None
    breaches: tuple[Breach, ...] = ()


@lru_cache(maxsize=16)
def can_be_summed(terms: CarrierTerms) -> bool:
    """A limit of nothing, or of all, leaves nothing to divide by: such terms are counted the long way."""
    return all(each.unit > 0 for each in _sums(terms))


def _sums(terms: CarrierTerms) -> list[_Sum]:
    short_ms = 1000 * terms.short_call_seconds
    asr, acd, short = terms.asr_above_percent, terms.acd_above_seconds, terms.short_below_percent
    sums = []
    if asr is not None:
        sums.append(_Sum(Figure.ASR, asr, asr, lambda call, ended: 100 * call.answered - asr))
    if acd is not None:
        lasts = 1000 * acd
        sums.append(
            _Sum(
                Figure.ACD, acd, lasts,
                lambda call, ended: call.talk_ms - lasts if call.answered else 0 if ended else -lasts,
            )
        )  # fmt: skip
    if short is not None:
        sums.append(
            _Sum(
                Figure.SHORT, short, 100 - short,
                lambda call, ended: (
                    short - 100 * (call.talk_ms < short_ms) if call.answered else 0 if ended else short - 100
                ),
            )
        )  # fmt: skip
    return sums


class _Block:
    """Calls in order of their start, with what each adds to each figure."""

    __slots__ = ("keys", "lowest", "starts", "totals", "weights")

    def __init__(self, figures: int) -> None:
        self.starts: list[datetime] = []
        self.keys: list[str] = []
        self.weights: list[list[int]] = [[] for _ in range(figures)]
        self.totals: list[int] | None = None
        """Of each figure; None when a call has changed since."""
        self.lowest: list[int] = []

    @property
    def columns(self) -> tuple[list[Any], ...]:
        return self.starts, self.keys, *self.weights

    def add_up(self) -> list[int]:
        if self.totals is None:
            runs = [list(accumulate(reversed(weights))) for weights in self.weights]
            self.totals, self.lowest = [run[-1] for run in runs], [min(run) for run in runs]
        return self.totals


class RunningHour:
    """The calls of one trunk, or of one number on it, that started in the last hour."""

    def __init__(self, terms: CarrierTerms, caller_id: str = "") -> None:
        """`terms` must be such that `can_be_summed`."""
        self._terms, self._caller_id = terms, caller_id
        self._figures = _sums(terms)
        self._calls: dict[str, tuple[LineCall, bool]] = {}
        self._blocks: list[_Block] = []
        self._firsts: list[datetime] = []
        """The start of each block's first call."""
        self._fewest: list[int] | None = None
        """Of each figure, the failures after which it is out of terms; None when calls have come or changed since."""
        self._oldest_tells = False
        """Whether that rests on the block of the oldest calls, which time alone changes."""

    def __len__(self) -> int:
        return len(self._calls)

    def put(self, key: str, call: LineCall, *, ended: bool) -> None:
        """A call that left, or what has become of it since. Calls with the same start are told apart by their key."""
        known = self._calls.get(key)
        if known == (call, ended):
            return
        if known and known[0].started_at != call.started_at:
            self.drop(key)
            known = None
        self._calls[key] = call, ended
        block = self._block_of(call.started_at)
        weights = [each.weight(call, ended) for each in self._figures]
        if known:
            place = self._place(block, call.started_at, key)
            for column, weight in zip(block.weights, weights, strict=True):
                column[place] = weight
        else:
            place = bisect_right(block.starts, call.started_at)
            block.starts.insert(place, call.started_at)
            block.keys.insert(place, key)
            for column, weight in zip(block.weights, weights, strict=True):
                column.insert(place, weight)
            self._firsts[self._blocks.index(block)] = block.starts[0]
        block.totals = self._fewest = None
        if len(block.keys) > 2 * _SIZE:
            self._part(block)

    def drop(self, key: str) -> None:
        """A call that did not count after all."""
        known = self._calls.pop(key, None)
        if known is None:
            return
        block = self._block_of(known[0].started_at)
        place = self._place(block, known[0].started_at, key)
        for column in block.columns:
            del column[place]
        block.totals = self._fewest = None
        number = self._blocks.index(block)
        if block.keys:
            self._firsts[number] = block.starts[0]
        else:
            del self._blocks[number], self._firsts[number]

    def room(self, at: datetime, unsent: int) -> Room:
        """What the hour leaves room for at `at`, with so many calls approved that have not left: they leave then.

        Where several calls started at one instant they are taken to have started one after the other.
        """
        if not self._figures:
            return Room(None)
        self._forget(at - WINDOW)
        if self._fewest is None:
            self._fewest = self._count()
        failures = [min(each - unsent, self._terms.least_calls) for each in self._fewest]
        held = sum(each <= 1 for each in failures)
        return Room(max(min(failures) - 1, 0), self._held(held, at, unsent) if held else ())

    def _count(self) -> list[int]:
        """Of each figure, after how many failures in a row it would be out of terms, now or as the hour shrinks.

        Each call that is to leave and fails takes one off. Until the hour holds as many calls as a figure speaks of,
        it takes at least those that are missing.
        """
        least = self._terms.least_calls
        near, others = self._newest(least - 1)
        for block in others:
            block.add_up()
        fewest, self._oldest_tells = [], not others
        for number, figure in enumerate(self._figures):
            sums = list(accumulate(near[number], initial=0))
            few = [max(-(-each // figure.unit), least - calls) for calls, each in enumerate(sums[:least])]
            found = min([*few, *(-(-each // figure.unit) for each in sums[least:])])
            before = accumulate((block.totals[number] for block in others), initial=sums[-1])  # type: ignore[index]
            lowest = list(map(add, before, (block.lowest[number] for block in others)))
            if lowest:
                found = min(found, -(-min(lowest[:-1], default=lowest[-1]) // figure.unit))
                self._oldest_tells |= -(-lowest[-1] // figure.unit) < found or len(lowest) == 1
                found = min(found, -(-lowest[-1] // figure.unit))
            fewest.append(found)
        return fewest

    def _newest(self, wanted: int) -> tuple[list[list[int]], list[_Block]]:
        """What the newest calls add to each figure, newest first: at least so many; and the other blocks, likewise."""
        count, first = 0, len(self._blocks)
        while first and count < wanted:
            first -= 1
            count += len(self._blocks[first].keys)
        taken = self._blocks[first:][::-1]
        near = [
            list(chain.from_iterable(reversed(block.weights[number]) for block in taken))
            for number in range(len(self._figures))
        ]
        return near, self._blocks[:first][::-1]

    def _held(self, figures: int, at: datetime, unsent: int) -> tuple[Breach, ...]:
        """What the long way says of so many figures, over as many of the newest calls as it takes to say it."""
        wanted = 2 * self._terms.least_calls
        while True:
            keys = list(islice(chain.from_iterable(reversed(block.keys) for block in reversed(self._blocks)), wanted))
            calls = [self._calls[key] for key in keys]
            under_way = [call for call, ended in calls if not ended] + [LineCall(at, False, 0)] * unsent
            told = gauges((call for call, ended in calls if ended), under_way, self._terms, at, self._caller_id)
            breaches = tuple(gauge.held for gauge in told if gauge.held)
            if len(breaches) >= figures or len(keys) < wanted:
                return breaches
            wanted *= 4

    def _forget(self, since: datetime) -> None:
        """Calls that started at `since` or before are out of the hour."""
        while self._blocks and self._blocks[0].starts[0] <= since:
            block = self._blocks[0]
            gone = bisect_right(block.starts, since)
            for key in block.keys[:gone]:
                del self._calls[key]
            for column in block.columns:
                del column[:gone]
            block.totals = None
            if self._oldest_tells or not block.keys:
                self._fewest = None
            if block.keys:
                self._firsts[0] = block.starts[0]
                return
            del self._blocks[0], self._firsts[0]

    def _block_of(self, start: datetime) -> _Block:
        if not self._blocks:
            self._blocks.append(_Block(len(self._figures)))
            self._firsts.append(start)
        return self._blocks[max(bisect_right(self._firsts, start) - 1, 0)]

    def _place(self, block: _Block, start: datetime, key: str) -> int:
        return block.keys.index(key, bisect_left(block.starts, start))

    def _part(self, block: _Block) -> None:
        """In two, between calls of different starts."""
        half = bisect_left(block.starts, block.starts[_SIZE])
        if half == 0:
            return
        later = _Block(len(self._figures))
        later.starts, later.keys = block.starts[half:], block.keys[half:]
        later.weights = [column[half:] for column in block.weights]
        for column in block.columns:
            del column[half:]
        number = self._blocks.index(block)
        self._blocks.insert(number + 1, later)
        self._firsts.insert(number + 1, later.starts[0])
