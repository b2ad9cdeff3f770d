"""Each trunk as whoever asks the gate finds it: its line, and the calls that are under way anywhere.

Apart from the gate because the choice of a candidate looks at the same line first: within one transaction it is read
once, and serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialer.driver import Driver
from dialer.hour import room_of, standings
from dialer.hour_at_hand import HourAtHand
from dialer.live import LIVE_CALLS, LiveCall, live_calls
from dialer.operators import terms_of
from dialer.pacing import line_from, next_start
from dialer.settings import Settings, TrunkSettings
from rules.line import CarrierTerms, Line
from rules.running_hour import Room, can_be_summed


@dataclass(frozen=True, slots=True)
class Seen:
    """A trunk as a transaction found it at `at`. Good in that transaction alone, until something is written in it."""

    line: Line
    live: Sequence[LiveCall]
    """The calls that are not over, of every trunk."""
    at: datetime


class TrunksAtHand:
    """Keeps the terms and the rolling hour of each trunk from one question to the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._terms: dict[str, CarrierTerms] = {}
        self._hours: dict[str, HourAtHand] = {}

    def terms(self, trunk: TrunkSettings) -> CarrierTerms:
        """The carrier's terms on a trunk, read once."""
        if trunk.name not in self._terms:
            self._terms[trunk.name] = terms_of(trunk, self._settings.folder)
        return self._terms[trunk.name]

    def seen(self, driver: Driver, trunk: TrunkSettings, now: datetime) -> Seen:
        """The same line as `pacing.line_of`, and faster."""
        terms, hour = self.terms(trunk), self._hour(trunk)
        starts, rows, fresh = driver.all(next_start(trunk), LIVE_CALLS, hour.question())
        live = live_calls(driver, rows)
        if not can_be_summed(terms):
            room = room_of(standings(driver.session, trunk.name, terms, now))
        else:
            room = hour.room(driver, fresh, live, now) if terms.watched else Room(None)
        following = driver.instant(starts[0][0]) if starts else None
        return Seen(line_from(trunk, terms, following, live, room, now), live, now)

    def _hour(self, trunk: TrunkSettings) -> HourAtHand:
        if trunk.name not in self._hours:
            self._hours[trunk.name] = HourAtHand(trunk.name, self.terms(trunk))
        return self._hours[trunk.name]
