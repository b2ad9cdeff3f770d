"""What is known of a trunk: which of its doors are there, held back or gone, and whether we are registered.

Pure (no sockets, no clock), so that every turn of a carrier's bad day is tested in microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.sip.trunk import TrunkAddress
from dialer.ports import TrunkState

WRONG_LOGIN = frozenset({401, 403, 404, 407})
"""Answers to a REGISTER that say: not you. Trying again with the same password is of no use."""
LONGEST_HOLD = timedelta(hours=1)
"""The most that a Retry-After is believed: a typing mistake at the carrier must not end a campaign."""
FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(minutes=2)
"""How long a door rests that left an INVITE without any answer, when it cannot be asked by OPTIONS."""


@dataclass(slots=True)
class _Door:
    """`up` None: not asked yet. Until `held_until` it gets no new call, nor while one is on `trial`."""

    up: bool | None
    trouble: str = ""
    held_until: datetime | None = None
    silences: int = 0
    trial: str | None = None
    """The attempt that shows whether a door is there again that left the last one without any answer."""


@dataclass(slots=True)
class TrunkHealth:
    """Learns from probes, registrations and calls; instants are the wall's, aware."""

    trunk: TrunkAddress
    since: datetime
    _doors: list[_Door] = field(init=False)
    _registered: bool | None = field(init=False)
    _registration_trouble: str = field(init=False, default="not registered yet")
    login_refused: bool = field(init=False, default=False)
    """The carrier refused who we are: to ask again with the same password is of no use."""
    _last: TrunkState | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._doors = [_Door(None if self.trunk.probes else True) for _ in self.trunk.doors]
        self._registered = False if self.trunk.account.registers else None

    @property
    def settled(self) -> bool:
        """Whether every question has had its first answer, or a call could leave already."""
        asked = all(door.up is not None for door in self._doors)
        return self.choice(self.since) is not None or (asked and self._registered is None) or self.login_refused

    def choice(self, now: datetime) -> int | None:
        """The best door for a new call; None when there is none, or we are not registered."""
        if self._registered is False:
            return None
        return next((number for number, door in enumerate(self._doors) if self._open(door, now)), None)

    def probed(self, door: int, trouble: str) -> None:
        self._doors[door].up, self._doors[door].trouble = not trouble, trouble
        if not trouble:
            self.answered(door)

    def doubted(self, door: int) -> bool:
        """Whether the last call through it got no answer: the next goes alone, for the others would be wasted."""
        return self._doors[door].silences > 0

    def placed(self, door: int, attempt_id: str) -> None:
        if self.doubted(door):
            self._doors[door].trial = attempt_id

    def over(self, door: int, attempt_id: str) -> None:
        """This attempt has ended, whatever came of it."""
        if self._doors[door].trial == attempt_id:
            self._doors[door].trial = None

    def registered(self, code: int, trouble: str, remote: bool) -> None:
        """What became of a REGISTER; `remote` is False when the code is our own stack's."""
        self._registered = not trouble
        self.login_refused = remote and code in WRONG_LOGIN
        self._registration_trouble = f"registration failed: {code} {trouble}{'' if remote else ' (made by ourselves)'}"

    def held(self, door: int, pause: timedelta, now: datetime) -> None:
        """503 with Retry-After (RFC 3261 §21.5.4): no new request to this door before.

        The loopback carrier is excused, here and below: there the dialed number asks for its trouble.
        """
        if self.trunk.loopback:
            return
        until = now + min(pause, LONGEST_HOLD)
        self._doors[door].held_until = max(until, self._doors[door].held_until or until)
        self._doors[door].trouble = f"503, Retry-After: {pause.total_seconds():.0f} s"

    def unanswered(self, door: int, trouble: str, now: datetime) -> None:
        """An INVITE that got no answer at all: the next call must not be wasted there too."""
        if self.trunk.loopback:
            return
        silent = self._doors[door]
        silent.silences += 1
        if self.trunk.probes:
            silent.up, silent.trouble = False, trouble
        else:
            silent.held_until = now + min(FIRST_REST * 2 ** min(silent.silences - 1, 16), LONGEST_REST)
            silent.trouble = trouble

    def answered(self, door: int) -> None:
        """Some answer of the far end came: it is there."""
        self._doors[door].silences, self._doors[door].trial = 0, None

    def state(self, now: datetime) -> TrunkState:
        """The state now; `since` is when up or down last changed, as far as anybody asked."""
        door = self.choice(now)
        if self._last is not None and self._last.up is (door is None):
            self.since = now
        error, through = (self._trouble(), "") if door is None else ("", self.trunk.doors[door])
        self._last = TrunkState(door is not None, self.since, error, self._registered, through)
        return self._last

    def _trouble(self) -> str:
        if self._registered is False:
            return self._registration_trouble
        named = zip(self.trunk.doors, self._doors, strict=True)
        return "; ".join(f"{name}: {door.trouble or 'not asked yet'}" for name, door in named)

    @staticmethod
    def _open(door: _Door, now: datetime) -> bool:
        return door.up is True and door.trial is None and (door.held_until is None or door.held_until <= now)
