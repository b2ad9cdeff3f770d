"""The runner's own door: only a valid, unused permit for this trunk and this clock gets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.sip.admission import Admission, UsedAttempts, VerifiedPermit
from adapters.sip.trunk import TrunkAddress
from adapters.sip.worker_clock import WorkerClock
from dialer.clock import SimulatedClockRefused, SystemClock
from dialer.permit import Permit, PermitKey, PermitRefused

TRUNK = TrunkAddress("loopback", "127.0.0.1", 5060, True, 4)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


class NoonClock:
    simulated = True

    def __init__(self) -> None:
        self.passed = timedelta(0)

    def now(self) -> datetime:
        return NOON + self.passed


@pytest.fixture
def clock() -> NoonClock:
    return NoonClock()


@pytest.fixture
def admission(permit_key: PermitKey, clock: NoonClock) -> Admission:
    return Admission(permit_key, TRUNK, clock)


@pytest.fixture
def permit(permit_key: PermitKey) -> Callable[..., Permit]:
    def make(**changes: Any) -> Permit:
        values: dict[str, Any] = {
            "attempt_id": "a",
            "callee": "+33639980140",
            "caller_id": "+33199001234",
            "trunk": "loopback",
            "decision_hash": "00" * 32,
            "not_before": NOON - timedelta(minutes=1),
            "not_after": NOON + timedelta(minutes=1),
            "simulated": True,
        }
        return permit_key.sign(Permit(**{**values, **changes}))

    return make


def test_a_valid_permit_is_admitted_once(admission: Admission, permit: Callable[..., Permit]) -> None:
    assert admission.admit(permit()).permit == permit()
    with pytest.raises(PermitRefused, match="already"):
        admission.admit(permit())


def test_no_permit_no_call(admission: Admission) -> None:
    with pytest.raises(PermitRefused, match="no permit"):
        admission.admit(None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"not_after": NOON}, "expired"),
        ({"not_before": NOON + timedelta(microseconds=1)}, "not valid before"),
        ({"trunk": "other"}, "other"),
        ({"simulated": False}, "another clock"),
        ({"callee": "0639980140"}, "callee"),
        ({"callee": "+33639980140\r\nX-Evil: 1"}, "callee"),
        ({"callee": "+33639980140@example.org"}, "callee"),
        ({"callee": "+33639980140\n"}, "callee"),
        ({"caller_id": "+33199001234>;x=<sip:1"}, "caller id"),
        ({"caller_id": ""}, "caller id"),
    ],
)
def test_even_a_signed_permit_is_refused_when_it_does_not_fit(
    admission: Admission, permit: Callable[..., Permit], changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(PermitRefused, match=why):
        admission.admit(permit(**changes))


@pytest.mark.parametrize("field", ["attempt_id", "callee", "caller_id", "decision_hash", "signature"])
def test_an_altered_permit_is_refused(admission: Admission, permit: Callable[..., Permit], field: str) -> None:
    with pytest.raises(PermitRefused, match="signature"):
        admission.admit(replace(permit(), **{field: "+33639980199"}))


@pytest.mark.parametrize("changes", [{"signature": "é"}, {"signature": 5}, {"callee": "\ud800"}, {"callee": object()}])
def test_a_permit_of_nonsense_is_refused_like_any_other(
    admission: Admission, permit: Callable[..., Permit], changes: dict[str, Any]
) -> None:
    with pytest.raises(PermitRefused):
        admission.admit(replace(permit(), **changes))


def test_a_refused_permit_is_not_used_up(admission: Admission, permit: Callable[..., Permit]) -> None:
    with pytest.raises(PermitRefused):
        admission.admit(replace(permit(), callee="+33639980199"))
    assert admission.admit(permit()).permit.callee == "+33639980140"


def test_a_permit_that_expires_while_it_waits_is_refused(
    admission: Admission, permit: Callable[..., Permit], clock: NoonClock
) -> None:
    verified = admission.admit(permit())
    assert admission.recheck(verified) is verified
    clock.passed = timedelta(minutes=1)
    with pytest.raises(PermitRefused, match="expired"):
        admission.recheck(verified)


def test_nothing_else_makes_a_verified_permit(permit: Callable[..., Permit]) -> None:
    with pytest.raises(TypeError, match=r"Admission\.admit only"):
        VerifiedPermit(permit(), object())


def test_a_used_attempt_is_forgotten_only_when_its_permit_has_expired(permit: Callable[..., Permit]) -> None:
    used = UsedAttempts()
    first = permit()
    used.use(first, NOON)
    with pytest.raises(PermitRefused):
        used.use(first, first.not_after - timedelta(microseconds=1))
    used.use(first, first.not_after)


@pytest.mark.parametrize(
    "trunk",
    [
        TrunkAddress("carrier", "203.0.113.7", 5060, False, 4),
        TrunkAddress("a proxy on this machine", "127.0.0.1", 5060, False, 4),
        TrunkAddress("mislabelled", "203.0.113.7", 5060, True, 4),
        TrunkAddress("by name", "localhost", 5060, True, 4),
    ],
)
def test_a_simulated_clock_is_refused_off_the_loopback_carrier(
    permit_key: PermitKey, clock: NoonClock, trunk: TrunkAddress
) -> None:
    with pytest.raises(SimulatedClockRefused, match=r"not the loopback carrier"):
        Admission(permit_key, trunk, clock)


def test_the_system_clock_is_welcome_on_any_trunk(permit_key: PermitKey) -> None:
    Admission(permit_key, TrunkAddress("carrier", "203.0.113.7", 5060, False, 4), SystemClock())


def test_an_undeclared_clock_offset_is_an_error() -> None:
    with pytest.raises(ValueError, match="not declared"):
        WorkerClock(simulated=False, offset=timedelta(hours=3))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"host": "127.0.0.1\r\nX: 1"}, "host"),
        ({"host": "a b"}, "host"),
        ({"host": ""}, "host"),
        ({"host": "h;transport=tcp"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"channels": 0}, "channel"),
    ],
)
def test_a_trunk_address_that_cannot_stand_in_a_uri_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(TRUNK, **changes)
