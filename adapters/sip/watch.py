"""Asks the carrier from time to time: by OPTIONS whether each door is there, by REGISTER to stay known.

One runner process of a trunk does this for all. It only asks and reports; what follows from the
answers is decided by `TrunkHealth` in the dialer's process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pjsua2 as pj

from adapters.sip.accounts import ProbeHeard, RegistrationHeard
from adapters.sip.endpoint import SipEndpoint
from adapters.sip.health import WRONG_LOGIN
from adapters.sip.trunk import TrunkAddress
from adapters.sip.wire import Probed, Registered

PROBE_EVERY = 15.0
"""Seconds between OPTIONS to a door that answers."""
PATIENCE = 4.0
"""Seconds without an answer after which a door counts as gone; over UDP it was asked four times by then."""
TIMED_OUT = 408
FIRST_REST, LONGEST_REST = 1.0, 60.0
"""Seconds before a failed request is made again: doubled each time, up to the longest."""
REFUSED_REST = 300.0
"""Seconds before a registration is tried again that was refused for who we are: more would lock the account."""

Tell = Callable[[Probed | Registered], None]


@dataclass(slots=True)
class _Probe:
    """The OPTIONS of one door: when the next is due, since when one is unanswered, how often none was answered."""

    due: float = 0.0
    asked: float | None = None
    failures: int = 0


def rest_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(FIRST_REST * 2.0 ** min(failures - 1, 16), LONGEST_REST)


class Watch:
    """Instants are seconds of the monotonic clock."""

    def __init__(self, trunk: TrunkAddress, endpoint: SipEndpoint, tell: Tell) -> None:
        self._trunk = trunk
        self._endpoint = endpoint
        self._tell = tell
        self._probes = [_Probe() for _ in trunk.doors] if trunk.probes else []
        self._register_at: float | None = 0.0 if trunk.account.registers else None
        self._refusals = 0
        self._door = 0

    def act(self, now: float) -> None:
        """Learn what was answered, then ask what is due."""
        while self._endpoint.answers:
            answer = self._endpoint.answers.popleft()
            if isinstance(answer, ProbeHeard):
                self._probe_heard(answer, now)
            else:
                self._registration_heard(answer, now)
        for door, probe in enumerate(self._probes):
            if probe.asked is not None and now >= probe.asked + PATIENCE:
                self._settle(door, now, TIMED_OUT, f"no answer to OPTIONS in {PATIENCE:.0f} s")
            elif probe.asked is None and now >= probe.due:
                self._ask(door, now)
        if self._register_at is not None and now >= self._register_at:
            self._register_at = None
            self._register(now)

    def leave(self) -> bool:
        """Tell the carrier that we are gone, if it knew us; True when there was something to tell."""
        door = self._endpoint.doors[self._door]
        known = self._trunk.account.registers and bool(door.getInfo().regIsActive)
        if known:
            door.setRegistration(False)
        return known

    def _ask(self, door: int, now: float) -> None:
        self._probes[door].asked = now
        request = pj.SendRequestParam()
        request.method = "OPTIONS"
        request.txOption.targetUri = self._trunk.uri()
        try:
            self._endpoint.doors[door].sendRequest(request)
        except pj.Error as error:
            self._settle(door, now, 503, str(error.reason))

    def _probe_heard(self, heard: ProbeHeard, now: float) -> None:
        """A 408 of our own is the late end (32 s) of a question that was given up: it says nothing of the next."""
        if heard.remote:
            self._settle(heard.door, now, heard.code, "")
        elif heard.code != TIMED_OUT and self._probes[heard.door].asked is not None:
            self._settle(heard.door, now, heard.code, "the connection failed")

    def _settle(self, door: int, now: float, code: int, trouble: str) -> None:
        probe = self._probes[door]
        probe.asked = None
        probe.failures = probe.failures + 1 if trouble else 0
        probe.due = now + (min(rest_after(probe.failures), PROBE_EVERY) if trouble else PROBE_EVERY)
        self._tell(Probed(door, code, trouble))

    def _register(self, now: float) -> None:
        try:
            self._endpoint.doors[self._door].setRegistration(True)
        except pj.Error as error:
            self._registration_heard(RegistrationHeard(self._door, 503, str(error.reason), False), now)

    def _registration_heard(self, heard: RegistrationHeard, now: float) -> None:
        good = 200 <= heard.code < 300
        if good:
            self._refusals = 0
        else:
            self._refusals += 1
            refused = heard.code in WRONG_LOGIN
            self._register_at = now + (REFUSED_REST if refused else rest_after(self._refusals))
            if not heard.remote:
                self._door = (self._door + 1) % len(self._trunk.doors)
        self._tell(Registered(heard.code, "" if good else heard.reason or "no answer", heard.remote))
