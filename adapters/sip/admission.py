"""The runner's own door: turns a permit into the only thing that the dialing code accepts.

Separate from the telephony so that "no permit, no INVITE" can be read and tested on one page.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from adapters.sip.trunk import TrunkAddress
from dialer.permit import Permit, PermitKey, PermitRefused
from dialer.ports import Clock

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WITNESS = object()


@dataclass(frozen=True, slots=True)
class VerifiedPermit:
    """A permit that passed `Admission`; nothing else can make one, and nothing else can be dialed."""

    permit: Permit
    _witness: object = field(repr=False)

    def __post_init__(self) -> None:
        if self._witness is not _WITNESS:
            raise TypeError("a VerifiedPermit comes from Admission.admit only")


class UsedAttempts:
    """Remembers attempt ids until their permits have expired: after that the expiry refuses them."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._by_age: deque[tuple[datetime, str]] = deque()

    def use(self, permit: Permit, now: datetime) -> None:
        """Note the permit's attempt as used; raises `PermitRefused` when it already was."""
        while self._by_age and self._by_age[0][0] <= now:
            self._ids.discard(self._by_age.popleft()[1])
        if permit.attempt_id in self._ids:
            raise PermitRefused(f"attempt {permit.attempt_id} was already handed to this runner")
        self._ids.add(permit.attempt_id)
        self._by_age.append((permit.not_after, permit.attempt_id))


class Admission:
    """Verifies permits for one trunk: signature, trunk, interval, clock, numbers, used once."""

    def __init__(self, key: PermitKey, trunk: TrunkAddress, clock: Clock) -> None:
        """Raises `SimulatedClockRefused` for a simulated clock on anything but the loopback carrier."""
        if clock.simulated:
            trunk.refuse_simulated_clock()
        self._key = key
        self._trunk = trunk
        self._clock = clock
        self._used = UsedAttempts()

    def admit(self, permit: Permit | None) -> VerifiedPermit:
        """Check everything and use the permit up; raises `PermitRefused` with the check that failed."""
        now = self._clock.now()
        try:
            verified = self._key.verify(permit, now=now, trunk=self._trunk.name)
        except (TypeError, ValueError) as error:
            raise PermitRefused(f"its values cannot even be compared: {error}") from None
        if verified.simulated is not self._clock.simulated:
            raise PermitRefused("it was made on another clock than this runner's (simulated or not)")
        for role, number in (("callee", verified.callee), ("caller id", verified.caller_id)):
            if not _E164.fullmatch(number):
                raise PermitRefused(f"its {role} {number!r} is not an E.164 number")
        self._used.use(verified, now)
        return VerifiedPermit(verified, _WITNESS)

    def recheck(self, verified: VerifiedPermit) -> VerifiedPermit:
        """The same permit at a later instant, when dialing had to wait; raises `PermitRefused`."""
        self._key.verify(verified.permit, now=self._clock.now(), trunk=self._trunk.name)
        return verified
