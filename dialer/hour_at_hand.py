"""The rolling hour of one trunk, kept in memory by whoever asks the gate, and brought up to date from the ledger.

Each question reads the calls that are not over, those that were not over at the last one, and those approved since by
whomever: what is over does not change any more. So several processes may approve calls on one trunk, and each of them
knows what all of them did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from dialer.dispositions import Disposition
from dialer.driver import Driver, Rows, Statement
from dialer.hour import APPROVED_BEFORE
from dialer.ledger import GIVEN_BACK, LIVE, UNSENT
from dialer.live import LiveCall
from rules.line import CarrierTerms, LineCall
from rules.rolling_hour import WINDOW
from rules.running_hour import Room, RunningHour

_GIVEN_BACK = frozenset(str(state) for state in GIVEN_BACK)
_LIVE = frozenset(str(state) for state in LIVE)
_UNSENT = frozenset(str(state) for state in UNSENT)
_ROWS = (
    "SELECT id, caller_id, state, coalesce(dialed_at, approved_at), answered_at, disposition, talk_ms, decision_id "
    "FROM attempt WHERE "
)
_BEYOND_ALL = 2**31 - 1
_AT_ONCE = 500
"""Ids in one question; databases bound the number of parameters."""


class HourAtHand:
    """All calls of the trunk in the hour, and those of each number shown on it."""

    def __init__(self, trunk: str, terms: CarrierTerms) -> None:
        self._trunk, self._terms = trunk, terms
        self._last: datetime | None = None
        self._live: set[str] = set()
        """Those that were not over at the last question."""
        self._newest = _BEYOND_ALL
        """The decision of the newest attempt that was seen; they are numbered in the order of their commits.

        At first beyond all, so that nothing is read twice: the whole hour is read then.
        """
        self._all, self._by_number = RunningHour(terms), dict[str, RunningHour]()

    def question(self) -> Statement:
        """What to ask the ledger before `room`: the attempts that were approved since the last time."""
        return f"{_ROWS} trunk = ? AND decision_id > ?", (self._trunk, self._newest)

    def room(self, driver: Driver, fresh: Rows, live: Sequence[LiveCall], now: datetime) -> Room:
        """What the hour leaves room for now: of all calls, and of each number where there are several.

        `fresh` is the answer to `question`; `live` are the calls that are not over, of any trunk.
        """
        mine = [call for call in live if call.trunk == self._trunk]
        self._bring_up_to_date(driver, fresh, mine, now)
        unsent = Counter(call.caller_id for call in mine if call.dialed_at is None)
        rooms = [self._all.room(now, unsent.total())]
        shown = {number: hour.room(now, unsent[number]) for number, hour in sorted(self._by_number.items())}
        shown = {number: room for number, room in shown.items() if len(self._by_number[number]) or unsent[number]}
        if len(shown) > 1:
            rooms += shown.values()
        left = [room.failures_left for room in rooms if room.failures_left is not None]
        return Room(min(left, default=None), tuple(breach for room in rooms for breach in room.breaches))

    def _bring_up_to_date(self, driver: Driver, fresh: Rows, live: Sequence[LiveCall], now: datetime) -> None:
        if self._last is None or now < self._last:
            self._all, self._by_number, self._newest = RunningHour(self._terms), {}, 0
            since = driver.value(now - WINDOW - APPROVED_BEFORE)
            hour = driver.rows(f"{_ROWS} trunk = ? AND approved_at > ?", self._trunk, since)
            self._take(driver, hour)
            self._settle(hour)
        else:
            self._take(driver, fresh)
            self._settle(fresh)
            gone = sorted(self._live - {call.attempt_id for call in live})
            for start in range(0, len(gone), _AT_ONCE):
                ids = gone[start : start + _AT_ONCE]
                self._take(driver, driver.rows(f"{_ROWS} id IN ({', '.join('?' * len(ids))})", *ids))
        self._last, self._live = now, {call.attempt_id for call in live}
        for call in live:
            self._of(call.caller_id)
            if call.dialed_at is not None:
                talk = max(now - call.answered_at, timedelta(0)) if call.answered_at else timedelta(0)
                known = LineCall(call.dialed_at, call.answered_at is not None, talk // timedelta(milliseconds=1))
                self._put(call.attempt_id, call.caller_id, known, ended=False)

    def _take(self, driver: Driver, rows: Rows) -> None:
        """Calls that are over. One that was given back never left, and those under way are known better already."""
        for attempt_id, caller_id, state, left_at, answered_at, disposition, talk_ms, _ in rows:
            if state in _GIVEN_BACK:
                self._all.drop(attempt_id)
                if caller_id in self._by_number:
                    self._by_number[caller_id].drop(attempt_id)
            elif state not in _LIVE:
                answered = answered_at is not None or (disposition is not None and Disposition(disposition).answered)
                started_at = driver.instant(left_at)
                assert started_at is not None, "an attempt has its instant of approval"
                self._put(attempt_id, caller_id, LineCall(started_at, answered, talk_ms), ended=True)

    def _settle(self, rows: Rows) -> None:
        """What need not be read again: all before the first that is not sent, for that one may yet be rolled back, and
        SQLite give its number to another."""
        unsent = [row[-1] - 1 for row in rows if row[2] in _UNSENT]
        self._newest = max(self._newest, min(unsent) if unsent else max((row[-1] for row in rows), default=0))

    def _put(self, attempt_id: str, caller_id: str, call: LineCall, *, ended: bool) -> None:
        self._all.put(attempt_id, call, ended=ended)
        self._of(caller_id).put(attempt_id, call, ended=ended)

    def _of(self, caller_id: str) -> RunningHour:
        if caller_id not in self._by_number:
            self._by_number[caller_id] = RunningHour(self._terms, caller_id)
        return self._by_number[caller_id]
