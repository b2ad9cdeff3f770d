"""The INVITE as it leaves: what it must show, and that nothing internal is in it."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from typing import Any

import pytest

from adapters.sip import SipRunner, TrunkAddress, disposition_of
from dialer.dispositions import Disposition
from dialer.permit import Permit, PermitKey
from dialer.ports import CallEvent


class SilentTrunk:
    """A socket that reads what a carrier would, and never answers."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(5)
        self.port: int = self.socket.getsockname()[1]


@pytest.fixture(scope="module")
def permit(orders: Any) -> Permit:
    made: Permit = orders.permit("40", decision_hash="d3c1" * 16)
    return made


@pytest.fixture(scope="module")
def call(permit: Permit, permit_key: PermitKey, orders: Any, listen: Any, finals: Any) -> tuple[str, CallEvent]:
    """The text of the INVITE, and how the call ended."""
    trunk = SilentTrunk()
    runner = SipRunner(TrunkAddress("loopback", "127.0.0.1", trunk.port, True, 1), permit_key, orders.clock)
    runner.start()
    runner.place(orders.order(permit, ring_timeout=timedelta(seconds=0.3)))
    text = trunk.socket.recv(65536).decode()
    (last,) = finals(listen(runner, finals))
    runner.stop(timedelta(seconds=2))
    trunk.socket.close()
    return text, last


def header(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}: (.*?)\r$", text, re.MULTILINE)


def test_it_asks_for_the_callee_of_the_permit(call: tuple[str, CallEvent], permit: Permit) -> None:
    assert re.match(rf"INVITE sip:{re.escape(permit.callee)}@127\.0\.0\.1:\d+ SIP/2\.0\r\n", call[0])


def test_it_shows_the_caller_id_in_from_and_asserts_it(call: tuple[str, CallEvent], permit: Permit) -> None:
    assert header(call[0], "From")[0].startswith(f"<sip:{permit.caller_id}@127.0.0.1>;tag=")
    assert header(call[0], "P-Asserted-Identity") == [f"<sip:{permit.caller_id}@127.0.0.1>"]


def test_its_contact_is_the_trunk_and_no_person(call: tuple[str, CallEvent]) -> None:
    assert header(call[0], "Contact")[0].startswith("<sip:trunk@127.0.0.1:")


def test_it_offers_a_law_first_and_keys(call: tuple[str, CallEvent]) -> None:
    (offer,) = re.findall(r"^m=audio \d+ RTP/AVP (.*)\r$", call[0], re.MULTILINE)
    assert offer.split()[:2] == ["8", "0"]
    assert "telephone-event/8000" in call[0]


def test_nothing_internal_leaves(call: tuple[str, CallEvent], permit: Permit) -> None:
    for internal in (permit.attempt_id, permit.decision_hash, permit.signature):
        assert internal not in call[0]
    assert not [name for name in re.findall(r"^([^:\s]+):", call[0], re.MULTILINE) if name.upper().startswith("X-")]


def test_a_trunk_that_says_nothing_is_told_as_our_failure(call: tuple[str, CallEvent]) -> None:
    assert disposition_of(call[1]) is Disposition.FAILED
    assert call[1].sip_reason == "the trunk answered nothing at all"
